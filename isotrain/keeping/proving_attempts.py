"""Proving attempts: content is as hashed, forms derive again, answers in time, scores follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts import replaying
from isotrain.attempts.models import Answer, Attempt, AttemptItem, Form, Result
from isotrain.attempts.rules import OPEN
from isotrain.banks import versions
from isotrain.banks.models import PoolSnapshot, QuestionVersion
from isotrain.db import db, end_reading
from isotrain.errors import NotFound
from isotrain.exams.pools import Pool
from isotrain.keeping.proving_database import Faults
from isotrain.ledger.canonical import JsonObject
from isotrain.questions.problem import error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from isotrain.attempts.replaying import Kept
    from isotrain.banks.versions import Content

BATCH = 200
# What odd content can make the readers of it raise; here it is a finding.
ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError)


def batches(
    ids: sa.orm.InstrumentedAttribute[int], *where: sa.ColumnElement[bool]
) -> Iterator[list[int]]:
    """Return the ids of a table in order, a batch at a time; nothing is held in between."""
    last = None
    while True:
        query = sa.select(ids).where(*where).order_by(ids).limit(BATCH)
        found = list(db.session.scalars(query if last is None else query.where(ids > last)))
        if not found:
            return
        yield found
        last = found[-1]
        end_reading()
        db.session.expunge_all()


def content_is_as_hashed() -> Iterator[Faults]:
    """Hash every question version and every pool again."""
    for ids in batches(QuestionVersion.id):
        query = sa.select(QuestionVersion.id, QuestionVersion.content_hash)
        rows = db.session.execute(query.where(QuestionVersion.id.in_(ids))).all()
        contents, keys = versions.contents(ids), versions.keys(ids)
        for id_, content_hash in rows:
            yield _version_faults(contents[id_], keys.get(id_), content_hash)
    for ids in batches(PoolSnapshot.id):
        for snapshot in db.session.scalars(
            sa.select(PoolSnapshot).where(PoolSnapshot.id.in_(ids))
        ):
            yield _pool_faults(snapshot)


def _version_faults(content: Content, key: JsonObject | None, content_hash: str) -> Faults:
    try:
        same = key is not None and content.written(key).hash == content_hash
    except ODD:
        same = False
    place = f"question version {content.id}"
    return () if same else (error(place, "The version is not what its hash says."),)


def _pool_faults(snapshot: PoolSnapshot) -> Faults:
    try:
        same = Pool.from_data(snapshot.pool).hash == snapshot.hash
    except ODD:
        same = False
    place = f"pool {snapshot.id}"
    return () if same else (error(place, "The pool is not what its hash says."),)


def forms_replay() -> Iterator[Faults]:
    """Derive every form again and compare it with the one that was sat."""
    without = sa.select(Attempt.id).outerjoin(Form).where(Form.attempt_id.is_(None))
    for id_ in db.session.scalars(without).all():
        yield (error(f"attempt {id_}", "The attempt has no form."),)
    for ids in batches(Form.attempt_id):
        for id_ in ids:
            yield _form_faults(replaying.get_kept(id_))


def _form_faults(kept: Kept) -> Faults:
    place = f"attempt {kept.attempt.id}"
    if not replaying.is_intact(kept):
        return (error(place, "The form is not what its hash says."),)
    try:
        found = replaying.replay(kept)
    except (*ODD, AssertionError) as odd:
        return (error(place, "The form cannot be derived again: %(words)s", words=odd),)
    return tuple(error(f"{place}, {p.place}", p.template, **p.params) for p in found)


def answers_are_in_time() -> Iterator[Faults]:
    """Look for answers saved after their attempt was closed, or to questions it does not have."""
    late = (
        sa.select(Answer.attempt_id, Answer.position)
        .join(Attempt, Attempt.id == Answer.attempt_id)
        .where(Answer.saved_at > Attempt.closed_at)
    )
    for id_, position in db.session.execute(late):
        yield (error(f"attempt {id_}", "The answer to question %(number)s was saved after the end.",
                     number=position),)
    beyond = (
        sa.select(Answer.attempt_id, Answer.position)
        .outerjoin(AttemptItem, sa.and_(AttemptItem.attempt_id == Answer.attempt_id,
                                        AttemptItem.position == Answer.position))
        .where(AttemptItem.position.is_(None))
    )
    for id_, position in db.session.execute(beyond):
        yield (error(f"attempt {id_}", "There is an answer to question %(number)s, which the form"
                     " does not have.", number=position),)
    for _answer in range(db.session.scalar(sa.select(sa.func.count()).select_from(Answer)) or 0):
        yield ()


def scores_follow() -> Iterator[Faults]:
    """Mark every closed attempt again whose answers still exist."""
    odd = sa.select(Attempt.id).join(Result, Result.attempt_id == Attempt.id).where(
        Attempt.state == OPEN)
    for id_ in db.session.scalars(odd).all():
        yield (error(f"attempt {id_}", "An open attempt has a result."),)
    for ids in batches(Attempt.id, Attempt.state != OPEN):
        for id_ in ids:
            yield _score_faults(id_)


def _score_faults(attempt_id: int) -> Faults:
    place = f"attempt {attempt_id}"
    try:
        kept = replaying.get_kept(attempt_id)
        return tuple(error(place, p.template, **p.params) for p in replaying.remark(kept))
    except NotFound:
        return ()  # an attempt without its form is found among the forms
    except ODD as odd:
        return (error(place, "The answers cannot be marked: %(words)s", words=odd),)
