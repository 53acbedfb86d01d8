"""Undoing a batch: the bank is as it was before; what was asked of it meanwhile stays.

Nothing that was shown is deleted. The versions that came are not seen any more; each question has
the version again that it had, and one that came with the file is not there. What was approved,
retired or restored stands as before, unless somebody has changed that since.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, pooling, translating, versions
from isotrain.banks.batches import history
from isotrain.banks.models import (
    APPROVE,
    RETIRE,
    Approval,
    BankUpload,
    BatchTouch,
    BatchUndo,
    Question,
    QuestionBatch,
    QuestionVersion,
)
from isotrain.db import added, db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.hashing import hash_of

if TYPE_CHECKING:
    from collections.abc import Container

    from isotrain.banks.batches.history import Batch
    from isotrain.banks.pooling import Foreseen


@dataclass(frozen=True)
class Outlook:
    """What undoing would leave: questions that changed since, and versions that are drawn now.

    Those that changed since keep what they say now.
    """

    later: int
    drawn: int


def look_ahead(batch_id: int) -> Outlook:
    """Say what undoing an import would come to."""
    version, came = QuestionVersion, _came(batch_id)
    later = sa.select(sa.func.count()).select_from(Question).where(
        Question.id.in_(sa.select(version.question_id).where(
            version.batch_id == batch_id, ~translating.translates)),
        Question.latest_version_id.not_in(came))
    moved = sa.select(sa.func.count()).select_from(BatchTouch).join(
        QuestionBatch, QuestionBatch.id == BatchTouch.batch_id).join(
        Question, Question.id == BatchTouch.question_id).where(
        BatchTouch.batch_id == batch_id, ~_as_left)
    drawn = sa.select(sa.func.count()).select_from(Question).where(
        Question.approved_version_id.in_(came), Question.retired_at.is_(None))
    return Outlook((db.session.scalar(later) or 0) + (db.session.scalar(moved) or 0),
                   db.session.scalar(drawn) or 0)


def foresee(bank_id: int, batch_id: int, *, by: Actor) -> Foreseen | None:
    """Work out the pool as undoing a batch makes it; None where nothing of it is drawn."""
    directory.get_bank(bank_id, member=by.user_id)
    history.get(bank_id, batch_id)
    query = sa.select(Question.id, _approved_before(batch_id)).where(
        Question.approved_version_id.in_(_came(batch_id)))
    meant: dict[int, int | None] = dict(db.session.execute(query).all())
    touched = (
        sa.select(Question.id, Question.approved_version_id, BatchTouch.approved_before,
                  BatchTouch.retired_before, QuestionBatch.act)
        .join(BatchTouch, BatchTouch.question_id == Question.id)
        .join(QuestionBatch, QuestionBatch.id == BatchTouch.batch_id)
        .where(BatchTouch.batch_id == batch_id, _as_left)
    )
    for question, approved, before, retired, act in db.session.execute(touched):
        meant[question] = None if retired else before if act == APPROVE else approved
    if not meant:
        return None
    return pooling.foresee(bank_id, {question: version for question, version in meant.items()
                                     if version},
                           without=[question for question, version in meant.items()
                                    if not version])


def undo(
    bank_id: int, batch_id: int, *, by: Actor, foreseen: Foreseen | None = None,
    agreed: Container[int] = (),
) -> Outlook:
    """Undo a batch; return what it left. A file can be applied again.

    `agreed` are the quizzes that may be left short of questions.
    """
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    batch = history.get(bank_id, batch_id)
    outlook = look_ahead(batch_id)
    undone = BatchUndo(batch_id=batch_id, undone_at=clock.now(), undone_by=by.user_id)
    if batch.undone_at or not added(undone):
        raise Refusal(_("This was undone before."))
    for column, before in (("approved_version_id", _approved_before(batch_id)),
                           ("latest_version_id", _latest_before(batch_id))):
        db.session.execute(
            sa.update(Question)
            .where(Question.bank_id == bank_id,
                   getattr(Question, column).in_(_came(batch_id)))
            .values({column: before}).execution_options(synchronize_session=False))
    _put_back(batch)
    db.session.expire_all()
    if batch.upload_id is not None:
        _free(batch.upload_id, batch_id)
    pooling.refresh(bank_id, foreseen, by=by, agreed=agreed)
    note("bank.import_undone", by, scope="banks", on=("bank", bank_id),
         details={"batch": batch_id, "added": batch.added, "changed": batch.changed,
                  "later": outlook.later, **({} if batch.upload_id else {"act": batch.act})})
    db.session.flush()
    return outlook


_as_left: sa.ColumnElement[bool] = sa.case(
    (QuestionBatch.act == APPROVE, Question.approved_version_id == BatchTouch.version_id),
    (QuestionBatch.act == RETIRE, Question.retired_at.is_not(None)),
    else_=Question.retired_at.is_(None))


def _put_back(batch: Batch) -> None:
    """Let what was approved, retired or restored stand as before, where it still is as it was left.
    """
    before = sa.select(BatchTouch.approved_before if batch.act == APPROVE
                       else BatchTouch.retired_before).where(
        BatchTouch.batch_id == batch.id, BatchTouch.question_id == Question.id)
    still = (
        sa.select(BatchTouch.question_id)
        .join(QuestionBatch, QuestionBatch.id == BatchTouch.batch_id)
        .where(BatchTouch.batch_id == batch.id, BatchTouch.question_id == Question.id, _as_left)
    )
    column = "approved_version_id" if batch.act == APPROVE else "retired_at"
    db.session.execute(
        sa.update(Question)
        .where(Question.id.in_(sa.select(BatchTouch.question_id).where(
            BatchTouch.batch_id == batch.id)), still.correlate(Question).exists())
        .values({column: before.correlate(Question).scalar_subquery()})
        .execution_options(synchronize_session=False))


def _came(batch_id: int) -> sa.Select[int]:
    return sa.select(QuestionVersion.id).where(QuestionVersion.batch_id == batch_id)


def _before(batch_id: int) -> sa.Select[int]:
    """The versions of a question that did not come with a batch, the newest first."""
    version = QuestionVersion
    return (
        sa.select(version.id)
        .where(version.question_id == Question.id, version.batch_id.is_distinct_from(batch_id),
               versions.shown, ~translating.translates)
        .order_by(version.number.desc()).limit(1).correlate(Question)
    )


def _latest_before(batch_id: int) -> sa.ScalarSelect[int]:
    return _before(batch_id).scalar_subquery()


def _approved_before(batch_id: int) -> sa.ScalarSelect[int]:
    return _before(batch_id).join(
        Approval, Approval.version_id == QuestionVersion.id).scalar_subquery()


def _free(upload_id: int, batch_id: int) -> None:
    """Let the same file be applied once more: this application of it does not count any more."""
    upload = db.session.get_one(BankUpload, upload_id)
    upload.options = {**upload.options, "undone": batch_id}
    upload.options_hash = hash_of(upload.options)
