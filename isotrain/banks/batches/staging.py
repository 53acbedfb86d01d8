"""Staging: versions are stored a few at a time where nobody sees them, and shown by one statement.

A question is there once it has a latest version, a version once the batch it came with is shown.
A batch that takes no step any more is abandoned, and what it brought is removed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.banks import storing
from isotrain.banks.models import (
    ABANDONED,
    IMPORT,
    SHOWN,
    STAGED,
    BatchTouch,
    Question,
    QuestionBatch,
    QuestionKey,
    QuestionPicture,
    QuestionVersion,
)
from isotrain.banks.storing import Change, Undone
from isotrain.db import add_rows, added, db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some
from isotrain.jobs.stepping import IDLE, Pace, step

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

AT_ONCE = 200  # versions that one step stores at most
# Versions that one step removes at most: each is looked for among all questions first.
REMOVED_AT_ONCE = 100


def begin(bank_id: int, upload_id: int | None, *, by: Actor, act: str = IMPORT) -> int:
    """Begin a batch and return its id; refuse while another one is on its way into this bank."""
    at = clock.now()
    batch = QuestionBatch(bank_id=bank_id, upload_id=upload_id, act=act, state=STAGED,
                          begun_at=at, begun_by=by.user_id, last_step_at=at)
    if not added(batch):
        raise Refusal(_("A file is being applied to this bank right now, or many of its questions"
                        " are being changed. Wait until that is done, then try again."))
    return batch.id


def touch(batch_id: int, touched: Sequence[Mapping[str, object]]) -> None:
    """Note of some questions how they stand before a batch approves, retires or restores them."""
    _go_on(batch_id, state=STAGED)
    add_rows(BatchTouch, [{**each, "batch_id": batch_id} for each in touched])


def stage(
    batch_id: int, bank_id: int, changes: Sequence[Change], *, by: Actor, undone: Undone
) -> None:
    """Store some versions as part of a batch; raises Conflict once it was abandoned."""
    _go_on(batch_id, state=STAGED)
    storing.add(bank_id, changes, batch_id=batch_id, by=by, undone=undone)


def show(batch_id: int) -> None:
    """Show a batch: what it brought becomes the latest version of each question.

    A translation has the number of what it translates, which stays the latest.
    """
    close(batch_id)
    latest = sa.orm.aliased(QuestionVersion)
    number = sa.select(latest.number).where(latest.id == Question.latest_version_id)
    db.session.execute(
        sa.update(Question)
        .where(Question.id == QuestionVersion.question_id, QuestionVersion.batch_id == batch_id,
               sa.or_(Question.latest_version_id.is_(None),
                      QuestionVersion.number > number.scalar_subquery()))
        .values(latest_version_id=QuestionVersion.id)
        .execution_options(synchronize_session=False))
    db.session.expire_all()


def close(batch_id: int) -> None:
    """Note that all of a batch is done and can be seen."""
    _go_on(batch_id, state=SHOWN, shown_at=clock.now())


def forget(batch_id: int, *, transaction: Transaction) -> Iterator[int]:
    """Remove what a batch brought that is not shown, a few versions at a time."""
    with transaction():
        db.session.execute(
            sa.update(QuestionBatch)
            .where(QuestionBatch.id == batch_id, QuestionBatch.state == STAGED)
            .values(state=ABANDONED))
    pace = Pace(REMOVED_AT_ONCE)
    while True:
        with step(transaction, pace):
            gone = _forget_some(batch_id, pace.size)
        yield gone
        if not gone:
            return


def forget_idle(transaction: Transaction, *, bank_id: int | None = None) -> Iterator[int]:
    """Remove what came with batches that nobody is at work on, of one bank or of all."""
    query = sa.select(QuestionBatch.id).where(sa.or_(
        QuestionBatch.state == ABANDONED,
        sa.and_(QuestionBatch.state == STAGED, QuestionBatch.last_step_at < clock.now() - IDLE)))
    if bank_id is not None:
        query = query.where(QuestionBatch.bank_id == bank_id)
    for batch_id in db.session.scalars(query.order_by(QuestionBatch.id)).all():
        yield from forget(batch_id, transaction=transaction)


def _go_on(batch_id: int, **values: object) -> None:
    """Note that somebody is at work on a batch; raises Conflict once it was abandoned."""
    going = db.session.execute(
        sa.update(QuestionBatch)
        .where(QuestionBatch.id == batch_id, QuestionBatch.state == STAGED)
        .values(last_step_at=clock.now(), **values)
        .execution_options(synchronize_session=False))
    if going.rowcount != 1:  # type: ignore[attr-defined]
        raise Conflict(_("This took too long and was taken back. Apply the file again."))


def _forget_some(batch_id: int, most: int) -> int:
    """Remove some versions of an abandoned batch, at last the batch; return how many versions."""
    some = list(db.session.execute(
        sa.select(QuestionVersion.id, QuestionVersion.question_id)
        .where(QuestionVersion.batch_id == batch_id,
               QuestionVersion.batch_id.in_(_abandoned))
        .order_by(QuestionVersion.id).limit(most)).all())
    if not some:
        touched = list(db.session.scalars(
            sa.select(BatchTouch.question_id).where(
                BatchTouch.batch_id == batch_id,
                BatchTouch.batch_id.in_(_abandoned)).limit(most)))
        if touched:
            db.session.execute(sa.delete(BatchTouch).where(
                BatchTouch.batch_id == batch_id, BatchTouch.question_id.in_(touched)))
            return len(touched)
        delete_some(QuestionBatch.id, QuestionBatch.id == batch_id,
                    QuestionBatch.state == ABANDONED)
        return 0
    ids = [row.id for row in some]
    delete_some(QuestionPicture.version_id, QuestionPicture.version_id.in_(ids))
    delete_some(QuestionKey.version_id, QuestionKey.version_id.in_(ids))
    delete_some(QuestionVersion.id, QuestionVersion.id.in_(ids))
    bare = ~sa.exists().where(QuestionVersion.question_id == Question.id)
    delete_some(Question.id, Question.id.in_([row.question_id for row in some]),
                Question.latest_version_id.is_(None), bare)
    return len(some)


_abandoned = sa.select(QuestionBatch.id).where(QuestionBatch.state == ABANDONED)
