"""Pure rules of jobs: when each is due, when it is late, and how it stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Protocol

from isotrain import zones

# A lease that nobody renews is free for others after this long: its holder has died.
LEASE = timedelta(minutes=2)
RENEW_AFTER = LEASE / 4


class Schedule(Protocol):
    """How often a job runs."""

    def first(self, instant: datetime) -> datetime:
        """Return when a job is due that is new at an instant."""

    def after(self, instant: datetime) -> datetime:
        """Return when a job is due next that began at an instant."""

    @property
    def patience(self) -> timedelta:
        """How long after it was due a job is late."""


@dataclass(frozen=True)
class Every:
    """Again and again, a length of time after it last began."""

    span: timedelta

    def first(self, instant: datetime) -> datetime:
        return instant

    def after(self, instant: datetime) -> datetime:
        return instant + self.span

    @property
    def patience(self) -> timedelta:
        return self.span + timedelta(minutes=5)


@dataclass(frozen=True)
class Nightly:
    """Once in every night, at a full hour of a zone, also when clocks go forward or back then."""

    hour: int
    zone: Callable[[], tzinfo]
    patience = timedelta(hours=2)

    def first(self, instant: datetime) -> datetime:
        return self.after(instant)

    def after(self, instant: datetime) -> datetime:
        zone = self.zone()
        today = zones.day(instant, zone)
        tonight = zones.start_of(today, zone, self.hour)
        return tonight if tonight > instant else zones.start_of(
            today + timedelta(days=1), zone, self.hour)


class State(StrEnum):
    """How a job stands, as people are told it."""

    WAITING = "waiting"  # it has not run yet, and need not have
    RUNNING = "running"
    LATE = "late"
    FAILED = "failed"
    DONE = "done"


@dataclass(frozen=True)
class Run:
    """What is known of a job: when it is due, who has it until when, how it last went."""

    next_at: datetime
    held_until: datetime | None
    ended_at: datetime | None
    failed: bool


def is_held(held_until: datetime | None, now: datetime) -> bool:
    """Say whether somebody has a job right now; who did not renew the lease in time has not."""
    return held_until is not None and held_until > now


def is_due(next_at: datetime | None, held_until: datetime | None, now: datetime) -> bool:
    """Say whether a job may begin: its time has come and nobody has it."""
    return next_at is not None and next_at <= now and not is_held(held_until, now)


def state(run: Run, schedule: Schedule, now: datetime) -> State:
    """Say how a job stands; what is late is said before what came of it last."""
    if is_held(run.held_until, now):
        return State.RUNNING
    if now > run.next_at + schedule.patience:
        return State.LATE
    if run.ended_at is None:
        return State.WAITING
    return State.FAILED if run.failed else State.DONE
