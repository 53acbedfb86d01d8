"""How far a count may go by chance alone."""

from collections.abc import Sequence
from math import comb, exp, fsum, lgamma, log

CONFIDENCE = 0.95
LEEWAY = 0.05
# The 95 % points of chi-square by degrees of freedom: Pearson and Hartley, Biometrika Tables, 8.
CHI_SQUARE = {1: 3.841, 2: 5.991, 3: 7.815, 4: 9.488, 5: 11.070, 6: 12.592, 7: 14.067}


def binomial_limit(number: int, chance: float) -> int:
    """Return the most hits among so many tries that chance alone leaves at 95 %.

    The smallest k with P(X <= k) >= 0.95, X binomial: one-sided and exact. Where tries differ in
    their chance it takes the mean, which errs to the safe side (Hoeffding 1956, Annals of
    Mathematical Statistics 27, 713-721).
    """
    if not number or chance <= 0:
        return 0
    if chance >= 1:
        return number
    below = 0.0
    for hits in range(number + 1):
        below += _probability(hits, number, chance)
        if below >= CONFIDENCE:
            return hits
    return number


def allowed(number: int, chance: float) -> float:
    """Return which part of the tries may be hits: chance and 5 points, or what chance leaves."""
    most = max(binomial_limit(number, chance) / number, chance + LEEWAY) if number else 1.0
    return min(1.0, most)


def _probability(hits: int, number: int, chance: float) -> float:
    ways = lgamma(number + 1) - lgamma(hits + 1) - lgamma(number - hits + 1)
    return exp(ways + hits * log(chance) + (number - hits) * log(1 - chance))


def unequal(some: int, of: int, others: int, of_others: int) -> bool:
    """Say whether two shares differ by more than chance leaves at 95 %.

    Fisher's exact test, twice the smaller tail (Fisher 1935, The Design of Experiments).
    """
    both, total = some + others, of + of_others
    if not (of and of_others and both):
        return False
    ways = comb(total, both)

    def tail(counts: range) -> float:
        return sum(comb(of, n) * comb(of_others, both - n) for n in counts) / ways

    lowest, highest = max(0, both - of_others), min(of, both)
    smaller = min(tail(range(lowest, some + 1)), tail(range(some, highest + 1)))
    return 2 * smaller < 1 - CONFIDENCE


def chi_square(counts: Sequence[int]) -> float:
    """Return how far counts are from equal ones (Pearson 1900)."""
    expected = sum(counts) / len(counts)
    return fsum((count - expected) ** 2 / expected for count in counts) if expected else 0.0
