"""What the cell with the right answer means: letters, numbers or texts of options."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isotrain.text import level

LETTERS = "abcdefghijklmnopqrst"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_TRUE = _words("true t wahr w richtig vrai v verdadero vero verdadeiro waar prawda 对 正确 是 √ ✓")
_FALSE = _words("false f falsch faux falso onwaar falsz 错 错误 否 × ✗")
_YES = _TRUE | _words("1 1.0 x yes y ja j oui si sim tak correct right ✔")
_YES_NO = {"yes": True, "no": False, "ja": True, "nein": False, "oui": True, "non": False}
_SEPARATORS = re.compile(r"\s*[,;|/&+、，；\n]\s*|\s+and\s+|\s+und\s+|\s+et\s+|\s+y\s+|\s+")
_LIST = ("|", ";", "\n", ",", "，", "、")
_FLOAT = re.compile(r"(\d{1,2})\.0+")
_POINTED = re.compile(r"\d(?:\.\d){1,9}")
_WORD = re.compile(
    r"(?:option|choice|answer|opt|ans|antwort|réponse|opción|respuesta|选项|答案)[\s_]?([a-t]|\d{1,2})\b"
)
_PREFIX = re.compile(r"\(?([a-tA-T]|\d{1,2})[).:、．]\s*(?=\S)")


@dataclass(frozen=True)
class Style:
    """How a sheet names right answers: by the texts of options first, and from 0 or from 1."""

    by_text: bool = False
    from_zero: bool = False


def truth(text: str, *, yes_no: bool = False) -> bool | None:
    """Whether the text says true or false in some language, None when it says neither."""
    word = level(unicodedata.normalize("NFKC", text)).strip(" .!")
    word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if yes_no and word in _YES_NO:
        return _YES_NO[word]
    return True if word in _TRUE else False if word in _FALSE else None


def is_marked(text: str) -> bool:
    """Whether the cell of a row with one option marks that option as right."""
    return level(text) in _YES


def style_of(cases: Iterable[tuple[Sequence[str], Sequence[str]]]) -> Style:
    """The style that fits all keys of a sheet; a case is the key cells and the option texts."""
    by_text, zeros, beyond, some = True, False, False, False
    for keys, texts in cases:
        for key in filter(None, keys):
            some = True
            by_text = by_text and bool(_by_text(key, texts))
            numbers = [int(token) for token in _tokens(key) if token.isdecimal()]
            zeros = zeros or 0 in numbers
            beyond = beyond or any(number >= len(texts) for number in numbers)
    return Style(by_text=some and by_text, from_zero=zeros and not beyond)


def right_indices(key: str, texts: Sequence[str], style: Style) -> set[int] | None:
    """The options a key names, counted from 0 among `texts` (blank ones included); else None."""
    tries = [_by_text, lambda key, texts: _by_label(key, texts, style.from_zero)]
    if not style.by_text:
        tries.reverse()
    for attempt in (*tries, _by_text_list, _by_letters_together, _by_prefix):
        found = attempt(key, texts)
        if found:
            return found
    return None


def without_labels(texts: Sequence[str]) -> list[str]:
    """The texts without the A), B), C) they begin with, when all of them do."""
    matches = [_PREFIX.match(text) for text in texts]
    labels = [match[1].lower() if match else "" for match in matches]
    for row in (LETTERS, [str(number) for number in range(1, 21)]):
        if len(texts) > 1 and labels == list(row[: len(texts)]):
            return [t[m.end() :] for t, m in zip(texts, matches, strict=True) if m]
    return list(texts)


def _tokens(key: str) -> list[str]:
    """The parts of a key that may be labels, without brackets and words such as "option"."""
    text = unicodedata.normalize("NFKC", key).strip().lower()
    if _POINTED.fullmatch(text) and not _FLOAT.fullmatch(text):
        return text.split(".")
    text = _WORD.sub(r"\1", text)
    return [_FLOAT.sub(r"\1", token).strip("().:[]\"'") for token in _SEPARATORS.split(text)]


def _by_text(key: str, texts: Sequence[str]) -> set[int]:
    wanted = level(key)
    found = {index for index, text in enumerate(texts) if text and level(text) == wanted}
    return found if len(found) == 1 else set()


def _by_label(key: str, texts: Sequence[str], from_zero: bool) -> set[int]:
    found = set()
    for token in _tokens(key):
        if token in LETTERS and len(token) == 1:
            index = LETTERS.index(token)
        elif token.isdecimal() and len(token) < 3:
            index = int(token) - (not from_zero)
        else:
            return set()
        if not 0 <= index < len(texts):
            return set()
        found.add(index)
    return found


def _by_text_list(key: str, texts: Sequence[str]) -> set[int]:
    for separator in _LIST:
        parts = [part for part in key.split(separator) if part.strip()]
        if 1 < len(parts) <= len(texts):
            found = [_by_text(part, texts) for part in parts]
            if all(found):
                return set().union(*found)
    return set()


def _by_letters_together(key: str, texts: Sequence[str]) -> set[int]:
    letters = key.strip().lower()
    if letters.isascii() and letters.isalpha() and sorted(set(letters)) == list(letters):
        return _by_label(" ".join(letters), texts, False)
    return set()


def _by_prefix(key: str, texts: Sequence[str]) -> set[int]:
    match = _PREFIX.match(key.strip())
    return _by_label(match[1], texts, False) if match else set()
