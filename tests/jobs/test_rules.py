"""When a job is due, when it is late, and how it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain import zones
from isotrain.jobs import rules
from isotrain.jobs.rules import Every, Nightly, Run, State

ZONES = [partial(zones.find, name) for name in (
    "UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe",
    "Pacific/Kiritimati", "Pacific/Pago_Pago")]
BERLIN = ZONES[1]
NOON = datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
RESTING = Run(next_at=NOON, held_until=None, ended_at=NOON - MINUTE, failed=False)
instants = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
spans = st.timedeltas(SECOND, timedelta(days=40))
nights = st.builds(Nightly, st.integers(0, 23), st.sampled_from(ZONES))
schedules = st.builds(Every, spans) | nights


def test_a_new_job_runs_at_once_but_one_of_the_night_in_the_night():
    assert Every(MINUTE).first(NOON) == NOON
    assert Nightly(2, zones.universal).first(NOON) == datetime(2026, 3, 29, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("began", "due"), [
    (datetime(2026, 3, 28, 1, 59, 59, tzinfo=UTC), datetime(2026, 3, 28, 2, tzinfo=UTC)),
    (datetime(2026, 3, 28, 2, tzinfo=UTC), datetime(2026, 3, 29, 2, tzinfo=UTC)),
    (datetime(2026, 12, 31, 23, tzinfo=UTC), datetime(2027, 1, 1, 2, tzinfo=UTC)),
])
def test_what_runs_at_night_is_due_in_the_next_night(began, due):
    assert Nightly(2, zones.universal).after(began) == due


@pytest.mark.parametrize(("night", "expected"), [
    (datetime(2026, 3, 28, 12, tzinfo=UTC),  # 2:00 is left out: it is due when clocks go forward
     ["2026-03-29 03:00 CEST", "2026-03-30 02:00 CEST"]),
    (datetime(2026, 10, 24, 12, tzinfo=UTC),  # 2:00 comes twice: it is due the first time only
     ["2026-10-25 02:00 CEST", "2026-10-26 02:00 CET"]),
])
def test_a_job_of_the_night_runs_once_also_when_clocks_change(night, expected):
    job, due = Nightly(2, BERLIN), []
    while len(due) < 2:
        night = job.after(night)
        due.append(f"{night.astimezone(BERLIN()):%Y-%m-%d %H:%M %Z}")
    assert due == expected


@given(nights, instants)
def test_there_is_one_due_moment_in_every_night_whoever_asks_when(job, began):
    due = job.after(began)
    following = job.after(due)
    assert job.after(due - timedelta(microseconds=1)) == due
    assert (zones.day(following, job.zone()) - zones.day(due, job.zone())).days == 1


def test_a_job_is_due_from_its_moment_on():
    assert not rules.is_due(RESTING.next_at, None, NOON - SECOND)
    assert rules.is_due(RESTING.next_at, None, NOON)
    assert not rules.is_due(None, None, NOON), "what runs by a command alone"


def test_a_job_that_somebody_has_is_due_for_nobody_until_the_lease_runs_out():
    until = NOON + MINUTE
    assert not rules.is_due(NOON, until, until - SECOND)
    assert rules.is_due(NOON, until, until)


@pytest.mark.parametrize(("run", "expected"), [
    (RESTING, State.DONE),
    (replace(RESTING, failed=True), State.FAILED),
    (replace(RESTING, ended_at=None), State.WAITING),
    (replace(RESTING, next_at=NOON - 6 * MINUTE), State.DONE),
    (replace(RESTING, next_at=NOON - 6 * MINUTE - SECOND), State.LATE),
    (replace(RESTING, next_at=NOON - HOUR, failed=True), State.LATE),
    (replace(RESTING, next_at=NOON - HOUR, held_until=NOON + SECOND), State.RUNNING),
    (replace(RESTING, next_at=NOON - HOUR, held_until=NOON), State.LATE),
])
def test_how_a_job_of_every_minute_stands_at_noon(run, expected):
    assert rules.state(run, Every(MINUTE), NOON) == expected


@given(schedules, instants)
def test_what_runs_is_due_again_later_and_not_too_late(schedule, began):
    due = schedule.after(began)
    assert began < due <= began + (schedule.span if isinstance(schedule, Every)
                                   else timedelta(hours=25))
    assert schedule.patience > timedelta(0)


@given(schedules, instants, spans)
def test_nobody_is_told_that_a_job_is_late_that_just_ran(schedule, began, later):
    run = Run(schedule.after(began), None, began, failed=False)
    late = rules.state(run, schedule, began + later) == State.LATE
    assert late == (began + later > schedule.after(began) + schedule.patience)


@given(instants, instants, st.none() | instants)
def test_whatever_is_held_is_never_due(now, next_at, held_until):
    assert not (rules.is_due(next_at, held_until, now) and rules.is_held(held_until, now))
