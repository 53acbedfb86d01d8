"""What an order earns: the rules of marking that a writer may choose.

A rule never changes: a better one gets another name, and what was written under this one keeps it.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from math import factorial
from types import MappingProxyType
from typing import NamedTuple

from isotrain.text import N_

ALL_OR_NOTHING, NEIGHBOURS = "all_or_nothing", "neighbours"


class Rule(NamedTuple):
    """One rule: the name that versions keep, what learners are told, and what is earned.

    `earned` takes the right places of the things in the order given; `chance` takes their number.
    """

    marking: str
    told: str
    earned: Callable[[Sequence[int]], Fraction]
    chance: Callable[[int], Fraction]


def _whole(order: Sequence[int]) -> Fraction:
    return Fraction(all(one < other for one, other in pairwise(order)))


def _neighbours(order: Sequence[int]) -> Fraction:
    return Fraction(sum(other == one + 1 for one, other in pairwise(order)), len(order) - 1)


RULES: Mapping[str, Rule] = MappingProxyType({
    ALL_OR_NOTHING: Rule(
        "ordering-all-1",
        N_("Number the items in the right order. You earn the mark if all are right."),
        _whole,
        lambda count: Fraction(1, factorial(count))),
    NEIGHBOURS: Rule(
        "ordering-neighbours-1",
        N_("Number the items in the right order. Each item that comes directly after the right one"
           " earns an equal part of the mark."),
        _neighbours,
        lambda count: Fraction(1, count)),
})
"""By the name that writers and files use; the first is what new questions get."""
