"""Batches: what was done to many questions of a bank together, and whether it was undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.accounts.models import Identity
from isotrain.banks import translating, versions
from isotrain.banks.models import (
    APPROVE,
    IMPORT,
    RESTORE,
    RETIRE,
    SET,
    SHOWN,
    BankUpload,
    BatchTouch,
    BatchUndo,
    Question,
    QuestionBatch,
    QuestionVersion,
)
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _, say
from isotrain.lists import Key, Listing, each
from isotrain.questions.pictured import worded
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

PAGE_SIZE = 25
TOUCHING = (APPROVE, RETIRE, RESTORE)  # acts that bring no version
TITLES = {SET: N_("Set on many"), APPROVE: N_("Approved together"),
          RETIRE: N_("Retired together"), RESTORE: N_("Restored together")}
_applier, _undoer = (sa.orm.aliased(Identity) for _ in range(2))
_touched = sa.select(sa.func.count()).where(BatchTouch.batch_id == QuestionBatch.id)
_written = sa.select(sa.func.count()).where(QuestionVersion.batch_id == QuestionBatch.id)
_BATCHES = (
    sa.select(QuestionBatch.id, QuestionBatch.act, QuestionBatch.upload_id, BankUpload.file_name,
              QuestionBatch.shown_at, _applier.name, sa.func.coalesce(BankUpload.added, 0),
              sa.case((QuestionBatch.act == IMPORT, BankUpload.changed),
                      (QuestionBatch.act == SET, _written.scalar_subquery()),
                      else_=_touched.scalar_subquery()),
              BatchUndo.undone_at, _undoer.name)
    .outerjoin(BankUpload, BankUpload.id == QuestionBatch.upload_id)
    .outerjoin(BatchUndo, BatchUndo.batch_id == QuestionBatch.id)
    .outerjoin(_applier, _applier.user_id == QuestionBatch.begun_by)
    .outerjoin(_undoer, _undoer.user_id == BatchUndo.undone_by)
    .where(QuestionBatch.state == SHOWN)
)


@dataclass(frozen=True)
class Batch:
    """What was done together: when and by whom (nobody for a command), and who undid it.

    `changed` are the questions that were changed by it, beside those that a file added.
    """

    id: int
    act: str
    upload_id: int | None
    file_name: str | None
    at: datetime
    by: str | None
    added: int
    changed: int
    undone_at: datetime | None
    undone_by: str | None

    @property
    def title(self) -> str:
        """The name of the file, or what was done."""
        return self.file_name or say(TITLES[self.act])


def listing(bank_id: int) -> Listing[Batch]:
    """Return the list of what was done to many questions of a bank, the newest first."""
    return Listing(_BATCHES.where(QuestionBatch.bank_id == bank_id),
                   {"at": (Key(QuestionBatch.id, descending=True),)}, each(_batch), size=PAGE_SIZE)


def get(bank_id: int, batch_id: int) -> Batch:
    """Return what was done together in a bank or raise NotFound."""
    row = db.session.execute(_BATCHES.where(QuestionBatch.bank_id == bank_id,
                                            QuestionBatch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound(_("This does not exist."))
    return _batch(*row)


def _batch(*row: Any) -> Batch:
    return Batch(*row)


@dataclass(frozen=True)
class Brought:
    """A version that came with a batch, or a question that was approved, retired or restored.

    `effect` says what it was to its question; `question_id` is None where that is not there any
    more, and `later` where it has a newer version by now.
    """

    effect: str
    key: str
    question_id: int | None
    stem: str
    later: bool
    approved: bool


def touched(batch_id: int) -> Listing[Brought]:
    """Return the list of the questions that a batch approved, retired or restored."""
    query = (
        sa.select(sa.func.coalesce(BatchTouch.version_id, Question.latest_version_id),
                  QuestionBatch.act, Question.key, Question.id, Question.latest_version_id,
                  Question.approved_version_id)
        .join(QuestionBatch, QuestionBatch.id == BatchTouch.batch_id)
        .join(Question, Question.id == BatchTouch.question_id)
        .where(BatchTouch.batch_id == batch_id)
    )
    return Listing(query, {"place": (Key(Question.id),)}, _brought, size=PAGE_SIZE)


def brought(batch_id: int) -> Listing[Brought]:
    """Return the list of the versions that came with a batch, in its order."""
    version, earlier = QuestionVersion, sa.orm.aliased(QuestionVersion)
    known = sa.exists().where(
        earlier.question_id == version.question_id, earlier.number < version.number,
        sa.func.coalesce(earlier.batch_id, 0).not_in(sa.select(BatchUndo.batch_id)))
    effect = sa.case((translating.translates, "translated"), (known, "changed"), else_="new")
    query = (
        sa.select(version.id, effect, Question.key, Question.id, Question.latest_version_id,
                  Question.approved_version_id)
        .join(Question, Question.id == version.question_id).where(version.batch_id == batch_id)
    )
    return Listing(query, {"place": (Key(version.id),)}, _brought, size=PAGE_SIZE)


def _brought(rows: Sequence[tuple[Any, ...]]) -> list[Brought]:
    contents = versions.contents(row[0] for row in rows)
    return [Brought(effect, key, question if latest else None,
                    worded(contents[version].question().plain_stem),
                    effect in ("new", "changed") and latest not in (None, version),
                    approved == version)
            for version, effect, key, question, latest, approved in rows]
