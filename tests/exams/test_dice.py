"""The generator: published vectors, a second implementation, and fairness."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from tests.questions.strategies import laws, seeds

from .by_hand import PAGE, by_hand
from .chances import assert_uniform

SEED = "000102030405060708090a0b0c0d0e0f"
few = laws()


def spaced(things):
    return " ".join(str(thing) for thing in things)


def first(dice, n, k):
    return list(islice(dice.order(n), k))


def below(n, times):
    dice = Dice(SEED)
    return spaced(dice.below(n) for _ in range(times))


VECTORS = {
    "below 6, twelve times": below(6, 12),
    "below 2^63 + 1, four times (throws words away)": below(2**63 + 1, 4),
    "order of 10": spaced(Dice(SEED).order(10)),
    "first 5 of the order of 15000": spaced(first(Dice(SEED), 15_000, 5)),
    "seed of the child `cell 0`": f"`{Dice(SEED).child('cell 0').seed}`",
    "seed of the child `options 57`": f"`{Dice(SEED).child('options 57').seed}`",
    "seed of the child `é`": f"`{Dice(SEED).child('é').seed}`",
    "a b c d e in the order of the child `options 57`": spaced(
        Dice(SEED).child("options 57").shuffled("abcde")
    ),
}


@pytest.mark.parametrize("what", VECTORS)
def test_the_published_vector_comes_out(what):
    published = next(line for line in PAGE.splitlines() if line.startswith(f"| {what} |"))
    assert published.removeprefix(f"| {what} | ").startswith(VECTORS[what])


def test_the_published_words_come_out():
    dice = Dice(SEED)
    words = [format(dice.below(2**64), "016x") for _ in range(5)]
    assert f"| first five words | `{spaced(words)}` |" in PAGE


@few
@given(seeds, st.lists(st.integers(1, 2**64), max_size=30))
def test_numbers_are_those_of_the_second_implementation(seed, spans):
    dice, stream = Dice(seed), by_hand.words(seed)
    assert [dice.below(n) for n in spans] == [by_hand.below(n, stream) for n in spans]


@few
@given(seeds, st.integers(0, 40))
def test_orders_are_those_of_the_second_implementation(seed, n):
    assert Dice(seed).shuffled(range(n)) == by_hand.shuffled(range(n), seed)


@few
@given(seeds, st.text(st.characters(exclude_categories=["Cs"]), max_size=10))
def test_children_are_those_of_the_second_implementation(seed, label):
    assert Dice(seed).child(label).seed == by_hand.child(seed, label)


@few
@given(seeds, st.integers(0, 40))
def test_an_order_names_every_place_once(seed, n):
    assert sorted(Dice(seed).order(n)) == list(range(n))


def test_what_is_drawn_from_the_parent_does_not_shift_a_child():
    dice = Dice(SEED)
    before = first(dice.child("a"), 100, 10)
    first(dice, 100, 50)
    assert first(dice.child("a"), 100, 10) == before
    assert first(dice.child("b"), 100, 10) != before


@pytest.mark.parametrize(
    "seed", ["", SEED[:-1], SEED + "0", SEED.upper(), SEED[:-1] + "g", SEED + "\n"]
)
def test_a_seed_of_another_shape_is_refused(seed):
    with pytest.raises(ValueError, match="seed"):
        Dice(seed)


@pytest.mark.parametrize("n", [0, -1, 2**64 + 1])
def test_a_span_that_words_cannot_cover_is_refused(n):
    with pytest.raises(ValueError, match="n must"):
        Dice(SEED).below(n)


@pytest.mark.parametrize("n", [2, 3, 6, 10])
def test_every_number_is_equally_likely(n):
    dice = Dice(SEED)
    counts = [0] * n
    for _ in range(20_000):
        counts[dice.below(n)] += 1
    assert_uniform(counts)


def test_every_order_is_equally_likely():
    counts = dict.fromkeys([(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)], 0)
    for number in range(12_000):
        counts[tuple(Dice(SEED).child(str(number)).order(3))] += 1
    assert_uniform(list(counts.values()))


def test_high_words_that_would_favour_small_numbers_are_thrown_away():
    # A span of 3 * 2**62 keeps three words of four; a plain remainder would give the lowest
    # quarter twice the chance of the others.
    dice = Dice(SEED)
    thirds = [0, 0, 0]
    for _ in range(6_000):
        thirds[dice.below(3 * 2**62) // 2**62] += 1
    assert_uniform(thirds)


def test_the_first_word_beyond_the_last_whole_round_is_thrown_away():
    # 2**64 leaves 1 when divided by 3, so the largest word is the only one to go.
    dice = Dice(SEED)
    dice._words = iter([2**64 - 1, 2**64 - 2, 7])
    assert [dice.below(3), dice.below(3)] == [2, 1]


def test_a_long_order_costs_only_what_is_taken():
    order = Dice(SEED).order(10**18)
    taken = list(islice(order, 100))
    assert len(set(taken)) == 100
    assert max(taken) > 10**16
