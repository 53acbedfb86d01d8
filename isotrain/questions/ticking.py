"""What ticking some of several options earns: the rules of marking that a writer may choose.

A rule never changes: a better one gets another name, and what was written under this one keeps it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import product
from math import comb
from types import MappingProxyType
from typing import NamedTuple

from isotrain.questions.options import Option
from isotrain.text import N_

BALANCED, PER_OPTION, EQUAL_PARTS, WEIGHTS = "balanced", "per_option", "equal_parts", "weights"
ALL_OR_NOTHING = "all_or_nothing"


class Key(NamedTuple):
    """Some options counted: how many are right and wrong, and the parts of the mark they have."""

    right: int
    wrong: int
    shares: tuple[Fraction, ...]


def found(options: Iterable[Option]) -> Key:
    """Count options, those chosen or all there are."""
    options = list(options)
    right = sum(option.right for option in options)
    return Key(right, len(options) - right, tuple(o.share or Fraction(0) for o in options))


@dataclass(frozen=True)
class Rule:
    """One rule: what learners are told of it, and what the chosen ones of all options earn.

    `marking` is the name that versions of questions keep.
    """

    marking: str
    told: str
    earned: Callable[[Key, Key], Fraction]

    def mark(self, chosen: Key, there: Key) -> Fraction:
        """The share from 0 to 1 that what was chosen earns of what there is."""
        return min(Fraction(1), max(Fraction(0), self.earned(chosen, there)))

    def chance(self, there: Key) -> Fraction:
        """What any set of options earns on average, the empty one left out."""
        sets = _sets(self, there)
        total = sum((times * self.mark(chosen, there) for chosen, times in sets), Fraction(0))
        return total / Fraction(2 ** (there.right + there.wrong) - 1)


def _sets(rule: Rule, there: Key) -> Iterator[tuple[Key, int]]:
    """All sets of options but the empty one, those that earn the same together with their number.

    Parts of the mark add up, so sets of the same sum are one; there are few of those.
    """
    if rule.earned is not _by_weights:
        for right, wrong in product(range(there.right + 1), range(there.wrong + 1)):
            if right or wrong:
                yield Key(right, wrong, ()), comb(there.right, right) * comb(there.wrong, wrong)
        return
    sums = {Fraction(0): 1}
    for share in there.shares:
        with_it = dict(sums)
        for earned, times in sums.items():
            with_it[earned + share] = with_it.get(earned + share, 0) + times
        sums = with_it
    for earned, times in sums.items():
        yield Key(0, 0, (earned,)), times  # the empty set earns nothing, so it may be among them


def _by_balance(chosen: Key, there: Key) -> Fraction:
    return _part(chosen.right, there.right) - _part(chosen.wrong, there.wrong)


def _by_exactness(chosen: Key, there: Key) -> Fraction:
    return Fraction(chosen.right == there.right and not chosen.wrong)


def _by_option(chosen: Key, there: Key) -> Fraction:
    ticked, count = chosen.right + chosen.wrong, there.right + there.wrong
    if ticked in (0, count):
        return Fraction(0)
    return Fraction(chosen.right + there.wrong - chosen.wrong, count)


def _by_equal_parts(chosen: Key, there: Key) -> Fraction:
    return Fraction(chosen.right - chosen.wrong, max(1, there.right))


def _by_weights(chosen: Key, there: Key) -> Fraction:
    return sum(chosen.shares, Fraction(0))


def _part(some: int, of: int) -> Fraction:
    return Fraction(some, of) if of else Fraction(0)


RULES: Mapping[str, Rule] = MappingProxyType({
    BALANCED: Rule(
        "multiple_choice-balanced-1",
        N_("Each right option you choose earns an equal part of the mark. Wrong ones take parts"
           " away, never below zero: choosing everything earns nothing."),
        _by_balance),
    ALL_OR_NOTHING: Rule(
        "multiple_choice-all-1",
        N_("You earn the mark if you choose every right option and no other."), _by_exactness),
    PER_OPTION: Rule(
        "multiple_choice-options-1",
        N_("Each option earns an equal part of the mark if you choose a right one or leave a wrong"
           " one. Choosing everything earns nothing."),
        _by_option),
    EQUAL_PARTS: Rule(
        "multiple_choice-1",
        N_("Each right option you choose earns an equal part of the mark; each wrong one takes"
           " away a part of the same size, but never below zero."),
        _by_equal_parts),
    WEIGHTS: Rule(
        "multiple_choice-weights-1",
        N_("Each option has its own part of the mark; wrong ones may take a part away, but never"
           " below zero."),
        _by_weights),
})
"""By the name that writers and files use; the first is what new questions get."""
