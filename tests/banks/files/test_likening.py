"""Which questions look like which: by the letters that stay, each side once."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from isotrain.banks.files import likening
from isotrain.banks.files.likening import ALIKE, Near

TYPO = "who recieves the alarm first? gate kitchen office"
RIGHT = "who receives the alarm first? gate kitchen office"
OTHER = "where is the muster point? car park cellar roof"


def test_a_corrected_word_leaves_a_text_alike_and_another_question_is_not():
    assert likening.likeness(TYPO, RIGHT) == 97
    assert likening.likeness(RIGHT, RIGHT) == 100
    assert likening.likeness(TYPO, OTHER) == 0


def test_only_the_same_text_is_wholly_alike():
    one = "a" * 1_000
    assert likening.likeness(one + "b", one + "b") == 100
    assert likening.likeness("a" * 999 + "b", "a" * 999 + "c") == 99


def test_of_long_texts_the_beginnings_are_compared():
    assert likening.likeness("a" * 2_000 + "b" * 9_000, "a" * 2_000 + "c" * 9_000) == 100


def test_what_shares_the_rarest_words_is_worth_comparing():
    near = Near([OTHER, RIGHT, "the the the"])
    assert near.to(TYPO)[0] == 1
    assert near.to("nothing of it") == []


def test_texts_without_spaces_are_compared_sign_by_sign():
    assert Near(["谁先收到警报？", "集合点在哪里？"]).to("谁先收到警报呢？")[0] == 0


def test_each_side_is_paired_once_with_the_most_alike_first():
    found = [(85, 0, 0), (99, 1, 0), (90, 0, 1), (ALIKE - 1, 2, 2), (ALIKE, 3, 3)]
    assert list(likening.pairs(found)) == [(99, 1, 0), (90, 0, 1), (ALIKE, 3, 3)]


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 9), st.integers(0, 9))))
def test_no_side_of_a_pair_stands_in_another_and_none_is_below_the_limit(found):
    chosen = list(likening.pairs(found))
    assert all(percent >= ALIKE for percent, _one, _other in chosen)
    for side in (1, 2):
        assert len({pair[side] for pair in chosen}) == len(chosen)
    assert list(likening.pairs(reversed(found))) == chosen
