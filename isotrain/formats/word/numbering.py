"""The numbers and letters that a word processor puts before paragraphs, which no text holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from isotrain.formats.workbooks.parts import Attributes, attribute, walk_if

_PART = re.compile(r"%(\d)")
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"),
          (1, "i"))


@dataclass
class Level:
    """How one level of a list counts: from what, in which signs, with what around them."""

    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass
class Lists:
    """The lists of a document. `label` counts on with each paragraph that it is asked for."""

    levels: Mapping[str, dict[int, Level]]
    abstract: Mapping[str, str]
    overrides: Mapping[tuple[str, int], int]
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def label(self, list_: str, depth: int) -> str:
        """What stands before the next paragraph of this list at this depth, empty for nothing."""
        name = self.abstract.get(list_)
        levels = self.levels.get(name or "", {})
        level = levels.get(depth)
        if name is None or level is None or level.format == "none":
            return ""
        counts = self._counts[name]
        if (list_, depth) in self.overrides and (list_, depth) not in self._begun:
            counts[depth] = self.overrides[list_, depth] - 1
        self._begun.add((list_, depth))
        counts[depth] = counts.get(depth, level.start - 1) + 1
        for deeper in [each for each in counts if each > depth]:
            del counts[deeper]
        if level.format == "bullet":
            return "•"
        return _PART.sub(lambda part: self._shown(levels, counts, int(part[1]) - 1), level.text)

    @staticmethod
    def _shown(levels: Mapping[int, Level], counts: Mapping[int, int], depth: int) -> str:
        level = levels.get(depth, Level())
        return shown(counts.get(depth, level.start), level.format)


def shown(number: int, format_: str) -> str:
    """A number in the signs of a list: 2, b, B, ii, II."""
    if format_ in ("lowerLetter", "upperLetter"):
        letter = chr(ord("a") + (number - 1) % 26) * (1 + (number - 1) // 26 % 3)
        return letter.upper() if format_ == "upperLetter" else letter
    if format_ in ("lowerRoman", "upperRoman") and 0 < number < 400:
        text = ""
        for value, sign in _ROMAN:
            text += sign * (number // value)
            number %= value
        return text.upper() if format_ == "upperRoman" else text
    return str(number)


class _Reading:
    """Walks numbering.xml."""

    def __init__(self) -> None:
        self.levels: dict[str, dict[int, Level]] = defaultdict(dict)
        self.abstract: dict[str, str] = {}
        self.overrides: dict[tuple[str, int], int] = {}
        self._abstract = self._list = ""
        self._depth = 0

    def start(self, element: str, attributes: Attributes) -> None:
        value = attribute(attributes, "val")
        if element == "abstractNum":
            self._abstract, self._list = attribute(attributes, "abstractNumId"), ""
        elif element == "num":
            self._list = attribute(attributes, "numId")
        elif element == "abstractNumId" and self._list:
            self.abstract[self._list] = value
        elif element in ("lvl", "lvlOverride"):
            self._depth = whole(attribute(attributes, "ilvl"))
        elif element == "startOverride" and self._list:
            self.overrides[self._list, self._depth] = whole(value, 1)
        elif not self._list and element in ("start", "numFmt", "lvlText"):
            self._describe(element, value)

    def _describe(self, element: str, value: str) -> None:
        level = self.levels[self._abstract].setdefault(self._depth, Level())
        if element == "start":
            level.start = whole(value, 1)
        elif element == "numFmt":
            level.format = value
        else:
            level.text = value[:20]


def whole(value: str, otherwise: int = 0) -> int:
    """A small whole number of an attribute."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else otherwise


def lists_of(part: bytes | None) -> Lists:
    """The lists that a document defines; raises Unreadable."""
    reading = _Reading()
    walk_if(part, reading.start)
    return Lists(reading.levels, reading.abstract, reading.overrides)
