"""Banks, questions and immutable question versions.

What a learner may see (QuestionVersion.content) and the right answers (QuestionKey) stand in
different tables, so that the code that renders an exam cannot read a key by accident.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base
from isotrain.study.models import Membership, one_owner

# What becomes of a batch of versions; see QuestionBatch.
STAGED, SHOWN, ABANDONED = "staged", "shown", "abandoned"
IMPORT, SET, APPROVE, RETIRE, RESTORE = "import", "set", "approve", "retire", "restore"


class Bank(Base):
    """A set of questions that belong together."""

    __tablename__ = "bank"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(default="en")
    library_id: Mapped[int | None] = mapped_column(sa.ForeignKey("library.id"), index=True)
    current_pool_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("pool_snapshot.id", use_alter=True)
    )
    created_at: Mapped[datetime]
    archived_at: Mapped[datetime | None]


class BankMember(Membership, Base):
    """A trainer who looks after a bank."""

    __tablename__ = "bank_member"
    __table_args__ = one_owner("bank")

    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)


class KeySeen(Base):
    """That somebody who looks after a bank no more has seen its keys; a trigger writes it."""

    __tablename__ = "key_seen"

    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)


class Question(Base):
    """A question through all its versions; `key` is its name within the bank.

    `approved_version_id` is the version that new forms draw; `latest_version_id` may be ahead of
    it while somebody edits. A question without an approved version is a draft, and one without a
    latest version is not there yet: it is staged.
    """

    __tablename__ = "question"
    __table_args__ = (
        sa.UniqueConstraint("bank_id", "key"),
        sa.Index("ix_question_bank_retired", "bank_id", "retired_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    key: Mapped[str]
    latest_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("question_version.id", use_alter=True)
    )
    approved_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("question_version.id", use_alter=True)
    )
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class QuestionVersion(Base):
    """One immutable version of a question, without its key.

    Translations are versions of the same number: same question, same key, another language; a
    corrected translation is a new revision. `marking` names the rule by which it is marked. `facts`
    begins with the tested one; without a `module` the question belongs to that fact's.

    `stem_text` is the stem folded for searching and comparing; `content_hash` covers the key and
    everything about the question, so it must never reach a learner.
    """

    __tablename__ = "question_version"
    __table_args__ = (
        sa.UniqueConstraint("question_id", "number", "language", "revision"),
        sa.CheckConstraint("\"use\" IN ('exam','practice')", name="use_known"),
        sa.CheckConstraint("difficulty IS NULL OR difficulty BETWEEN 1 AND 3",
                           name="difficulty_band"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), index=True)
    number: Mapped[int]
    revision: Mapped[int] = mapped_column(default=1)
    type: Mapped[str]
    marking: Mapped[str]
    content: Mapped[dict[str, Any]]
    stem_text: Mapped[str]
    content_hash: Mapped[str] = mapped_column(index=True)
    topic: Mapped[str | None]
    difficulty: Mapped[int | None]
    module: Mapped[str | None]
    facts: Mapped[list[Any]]
    use: Mapped[str] = mapped_column(default="exam")
    language: Mapped[str] = mapped_column(default="en")
    enemies: Mapped[str | None]
    source: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_batch.id"), index=True)


class QuestionBatch(Base):
    """What was done to many questions together: staged, shown all at once, or abandoned.

    `act` says what: a file brought versions (import), something was set on many (set), or many were
    approved, retired or restored. Until it is shown nobody sees anything of it, and a bank has one
    such batch at most.
    """

    __tablename__ = "question_batch"
    __table_args__ = (
        sa.CheckConstraint("state IN ('staged','shown','abandoned')", name="state_known"),
        sa.CheckConstraint("(state = 'shown') = (shown_at IS NOT NULL)", name="shown_at_a_time"),
        sa.CheckConstraint("act IN ('set','approve','retire','restore','import')",
                           name="act_known"),
        sa.CheckConstraint("(act = 'import') = (upload_id IS NOT NULL)", name="upload_of_import"),
        sa.Index("uq_question_batch_hidden", "bank_id", unique=True,
                 sqlite_where=sa.text("state <> 'shown'"),
                 postgresql_where=sa.text("state <> 'shown'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    upload_id: Mapped[int | None] = mapped_column(sa.ForeignKey("bank_upload.id"), index=True)
    act: Mapped[str] = mapped_column(default=IMPORT)
    state: Mapped[str]
    begun_at: Mapped[datetime]
    begun_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    last_step_at: Mapped[datetime]
    shown_at: Mapped[datetime | None]


class BatchTouch(Base):
    """A question that a batch approved, retired or restored, and how it stood before.

    `version_id` is the version that was approved by it.
    """

    __tablename__ = "batch_touch"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("question_batch.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question.id"), primary_key=True)
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    approved_before: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    retired_before: Mapped[datetime | None]


class QuestionKey(Base):
    """The key of one version: right answers, shares, explanation and feedback."""

    __tablename__ = "question_key"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_version.id"), primary_key=True
    )
    key: Mapped[dict[str, Any]]


class QuestionPicture(Base):
    """That a version shows a picture, anywhere in its texts; it keeps the picture by that."""

    __tablename__ = "question_picture"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_version.id"), primary_key=True
    )
    sha256: Mapped[str] = mapped_column(
        sa.ForeignKey("picture.sha256"), primary_key=True, index=True
    )


class Approval(Base):
    """That a version may be drawn, and who said so.

    `approved_by` is who approved it (nobody for shipped content); `second_approved_by` is its
    author when that was somebody else. One person alone leaves the second empty.
    """

    __tablename__ = "approval"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_version.id"), primary_key=True
    )
    approved_at: Mapped[datetime]
    approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    second_approved_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class PoolSnapshot(Base):
    """The approved set of a bank at one moment, by its hash; drawing reads this, not the bank."""

    __tablename__ = "pool_snapshot"

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"), index=True)
    size: Mapped[int]
    pool: Mapped[list[Any] | dict[str, Any]] = mapped_column(sa.JSON())
    created_at: Mapped[datetime]


class BankUpload(Base):
    """An uploaded question file: checked first, applied at most once.

    `checked` holds what was read from the file (formats.model.Import as data) for a day, and `data`
    the file itself where it is not too large: to read it again as it is meant, and to hand it back
    with its problems. Both may be large, and are loaded only where they are asked for.
    """

    __tablename__ = "bank_upload"
    __table_args__ = (
        sa.CheckConstraint("state IN ('checked','applied')", name="state_known"),
        sa.Index("uq_bank_upload_applied", "bank_id", "sha256", "options_hash", unique=True,
                 sqlite_where=sa.text("state = 'applied'"),
                 postgresql_where=sa.text("state = 'applied'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    file_name: Mapped[str]
    sha256: Mapped[str]
    options: Mapped[dict[str, Any]]
    options_hash: Mapped[str]
    state: Mapped[str]
    checked: Mapped[dict[str, Any] | None] = mapped_column(deferred=True)
    data: Mapped[bytes | None] = mapped_column(deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    applied_at: Mapped[datetime | None]
    applied_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)


class BankReading(Base):
    """How a trainer read what can be read in several ways; `asks` bears the header's hash."""

    __tablename__ = "bank_reading"

    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"), primary_key=True)
    asks: Mapped[str] = mapped_column(primary_key=True)
    reading: Mapped[str]
    chosen_at: Mapped[datetime]
    chosen_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class BankDecision(Base):
    """What a trainer decided about a question of an uploaded file, by its place in the file."""

    __tablename__ = "bank_decision"
    __table_args__ = (
        sa.UniqueConstraint("upload_id", "place"),
        sa.CheckConstraint("decision IN ('change','add','leave')", name="decision_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    upload_id: Mapped[int] = mapped_column(sa.ForeignKey("bank_upload.id"))
    place: Mapped[str]
    decision: Mapped[str]
    decided_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class BatchUndo(Base):
    """That a shown batch was undone: as seen now it is not there, what was asked of it stays."""

    __tablename__ = "batch_undo"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("question_batch.id"), primary_key=True)
    undone_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class VersionUndo(Base):
    """That a draft was taken back: it is not there as seen now, and can be had again."""

    __tablename__ = "version_undo"

    version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_version.id"), primary_key=True
    )
    undone_at: Mapped[datetime]
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class FindingAcceptance(Base):
    """That what a check finds may stay, and why: in a version, or in the bank as a whole."""

    __tablename__ = "finding_acceptance"
    __table_args__ = (
        sa.Index("uq_finding_acceptance_version", "version_id", "check_name", unique=True,
                 sqlite_where=sa.text("version_id IS NOT NULL"),
                 postgresql_where=sa.text("version_id IS NOT NULL")),
        sa.Index("uq_finding_acceptance_bank", "bank_id", "check_name", unique=True,
                 sqlite_where=sa.text("version_id IS NULL"),
                 postgresql_where=sa.text("version_id IS NULL")),
        sa.Index("ix_finding_acceptance_bank_id", "bank_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    bank_id: Mapped[int] = mapped_column(sa.ForeignKey("bank.id"))
    version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("question_version.id"))
    check_name: Mapped[str]
    reason: Mapped[str]
    accepted_at: Mapped[datetime]
    accepted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
