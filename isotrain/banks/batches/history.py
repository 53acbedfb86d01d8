"""Batches: what came into a bank with each file, and whether it was undone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.accounts.models import Identity
from isotrain.banks import translating, versions
from isotrain.banks.models import (
    SHOWN,
    BankUpload,
    BatchUndo,
    Question,
    QuestionBatch,
    QuestionVersion,
)
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.lists import Key, Listing, each
from isotrain.questions.pictured import worded

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from typing import Any

PAGE_SIZE = 25
_applier, _undoer = (sa.orm.aliased(Identity) for _ in range(2))
_BATCHES = (
    sa.select(QuestionBatch.id, QuestionBatch.upload_id, BankUpload.file_name,
              QuestionBatch.shown_at, _applier.name, BankUpload.added, BankUpload.changed,
              BatchUndo.undone_at, _undoer.name)
    .join(BankUpload, BankUpload.id == QuestionBatch.upload_id)
    .outerjoin(BatchUndo, BatchUndo.batch_id == QuestionBatch.id)
    .outerjoin(_applier, _applier.user_id == QuestionBatch.begun_by)
    .outerjoin(_undoer, _undoer.user_id == BatchUndo.undone_by)
    .where(QuestionBatch.state == SHOWN)
)


@dataclass(frozen=True)
class Batch:
    """What came with one file: when and by whom (nobody for a command), and who undid it."""

    id: int
    upload_id: int
    file_name: str
    at: datetime
    by: str | None
    added: int
    changed: int
    undone_at: datetime | None
    undone_by: str | None


def listing(bank_id: int) -> Listing[Batch]:
    """Return the list of what came into a bank with files, the newest first."""
    return Listing(_BATCHES.where(QuestionBatch.bank_id == bank_id),
                   {"at": (Key(QuestionBatch.id, descending=True),)}, each(_batch), size=PAGE_SIZE)


def get(bank_id: int, batch_id: int) -> Batch:
    """Return what came into a bank with one file or raise NotFound."""
    row = db.session.execute(_BATCHES.where(QuestionBatch.bank_id == bank_id,
                                            QuestionBatch.id == batch_id)).one_or_none()
    if row is None:
        raise NotFound(_("This upload does not exist."))
    return _batch(*row)


def _batch(*row: Any) -> Batch:
    return Batch(*row)


@dataclass(frozen=True)
class Brought:
    """A version that came with a file.

    `effect` says what it was to its question; `question_id` is None where that is not there any
    more, and `later` where it has a newer version by now.
    """

    effect: str
    key: str
    question_id: int | None
    stem: str
    later: bool
    approved: bool


def brought(batch_id: int) -> Listing[Brought]:
    """Return the list of the versions that came with a file, in its order."""
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
                    effect != "translated" and latest not in (None, version), approved == version)
            for version, effect, key, question, latest, approved in rows]
