"""The kinds of values a setting can have: how each is written as text, read, and kept in bounds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol, TypeVar

from isotrain import zones

Value = TypeVar("Value")
ON, OFF = "on", "off"
LONGEST = 200
UNITS = {"minutes": timedelta(minutes=1), "hours": timedelta(hours=1), "days": timedelta(days=1)}


class BadValue(ValueError):
    """A text that is no value of its kind: a sentence template with its parameters."""

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template % params if params else template)
        self.template = template
        self.params = params


class Kind(Protocol[Value]):
    """How values of one kind are written; `parse` takes what `text` wrote, `check` keeps bounds."""

    def parse(self, text: str) -> Value:
        """Return the value of a text or raise BadValue."""

    def check(self, value: Value) -> None:
        """Raise BadValue for a value out of bounds."""

    def text(self, value: Value) -> str:
        """Return the one spelling of a value."""


@dataclass(frozen=True)
class Switch:
    """Something that is on or off."""

    def parse(self, text: str) -> bool:
        if text not in (ON, OFF):
            raise BadValue("Choose on or off")
        return text == ON

    def check(self, value: bool) -> None:
        pass

    def text(self, value: bool) -> str:
        return ON if value else OFF


@dataclass(frozen=True)
class Text:
    """One line of text; `shape` is a regular expression for all of it, `wrong` what to say."""

    shape: str = r".+"
    wrong: str = "Enter a text"

    def parse(self, text: str) -> str:
        return text

    def check(self, value: str) -> None:
        if len(value) > LONGEST:
            raise BadValue("Use at most %(limit)s characters", limit=LONGEST)
        if not value.isprintable():
            raise BadValue("Use one line, without signs that cannot be seen")
        if not re.fullmatch(self.shape, value):
            raise BadValue(self.wrong)

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Zone:
    """A time zone, by its name."""

    def parse(self, text: str) -> str:
        return zones.spelt(text) or text

    def check(self, value: str) -> None:
        if zones.find(value) is None:
            raise BadValue("Choose a time zone, such as Europe/Berlin")

    def text(self, value: str) -> str:
        return value


@dataclass(frozen=True)
class Whole:
    """A whole number within limits."""

    least: int
    most: int

    def parse(self, text: str) -> int:
        return _whole(text, self.least, self.most)

    def check(self, value: int) -> None:
        _bound(value, self.least, self.most)

    def text(self, value: int) -> str:
        return str(value)


@dataclass(frozen=True)
class Span:
    """A length of time, counted in minutes, hours or days, within limits."""

    unit: str
    least: int
    most: int

    def parse(self, text: str) -> timedelta:
        return _whole(text, self.least, self.most) * UNITS[self.unit]

    def check(self, value: timedelta) -> None:
        _bound(value // UNITS[self.unit], self.least, self.most)

    def text(self, value: timedelta) -> str:
        return str(value // UNITS[self.unit])


def _whole(text: str, least: int, most: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text):
        raise BadValue("Enter a whole number from %(least)s to %(most)s", least=least, most=most)
    return int(text)


def _bound(value: int, least: int, most: int) -> None:
    if not least <= value <= most:
        raise BadValue("Enter a whole number from %(least)s to %(most)s", least=least, most=most)
