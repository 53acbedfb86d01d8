"""What a form is drawn from: the cells of a blueprint, and snapshots of approved questions."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Self

from isotrain.ledger.hashing import hash_of

Id = int | str
"""Ids of banks, questions and versions: numbers or texts, but one kind for each of the three."""

Place = tuple[Id, str, int, str]
"""Bank, topic (or module), difficulty band and use ("exam" or "practice", see `use_of`)."""

FIRST, SECOND = "isotrain-pool-1", "isotrain-pool-2"
"""How a pool is written: the second also says of each question its module."""

Data = list[dict[str, Any]] | dict[str, Any]
"""A pool as canonical JSON accepts it."""


def use_of(kind: str, size: int = 1) -> str:
    """The use under which pools and cells name what counts as so many questions of a kind of quiz.

    Sets have uses of their own, such as "exam/3": a cell takes them or single questions, never
    both.
    """
    return kind if size == 1 else f"{kind}/{size}"


def size_of_use(use: str) -> int:
    """How many questions each of what stands under a use counts as."""
    return int(use.partition("/")[2] or 1)


@dataclass(frozen=True, slots=True)
class Entry:
    """A question, or a set, that can be drawn; of one group of enemies a form holds at most one.

    The group is a name of the bank's own: the same name in another bank is another group.
    `module` is the code of the page that teaches what is asked, where one does.
    """

    question: Id
    version: Id
    enemies: str = ""
    module: str = ""


@dataclass(frozen=True)
class Cell:
    """How many questions, or sets, of a topic or a module and a difficulty band.

    `bank` None draws from every bank; a cell that names a module has no topic. `use` says whether
    sets are drawn, and how large ones.
    """

    topic: str
    difficulty: int
    count: int
    bank: Id | None = None
    use: str = "exam"
    module: str = ""

    def __post_init__(self) -> None:
        if self.count < 0:
            raise ValueError("a cell cannot hold fewer than no questions")
        if bool(self.topic) == bool(self.module):
            raise ValueError("a cell names a topic or a module")

    @property
    def size(self) -> int:
        """How many questions each of what it draws counts as."""
        return size_of_use(self.use)

    @property
    def questions(self) -> int:
        """How many questions it asks for in all."""
        return self.count * self.size


@dataclass(frozen=True)
class Pool:
    """The questions of one bank or more by topic; `hash` is the SHA-256 of `to_data()`.

    Never changes, so it may be kept and found again by its hash. What was written in the first way
    is read, hashed and drawn from as it was then.
    """

    hash: str
    cells: Mapping[Place, tuple[Entry, ...]]
    written: str = SECOND

    @classmethod
    def of(cls, cells: Mapping[Place, Iterable[Entry]], written: str = SECOND) -> Self:
        """A pool of these questions, whatever order they come in; raises ValueError on a repeat."""
        filled = {place: _in_order(cells[place]) for place in sorted(cells)}
        filled = {place: entries for place, entries in filled.items() if entries}
        questions = [entry.question for entries in filled.values() for entry in entries]
        if len(set(questions)) < len(questions):
            raise ValueError("a question stands in a pool twice")
        return cls(hash_of(_data(filled, written)), filled, written)

    @classmethod
    def from_data(cls, data: Data) -> Self:
        """The pool written by `to_data`; its hash is worked out anew."""
        written, parts = (FIRST, data) if isinstance(data, list) else (data["pool"], data["places"])
        cells = {
            (part["bank"], part["topic"], part["difficulty"], part["use"]): [
                Entry(*entry) for entry in part["entries"]
            ]
            for part in parts
        }
        return cls.of(cells, written)

    def to_data(self) -> Data:
        """The pool as canonical JSON accepts it: places and questions sorted."""
        return _data(self.cells, self.written)

    def entries(self, bank: Id, cell: Cell) -> tuple[Entry, ...]:
        """The questions of a bank that fit a cell, sorted."""
        if cell.module:
            return self._by_module.get((bank, cell.module, cell.difficulty, cell.use), ())
        return self.cells.get((bank, cell.topic, cell.difficulty, cell.use), ())

    def on(self, topics: Collection[str]) -> Self:
        """The questions of some topics alone; what is left bears the hash of the whole."""
        return replace(self, cells={place: entries for place, entries in self.cells.items()
                                    if place[1] in topics})

    @cached_property
    def modules(self) -> tuple[Place, ...]:
        """The places of this pool by module instead of topic, sorted."""
        return tuple(sorted(self._by_module))

    @cached_property
    def _by_module(self) -> dict[Place, tuple[Entry, ...]]:
        found: dict[Place, list[Entry]] = {}
        for (bank, _topic, difficulty, use), entries in self.cells.items():
            for entry in entries:
                if entry.module:
                    found.setdefault((bank, entry.module, difficulty, use), []).append(entry)
        return {place: _in_order(entries) for place, entries in found.items()}

    @property
    def size(self) -> int:
        """How many questions there are, a set counted as its questions."""
        return sum(len(entries) * size_of_use(place[3]) for place, entries in self.cells.items())

    @cached_property
    def banks(self) -> tuple[Id, ...]:
        """The banks in this pool, sorted."""
        return tuple(sorted({place[0] for place in self.cells}))


def _in_order(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(entries, key=lambda entry: entry.question))


def _data(cells: Mapping[Place, tuple[Entry, ...]], written: str) -> Data:
    places = [
        {
            "bank": bank,
            "topic": topic,
            "difficulty": difficulty,
            "use": use,
            "entries": [_row(entry, written) for entry in entries],
        }
        for (bank, topic, difficulty, use), entries in cells.items()
    ]
    return places if written == FIRST else {"pool": written, "places": places}


def _row(entry: Entry, written: str) -> list[Any]:
    row = [entry.question, entry.version, entry.enemies]
    return row if written == FIRST else [*row, entry.module]
