"""Jobs that tests let an app have, and workers that run them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from flask import current_app

from isotrain.db import db
from isotrain.jobs import carrying_out, leasing, running
from isotrain.jobs.job import Job, Jobs, Lane
from isotrain.jobs.models import JobRun, Work
from isotrain.jobs.rules import Every
from isotrain.web.transaction import transaction
from isotrain.wired import KEY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MINUTE = timedelta(minutes=1)


def a_job(run: Callable, name: str = "try", *, every: timedelta = MINUTE,
          lane: Lane = Lane.SHORT) -> Job:
    return Job(name, "Tries something.", Every(every), run, lane)


@contextmanager
def having(*jobs: Job) -> Iterator[None]:
    """Let the app have these jobs and no others, each with its row."""
    app = current_app._get_current_object()
    before = app.extensions[KEY]
    app.extensions[KEY] = replace(before, jobs=Jobs(jobs))
    leasing.enrol(jobs)
    try:
        yield
    finally:
        app.extensions[KEY] = before


def run_due(lane: Lane = Lane.SHORT) -> int:
    """Do what a worker does when it looks once."""
    return running.run_due(lane, transaction=transaction, stopping=lambda: False)


def row(name: str = "try") -> JobRun:
    db.session.rollback()
    return db.session.get(JobRun, name, populate_existing=True)


def work_off(stopping: Callable[[], bool] = lambda: False) -> int:
    """Do all long work that waits, as a worker does."""
    return carrying_out.run_waiting(transaction=transaction, stopping=stopping)


def kept(work_id: int) -> Work:
    db.session.rollback()
    return db.session.get_one(Work, work_id, populate_existing=True)
