"""Laws of samples: drawn by a word, of the size asked for, the same for everybody."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from isotrain.keeping.rules import Sample

IDS = st.sets(st.integers(1, 2**63 - 1), max_size=60)
SEEDS = st.text(max_size=12)
SIZES = st.integers(1, 70)


@given(IDS, SEEDS, SIZES)
def test_a_sample_has_the_size_asked_for_and_nothing_twice(ids, seed, size):
    drawn = Sample(size, seed).drawn("attempt", ids)
    assert len(drawn) == min(size, len(ids)) and set(drawn) <= ids
    assert drawn == sorted(set(drawn))


@given(st.lists(st.integers(1, 10_000), unique=True, max_size=60), SEEDS, SIZES, st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order(ids, seed, size, dice):
    again = list(ids)
    dice.shuffle(again)
    assert Sample(size, seed).drawn("attempt", ids) == Sample(size, seed).drawn("attempt", again)


@given(IDS, st.integers(1, 2**63 - 1), SEEDS, SIZES)
def test_a_thing_that_is_new_takes_the_place_of_one_other_at_most(ids, new, seed, size):
    before = set(Sample(size, seed).drawn("attempt", ids))
    after = set(Sample(size, seed).drawn("attempt", ids | {new}))
    assert len(before - after) <= 1 and after - before <= {new}


def test_every_thing_can_be_drawn():
    ids = range(1, 41)
    drawn = {id_ for seed in range(500) for id_ in Sample(1, str(seed)).drawn("attempt", ids)}
    assert drawn == set(ids)


def test_different_seeds_and_different_kinds_draw_differently():
    drawn = [tuple(Sample(10, seed).drawn(kind, range(1000)))
             for seed in ("Anna", "anna", "Anna ") for kind in ("attempt", "record")]
    assert len(set(drawn)) == len(drawn)


def test_all_are_drawn_about_equally_often():
    times = dict.fromkeys(range(20), 0)
    for seed in range(2000):
        for id_ in Sample(5, str(seed)).drawn("attempt", times):
            times[id_] += 1
    assert all(420 < count < 580 for count in times.values())  # 500 expected, 4 deviations


def test_a_sample_can_be_drawn_by_hand():
    numbers = {id_: sha256(f"isotrain-sample-1 Anna attempt {id_}".encode()).hexdigest()
               for id_ in range(1, 101)}
    by_hand = sorted(sorted(numbers, key=numbers.__getitem__)[:3])
    assert Sample(3, "Anna").drawn("attempt", range(1, 101)) == by_hand
