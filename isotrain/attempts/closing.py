"""Closing: an attempt is handed in or its time is over; then it is marked, once and for good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts.models import Answer, Attempt, Form, Result
from isotrain.attempts.news import attempt_finished
from isotrain.attempts.rules import EXPIRED, GRACE, OPEN, SUBMITTED, is_late
from isotrain.attempts.timing import database_now
from isotrain.audit.noting import Actor, note
from isotrain.banks import versions
from isotrain.db import db, now
from isotrain.errors import NotFound
from isotrain.exams.marking import mark_form
from isotrain.i18n import _
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM, Rules

if TYPE_CHECKING:
    from datetime import datetime


def submit(attempt_id: int, user_id: int, *, by: Actor) -> Attempt:
    """Hand in a person's own attempt; handing in a closed one changes nothing.

    Closing, marking and all that follows from it are one transaction. The row is locked before the
    clock is asked, so that no answer that counts was saved after the end.
    """
    mine = sa.select(Attempt).where(Attempt.id == attempt_id, Attempt.user_id == user_id)
    attempt = _found(mine.with_for_update())
    if attempt is None:
        raise NotFound(_("This attempt does not exist."))
    if attempt.state == OPEN:
        at = now()
        if is_late(attempt.deadline_at, at):
            _expire(attempt, by)
        else:
            _close(attempt, SUBMITTED, at, by)
    return attempt


def close_overdue(attempt_id: int, *, by: Actor) -> bool:
    """Close an attempt whose time is over; say whether this call did it."""
    attempt = _found(_overdue().where(Attempt.id == attempt_id))
    return attempt is not None and _expire(attempt, by)


def close_some_overdue(limit: int, *, by: Actor) -> int:
    """Close up to `limit` attempts whose time is over, longest ago first; return how many."""
    attempts = db.session.scalars(
        _overdue().order_by(Attempt.deadline_at, Attempt.id).limit(limit)
        .with_for_update(skip_locked=True)
    )
    return sum(_expire(attempt, by) for attempt in attempts.all())


def _overdue() -> sa.Select[Attempt]:
    return sa.select(Attempt).where(Attempt.state == OPEN,
                                    Attempt.deadline_at < database_now(-GRACE))


def _found(query: sa.Select[Attempt]) -> Attempt | None:
    return db.session.scalars(query, execution_options={"populate_existing": True}).first()


def _expire(attempt: Attempt, by: Actor) -> bool:
    """Close at the moment the time was over, whenever somebody comes to see it."""
    assert attempt.deadline_at is not None
    return _close(attempt, EXPIRED, attempt.deadline_at + GRACE, by)


def _close(attempt: Attempt, state: str, at: datetime, by: Actor) -> bool:
    """Close and mark an attempt unless somebody else just did; say whether this call did it.

    The guarded statement waits for answers that are being saved (they share a lock on the row) and
    for others who close; what is read afterwards is all there will ever be.
    """
    guarded = (
        sa.update(Attempt).where(Attempt.id == attempt.id, Attempt.state == OPEN)
        .values(state=state, closed_at=at)
        .execution_options(synchronize_session=False)
    )
    changed = db.session.execute(guarded).rowcount == 1  # type: ignore[attr-defined]
    db.session.refresh(attempt)
    if not changed:
        return False
    kind, result = _marked(attempt)
    db.session.add(result)
    db.session.flush()
    note("attempt.closed", by, scope="training", on=("attempt", attempt.id),
         after={"shares": result.shares, "score": result.score, "passed": result.passed},
         details={"state": state, "passed": result.passed})
    if kind == EXAM:
        attempt_finished.send(attempt, result=result, by=by)
    return True


def _marked(attempt: Attempt) -> tuple[str, Result]:
    """Mark an attempt from its answers and the question versions its form pins."""
    query = (
        sa.select(Quiz.kind, QuizVersion.rules, Form.items)
        .select_from(Attempt)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Form, Form.attempt_id == Attempt.id)
        .where(Attempt.id == attempt.id)
    )
    kind, rules, items = db.session.execute(query).one()
    data = marks(items, responses(attempt.id), pass_mark=Rules.from_data(rules).pass_mark)
    return kind, Result(attempt_id=attempt.id, marked_at=clock.now(), **data)


def responses(attempt_id: int) -> dict[int, Any]:
    """Return the answers of an attempt by position; unanswered positions are left out."""
    query = sa.select(Answer.position, Answer.response).where(Answer.attempt_id == attempt_id)
    return {position: response for position, response in db.session.execute(query)
            if response is not None}


def marks(items: list[Any], given: dict[int, Any], *, pass_mark: int) -> dict[str, Any]:
    """Mark the answers given to the items of a form; return the columns of a result."""
    ids = [item[0] for item in items]
    questions, contents = versions.questions(ids), versions.contents(ids)
    marked = mark_form(
        [questions[id_] for id_ in ids],
        [given.get(position) for position in range(1, len(ids) + 1)],
        weights=[1] * len(ids),
        topics=[contents[id_].topic or "" for id_ in ids],
        pass_mark=pass_mark,
    )
    data = marked.to_data()
    data["by_topic"] = {topic: [part["score"], part["out_of"]]
                        for topic, part in data["by_topic"].items()}
    return data
