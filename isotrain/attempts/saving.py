"""Saving: every answer when it is given, once, in order and in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import sheets
from isotrain.attempts.closing import close_overdue
from isotrain.attempts.models import Answer, Attempt, LateAnswer, ResultSeen
from isotrain.attempts.rules import GRACE, OPEN, SUBMITTED, is_late, seconds_until
from isotrain.db import database_now, db, moment, moment_value, upsert
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, say
from isotrain.jobs.purging import delete_some
from isotrain.questions.contract import BadResponse, Unkept
from isotrain.quizzes import forming
from isotrain.settings import values as settings
from isotrain.settings.definitions import KEEP_LATE_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isotrain.attempts.sheets import Item
    from isotrain.audit.noting import Actor

LARGEST_REV = 1_000_000


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
    response: object
    flagged: bool


@dataclass(frozen=True)
class Late:
    """The answer came after the end: not counted, and shown where it is kept.

    `handed_in_at` is when the attempt was handed in before; None where its time was over. One that
    says what counts anyway, such as a flag alone, is not `kept`.
    """

    handed_in_at: datetime | None
    kept: bool = True


@dataclass(frozen=True)
class Closed:
    """The answer came so long after the end that it is not kept."""


Outcome = Saved | Stale | Late | Closed


def save(
    attempt_id: int, user_id: int, *, position: int, submitted: Mapping[str, list[str]],
    rev: int, base: int, flagged: bool, by: Actor,
) -> Outcome:
    """Save an answer under the number `rev`, higher than any before; the same again is no harm.

    `base` is the number of the answer that its sender has seen: one that came after that stays.
    One guarded statement decides about state, deadline and order. Every outcome is to be
    committed, also Late: it keeps the answer and closes the attempt.
    """
    if not 1 <= rev <= LARGEST_REV:
        raise Refusal(_("Reload the page, then answer again."), status=400)
    version, arrangement = _item(attempt_id, user_id, position)
    question = forming.asked_questions([version])[version]
    try:
        response = question.read(submitted, arrangement)
        _refuse_unread(submitted, question.filled(response, arrangement))
    except Unkept as unkept:
        raise Refusal(say(unkept.template, unkept.params)) from None
    except BadResponse:
        raise Refusal(_("This answer does not belong to the question. Reload the page.")) from None
    values = {"attempt_id": attempt_id, "position": position, "response": response,
              "flagged": flagged, "rev": rev}
    times = {"base": max(0, min(base, rev - 1)),
             "now": moment_value(), "latest": moment_value(-GRACE)}
    statement = _guarded(db.engine.dialect.name)
    row = db.session.connection().execute(statement, {**values, **times}).first()
    if row is not None:
        return Saved(rev, row.saved_at, seconds_until(row.deadline_at, row.saved_at))
    return _why_not(values, user_id, by)


def _refuse_unread(
    submitted: Mapping[str, list[str]], read: Mapping[str, list[str]]
) -> None:
    """Refuse what was sent under other names than the question reads: it would be lost, unsaid."""
    if any(text.strip() for name in submitted.keys() - read.keys() for text in submitted[name]):
        raise BadResponse("A field was sent that the question does not have.")


def _item(attempt_id: int, user_id: int, position: int) -> Item:
    """Return one item of a person's own attempt."""
    sheet = sheets.find(attempt_id)
    if sheet is None or sheet.user_id != user_id or not 1 <= position <= len(sheet.items):
        raise NotFound(_("This attempt does not exist."))
    return sheet.items[position - 1]


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
        where=table.c.rev <= sa.bindparam("base"),
    ).returning(table.c.saved_at, deadline.scalar_subquery().label("deadline_at"))
    return statement


def _why_not(values: dict[str, Any], user_id: int, by: Actor) -> Outcome:
    """Find out why an answer was not taken, and keep it when it only came too late."""
    at = sa.and_(Answer.attempt_id == Attempt.id, Answer.position == values["position"])
    query = (
        sa.select(Attempt.state, Attempt.deadline_at, Attempt.closed_at, Answer.rev,
                  Answer.response, Answer.flagged, Answer.saved_at, database_now().label("now"),
                  ResultSeen.seen_at)
        .outerjoin(Answer, at)
        .outerjoin(ResultSeen, ResultSeen.attempt_id == Attempt.id)
        .where(Attempt.id == values["attempt_id"], Attempt.user_id == user_id)
    )
    row = db.session.execute(query).one()
    same = (row.response, row.flagged) == (values["response"], values["flagged"])
    if row.rev == values["rev"] and same:
        return Saved(row.rev, row.saved_at, seconds_until(row.deadline_at, row.now))
    if row.state == OPEN and not is_late(row.deadline_at, row.now):
        return Stale(row.rev, row.response, row.flagged)
    close_overdue(values["attempt_id"], by=by)
    handed_in_at = row.closed_at if row.state == SUBMITTED else None
    ended_at = handed_in_at or row.deadline_at + GRACE
    if row.now > ended_at + settings.value_of(KEEP_LATE_ANSWERS):
        return Closed()
    if row.response == values["response"]:
        return Late(handed_in_at, kept=False)
    _keep_late(values, row.now, seen=row.seen_at is not None)
    return Late(handed_in_at)


def purge_some_late() -> int:
    """Delete some answers that came too late, long enough after the end; return how many."""
    before = clock.now() - settings.value_of(KEEP_LATE_ANSWERS)
    ended = sa.select(Attempt.id).where(Attempt.id == LateAnswer.attempt_id,
                                        Attempt.closed_at < before)
    return delete_some(LateAnswer.id, ended.exists())


def _keep_late(values: dict[str, Any], now: datetime, *, seen: bool) -> None:
    """Keep the latest answer to a position, as answers in time are: by its number."""
    table = LateAnswer.__table__
    kept = {name: values[name] for name in ("attempt_id", "position", "response", "rev")}
    statement = upsert(table).values(**kept, received_at=now, after_result=seen)
    names = ("response", "rev", "received_at", "after_result")
    db.session.execute(statement.on_conflict_do_update(
        index_elements=[table.c.attempt_id, table.c.position],
        set_={name: statement.excluded[name] for name in names},
        where=table.c.rev < statement.excluded.rev))
