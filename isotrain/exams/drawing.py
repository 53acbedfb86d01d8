"""From a blueprint to one person's form: the same inputs always give the same form.

The inputs are the algorithm, the cells, the pools, the seed and what the person has seen before.
docs/form-generator.md says how to derive a form by hand. The work grows with the form and with what
the person has seen, never with the pool.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from isotrain.exams.dealing import Hand, count_units, dealt
from isotrain.exams.dice import Dice
from isotrain.exams.pools import Cell, Id, Pool
from isotrain.questions.contract import Question
from isotrain.questions.problem import Problem, error
from isotrain.text import N_

ALGORITHM = "isotrain-draw-2"
ALGORITHMS = ("isotrain-draw-1", ALGORITHM)
"""Every algorithm that can be followed; the second draws also for cells that name a module."""

Order = Literal["shuffled", "blueprint"]


@dataclass(frozen=True)
class Form:
    """Version ids in the order they are presented, and beside each the index of its cell."""

    items: tuple[Id, ...]
    cells: tuple[int, ...]


# What is short: single questions or sets; by itself or once the other cells have taken theirs.
_SHORT = {
    (True, True): N_("%(subject)s, difficulty %(difficulty)s needs %(need)s questions; "
                     "%(possible)s can be drawn."),
    (True, False): N_("%(subject)s, difficulty %(difficulty)s needs %(need)s questions; "
                      "%(possible)s can be drawn beside the other rows."),
    (False, True): N_("%(subject)s, difficulty %(difficulty)s: %(need)s sets of %(size)s questions"
                      " are needed; %(possible)s can be drawn."),
    (False, False): N_("%(subject)s, difficulty %(difficulty)s: %(need)s sets of %(size)s"
                       " questions are needed; %(possible)s can be drawn beside the other rows."),
}
_SHORT_HINTS = {
    True: N_("Approve more questions or lower the count."),
    False: N_("Approve more questions, lower a count or change which questions may not meet."),
}


@dataclass(frozen=True)
class Supply:
    """What there is for a cell: `available` questions (or sets) that can stand in one form
    together, `short` how many are missing once the other cells have taken theirs.
    """

    cell: Cell
    available: int
    short: int

    @property
    def need(self) -> int:
        """How many the cell asks for."""
        return self.cell.count

    @property
    def problem(self) -> Problem | None:
        """The shortage in words, None when there is none."""
        if not self.short:
            return None
        params = {
            "subject": self.cell.topic or self.cell.module,
            "difficulty": self.cell.difficulty,
            "size": self.cell.size,
            "need": self.need,
            "possible": self.need - self.short,
        }
        single, alone = self.cell.size == 1, self.available < self.need
        return error("cell", _SHORT[single, alone], _SHORT_HINTS[alone], **params)


class Shortage(Exception):
    """The pools cannot fill the cells; `supplies` are the short ones."""

    def __init__(self, supplies: Sequence[Supply]) -> None:
        self.supplies = tuple(supplies)
        self.problems = tuple(s.problem for s in supplies if s.problem is not None)
        super().__init__(" ".join(problem.message for problem in self.problems))


def draw(
    cells: Sequence[Cell],
    pools: Sequence[Pool],
    *,
    seed: str,
    history: Mapping[Id, int],
    order: Order = "shuffled",
) -> Form:
    """Fill every cell exactly, least seen questions first, enemies apart; raises Shortage.

    `history` says how often the person has met each question id; a form is found whenever one
    exists. Order "blueprint" keeps the questions of the first cell first.
    """
    dice = Dice(seed)
    hands = dealt(cells, pools, dice, history)
    if any(hand.short for hand in hands):
        supplies = _supplies(hands, pools)
        raise Shortage([supply for supply in supplies if supply.short])
    items = [
        (entry.version, index) for index, hand in enumerate(hands) for entry in hand.picks.values()
    ]
    if order == "shuffled":
        items = dice.child("order").shuffled(items)
    return Form(tuple(version for version, _ in items), tuple(index for _, index in items))


def narrowed(
    cells: Sequence[Cell], pools: Sequence[Pool], topics: Collection[str]
) -> tuple[tuple[Cell, ...], tuple[Pool, ...]]:
    """Cells and pools with the questions of some topics alone; from these no cell is short.

    Each cell keeps its place and asks for what there is. What the others cannot ask for is shared
    among those that have single questions, evenly and the first ones first.
    """
    parts = tuple(pool.on(topics) for pool in pools)
    found = _filled(cells, parts)
    left = [index for index, cell in enumerate(found) if cell.count and cell.size == 1]
    spare = sum(cell.questions for cell in cells) - sum(cell.questions for cell in found)
    wanted = list(found)
    for turn, index in enumerate(left):
        more = spare // len(left) + (turn < spare % len(left))
        wanted[index] = replace(found[index], count=found[index].count + more)
    return _filled(wanted, parts), parts


def _filled(cells: Sequence[Cell], pools: Sequence[Pool]) -> tuple[Cell, ...]:
    hands = dealt(cells, pools, Dice("0" * 32), {})
    return tuple(replace(hand.cell, count=len(hand.picks)) for hand in hands)


def availability(cells: Sequence[Cell], pools: Sequence[Pool]) -> tuple[Supply, ...]:
    """What there is for each cell, and what is short when all are to be filled at once."""
    hands = dealt(cells, pools, Dice("0" * 32), {})
    return _supplies(hands, pools)


def arrangements(form: Form, questions: Mapping[Id, Question], seed: str) -> tuple[list[Any], ...]:
    """The order of options of each question of the form, from the same seed.

    `questions` holds the question of each version id; no question's order depends on another's.
    """
    dice = Dice(seed)
    return tuple(
        questions[version].arranged(dice.child(f"options {version}")) for version in form.items
    )


def _supplies(hands: Sequence[Hand], pools: Sequence[Pool]) -> tuple[Supply, ...]:
    return tuple(Supply(hand.cell, count_units(hand.cell, pools), hand.short) for hand in hands)
