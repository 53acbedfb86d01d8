"""What a form is drawn from: the cells of a blueprint, and snapshots of approved questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from isotrain.ledger.hashing import hash_of

Id = int | str
"""Ids of banks, questions and versions: numbers or texts, but one kind for each of the three."""

Place = tuple[Id, str, int, str]
"""Bank, topic, difficulty band and use ("exam" or "practice")."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A question that can be drawn; of one group of enemies a form holds at most one.

    The group is a name of the bank's own: the same name in another bank is another group.
    """

    question: Id
    version: Id
    enemies: str = ""


@dataclass(frozen=True)
class Cell:
    """How many questions of a topic and difficulty band; `bank` None draws from every bank."""

    topic: str
    difficulty: int
    count: int
    bank: Id | None = None
    use: str = "exam"

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a cell cannot hold fewer than no questions")


@dataclass(frozen=True)
class Pool:
    """The questions of one bank or more by place; `hash` is the SHA-256 of `to_data()`.

    Never changes, so it may be kept and found again by its hash.
    """

    hash: str
    cells: Mapping[Place, tuple[Entry, ...]]

    @classmethod
    def of(cls, cells: Mapping[Place, Iterable[Entry]]) -> Self:
        """A pool of these questions, whatever order they come in; raises ValueError on a repeat."""
        filled = {place: _in_order(cells[place]) for place in sorted(cells)}
        filled = {place: entries for place, entries in filled.items() if entries}
        questions = [entry.question for entries in filled.values() for entry in entries]
        if len(set(questions)) < len(questions):
            raise ValueError("a question stands in a pool twice")
        return cls(hash_of(_data(filled)), filled)

    @classmethod
    def from_data(cls, data: Iterable[Mapping[str, Any]]) -> Self:
        """The pool written by `to_data`; its hash is worked out anew."""
        return cls.of(
            {
                (part["bank"], part["topic"], part["difficulty"], part["use"]): [
                    Entry(*entry) for entry in part["entries"]
                ]
                for part in data
            }
        )

    def to_data(self) -> list[dict[str, Any]]:
        """The pool as canonical JSON accepts it: places and questions sorted."""
        return _data(self.cells)

    @cached_property
    def banks(self) -> tuple[Id, ...]:
        """The banks in this pool, sorted."""
        return tuple(sorted({place[0] for place in self.cells}))


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.question))


def _data(cells: Mapping[Place, tuple[Entry, ...]]) -> list[dict[str, Any]]:
    return [
        {
            "bank": bank,
            "topic": topic,
            "difficulty": difficulty,
            "use": use,
            "entries": [[e.question, e.version, e.enemies] for e in entries],
        }
        for (bank, topic, difficulty, use), entries in cells.items()
    ]
