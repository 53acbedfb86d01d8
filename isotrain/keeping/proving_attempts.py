"""Proving attempts: forms derive again, answers in time, scores follow, awards for those earned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts import kept as keeping
from isotrain.attempts import replaying
from isotrain.attempts.models import (
    Answer,
    Attempt,
    AttemptItem,
    ExtraAttempt,
    Result,
    given_after,
)
from isotrain.attempts.rules import OPEN
from isotrain.audit.models import Event
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.keeping.rounds import ODD, Seen
from isotrain.questions.problem import error
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM
from isotrain.records.models import CompletionRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isotrain.attempts.kept import Kept
    from isotrain.attempts.replaying import Sources
    from isotrain.keeping.rounds import Faults


class Proving:
    """Looks at attempts; what they were drawn from and marked by is read once."""

    def __init__(self) -> None:
        self.sources = replaying.Sources()

    def attempts(self, ids: Sequence[int]) -> Iterator[Seen]:
        """Hold attempts against their forms, their answers, their marks and what they earned."""
        found = keeping.list_kept(ids)
        self.sources.fetch(found)
        for id_ in sorted(set(ids) - {kept.attempt.id for kept in found}):
            yield Seen("FORM", (error(_place(id_), "It has no form of a quiz that is there."),))
        for kept in found:
            yield Seen("FORM", _form_faults(kept, self.sources))
            if kept.attempt.state != OPEN:
                yield Seen("SCORE", _score_faults(kept, self.sources))
        yield from _open_results(ids)
        yield from _answers(ids)
        yield from _unrewarded(ids)
        yield from _unrecorded(ids)


def _place(attempt_id: int) -> str:
    return f"attempt {attempt_id}"


def _form_faults(kept: Kept, sources: Sources) -> Faults:
    place, form = _place(kept.attempt.id), kept.form
    try:
        hashed = replaying.stored_hash(kept)
        if not hashed == form.hash == form.receipt["form"]:
            return (error(place, "Its questions hash to %(found)s, the form says %(form)s, its"
                          " receipt %(receipt)s.", found=hashed, form=form.hash,
                          receipt=form.receipt["form"]),)
        found = replaying.replay(kept, sources)
    except ODD as odd:
        return (error(place, "The form cannot be derived again: %(words)s", words=odd),)
    return tuple(error(f"{place}, {p.place}", p.template, **p.params) for p in found)


def _score_faults(kept: Kept, sources: Sources) -> Faults:
    place = _place(kept.attempt.id)
    try:
        return tuple(error(place, p.template, **p.params)
                     for p in replaying.remark(kept, sources))
    except ODD as odd:
        return (error(place, "The answers cannot be marked: %(words)s", words=odd),)


def _open_results(ids: Sequence[int]) -> Iterator[Seen]:
    odd = sa.select(Attempt.id).join(Result, Result.attempt_id == Attempt.id).where(
        Attempt.id.in_(ids), Attempt.state == OPEN).order_by(Attempt.id)
    for id_ in db.session.scalars(odd):
        yield Seen("SCORE", (error(_place(id_), "It is open and has a result."),))


def _answers(ids: Sequence[int]) -> Iterator[Seen]:
    """Look for answers saved after their attempt was closed, or to questions it does not have."""
    late = (
        sa.select(Answer.attempt_id, Answer.position, Answer.saved_at, Attempt.closed_at)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Answer.attempt_id.in_(ids), Answer.saved_at > Attempt.closed_at)
        .order_by(Answer.attempt_id, Answer.position)
    )
    for id_, position, saved_at, closed_at in db.session.execute(late):
        yield Seen("GHOST", (error(
            _place(id_), "The answer to question %(number)s was saved at %(saved)s, after the end"
            " at %(closed)s.", number=position, saved=saved_at.isoformat(),
            closed=closed_at and closed_at.isoformat()),))
    beyond = (
        sa.select(Answer.attempt_id, Answer.position)
        .outerjoin(AttemptItem, sa.and_(AttemptItem.attempt_id == Answer.attempt_id,
                                        AttemptItem.position == Answer.position))
        .where(Answer.attempt_id.in_(ids), AttemptItem.position.is_(None))
        .order_by(Answer.attempt_id, Answer.position)
    )
    for id_, position in db.session.execute(beyond):
        yield Seen("GHOST", (error(
            _place(id_), "There is an answer to question %(number)s, which the form does not"
            " have.", number=position),))
    count = sa.select(sa.func.count()).select_from(Answer).where(Answer.attempt_id.in_(ids))
    yield Seen("GHOST", things=db.session.scalar(count) or 0)


def _unrewarded(ids: Sequence[int]) -> Iterator[Seen]:
    query = (
        sa.select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .outerjoin(Certificate, Certificate.attempt_id == Attempt.id)
        .where(Attempt.id.in_(ids), Quiz.kind == EXAM, Result.passed, Certificate.id.is_(None))
        .order_by(Attempt.id)
    )
    for id_ in db.session.scalars(query):
        yield Seen("CERT", (error(_place(id_), "The exam was passed and has no certificate."),))


def _unrecorded(ids: Sequence[int]) -> Iterator[Seen]:
    recorded = sa.exists().where(CompletionRecord.attempt_id == Attempt.id,
                                 CompletionRecord.corrects_id.is_(None))
    query = (
        sa.select(Attempt.id).join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.id.in_(ids), Quiz.kind == EXAM, ~recorded)
        .order_by(Attempt.id)
    )
    for id_ in db.session.scalars(query):
        yield Seen("RECORD", (error(_place(id_), "The exam has a result and no record."),))


def extra_attempts(ids: Sequence[int]) -> Iterator[Seen]:
    """Hold extra attempts against the attempt that they followed and the event of their giving."""
    noted = sa.exists().where(
        Event.object_type == "extra_attempt", Event.action == "attempt.given",
        Event.object_id == sa.cast(ExtraAttempt.id, sa.Text))
    query = (
        sa.select(ExtraAttempt.id, Attempt.state, Result.passed, noted)
        .outerjoin(Attempt, given_after(Attempt))
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(ExtraAttempt.id.in_(ids)).order_by(ExtraAttempt.id)
    )
    for id_, state, passed, was_noted in db.session.execute(query):
        place, faults = f"extra attempt {id_}", []
        if state in (None, OPEN) or passed is not False:
            faults.append(error(place, "The attempt before it was not failed."))
        if not was_noted:
            faults.append(error(place, "No event says that it was given."))
        yield Seen("EXTRA", tuple(faults))
