"""Dealing questions to the cells of a blueprint so that all are filled whenever that can be.

Cells and units are the two sides of a matching: a cell takes as many units as it has questions, a
unit goes to one cell.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from isotrain.exams.dice import Dice
from isotrain.exams.pools import Cell, Entry, Id, Pool

Unit = Any
"""What may stand in a form once: a question without enemies, or a whole group of enemies."""

Candidate = tuple[Unit, Entry]


@dataclass(eq=False)
class Hand:
    """What is being dealt to one cell; candidates are looked at one by one, in their order."""

    cell: Cell
    untried: Iterator[Candidate]
    tried: list[Candidate] = field(default_factory=list)
    picks: dict[Unit, Entry] = field(default_factory=dict)

    @property
    def short(self) -> int:
        return self.cell.count - len(self.picks)


def dealt(
    cells: Sequence[Cell], pools: Sequence[Pool], dice: Dice, history: Mapping[Id, int]
) -> list[Hand]:
    """A hand for each cell, as full as can be."""
    hands = [
        Hand(cell, _candidates(_parts(cell, pools), dice.child(f"cell {index}"), history))
        for index, cell in enumerate(cells)
    ]
    holders: dict[Unit, Hand] = {}
    for hand in hands:
        while hand.short > 0 and _deal(hand, holders):
            pass
    return hands


def _deal(hand: Hand, holders: dict[Unit, Hand]) -> bool:
    """Give the hand one pick more, if need be by making others change theirs.

    An augmenting path, breadth first: when all candidates of a hand are taken, it asks their
    holders to take another. Not finding one proves that the cell cannot be filled further.
    """
    asked: dict[Hand, tuple[Hand, Candidate] | None] = {hand: None}
    waiting = [hand]
    for taker in waiting:
        free = _next_free(taker, holders)
        if free is not None:
            _pass_on(taker, free, asked, holders)
            return True
        for candidate in taker.tried:
            holder = holders[candidate[0]]
            if holder not in asked:
                asked[holder] = (taker, candidate)
                waiting.append(holder)
    return False


def _next_free(hand: Hand, holders: Mapping[Unit, Hand]) -> Candidate | None:
    # A taken unit changes hands but never becomes free, so none needs a second look.
    for candidate in hand.untried:
        hand.tried.append(candidate)
        if candidate[0] not in holders:
            return candidate
    return None


def _pass_on(
    taker: Hand,
    candidate: Candidate,
    asked: Mapping[Hand, tuple[Hand, Candidate] | None],
    holders: dict[Unit, Hand],
) -> None:
    """Let the taker have the candidate, the one that asked it have what it lets go, and so on."""
    while True:
        unit, entry = candidate
        holders[unit] = taker
        taker.picks[unit] = entry
        request = asked[taker]
        if request is None:
            return
        asker, candidate = request
        del taker.picks[candidate[0]]
        taker = asker


def _candidates(
    parts: Sequence[tuple[Id, Sequence[Entry]]], dice: Dice, history: Mapping[Id, int]
) -> Iterator[Candidate]:
    """The entries in random order, then sorted by how often they were seen, one at a time.

    Those never seen are handed out as they turn up, so the walk is only as long as it must be.
    """
    seen: list[tuple[int, Unit, Entry]] = []
    for position in dice.order(sum(len(entries) for _, entries in parts)):
        bank, entry = _entry_at(parts, position)
        unit = _unit(bank, entry)
        times = history.get(entry.question, 0)
        if times:
            seen.append((times, unit, entry))
        else:
            yield unit, entry
    seen.sort(key=itemgetter(0))
    for _, unit, entry in seen:
        yield unit, entry


def _parts(cell: Cell, pools: Sequence[Pool]) -> list[tuple[Id, Sequence[Entry]]]:
    """The entries that fit the cell, bank by bank in the order of their ids, none copied."""
    banks = sorted(
        ((bank, pool.hash, pool) for pool in pools for bank in pool.banks), key=itemgetter(0, 1)
    )
    return [
        (bank, entries)
        for bank, _, pool in banks
        if cell.bank is None or cell.bank == bank
        if (entries := pool.entries(bank, cell))
    ]


def _entry_at(parts: Sequence[tuple[Id, Sequence[Entry]]], position: int) -> tuple[Id, Entry]:
    for bank, entries in parts:
        if position < len(entries):
            return bank, entries[position]
        position -= len(entries)
    raise IndexError(position)


def count_units(cell: Cell, pools: Sequence[Pool]) -> int:
    """How many questions that fit the cell could stand in one form together."""
    parts = _parts(cell, pools)
    return len({_unit(bank, entry) for bank, entries in parts for entry in entries})


def _unit(bank: Id, entry: Entry) -> Unit:
    return (bank, entry.enemies) if entry.enemies else entry.question
