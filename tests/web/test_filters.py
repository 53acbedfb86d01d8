"""Dates, distances and numbers as people read them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.web import filters

TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def in_a_request(face):
    with face.test_request_context():
        yield


@pytest.mark.parametrize(("day", "due", "distance"), [
    (date(2026, 11, 11), "12 days overdue", "12 days ago"),
    (date(2026, 11, 22), "1 day overdue", "yesterday"),
    (date(2026, 11, 23), "due today", "today"),
    (date(2026, 11, 24), "due tomorrow", "tomorrow"),
    (date(2026, 11, 26), "due in 3 days", "in 3 days"),
    (None, "no due date", "–"),
])
def test_a_day_is_told_by_its_distance(day, due, distance):
    assert filters.due(day, TODAY) == due
    assert filters.distance(day, TODAY) == distance


def test_distance_counts_from_the_clock_and_an_instant_counts_as_its_day():
    with clock.frozen_at(datetime(2026, 11, 23, 23, 59, tzinfo=UTC)):
        assert filters.distance(datetime(2026, 11, 24, 0, 1, tzinfo=UTC)) == "tomorrow"


def test_days_and_instants_are_written_out():
    at = datetime(2026, 3, 9, 8, 5, tzinfo=UTC)
    assert filters.day(at.date()) == filters.day(at.date().isoformat()) == "9 Mar 2026"
    assert filters.moment(at) == "9 Mar 2026, 08:05"
    assert filters.time_of_day(at) == "08:05"
    assert filters.day(None) == filters.moment(None) == filters.time_of_day(None) == "–"


@pytest.mark.parametrize(("value", "digits", "shown"), [
    (80, 0, "80"), (79.99, 0, "79"), (Fraction(799, 10), 1, "79.9"), ("66.66", 1, "66.6"),
    (0, 0, "0"), (100, 1, "100"),
])
def test_a_percentage_is_rounded_down(value, digits, shown):
    assert filters.percent(value, digits) == f"{shown}\N{NO-BREAK SPACE}%"


def test_a_missing_number_is_a_dash():
    assert filters.percent(None) == filters.number(None) == filters.length(None) == "–"


@settings(max_examples=60)
@given(st.fractions(min_value=0, max_value=100), st.integers(0, 2))
def test_nobody_is_shown_more_than_they_have(value, digits):
    shown = Fraction(filters.percent(value, digits).split("\N{NO-BREAK SPACE}")[0])
    assert shown <= value < shown + Fraction(1, 10**digits)


@pytest.mark.parametrize(("seconds", "words"), [
    (0, "0 s"), (59, "59 s"), (60, "1 min"), (754, "12 min"), (3900, "1 h 05 min"),
])
def test_a_length_of_time_is_short(seconds, words):
    assert filters.length(seconds) == words


def test_numbers_have_separators():
    assert filters.number(12840) == "12,840"
