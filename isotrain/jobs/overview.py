"""How the jobs stand, for the health page and the command."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from isotrain.db import db, now
from isotrain.jobs import rules
from isotrain.jobs.job import Job, Jobs
from isotrain.jobs.models import FAILED, JobRun
from isotrain.jobs.rules import State
from isotrain.wired import wired

BACKUP, VERIFY = "backup", "verify"
BACKUP_LATE = timedelta(days=2)
AWAY = timedelta(minutes=5)


@dataclass(frozen=True)
class Standing:
    """One job and how it stands; without a row no worker has ever run here."""

    job: Job
    state: State
    run: JobRun | None


@dataclass(frozen=True)
class Overview:
    """All jobs, when a worker was last seen, and when what by when was last backed up."""

    standings: tuple[Standing, ...]
    seen_at: datetime | None
    is_away: bool
    backed_up_at: datetime | None
    is_backup_late: bool

    @property
    def verified_at(self) -> datetime | None:
        """When everything was last checked, whatever was found."""
        return next((each.run.ended_at for each in self.standings
                     if each.job.name == VERIFY and each.run), None)

    @property
    def troubled(self) -> list[Standing]:
        """The jobs that an administrator should look at."""
        return [each for each in self.standings if each.state in (State.LATE, State.FAILED)]


def overview() -> Overview:
    """Return how all jobs stand by the database's clock."""
    at = now()
    query = sa.select(JobRun).execution_options(populate_existing=True)
    rows = {row.name: row for row in db.session.scalars(query)}
    jobs = wired(Jobs).each
    standings = tuple(_standing(job, rows.get(job.name), at) for job in jobs)
    seen_at = max((moment for job in jobs if (row := rows.get(job.name))
                   for moment in (row.began_at, row.ended_at) if moment), default=None)
    working = any(each.state is State.RUNNING for each in standings)
    backup = rows.get(BACKUP)
    backed_up_at = backup.ended_at if backup else None
    return Overview(
        standings, seen_at, not working and (seen_at is None or at - seen_at > AWAY),
        backed_up_at, backed_up_at is None or at - backed_up_at > BACKUP_LATE)


def _standing(job: Job, row: JobRun | None, at: datetime) -> Standing:
    if row is None or row.next_at is None:
        return Standing(job, State.WAITING, None)
    run = rules.Run(row.next_at, row.held_until, row.ended_at, row.outcome == FAILED)
    return Standing(job, rules.state(run, job.schedule, at), row)
