"""Steps are as large as the time they take lets them be."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from isotrain.db import db
from isotrain.jobs import stepping
from isotrain.jobs.stepping import AIM, FIRST, Pace, step
from isotrain.web.transaction import transaction

SECONDS = st.floats(0, 5)


@given(st.integers(1, 500), st.lists(st.integers()), st.lists(SECONDS, min_size=1))
def test_everything_is_done_once_and_in_its_order_however_long_each_step_takes(most, things, took):
    pace, done = Pace(most), []
    for n, some in enumerate(pace.parts(things)):
        assert 1 <= len(some) <= most
        done += some
        pace.took(took[n % len(took)])
    assert done == things


@given(st.integers(1, 5000), st.floats(0.0001, 1))
def test_where_each_thing_takes_as_long_steps_come_to_take_what_they_are_to(most, each):
    pace = Pace(most)
    for _step in range(20):
        pace.took(pace.size * each)
    assert pace.size in (pace.least, most) or AIM / 2 < pace.size * each <= AIM


def test_one_slow_step_does_not_make_the_next_a_crawl():
    pace = Pace(500)
    pace.took(AIM)
    pace.took(60)
    assert pace.size == pace.least == 100


def test_a_pace_hears_how_long_the_lock_was_held_but_not_the_wait_for_it(app, monkeypatch):
    pace, told = Pace(100), []
    monkeypatch.setattr(pace, "took", told.append)
    moments = iter((0.0, 7.0, 7.25))
    monkeypatch.setattr(stepping, "time", SimpleNamespace(
        monotonic=lambda: next(moments), sleep=told.append))
    with step(transaction, pace):
        db.session.execute(sa.text("SELECT 1"))
    assert told == [0.25, stepping.LONGEST_REST]


def test_a_step_that_fails_tells_nothing(app):
    pace = Pace(100)
    with pytest.raises(ZeroDivisionError), step(transaction, pace):
        raise ZeroDivisionError
    assert pace.size == FIRST
