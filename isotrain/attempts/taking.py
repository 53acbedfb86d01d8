"""Taking a quiz: a sitting as it stands, and by one name what can be done with it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.attempts.closing import close_overdue, submit
from isotrain.attempts.models import Attempt, Form
from isotrain.attempts.rules import OPEN, is_late, seconds_until
from isotrain.attempts.saving import Closed, Late, Outcome, Saved, Stale, save
from isotrain.attempts.starting import start
from isotrain.attempts.timing import database_now, moment, moment_value
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "Closed", "Late", "Outcome", "Saved", "Sitting", "Stale", "close_overdue", "find", "get",
    "has_open_attempt", "save", "start", "submit",
]

# How long after its deadline, or after its start when it has none, an open attempt keeps its
# person signed in: long enough to deliver what a failing connection held back.
AFTERWARDS = timedelta(hours=4)


@dataclass(frozen=True)
class Sitting:
    """An attempt with its form and the rules it is held by, at one moment."""

    id: int
    user_id: int
    number: int
    state: str
    started_at: datetime
    deadline_at: datetime | None
    closed_at: datetime | None
    quiz_id: int
    quiz_version_id: int
    slug: str
    kind: str
    title: str
    course_id: int
    rules: Rules
    items: tuple[tuple[int, Sequence[Any]], ...]
    form_hash: str
    now: datetime

    @property
    def open(self) -> bool:
        return self.state == OPEN

    @property
    def overdue(self) -> bool:
        """Whether the deadline has passed and nobody has closed the attempt yet."""
        return self.open and is_late(self.deadline_at, self.now)

    @property
    def seconds_left(self) -> int | None:
        """Whole seconds until the deadline, None without one."""
        return seconds_until(self.deadline_at, self.now)


def find(attempt_id: int, user_id: int) -> Sitting | None:
    """Return a person's own attempt; another person's is not found."""
    asked = {"attempt": attempt_id, "user": user_id, "now": moment_value()}
    row = db.session.execute(_sitting(db.engine.dialect.name), asked).first()
    if row is None:
        return None
    values = row._asdict()
    values["rules"] = Rules.from_data(values["rules"])
    values["items"] = tuple((version, arrangement) for version, arrangement in values["items"])
    return Sitting(**values)


# Statements that every page and every answer needs are built once for each dialect.
@lru_cache
def _sitting(_dialect: str) -> sa.Select[Any]:
    attempt, quiz = Attempt.__table__.c, Quiz.__table__.c
    version, form = QuizVersion.__table__.c, Form.__table__.c
    return (
        sa.select(
            attempt.id, attempt.user_id, attempt.number, attempt.state, attempt.started_at,
            attempt.deadline_at, attempt.closed_at, attempt.quiz_id, attempt.quiz_version_id,
            quiz.slug, quiz.kind, version.title, quiz.course_id, version.rules, form["items"],
            form.hash.label("form_hash"), moment("now").label("now"),
        )
        .join_from(Attempt.__table__, Quiz.__table__, quiz.id == attempt.quiz_id)
        .join(QuizVersion.__table__, version.id == attempt.quiz_version_id)
        .join(Form.__table__, form.attempt_id == attempt.id)
        .where(attempt.id == sa.bindparam("attempt"), attempt.user_id == sa.bindparam("user"))
    )


def get(attempt_id: int, user_id: int) -> Sitting:
    """Return a person's own attempt or raise NotFound."""
    sitting = find(attempt_id, user_id)
    if sitting is None:
        raise NotFound(_("This attempt does not exist."))
    return sitting


def has_open_attempt(user_id: int) -> bool:
    """Say whether a person sits a quiz right now, so that the session must not grow old."""
    until = sa.func.coalesce(Attempt.deadline_at, Attempt.started_at)
    query = sa.select(Attempt.id).where(Attempt.user_id == user_id, Attempt.state == OPEN,
                                        until >= database_now(-AFTERWARDS))
    return db.session.scalars(query.limit(1)).first() is not None
