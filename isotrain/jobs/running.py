"""Running jobs that are due: each by whoever took it, to its end or until told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.jobs import leasing
from isotrain.jobs.job import Job, Jobs, Lane, Transaction
from isotrain.jobs.rules import RENEW_AFTER
from isotrain.wired import wired

if TYPE_CHECKING:
    from isotrain.jobs.leasing import Lease

Stopping = Callable[[], bool]
_log = logging.getLogger("isotrain")


class LostLease(Exception):
    """Somebody else has the job by now: this worker was away for too long."""


def run_due(lane: Lane, *, transaction: Transaction, stopping: Stopping) -> int:
    """Run every job of a lane that is due and free, in order; return how many."""
    due, ran = set(leasing.list_due()), 0
    for job in wired(Jobs).each:
        if stopping():
            break
        lease = leasing.take(job.name) if job.lane is lane and job.name in due else None
        if lease is not None:
            run(job, lease, transaction=transaction, stopping=stopping)
            ran += 1
    return ran


def run(job: Job, lease: Lease, *, transaction: Transaction, stopping: Stopping) -> str | None:
    """Run a job that was taken, note how it went, and return why it failed, if it did."""
    counted = _Count()
    try:
        finished = _carry_out(job, lease, counted, transaction, stopping)
        failure = None
    except LostLease:
        return _("Another worker took this job over.")
    except (Refusal, NotFound) as refusal:
        finished, failure = True, refusal.sentence
    except Exception as error:
        _log.exception("job %s failed", job.name)
        finished, failure = True, _("It broke off: %(error)s. The log of the worker says more.",
                                    error=type(error).__name__)
    next_at = job.schedule.after(lease.taken_at)
    db.session.rollback()
    if not finished:
        leasing.give_back(lease)
        return None
    leasing.conclude(lease, next_at=next_at, done=counted.done, failure=failure)
    if counted.done or failure:
        _log.info("job", extra={"fields": {"job": job.name, "done": counted.done,
                                           "failure": failure}})
    return failure


class _Count:
    """How much was done so far, known also when the rest fails."""

    done = 0


def _carry_out(
    job: Job, lease: Lease, counted: _Count, transaction: Transaction, stopping: Stopping
) -> bool:
    """Do a job step by step and keep its lease; False when told to stop before its end."""
    renewed = time.monotonic()
    for done in job.run(transaction):
        counted.done += done
        if stopping():
            return False
        if time.monotonic() - renewed > RENEW_AFTER.total_seconds():
            if not leasing.keep(lease):
                raise LostLease
            renewed = time.monotonic()
    return True
