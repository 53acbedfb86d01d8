"""Taking a question out of loosely typed data, with every fault of its shape named at once."""

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from typing import Any

from isotrain.questions.contract import BadData
from isotrain.questions.problem import Problem, error
from isotrain.text import N_

_TRUTHS = {"true": True, "false": False}
_NUMBER = re.compile(r"-?[0-9]{1,9}(/[0-9]{1,9}|\.[0-9]{1,18})?")


class Shape:
    """One mapping `data` being read; `done` raises BadData when anything had the wrong shape."""

    def __init__(self, data: Any, place: str = "question", problems: list[Problem] | None = None):
        self.place = place
        self.problems: list[Problem] = [] if problems is None else problems
        self.data: dict[Any, Any] = data if isinstance(data, dict) else {}
        if not isinstance(data, dict):
            self._fault(place, "Fields with names are expected here.", "Write name: value.")

    def done(self) -> None:
        """Raise BadData unless everything read so far had the right shape."""
        if self.problems:
            raise BadData(self.problems)

    def text(self, name: str) -> str:
        """A text; a missing one reads as empty."""
        value = self.data.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._fault(self._where(name), N_("A text is expected here."), "Put it in quotes.")
            return ""
        return value

    def truth(self, name: str, default: bool) -> bool:
        """True or false, also written as text."""
        value = self.data.get(name)
        if value is None:
            return default
        found = value if isinstance(value, bool) else _TRUTHS.get(str(value).strip().casefold())
        if found is None:
            self._fault(self._where(name), N_("Neither true nor false."), "Write true or false.")
            return default
        return found

    def share(self, name: str) -> Fraction | None:
        """A part of the mark from -1 to 1, such as 1/3 or 0.5."""
        value = self.data.get(name)
        if value is None:
            return None
        text = str(value).strip()
        share = None if isinstance(value, bool) else as_share(text)
        if share is None:
            self._fault(
                self._where(name), N_("Not a share of the mark."),
                N_("Write a number from -1 to 1, or 1/3.")
            )
            return None
        return share

    def one_of(self, name: str, known: Collection[str], default: str) -> str:
        """One of the names that are known."""
        value = self.text(name) or default
        if value not in known:
            self._fault(self._where(name), N_('"%(value)s" is unknown here.'), "Write %(names)s.",
                        value=value[:60], names=", ".join(known))
            return default
        return value

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; a missing one reads as empty."""
        value = self.data.get(name) or []
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._fault(self._where(name), N_("A list of texts is expected here."),
                        "Start each part with -.")
            return ()
        return tuple(value)

    def parts(self, name: str, each: str) -> Iterator["Shape"]:
        """The mappings of a list, each called `each` and its number from 1."""
        value = self.data.get(name)
        if not isinstance(value, list):
            self._fault(self._where(name), "A list is expected here.", "Start each part with -.")
            return
        for number, data in enumerate(value, 1):
            yield Shape(data, f"{each} {number}", self.problems)

    def only(self, *names: str) -> None:
        """Note every field that is none of these, since a misspelt one would be lost."""
        for name in self.data:
            if name not in names:
                self._fault(
                    self.place,
                    N_('The field "%(name)s" is unknown.'),
                    "Use %(names)s.",
                    name=name,
                    names=", ".join(names),
                )

    def _where(self, name: str) -> str:
        return name if self.place == "question" else f"{self.place}, {name}"

    def _fault(self, place: str, template: str, hint: str, **params: Any) -> None:
        self.problems.append(error(place, template, hint, **params))


def as_share(text: str) -> Fraction | None:
    """The number from -1 to 1 that a text such as 1/3 or 0.5 writes; None for any other text."""
    # The pattern bounds the digits: Fraction("1e999999999") would fill the memory.
    if not _NUMBER.fullmatch(text):
        return None
    try:
        share = Fraction(text)
    except ZeroDivisionError:
        return None
    return share if -1 <= share <= 1 else None
