"""Which column of a spreadsheet holds what, by the words of its header row in many languages."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from isotrain.formats.sheets.header_words import (
    ANSWER,
    CHOICE,
    FEEDBACK,
    INDEXED,
    MARK,
    MATCH,
    RIGHT,
    ROLES,
    SHARE,
    WRONG,
    WRONG_ALONE,
)

_SYNONYMS = {role: words.replace(" ", "").split("|") for role, words in ROLES.items()}
_PLURAL = ("right", "flag", "option", "options")
_SINGLE = tuple(role for role in ROLES if role not in _PLURAL)
_LABEL = r"(?:\s?(?P<near>[a-j]|\d{1,2})|\s(?P<far>[k-t]))"
_GROUPS = {"wrong": WRONG, "right": RIGHT, "answer": ANSWER, "choice": CHOICE}
_NUMBERED = [(group, re.compile(f"(?:{words}){_LABEL}")) for group, words in _GROUPS.items()]
_WRONG_ALONE = re.compile(WRONG_ALONE)
_BARE = re.compile(r"(?P<near>[a-t])")
_BESIDE = {
    name: re.compile(
        rf"(?:{words})(?: for| of)?(?: (?:{CHOICE}|{ANSWER}))?{_LABEL}"
        rf"|(?:{CHOICE}|{ANSWER})\s?(?P<before>[a-t]|\d{{1,2}}) (?:is )?(?:{words})"
        rf"|(?P<alone>[a-t]) (?:{words})"
    )
    for name, words in (("feedback", FEEDBACK), ("marks", MARK), ("shares", SHARE),
                        ("matches", MATCH), ("tolerances", "tolerance|toleranz"),
                        ("stays", "stays"))
}
_BARRED = str.maketrans({"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe"})
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_LONE_IN_BRACKETS = re.compile(r"[(\[]([a-zA-Z0-9])[)\]]")
_REMARK = re.compile(r"\s[-–—]\s|[(\[（,;\n]")
_JOINTS = re.compile(r"[\s_\-./:*#?!'\"]+")


HEADER_LENGTH = 200
"""How much of a header cell is looked at."""


@dataclass(frozen=True)
class Columns:
    """The columns of a sheet by index; `named` holds those that occur once.

    `options`, `right` and `wrong` are in the order of the sheet; `labels` name the options. Six
    columns may stand beside an option, found by its column: what is fed back, what marks it as
    right, what it earns, what it belongs to, how far a number may be off and whether it keeps its
    place. A sheet with one option per row has `option` and `flag` or a share, one with all options
    in a cell has `list`. `indexed` is a key whose word is one that programs count from 0.
    """

    header: tuple[str, ...]
    named: dict[str, int] = field(default_factory=dict)
    options: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    wrong: tuple[int, ...] = ()
    labels: tuple[str, ...] = ()
    feedback: dict[int, int] = field(default_factory=dict)
    marks: dict[int, int] = field(default_factory=dict)
    shares: dict[int, int] = field(default_factory=dict)
    matches: dict[int, int] = field(default_factory=dict)
    tolerances: dict[int, int] = field(default_factory=dict)
    stays: dict[int, int] = field(default_factory=dict)
    indexed: bool = False
    option: int | None = None
    flag: int | None = None
    list: int | None = None

    @property
    def usable(self) -> bool:
        """Whether questions can be read from these columns."""
        answers = self.right or self.wrong or self.options or self.option is not None
        return "stem" in self.named and bool(answers)

    def text_for(self, column: int) -> int | None:
        """The column of the text to which a picture in a column belongs, None where to none.

        One beside the columns that are read belongs to the question.
        """
        if column not in self.used:
            return self.named["stem"]
        beside = (*self.feedback.values(), *self.matches.values())
        told = (self.named["stem"], self.named.get("explanation"), self.option, *self.options,
                *self.wrong, *(self.right if self.wrong else ()), *beside)
        return column if column in told else None

    @property
    def score(self) -> int:
        """How many columns were recognised."""
        return len(self.used)

    @property
    def used(self) -> frozenset[int]:
        """The columns that are read."""
        single = (index for index in (self.option, self.flag, self.list) if index is not None)
        beside = [*self.named.values(), *single]
        for name in _BESIDE:
            beside += getattr(self, name).values()
        return frozenset((*self.options, *self.right, *self.wrong, *beside))


def normal(cell: str) -> str:
    """A header reduced to what counts: no case, accents, punctuation or remark in brackets."""
    text = _LONE_IN_BRACKETS.sub(r" \1", _CAMEL.sub(" ", cell.strip()))
    text = _REMARK.split(text, maxsplit=1)[0] or text
    text = unicodedata.normalize("NFKD", text).casefold()
    text = "".join(char for char in text if not unicodedata.combining(char)).translate(_BARRED)
    return _JOINTS.sub(" ", text).strip()


def columns(row: Sequence[str]) -> Columns:
    """What the columns of a header row hold; not usable when it is no header row."""
    spaced = [normal(cell[:HEADER_LENGTH]) if cell else "" for cell in row]
    words = [word.replace(" ", "") for word in spaced]
    groups = _numbered(spaced)
    options = _options(groups)
    beside = {name: _beside(spaced, options, pattern) for name, pattern in _BESIDE.items()}
    taken = {index for each in beside.values() for index in each.values()}
    right = [*groups["right"].values(), *_all(words, "right")]
    if options is not groups["answer"]:
        right += groups["answer"].values()
    found = Columns(
        header=tuple(row),
        named={role: best for role in _SINGLE for best in _best(words, role) if best not in taken},
        options=tuple(options.values()),
        labels=tuple(options),
        right=tuple(index for index in right if index not in taken),
        wrong=tuple(groups["wrong"].values()) or _first(spaced, _WRONG_ALONE),
        indexed=any(words[index] in INDEXED for index in right),
        **beside,  # type: ignore[arg-type]
    )
    return _in_rows(found, words) if not options and not found.wrong else _choosing(found)


def _choosing(found: Columns) -> Columns:
    """The columns without a general share: beside options it is the worth of a whole question."""
    named = {role: index for role, index in found.named.items() if role != "share"}
    return replace(found, named=named)


def _in_rows(found: Columns, words: Sequence[str]) -> Columns:
    """The columns again, looking for a list of options in one cell or one option in each row."""
    lists, flags = _all(words, "options"), _all(words, "flag")
    texts = [index for index in _all(words, "option") if index not in flags]
    if lists:
        return _choosing(replace(found, list=lists[0]))
    if texts and (flags or "share" in found.named):
        return replace(found, option=texts[0], flag=flags[0] if flags else None, right=())
    return _choosing(found)


def _all(words: Sequence[str], role: str) -> list[int]:
    return [index for index, word in enumerate(words) if word in _SYNONYMS[role]]


def _best(words: Sequence[str], role: str) -> list[int]:
    """The column whose word comes first among the synonyms of the role, if there is one."""
    ranked = sorted(_all(words, role), key=lambda index: _SYNONYMS[role].index(words[index]))
    return ranked[:1]


def _numbered(words: Sequence[str]) -> dict[str, dict[str, int]]:
    """Columns such as "option a" or "answer 2" by group, then by label."""
    groups: dict[str, dict[str, int]] = {
        group: {} for group in ("wrong", "right", "answer", "choice", "bare")
    }
    for index, word in enumerate(words):
        for group, pattern in (*_NUMBERED, ("bare", _BARE)):
            match = pattern.fullmatch(word)
            if match:
                groups[group].setdefault(_label(match), index)
                break
    return groups


def _options(groups: dict[str, dict[str, int]]) -> dict[str, int]:
    """The group that holds the options: "answer 2" may also name the second right answer."""
    for group in ("choice", "bare", "answer"):
        if len(groups[group]) > 1:
            return groups[group]
    return {}


def _beside(
    words: Sequence[str], options: dict[str, int], pattern: re.Pattern[str]
) -> dict[int, int]:
    """The columns that say something about an option, by the column of the option."""
    found = {}
    for index, word in enumerate(words):
        match = pattern.fullmatch(word)
        if match and _label(match) in options and index != options[_label(match)]:
            found[options[_label(match)]] = index
    return found


def _label(match: re.Match[str]) -> str:
    return str(next(filter(None, match.groupdict().values())))


def _first(words: Sequence[str], pattern: re.Pattern[str]) -> tuple[int, ...]:
    return tuple(index for index, word in enumerate(words) if pattern.fullmatch(word))[:1]
