"""Shares of a mark in percent, there and back."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.questions.percent import percent, share_of, snapped


@pytest.mark.parametrize(("text", "share"), [
    ("100", 1), ("0", 0), ("-100", -1), ("50", Fraction(1, 2)), ("12.5", Fraction(1, 8)),
    ("33.33333", Fraction(1, 3)), ("-16.667", Fraction(-1, 6)), ("+5.", Fraction(1, 20)),
    (".5", Fraction(1, 200)), ("5e-1", Fraction(1, 200)), ("33.3", Fraction(333, 1000)),
])
def test_a_number_says_its_share(text, share):
    assert share_of(text) == share


@pytest.mark.parametrize("text", ["100.01", "-101", "", "half", "1,5", "1/2", "1e9", "9" * 10])
def test_what_says_no_share_is_none(text):
    assert share_of(text) is None


def test_the_whole_may_be_another():
    assert share_of("0.3333333", whole=1) == Fraction(1, 3)


@given(st.fractions(-1, 1, max_denominator=20))
def test_simple_fractions_survive_their_percent(share):
    assert share_of(percent(share)) == share == snapped(share)


@given(st.integers(-10_000_000, 10_000_000))
def test_decimals_survive_their_percent(millionths):
    share = snapped(Fraction(millionths, 10_000_000))
    assert share_of(percent(share)) == share
