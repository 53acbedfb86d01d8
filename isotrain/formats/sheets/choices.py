"""Cells that can be read in several ways: decided where one way is left, else asked about."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from typing import Any, Generic, TypeVar

from isotrain.formats.sheets.headers import normal
from isotrain.questions.problem import Problem, Reading, question, warning
from isotrain.text import N_

Outcome = TypeVar("Outcome")

SENTENCES = {
    "text": N_("It is the text of an option: %(told)s"),
    "from_1": N_("Options are counted from 1: %(told)s"),
    "from_0": N_("Options are counted from 0: %(told)s"),
    "letter": N_("It is the letter of a column: %(told)s"),
    "label": N_("It is the letter that stands in the cell of the option: %(told)s"),
    "truth": N_("1 means true and 0 means false: %(told)s"),
    "number": N_("It is a number: %(told)s"),
    "star": N_("Options with a star are right: %(told)s"),
    "bold": N_("Options in bold are right: %(told)s"),
    "best": N_("One option is chosen, the best earns everything: %(told)s"),
    "sum": N_("Several options are chosen, and what they earn adds up: %(told)s"),
    "sequence": N_("The key lists the options in their order: %(told)s"),
    "ranks": N_("The key gives the place of each option: %(told)s"),
    "decimals": N_("What stands behind the sign is a part: %(told)s"),
    "thousands": N_("The sign sets thousands apart: %(told)s"),
}
"""Every way of reading, with what a cell would say if it were read so."""

AGAIN = {
    "text": N_("As chosen for this header, it is the text of an option."),
    "from_1": N_("As chosen for this header, options are counted from 1."),
    "from_0": N_("As chosen for this header, options are counted from 0."),
    "letter": N_("As chosen for this header, it is the letter of a column."),
    "label": N_("As chosen for this header, it is the letter that stands in the cell of the"
                " option."),
    "truth": N_("As chosen for this header, 1 means true and 0 means false."),
    "number": N_("As chosen for this header, it is a number."),
    "star": N_("As chosen for this header, options with a star are right."),
    "bold": N_("As chosen for this header, options in bold are right."),
    "best": N_("As chosen for this header, one option is chosen, and the best earns everything."),
    "sum": N_("As chosen for this header, several options are chosen, and what they earn adds up."),
    "sequence": N_("As chosen for this header, the key lists the options in their order."),
    "ranks": N_("As chosen for this header, the key gives the place of each option."),
    "decimals": N_("As chosen for this header, what stands behind the sign is a part."),
    "thousands": N_("As chosen for this header, the sign sets thousands apart."),
}
"""Every way of reading, as what was chosen before."""


class Undecided(Exception):
    """A cell that has to be asked about; `problem` asks."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass
class Choices:
    """What was chosen for a sheet with this header, and which of it was used.

    A choice holds for all cells that can be read in the same ways, and then strictly: where the
    chosen way says nothing, nothing else does.
    """

    header: str
    chosen: Mapping[str, str] = field(default_factory=dict)
    used: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, header: Sequence[str], chosen: Mapping[str, str]) -> Choices:
        """The choices for a header, which is known again whatever its case and spacing."""
        words = "\n".join(map(normal, header)).strip()
        return cls(sha256(words.encode("utf-8", "replace")).hexdigest()[:8], chosen)

    def asks(self, names: Collection[str]) -> str:
        """What a choice among these ways is called."""
        return f"{'-or-'.join(sorted(names))}.{self.header}"

    def has(self, name: str) -> bool:
        """Whether this way was chosen for anything under this header."""
        return any(way == name and asks.endswith(f".{self.header}")
                   for asks, way in self.chosen.items())

    def decide(self, ways: Ways[Outcome], *, place: str, cell: str) -> Outcome | None:
        """What a cell says, None where it says nothing; raises Undecided."""
        asks = self.asks(ways.found)
        chosen = self.chosen.get(asks)
        if len(ways.found) > 1 and chosen in ways.found:
            self.used[asks] = chosen
            return ways.found[chosen]
        told = [outcome for outcome in ways.found.values() if outcome is not None]
        if ways.doubtful or any(outcome != told[0] for outcome in told):
            raise Undecided(self._question(ways, asks, place=place, cell=cell))
        return told[0] if told else None

    def _question(self, ways: Ways[Outcome], asks: str, *, place: str, cell: str) -> Problem:
        readings = [Reading(name, SENTENCES[name], {"told": ways.told(name)})
                    for name in sorted(ways.found)]
        return question(
            place, N_('"%(cell)s" can be read in several ways.'),
            N_("Choose what is meant; it holds for all such cells under this header."),
            asks=asks, readings=readings, cell=cell[:60])

    def again(self, place: str) -> list[Problem]:
        """Warnings that say which choices were used, each with what chose it."""
        return [replace(warning(place, AGAIN[way], N_("Check a few questions.")),
                        asks=f"{asks}={way}") for asks, way in sorted(self.used.items())]


@dataclass
class Ways(Generic[Outcome]):
    """The ways in which a cell can be read; an outcome of None says nothing.

    `doubtful` asks although one way alone says something. `words` tells an outcome to people.
    """

    found: dict[str, Outcome | None] = field(default_factory=dict)
    doubtful: bool = False
    words: Any = str

    def told(self, name: str) -> str:
        """What the cell says when it is read in this way."""
        outcome = self.found[name]
        return "–" if outcome is None else str(self.words(outcome))[:120]
