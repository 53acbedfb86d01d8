"""Taking: a sitting as it stands, and every answer saved when it is given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db, upsert
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.questions.contract import BadResponse
from isotrain.quizzes import forming
from isotrain.quizzes.closing import close_overdue, submit
from isotrain.quizzes.models import Answer, Attempt, Form, LateAnswer, Quiz, QuizVersion
from isotrain.quizzes.rules import GRACE, OPEN, SUBMITTED, Rules, is_late
from isotrain.quizzes.starting import start
from isotrain.quizzes.timing import database_now, moment, moment_value

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isotrain.audit.noting import Actor

__all__ = [
    "Closed", "Late", "Outcome", "Saved", "Sitting", "Stale", "close_overdue", "find", "get",
    "has_open_attempt", "save", "start", "submit",
]

LARGEST_REV = 1_000_000
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
        return None if self.deadline_at is None else _seconds(self.deadline_at - self.now)


@dataclass(frozen=True)
class Saved:
    """The answer counts, and is on disk once the transaction has ended."""

    rev: int
    at: datetime
    seconds_left: int | None


@dataclass(frozen=True)
class Stale:
    """Another window has saved something newer; the newer answer stays."""

    rev: int
    response: Any
    flagged: bool


@dataclass(frozen=True)
class Late:
    """The answer came after the deadline: kept, shown, not counted."""


@dataclass(frozen=True)
class Closed:
    """The attempt was handed in before this answer came; the answer is not kept."""


Outcome = Saved | Stale | Late | Closed


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


def save(
    attempt_id: int, user_id: int, *, position: int, submitted: Mapping[str, list[str]],
    rev: int, flagged: bool, by: Actor,
) -> Outcome:
    """Save an answer under the number `rev`, higher than any before; the same again is no harm.

    One guarded statement decides about state, deadline and order. Every outcome is to be
    committed, also Late: it keeps the answer and closes the attempt.
    """
    if not 1 <= rev <= LARGEST_REV:
        raise Refusal(_("Reload the page, then answer again."), status=400)
    version, arrangement = _item(attempt_id, user_id, position)
    question = forming.asked_questions([version])[version]
    try:
        response = question.read(submitted, arrangement)
    except BadResponse:
        raise Refusal(_("This answer does not belong to the question. Reload the page.")) from None
    values = {"attempt_id": attempt_id, "position": position, "response": response,
              "flagged": flagged, "rev": rev}
    times = {"now": moment_value(), "latest": moment_value(-GRACE)}
    row = db.session.execute(_guarded(db.engine.dialect.name), {**values, **times}).first()
    if row is not None:
        return Saved(rev, row.saved_at, _left(row.deadline_at, row.saved_at))
    return _why_not(values, user_id, by)


def _item(attempt_id: int, user_id: int, position: int) -> tuple[int, Sequence[Any]]:
    """Return version and arrangement of one item of a person's own form; forms never change."""
    items = db.session.scalar(_ITEMS, {"attempt": attempt_id, "user": user_id})
    if items is None or not 1 <= position <= len(items):
        raise NotFound(_("This attempt does not exist."))
    version, arrangement = items[position - 1]
    return version, arrangement


_ITEMS = (
    sa.select(Form.__table__.c["items"])
    .join(Attempt.__table__, Attempt.__table__.c.id == Form.__table__.c.attempt_id)
    .where(Attempt.__table__.c.id == sa.bindparam("attempt"),
           Attempt.__table__.c.user_id == sa.bindparam("user"))
)


@lru_cache
def _guarded(_dialect: str) -> sa.Executable:
    """Return the statement that saves an answer only while the attempt takes it.

    The share lock makes it wait for a submission that is just being written, and then see it.
    """
    table, attempt = Answer.__table__, Attempt.__table__.c
    names = ("attempt_id", "position", "response", "flagged", "rev")
    kept = [sa.bindparam(name, type_=table.c[name].type).label(name) for name in names]
    source = (
        sa.select(*kept, moment("now").label("saved_at"))
        .where(attempt.id == sa.bindparam("attempt_id"), attempt.state == OPEN,
               sa.or_(attempt.deadline_at.is_(None), attempt.deadline_at >= moment("latest")))
        .with_for_update(read=True, of=Attempt.__table__)
    )
    insert = upsert(table).from_select([*names, "saved_at"], source)
    new = insert.excluded
    deadline = sa.select(attempt.deadline_at).where(attempt.id == sa.bindparam("attempt_id"))
    statement: sa.Executable = insert.on_conflict_do_update(
        index_elements=[table.c.attempt_id, table.c.position],
        set_={"response": new.response, "flagged": new.flagged, "rev": new.rev,
              "saved_at": new.saved_at},
        where=table.c.rev < new.rev,
    ).returning(table.c.saved_at, deadline.scalar_subquery().label("deadline_at"))
    return statement


def _why_not(values: dict[str, Any], user_id: int, by: Actor) -> Outcome:
    """Find out why an answer was not taken, and keep it when it only came too late."""
    at = sa.and_(Answer.attempt_id == Attempt.id, Answer.position == values["position"])
    query = (
        sa.select(Attempt.state, Attempt.deadline_at, Answer.rev, Answer.response, Answer.flagged,
                  Answer.saved_at, database_now().label("now"))
        .outerjoin(Answer, at)
        .where(Attempt.id == values["attempt_id"], Attempt.user_id == user_id)
    )
    row = db.session.execute(query).one()
    same = (row.response, row.flagged) == (values["response"], values["flagged"])
    if row.rev == values["rev"] and same:
        return Saved(row.rev, row.saved_at, _left(row.deadline_at, row.now))
    if row.state == SUBMITTED:
        return Closed()
    if row.state != OPEN or is_late(row.deadline_at, row.now):
        _keep_late(values, row.now)
        close_overdue(values["attempt_id"], by=by)
        return Late()
    return Stale(row.rev, row.response, row.flagged)


def _keep_late(values: dict[str, Any], now: datetime) -> None:
    kept = {name: values[name] for name in ("attempt_id", "position", "response", "rev")}
    statement = upsert(LateAnswer.__table__).values(**kept, received_at=now)
    db.session.execute(statement.on_conflict_do_nothing())


def _left(deadline_at: datetime | None, now: datetime) -> int | None:
    return None if deadline_at is None else _seconds(deadline_at - now)


def _seconds(left: timedelta) -> int:
    return max(0, int(left.total_seconds()))
