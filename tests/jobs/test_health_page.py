"""The health page says how the jobs stand, and what to do when they do not run."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.errors import Refusal
from isotrain.jobs import leasing, overview
from tests.factories import a_user, client_of, committed
from tests.jobs.making import a_job, having, run_due

AWAY = "The worker does not run"


def nothing(_transaction):
    yield 7


def failing(_transaction):
    yield from ()
    raise Refusal("The other side is away.")


@pytest.fixture
def health(each_app):
    admin = a_user("admin")
    return lambda: client_of(each_app, admin).get("/health").text


def test_where_no_worker_ever_ran_the_page_says_how_to_start_one(health):
    page = health()
    assert AWAY in page and "It has never run here." in page and "flask --app app worker" in page


def test_a_worker_that_runs_is_seen(health):
    with having(a_job(nothing)):
        run_due()
        page = health()
    assert AWAY not in page and "Tries something." in page and "Some jobs need a look" not in page
    assert ">7</td>" in page


def test_a_worker_that_stopped_is_missed_after_five_minutes(health):
    with having(a_job(nothing)):
        run_due()
        with clock.moved_by(overview.AWAY - timedelta(seconds=5)):
            assert AWAY not in health()
        with clock.moved_by(overview.AWAY + timedelta(seconds=5)):
            page = health()
            assert AWAY in page and "It was last seen on" in page


def test_a_worker_that_is_busy_is_not_missed(health):
    with having(a_job(nothing)):
        lease = leasing.take("try")
        with clock.moved_by(timedelta(minutes=1)):
            leasing.keep(lease)
        with clock.moved_by(timedelta(minutes=2)):
            page = health()
    assert AWAY not in page and "Running" in page


def test_a_job_that_failed_says_why_and_one_that_is_late_says_what_to_do(health):
    hour = timedelta(hours=1)
    with having(a_job(failing, "bad"), a_job(nothing, "slow"), a_job(nothing, every=hour)):
        run_due()
        page = health()
        assert "Some jobs need a look" in page and "The other side is away." in page
        with clock.moved_by(hour + timedelta(minutes=1)):
            leasing.take("try")  # a worker is there, and busy with another job
            page = health()
            assert "flask --app app jobs run slow" in page and AWAY not in page


def test_a_backup_that_is_missing_or_old_is_asked_for(health):
    assert "None was made yet." in health()
    with committed():
        leasing.note_done(overview.BACKUP, 5)
    assert "There is no recent backup" not in health()
    with clock.moved_by(overview.BACKUP_LATE + timedelta(minutes=1)):
        page = health()
        assert "There is no recent backup" in page and "The last one was made on" in page
