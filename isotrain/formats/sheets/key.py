"""What the cell with the right answer can mean: letters, numbers or texts of options."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from isotrain.formats.sheets.choices import Ways
from isotrain.text import level

LETTERS = "abcdefghijklmnopqrst"

Places = tuple[int, ...]
"""The options a key names, counted from 0, in the order in which it names them."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRUE = _words("true t wahr w richtig r vrai v verdadero vero verdadeiro waar juist prawda correct"
               " 对 正确 是 √ ✓ ✔")
_FALSE = _words("false f falsch faux falso onwaar onjuist falsz fałsz incorrect wrong"
                " 错 错误 否 × ✗ ✘")
_YES = _TRUE | _words("1 1.0 x yes y ja j oui si sim tak right 100 100%")
_NO = _FALSE | _words("0 0.0 no n nein non nie nee - – 0%") | {""}
_YES_NO = {"yes": True, "no": False, "ja": True, "nein": False, "oui": True, "non": False,
           "si": True, "sim": True, "nao": False, "nee": False, "tak": True, "nie": False}
_SEPARATORS = re.compile(
    r"\s*[,;|/&+、，；\n]\s*|\s+(?:and|und|et|y|en|oraz|和|及)\s+|\s+")
_LIST = ("|", ";", "\n", ",", "，", "、")
_FLOAT = re.compile(r"(\d{1,2})\.00?")
_POINTED = re.compile(r"\d(?:\.\d){1,9}")
_WORD = re.compile(
    r"(?:option|choice|answer|opt|ans|antwort|réponse|opción|opcja|respuesta|risposta|resposta"
    r"|odpowiedź|antwoord|选项|答案)[\s_]?([a-t]|\d{1,2})\b"
)
_PREFIX = re.compile(r"\(?([a-tA-T]|\d{1,2})[).:、．]\s*(?=\S)")
_NUMBER = re.compile(r"[-+]?\d+(?:[.,]\d+)?\s?%?")
_THOUSANDS = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}%?")


@dataclass(frozen=True)
class Answers:
    """The options of a row, blank ones included, and how its sheet may count them.

    `labels` are the words by which the header names them, such as a, b or 0, 1; `own` the letters
    that stand in their cells. `zeros` says that the sheet may count from 0. `truths` are the places
    of what is true and what is false where the options are these two.
    """

    texts: Sequence[str]
    labels: Sequence[str] = ()
    own: Sequence[str] = ()
    zeros: bool = False
    truths: tuple[int, int] | None = None

    def place(self, label: str, *, first: int = 1) -> int | None:
        """The place of the option with this letter or number, None where there is none."""
        if label.isdecimal() and self.labels and self.labels[0].isdecimal():
            counted = int(label) + self._offset - first
            return self._found(self.labels, str(counted))
        if label.isdecimal():
            return self._within(int(label) - first)
        if self.labels and not self.labels[0].isdecimal():
            return self._found(self.labels, label)
        return self._within(LETTERS.index(label))

    @property
    def from_0(self) -> bool:
        """Whether the header itself counts options from 0."""
        return "0" in self.labels

    @property
    def _offset(self) -> int:
        """What the header calls the first option of a sheet that counts as the header does."""
        return 0 if self.from_0 else 1

    def _found(self, labels: Sequence[str], label: str) -> int | None:
        return self._within(list(labels).index(label)) if label in labels else None

    def _within(self, place: int) -> int | None:
        return place if 0 <= place < len(self.texts) and self.texts[place] else None


def ways_of(key: str, answers: Answers) -> Ways[Places]:
    """All ways in which a key names options; empty where there is none."""
    ways = Ways[Places](words=lambda places: "; ".join(answers.texts[p] for p in places))
    texts, tokens = answers.texts, _tokens(key)
    named = _by_text(key, texts) or _by_text_list(key, texts)
    numbers = all(token.isdecimal() and len(token) < 3 for token in tokens)
    if named or (numbers and _all_numbers(texts)):
        ways.found["text"] = named or None
    if numbers:
        _count(tokens, answers, ways)
    elif all(len(token) == 1 and token in LETTERS for token in tokens):
        ways.found["letter"] = _placed([answers.place(token) for token in tokens])
        if answers.own:
            own = [list(answers.own).index(t) if t in answers.own else None for t in tokens]
            ways.found["label"] = _placed(own)
    if answers.truths and (said := _said(key)) is not None:
        ways.found["truth"] = (answers.truths[not said],)
    if not any(ways.found.values()):
        found = _by_letters_together(key, answers) or _by_prefix(key, answers)
        if found:
            ways.found["letter"] = found
    return ways


def _count(tokens: Sequence[str], answers: Answers, ways: Ways[Places]) -> None:
    """Add the ways in which numbers count options."""
    ways.found["from_1"] = _placed([answers.place(token, first=1) for token in tokens])
    if answers.zeros or answers.from_0 or "0" in tokens:
        ways.found["from_0"] = _placed([answers.place(token, first=0) for token in tokens])
        known = answers.from_0 or answers.truths or ways.found.get("text")
        ways.doubtful = "0" in tokens and not known


