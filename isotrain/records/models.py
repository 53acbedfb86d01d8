"""Completion records. A record is never changed; a correction is a new one that names the old."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class CompletionRecord(Base):
    """What was completed, as it was on that day, without the person's name.

    `frozen` holds everything that was true then: unit, site, job role, employment type,
    requirement and its version, course version and who approved it (and whether alone),
    standards and editions, pass mark and its basis, attempt, form and result; the person stands
    in it as salted hashes. `hash` is the hash of `frozen`; the other columns repeat what lists
    search by.
    """

    __tablename__ = "completion_record"
    __table_args__ = (
        sa.CheckConstraint("result IN ('passed','failed')", name="result_known"),
        sa.Index("uq_completion_record_attempt", "attempt_id", unique=True,
                 sqlite_where=sa.text("corrects_id IS NULL"),
                 postgresql_where=sa.text("corrects_id IS NULL")),
        # A record is corrected once; the next correction corrects the correction.
        sa.Index("uq_completion_record_corrects", "corrects_id", unique=True),
        sa.Index("ix_completion_record_user_course", "user_id", "course_id", "completed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    course_version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id"))
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"))
    assignment_id: Mapped[int | None] = mapped_column(sa.ForeignKey("assignment.id"))
    certificate_id: Mapped[int | None] = mapped_column(sa.ForeignKey("certificate.id"))
    completed_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    valid_until: Mapped[date | None]
    score_percent: Mapped[str]
    pass_mark: Mapped[int]
    result: Mapped[str]
    frozen: Mapped[dict[str, Any]]
    hash: Mapped[str]
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("completion_record.id"))
    correction_reason: Mapped[str | None]


class RecordPerson(Base):
    """The personal data of a record, as it was then, with the salts that open its hashes."""

    __tablename__ = "record_person"

    record_id: Mapped[int] = mapped_column(
        sa.ForeignKey("completion_record.id"), primary_key=True
    )
    name: Mapped[str]
    personnel_no: Mapped[str]
    manager_personnel_no: Mapped[str | None]
    manager_name: Mapped[str | None]
    salts: Mapped[dict[str, Any]]
