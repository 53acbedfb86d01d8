"""Taking a quiz: a sitting as it stands, and by one name what can be done with it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.attempts import sheets
from isotrain.attempts.closing import close_overdue, submit
from isotrain.attempts.models import Answer, Attempt
from isotrain.attempts.rules import OPEN, is_late, seconds_until
from isotrain.attempts.saving import Closed, Late, Outcome, Saved, Stale, save
from isotrain.attempts.sheets import Sheet
from isotrain.attempts.starting import start
from isotrain.db import database_now, db, moment, moment_value
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "Closed", "Given", "Late", "Outcome", "Saved", "Sitting", "Stale", "close_overdue", "find",
    "get", "is_exam", "is_sitting", "owner_of", "save", "start", "submit",
]

# How long after its deadline an exam that nobody has closed yet keeps its session: long enough to
# deliver what a failing connection held back.
AFTERWARDS = timedelta(hours=4)


@dataclass(frozen=True)
class Given:
    """The newest answer to one item; without a row nothing was given and the number is 0."""

    response: object = None
    flagged: bool = False
    rev: int = 0
    saved_at: datetime | None = None

    @property
    def answered(self) -> bool:
        return self.response is not None


@dataclass(frozen=True)
class Sitting(Sheet):
    """An attempt at one moment: its sheet, how it stands, and the answers given by position."""

    state: str
    deadline_at: datetime | None
    closed_at: datetime | None
    now: datetime
    given: Mapping[int, Given]

    @property
    def open(self) -> bool:
        return self.state == OPEN

    @property
    def overdue(self) -> bool:
        """Whether the deadline has passed and nobody has closed the attempt yet."""
        return self.open and is_late(self.deadline_at, self.now)

    @property
    def ran_out(self) -> bool:
        """Whether the time was over when it was closed, by whoever came first."""
        return (self.closed_at is not None and self.deadline_at is not None
                and self.closed_at >= self.deadline_at)

    @property
    def known(self) -> str:
        """The numbers of the answers by position, for whoever shows them: "1:3 2:0"."""
        return " ".join(f"{at}:{self.given.get(at, Given()).rev}"
                        for at in range(1, len(self.items) + 1))

    def newer_than(self, known: str) -> list[int]:
        """The positions at which something newer was given than is known; none once it is closed.

        Raises Refusal where `known` is none.
        """
        if not re.fullmatch(r"\d{1,4}:\d{1,7}(?: \d{1,4}:\d{1,7}){0,999}", known):
            raise Refusal(_("Reload the page, then hand in again."), status=400)
        if not self.open or self.overdue:
            return []
        pairs = (each.split(":") for each in known.split())
        seen = {int(at): int(rev) for at, rev in pairs}
        return [at for at, given in sorted(self.given.items()) if given.rev > seen.get(at, 0)]

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the deadline, None without one."""
        return seconds_until(self.deadline_at, self.now)


def find(attempt_id: int, user_id: int) -> Sitting | None:
    """Return a person's own attempt; another person's is not found."""
    sheet = sheets.find(attempt_id)
    if sheet is None or sheet.user_id != user_id:
        return None
    asked = {"attempt": attempt_id, "now": moment_value()}
    rows = db.session.connection().execute(_standing(db.engine.dialect.name), asked).all()
    state, deadline_at, closed_at, now = rows[0][:4]
    given = {row[4]: Given(*row[5:]) for row in rows if row[4] is not None}
    return Sitting(**vars(sheet), state=state, deadline_at=deadline_at, closed_at=closed_at,
                   now=now, given=given)


# What every page of a sitting needs is one statement, built once for each dialect.
@lru_cache
def _standing(_dialect: str) -> sa.Select[Any]:
    attempt, answer = Attempt.__table__.c, Answer.__table__.c
    return (
        sa.select(attempt.state, attempt.deadline_at, attempt.closed_at, moment("now"),
                  answer.position, answer.response, answer.flagged, answer.rev, answer.saved_at)
        .join_from(Attempt.__table__, Answer.__table__, answer.attempt_id == attempt.id,
                   isouter=True)
        .where(attempt.id == sa.bindparam("attempt"))
    )


def get(attempt_id: int, user_id: int) -> Sitting:
    """Return a person's own attempt or raise NotFound."""
    sitting = find(attempt_id, user_id)
    if sitting is None:
        raise NotFound(_("This attempt does not exist."))
    return sitting


def owner_of(attempt_id: int) -> int:
    """Return who sits or sat an attempt, or raise NotFound."""
    sheet = sheets.find(attempt_id)
    if sheet is None:
        raise NotFound(_("This attempt does not exist."))
    return sheet.user_id


def is_exam(attempt_id: int) -> bool:
    """Say whether an attempt is one at an exam."""
    sheet = sheets.find(attempt_id)
    return sheet is not None and sheet.kind == EXAM


def is_sitting(user_id: int, attempt_id: int, *, limited: bool) -> bool:
    """Say whether a person sits this exam right now, so that the session must not grow old.

    `limited` asks for one that has an end of its own.
    """
    no_end = sa.false() if limited else Attempt.deadline_at.is_(None)
    query = sa.select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id).where(
        Attempt.id == attempt_id, Attempt.user_id == user_id, Attempt.state == OPEN,
        Quiz.kind == EXAM,
        sa.or_(no_end, Attempt.deadline_at >= database_now(-AFTERWARDS)))
    return db.session.scalars(query).first() is not None