def _said(key: str) -> bool | None:
    word = key.strip()
    return {"1": True, "0": False}.get(_FLOAT.sub(r"\1", word), truth(word, yes_no=True))


def truth(text: str, *, yes_no: bool = False) -> bool | None:
    """Whether the text says true or false in some language, None when it says neither."""
    word = level(unicodedata.normalize("NFKC", text)).strip(" .!")
    word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if yes_no and word in _YES_NO:
        return _YES_NO[word]
    return True if word in _TRUE else False if word in _FALSE else None


def mark(text: str) -> bool | None:
    """Whether a cell beside an option marks it as right, None when it says neither."""
    word = level(text)
    return True if word in _YES else False if word in _NO else None


def has_zero(key: str) -> bool:
    """Whether a key is made of numbers and one of them is 0."""
    tokens = _tokens(key)
    return "0" in tokens and all(token.isdecimal() for token in tokens)


def is_number(text: str) -> bool:
    """Whether a text is one number."""
    return bool(_NUMBER.fullmatch(text.strip()))


def labelled(texts: Sequence[str]) -> tuple[list[str], list[str]]:
    """The texts without the A), B), C) they begin with, and these letters, when all have one.

    Blank texts stay in their places. The letters are empty where they stand in their usual order.
    """
    matches = [_PREFIX.match(text) for text in texts]
    labels = [match[1].lower() if match else "" for match in matches]
    given = [label for label, text in zip(labels, texts, strict=True) if text]
    numbers = [str(number) for number in range(1, 21)]
    usual = any(given == list(row[: len(given)]) for row in (LETTERS, numbers))
    letters = "".join(sorted(given)) == LETTERS[: len(given)] and len(set(given)) == len(given)
    if len(given) < 2 or not (usual or letters):
        return list(texts), []
    cut = [text[match.end() :] if match else "" for text, match in zip(texts, matches, strict=True)]
    return cut, [] if labels == list(LETTERS[: len(labels)]) or given[0] == "1" else labels


def _tokens(key: str) -> list[str]:
    """The parts of a key that may be labels, without brackets and words such as "option"."""
    text = unicodedata.normalize("NFKC", key).strip().lower()
    if _POINTED.fullmatch(text) and not _FLOAT.fullmatch(text):
        return text.split(".")
    text = _WORD.sub(r"\1", text.replace("cc:", ""))  # Lectora names choices so
    tokens = [_FLOAT.sub(r"\1", token).strip("().:[]\"'") for token in _SEPARATORS.split(text)]
    tokens = [str(int(t)) if t.isdecimal() and t.isascii() and len(t) < 3 else t for t in tokens]
    return [token for token in tokens if token] or [""]


def _placed(places: Sequence[int | None]) -> Places | None:
    """The places without repetition, None when one is missing."""
    if not places or any(place is None for place in places):
        return None
    return tuple(dict.fromkeys(place for place in places if place is not None))


def _by_text(key: str, texts: Sequence[str]) -> Places:
    wanted = _plain(key)
    found = tuple(place for place, text in enumerate(texts) if text and _plain(text) == wanted)
    return found if len(found) == 1 else ()


def _plain(text: str) -> str:
    """A text levelled; a number also without the sign by which languages part decimals.

    One that may be thousands keeps its zeros: 1,000 is neither 1 nor 1000.
    """
    text = level(text)
    if not is_number(text):
        return text
    text = text.replace(",", ".").replace(" ", "")
    decimal = "." in text and not _THOUSANDS.fullmatch(text)
    return text.rstrip("0").rstrip(".") if decimal else text


def _all_numbers(texts: Sequence[str]) -> bool:
    return all(is_number(text) for text in texts if text)


def _by_text_list(key: str, texts: Sequence[str]) -> Places:
    for separator in _LIST:
        parts = [part for part in key.split(separator) if part.strip()]
        if 1 < len(parts) <= len(texts):
            found = [_by_text(part, texts) for part in parts]
            if all(found):
                return tuple(dict.fromkeys(place for each in found for place in each))
    return ()


def _by_letters_together(key: str, answers: Answers) -> Places | None:
    """Capital letters without anything between, in their order: AC."""
    letters = unicodedata.normalize("NFKC", key).strip()
    if letters.isascii() and letters.isupper() and sorted(set(letters)) == list(letters):
        lower = letters.lower()
        if all(letter in LETTERS for letter in lower):
            return _placed([answers.place(letter) for letter in lower])
    return None


def _by_prefix(key: str, answers: Answers) -> Places | None:
    """A letter with the text of its option behind, of which some may be missing: B) text."""
    text = unicodedata.normalize("NFKC", key.strip())
    match = _PREFIX.match(text)
    place = answers.place(match[1].lower()) if match else None
    if match is None or place is None:
        return None
    rest, option = level(text[match.end() :]), level(answers.texts[place])
    others = [level(other) for number, other in enumerate(answers.texts) if number != place]
    fits = rest == option or (
        rest not in others and (option.startswith(rest) or rest.startswith(option)))
    return (place,) if fits else None
