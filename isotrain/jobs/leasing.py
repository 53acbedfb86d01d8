"""Taking jobs so that one worker has each: a lease, taken by one guarded statement.

A lease is committed at once, on a connection of its own, whatever the job does meanwhile. Time is
the database's, so that workers on machines with other clocks agree.
"""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db, now, upsert, writing
from isotrain.jobs.models import FAILED, OK, JobRun
from isotrain.jobs.rules import LEASE, is_due

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import datetime

    from sqlalchemy.engine import Connection

    from isotrain.jobs.job import Job

_JOB: Any = JobRun.__table__


@dataclass(frozen=True)
class Lease:
    """One taking of a job."""

    name: str
    holder: str
    taken_at: datetime


def enrol(jobs: Iterable[Job]) -> None:
    """Give every job a row that has none; each is due at its first time from now on."""
    with db.engine.connect() as connection:
        at = now(connection)
    rows = [{"name": job.name, "next_at": job.schedule.first(at), "done": 0} for job in jobs]
    db.session.rollback()  # a schedule may have asked for the organization's time zone
    with _committed() as (connection, _at):
        connection.execute(
            upsert(_JOB).values(rows).on_conflict_do_nothing(index_elements=["name"]))


def list_due() -> list[str]:
    """List the names of the jobs that are due and that nobody has."""
    with db.engine.connect() as connection:
        at, rows = now(connection), connection.execute(
            sa.select(_JOB.c.name, _JOB.c.next_at, _JOB.c.held_until))
        return [name for name, next_at, held_until in rows if is_due(next_at, held_until, at)]


def take(name: str) -> Lease | None:
    """Take a job that is due; None when it is not, or when somebody else has it."""
    with _committed() as (connection, at):
        return _taken(connection, name, at, *_due(at))


def take_early(name: str) -> Lease | None:
    """Take a job whether it is due or not; None when somebody else has it."""
    with _committed() as (connection, at):
        return _taken(connection, name, at, _free(at))


def keep(lease: Lease) -> bool:
    """Renew a lease; False when it ran out and somebody else has the job now."""
    return _changed(lease, lambda at: {"held_until": at + LEASE})


def give_back(lease: Lease) -> None:
    """Give a job back unfinished: whoever comes next goes on with it at once."""
    _changed(lease, lambda at: {"held_by": None, "held_until": None, "next_at": at})


def conclude(lease: Lease, *, next_at: datetime, done: int, failure: str | None) -> bool:
    """Note how a job went and give it back; False when the lease was lost, which notes nothing."""
    return _changed(lease, lambda at: {
        "held_by": None, "held_until": None, "next_at": next_at, "ended_at": at,
        "outcome": OK if failure is None else FAILED, "sentence": failure, "done": done})


def note_done(name: str, done: int) -> None:
    """Note in the caller's transaction that something was done that no worker does."""
    at = now()
    facts = {"began_at": at, "ended_at": at, "outcome": OK, "sentence": None, "done": done}
    statement = upsert(_JOB).values(name=name, **facts)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_=facts))


def hasten(name: str) -> None:
    """Let a job be due at once, in the caller's transaction."""
    at = now()
    statement = upsert(_JOB).values(name=name, next_at=at, done=0)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"],
                                                       set_={"next_at": at}))


def release_all() -> None:
    """Let go of every lease, in the caller's transaction: whoever held one is elsewhere."""
    db.session.execute(sa.update(JobRun).values(held_by=None, held_until=None))


@contextmanager
def _committed() -> Iterator[tuple[Connection, datetime]]:
    """Give a connection with a write transaction of its own, and the time on it."""
    with writing(), db.engine.begin() as connection:
        yield connection, now(connection)


def _due(at: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return _JOB.c.next_at <= at, _free(at)


def _free(at: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(_JOB.c.held_until.is_(None), _JOB.c.held_until <= at)


def _taken(
    connection: Connection, name: str, at: datetime, *conditions: sa.ColumnElement[bool]
) -> Lease | None:
    lease = Lease(name, f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}", at)
    statement = sa.update(_JOB).where(_JOB.c.name == name, *conditions).values(
        held_by=lease.holder, held_until=at + LEASE, began_at=at)
    return lease if connection.execute(statement).rowcount == 1 else None


def _changed(lease: Lease, values: Callable[[datetime], dict[str, Any]]) -> bool:
    """Change the row of a lease that is still held; say whether it was."""
    with _committed() as (connection, at):
        statement = sa.update(_JOB).where(
            _JOB.c.name == lease.name, _JOB.c.held_by == lease.holder).values(**values(at))
        return connection.execute(statement).rowcount == 1
