"""flask worker and flask jobs, in words."""

from __future__ import annotations

from datetime import timedelta

from isotrain import clock
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.jobs import leasing
from tests.jobs.making import a_job, having


def said(app, *words):
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=[*words])
    return done.exit_code, done.output


def nothing(_transaction):
    yield from ()


def failing(_transaction):
    yield 1
    raise Refusal("The other side is away.")


def test_a_worker_that_looks_once_says_how_many_jobs_it_ran(each_app):
    with having(a_job(nothing), a_job(failing, "bad")):
        words = "jobs and pieces of long work ran.\n"
        assert said(each_app, "worker", "--once")[1].endswith(f"2 {words}")
        assert said(each_app, "worker", "--once") == (0, f"0 {words}")


def test_the_list_says_how_each_job_stands(each_app):
    with having(a_job(nothing), a_job(failing, "bad")):
        _code, before = said(each_app, "jobs", "list")
        assert before.count("waiting") == 2
        said(each_app, "worker", "--once")
        _code, after = said(each_app, "jobs", "list")
        lines = dict(zip(("try", "bad"), after.splitlines(), strict=True))
        assert "done" in lines["try"] and "0 done" in lines["try"]
        assert "failed" in lines["bad"] and lines["bad"].endswith("The other side is away.")
        with clock.moved_by(timedelta(hours=1)):
            assert said(each_app, "jobs", "list")[1].count("late") == 2


def test_a_job_is_run_by_hand_due_or_not(each_app):
    with having(a_job(nothing), a_job(failing, "bad")):
        assert said(each_app, "jobs", "run", "try") == (0, "Done.\n")
        assert said(each_app, "jobs", "run", "try") == (0, "Done.\n")
        code, words = said(each_app, "jobs", "run", "bad")
        assert code == 1 and words.endswith("Error: The other side is away.\n")


def test_a_job_that_a_worker_or_a_command_has_is_not_run_beside_it(each_app):
    with having(a_job(nothing)):
        leasing.take("try")
        code, words = said(each_app, "jobs", "run", "try")
    assert code == 1 and "try is running already, by a worker or another command." in words


def test_a_job_that_there_is_not_is_named(app):
    code, words = said(app, "jobs", "run", "dance")
    assert code == 1 and "There is no job dance. See: flask jobs list" in words
