"""Closing: an attempt is handed in or its time is over; then it is marked, once and for good.

Closing an attempt is told once, with all that is known of it. Where a person must mark answers
that no rule can, it is closed without a result and counts for nothing until there is one.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from isotrain import clock
from isotrain.accounts.models import Identity
from isotrain.accounts.notices.telling import was_reset
from isotrain.attempts import marking, news
from isotrain.attempts.models import (
    Attempt,
    AttemptItem,
    AttemptMark,
    Form,
    Result,
    given_for,
)
from isotrain.attempts.news import Finished
from isotrain.attempts.rules import EXPIRED, GRACE, OPEN, SUBMITTED, is_late
from isotrain.audit.noting import Actor, note
from isotrain.banks.directory import keys_seen
from isotrain.banks.models import Question, QuestionVersion
from isotrain.db import database_now, db, now
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, ngettext
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules
from isotrain.study.models import Course, CourseVersion

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from isotrain.attempts.marking import Marked
    from isotrain.jobs.job import Transaction

AT_ONCE = 100
_log = logging.getLogger("isotrain")

# An attempt with all that its closing needs and tells: Attempt, Quiz, QuizVersion, Course,
# CourseVersion, Identity, of its form the hash and the name of the marking rule, and whether it was
# given beyond the limit.
Closable = sa.Row[Attempt, Quiz, QuizVersion, Course, CourseVersion, Identity, str, str, bool]


class Overdue(NamedTuple):
    """An attempt that is open although its time is over."""

    deadline_at: datetime
    id: int


def submit(attempt_id: int, user_id: int, *, by: Actor) -> Finished | None:
    """Hand in a person's own attempt; handing in a closed one changes nothing.

    Closing, marking and all that follows from it are one transaction. The row is locked before the
    clock is asked, so that no answer that counts was saved after the end.
    """
    found = db.session.execute(_MINE, {"attempt": attempt_id, "user": user_id}).first()
    if found is None:
        raise NotFound(_("This attempt does not exist."))
    attempt = found[0]
    if attempt.state != OPEN:
        return None
    at = now()
    if is_late(attempt.deadline_at, at):
        return _expire(found, by)
    return _close(found, SUBMITTED, at, by)


def close_overdue(attempt_id: int, *, by: Actor) -> Finished | None:
    """Close an attempt whose time is over; None when another call did it, or it is not over."""
    found = db.session.execute(_closable(Attempt.id == attempt_id, *_overdue())).first()
    return None if found is None else _expire(found, by)


def close_each_overdue(transaction: Transaction, *, by: Actor) -> Iterator[int]:
    """Close what is overdue, longest ago first, and yield for each whether this call did it.

    Each is closed by itself, so that one that cannot be keeps no other waiting; refuses at the
    end, with their numbers, when there were such.
    """
    failed: list[str] = []
    beyond: Overdue | None = None
    while found := list_overdue(AT_ONCE, beyond):
        for attempt_id in (overdue.id for overdue in found):
            try:
                with transaction():
                    closed = close_overdue(attempt_id, by=by)
            except Exception:  # whatever is wrong with it, the others are in time
                _log.exception("attempt %s could not be closed", attempt_id)
                failed.append(str(attempt_id))
            else:
                yield int(closed is not None)
        beyond = found[-1]
    if failed:
        raise Refusal(ngettext(
            "Attempt %(ids)s could not be closed. It is tried again; the log says why.",
            "Attempts %(ids)s could not be closed. They are tried again; the log says why.",
            len(failed), ids=", ".join(failed)))


def close_due(transaction: Transaction) -> Iterator[int]:
    """Close what is overdue, as a job."""
    return close_each_overdue(transaction, by=Actor.system())


def list_overdue(limit: int, beyond: Overdue | None = None) -> list[Overdue]:
    """List what is overdue, longest ago first, from the beginning or beyond one of them."""
    query = sa.select(Attempt.deadline_at, Attempt.id).where(*_overdue())
    if beyond is not None:
        query = query.where(sa.or_(
            Attempt.deadline_at > beyond.deadline_at,
            sa.and_(Attempt.deadline_at == beyond.deadline_at, Attempt.id > beyond.id)))
    query = query.order_by(Attempt.deadline_at, Attempt.id).limit(limit)
    return [Overdue(deadline_at, id_) for deadline_at, id_ in db.session.execute(query)
            if deadline_at is not None]


def _overdue() -> tuple[sa.ColumnElement[bool], ...]:
    return Attempt.state == OPEN, Attempt.deadline_at < database_now(-GRACE)


def _closable(
    *conditions: sa.ColumnElement[bool],
) -> sa.Select[Attempt, Quiz, QuizVersion, Course, CourseVersion, Identity, str, str, bool]:
    return (
        sa.select(Attempt, Quiz, QuizVersion, Course, CourseVersion, Identity, Form.hash,
                  Form.marking, sa.exists().where(given_for(Attempt)))
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(CourseVersion, CourseVersion.id == Attempt.course_version_id)
        .join(Course, Course.id == CourseVersion.course_id)
        .join(Identity, Identity.user_id == Attempt.user_id)
        .join(Form, Form.attempt_id == Attempt.id)
        .where(*conditions)
        .execution_options(populate_existing=True)
    )


# What every closing needs is built once: building a statement costs more than sending it.
_MINE = _closable(Attempt.id == sa.bindparam("attempt"), Attempt.user_id == sa.bindparam("user"))
_MINE = _MINE.with_for_update(of=Attempt)
_CLOSE = (
    sa.update(Attempt)
    .where(Attempt.id == sa.bindparam("attempt"), Attempt.state == OPEN)
    .values(
        state=sa.bindparam("closed"), closed_at=sa.bindparam("at"),
        # Keys can be seen while an exam is open.
        saw_keys=sa.case((Attempt.saw_keys.is_(False), keys_seen(
            sa.select(Question.bank_id)
            .join(QuestionVersion, QuestionVersion.question_id == Question.id)
            .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
            .where(AttemptItem.attempt_id == Attempt.id).correlate(Attempt),
            Attempt.user_id.expression)), else_=Attempt.saw_keys),
        # So can the way in be changed.
        after_reset=sa.case((Attempt.after_reset.is_(False), was_reset(
            Attempt.user_id.expression, Attempt.started_at.expression)),
            else_=Attempt.after_reset),
    )
    .returning(Attempt.saw_keys, Attempt.after_reset)
)


def _expire(found: Closable, by: Actor) -> Finished | None:
    """Close at the moment the time was over, whenever somebody comes to see it."""
    deadline_at = found[0].deadline_at
    assert deadline_at is not None
    return _close(found, EXPIRED, deadline_at + GRACE, by)


def _close(found: Closable, state: str, at: datetime, by: Actor) -> Finished | None:
    """Close and mark an attempt unless somebody else just did, and tell those who act on it.

    The guarded statement waits for answers that are being saved (they share a lock on the row) and
    for others who close; what is read afterwards is all there will ever be.
    """
    attempt, quiz, version, course, course_version, person, form_hash, rule, extra = found
    if not _guarded(attempt, state, at):
        return None
    rules = Rules.from_data(version.rules)
    marked = marking.mark(attempt.id, by_rule=rule, pass_mark=rules.pass_mark)
    finished = Finished(
        attempt=attempt, closed_at=at, quiz=quiz, version=version, rules=rules, course=course,
        course_version=course_version, person=person, form_hash=form_hash,
        result=_kept(attempt.id, marked), extra=extra, by=by,
    )
    _note(finished, marked)
    news.tell(finished)
    return finished


def _guarded(attempt: Attempt, state: str, at: datetime) -> bool:
    """Close an attempt that is open; say whether this call did it."""
    closed = {"attempt": attempt.id, "closed": state, "at": at}
    row = db.session.connection().execute(_CLOSE, closed).first()
    if row is None:
        db.session.expire(attempt)
        return False
    set_committed_value(attempt, "state", state)
    set_committed_value(attempt, "closed_at", at)
    set_committed_value(attempt, "saw_keys", row.saw_keys)
    set_committed_value(attempt, "after_reset", row.after_reset)
    return True


def _kept(attempt_id: int, marked: Marked) -> Result | None:
    """Keep the marks, and the result unless a person must first mark answers."""
    rows = marked.rows(attempt_id)
    if rows:
        db.session.execute(sa.insert(AttemptMark), rows)
    columns = marked.columns()
    if columns is None:
        return None
    result = Result(attempt_id=attempt_id, marked_at=clock.now(), **columns)
    db.session.add(result)
    db.session.flush()
    return result


def _note(finished: Finished, marked: Marked) -> None:
    result = finished.result
    shares = [None if share is None else str(share) for share in marked.outcome.shares]
    passed = result and result.passed
    told = {"passed": passed} if finished.exam else {}  # results of practice are nobody else's
    note("attempt.closed", finished.by, scope="training", on=("attempt", finished.attempt.id),
         after={"shares": shares, "score": result and result.score, "passed": passed},
         details={"state": finished.attempt.state, **told})
