"""Jobs run once, whoever is there to run them, and a worker that dies keeps nobody waiting long."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.jobs import leasing, rules, running
from isotrain.jobs.job import Jobs, Lane, in_batches
from isotrain.jobs.models import JobRun
from isotrain.jobs.rules import LEASE, RENEW_AFTER
from isotrain.settings import house
from isotrain.settings.definitions import TIME_ZONE
from isotrain.timetable import JOBS
from isotrain.web.transaction import transaction
from isotrain.wired import wired
from tests.factories import a_setting, committed
from tests.jobs.making import MINUTE, a_job, having, row, run_due

SECOND = timedelta(seconds=1)


def counting(steps):
    """A job that adds a step each time it runs, and does two things."""
    def run(_transaction):
        steps.append(1)
        yield 2
    return run


def test_a_job_runs_when_it_is_due_and_not_before_it_is_due_again(each_app):
    steps = []
    with having(a_job(counting(steps)), a_job(counting(steps), "other", every=2 * MINUTE)):
        assert run_due() == 2 and run_due() == 0
        with clock.moved_by(MINUTE + SECOND):
            assert run_due() == 1
    assert len(steps) == 3
    kept = row()
    assert (kept.outcome, kept.done, kept.sentence, kept.held_by) == ("ok", 2, None, None)
    assert kept.began_at <= kept.ended_at and kept.next_at == kept.began_at + MINUTE


def test_each_lane_runs_its_own_jobs(each_app):
    steps = []
    with having(a_job(counting(steps)), a_job(counting(steps), "night", lane=Lane.LONG)):
        assert run_due(Lane.LONG) == 1
        assert row().ended_at is None and row("night").ended_at is not None


def test_of_many_workers_one_runs_a_job(each_app):
    steps, together = [], threading.Barrier(6)

    def look():
        together.wait()
        with each_app.app_context():
            run_due()

    with having(a_job(counting(steps))):
        workers = [threading.Thread(target=look) for _ in range(6)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
    assert len(steps) == 1


def test_the_lease_of_a_worker_that_died_runs_out_and_another_takes_over(each_app):
    steps = []
    with having(a_job(counting(steps))):
        assert leasing.take("try") is not None
        assert run_due() == 0
        with clock.moved_by(LEASE - SECOND):
            assert run_due() == 0
        with clock.moved_by(LEASE + SECOND):
            assert run_due() == 1


def test_a_worker_that_was_away_too_long_notes_nothing(each_app):
    with having(a_job(counting([]))):
        slow = leasing.take("try")
        with clock.moved_by(LEASE + SECOND):
            quick = leasing.take("try")
            assert not leasing.keep(slow)
            assert not leasing.conclude(slow, next_at=clock.now(), done=9, failure="slow")
            leasing.give_back(slow)
            assert row().held_by == quick.holder
            assert leasing.conclude(quick, next_at=clock.now() + MINUTE, done=1, failure=None)
    assert (row().done, row().outcome) == (1, "ok")


def test_a_long_job_keeps_its_lease_and_breaks_off_when_it_lost_it(each_app, monkeypatch):
    monkeypatch.setattr(running, "RENEW_AFTER", timedelta(0))
    held, after = [], []

    def run(_transaction):
        held.append(row().held_until)
        with clock.moved_by(RENEW_AFTER):
            yield 1
        held.append(row().held_until)
        with clock.moved_by(RENEW_AFTER + LEASE + SECOND):
            leasing.take("try")
            yield 1
        after.append("went on")

    with having(a_job(run)):
        run_due()
    assert held[1] - held[0] >= RENEW_AFTER and after == []
    assert row().held_by is not None, "whoever took it over has it still"


def test_who_is_told_to_stop_gives_the_job_back_to_whoever_comes_next(each_app):
    steps = []

    def run(_transaction):
        for _ in range(2):
            steps.append(1)
            yield 1

    with having(a_job(run)):
        lease = leasing.take("try")
        running.run(a_job(run), lease, transaction=transaction, stopping=lambda: True)
        assert len(steps) == 1 and row().held_by is None and row().outcome is None
        assert run_due() == 1 and len(steps) == 3


@pytest.mark.parametrize(("error", "sentence"), [
    (Refusal("Two letters wait."), "Two letters wait."),
    (NotFound("There is no such thing."), "There is no such thing."),
    (ZeroDivisionError(), "It broke off: ZeroDivisionError. The log of the worker says more."),
])
def test_a_job_that_fails_says_so_counts_what_it_did_and_comes_again(each_app, error, sentence):
    def run(_transaction):
        yield 3
        raise error

    with having(a_job(run), a_job(counting([]), "next")):
        assert run_due() == 2, "the jobs after it run"
        assert (row().outcome, row().sentence, row().done) == ("failed", sentence, 3)
        assert row().next_at == row().began_at + MINUTE


def test_what_a_failing_step_wrote_is_taken_back_and_what_earlier_ones_did_stays(each_app):
    steps = iter([1, 1])

    def step():
        leasing.note_done("written", next(steps, 9))
        if row_count() == 9:
            raise Refusal("No more.")
        return 1

    def row_count():
        return db.session.get(JobRun, "written", populate_existing=True).done

    with having(a_job(in_batches(step))):
        run_due()
    assert row("written").done == 1 and row().done == 2


def test_a_job_can_be_run_early_but_not_beside_another(each_app):
    with having(a_job(counting([]))):
        run_due()
        lease = leasing.take_early("try")
        assert lease is not None and leasing.take_early("try") is None


def test_after_a_restore_nobody_holds_a_job(each_app):
    with having(a_job(counting([]))):
        leasing.take("try")
        with committed():
            leasing.release_all()
        assert run_due() == 1


@given(next_in=st.integers(-200, 200), held_for=st.none() | st.integers(-200, 200))
@settings(max_examples=40, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_statement_that_takes_a_job_decides_as_the_rule_does(app, next_in, held_for):
    with clock.frozen_at(clock.now()), having(a_job(counting([]))):
        now = clock.now()
        until = None if held_for is None else now + held_for * SECOND
        with committed():
            kept = db.session.get_one(JobRun, "try", populate_existing=True)
            kept.next_at = now + next_in * SECOND
            kept.held_until, kept.held_by = until, until and "somebody"
        due = rules.is_due(now + next_in * SECOND, until, now)
        assert ("try" in leasing.list_due()) == due
        assert (leasing.take("try") is not None) == due


def test_the_app_has_the_jobs_of_the_timetable_with_names_that_tell_them_apart(app):
    assert wired(Jobs) is JOBS
    names = [job.name for job in JOBS.each]
    assert len(set(names)) == len(names) > 8
    with pytest.raises(NotFound):
        JOBS.get("no such job")


def test_every_job_of_the_timetable_runs_on_an_empty_place_and_does_nothing(each_app):
    leasing.enrol(JOBS.each)
    with clock.moved_by(timedelta(days=1)):
        assert run_due() + run_due(Lane.LONG) == len(JOBS.each)
    for job in JOBS.each:
        kept = row(job.name)
        if job.lane is Lane.SHORT:
            assert (kept.outcome, kept.done) == ("ok", 0), (job.name, kept.sentence)


def test_what_runs_at_night_runs_in_the_organizations_night(each_app):
    a_setting(TIME_ZONE, "Asia/Kolkata")
    leasing.enrol(JOBS.each)
    lease = leasing.take_early("verify")
    first = row("verify").next_at
    assert running.run(JOBS.get("verify"), lease, transaction=transaction,
                       stopping=lambda: False) is None
    again = row("verify").next_at
    for due in (first, again):
        there = due.astimezone(house.zone())
        assert (there.hour, there.minute) == (2, 0)
