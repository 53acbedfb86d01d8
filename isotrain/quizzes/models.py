"""Quizzes and the versions of their blueprints."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base
from isotrain.exams.marking import PRESENT


class Quiz(Base):
    """The exam or a practice quiz of a course; of exams in use a course has one."""

    __tablename__ = "quiz"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('exam','practice')", name="kind_known"),
        sa.Index("ix_quiz_course_kind", "course_id", "kind"),
        sa.Index("uq_quiz_exam", "course_id", unique=True,
                 sqlite_where=sa.text("kind = 'exam' AND retired_at IS NULL"),
                 postgresql_where=sa.text("kind = 'exam' AND retired_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(unique=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    kind: Mapped[str]
    published_version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("quiz_version.id", use_alter=True)
    )
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]  # closed: nobody can start it any more


class QuizVersion(Base):
    """A blueprint: cells and rules. A draft can be edited; once published it never changes.

    cells: [{"bank", "topic" or "module", "difficulty", "count"}], with "set" (how many questions)
    where sets are drawn; rules: minutes, pass_mark (percent), pass_mark_basis, attempts (0 is no
    limit), wait_hours, order ("shuffled"|"blueprint"), feedback ("explanations"|"topics"|
    "answers"). marking: the rule of exams.marking.RULES. weakened: what rules.weaker says of it
    beside the version before, each with whether one person acted `alone`; older versions do not
    know.
    """

    __tablename__ = "quiz_version"
    __table_args__ = (
        sa.UniqueConstraint("quiz_id", "number"),
        sa.CheckConstraint("state IN ('draft','published')", name="state_known"),
        sa.Index("uq_quiz_version_draft", "quiz_id", unique=True,
                 sqlite_where=sa.text("state = 'draft'"),
                 postgresql_where=sa.text("state = 'draft'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    number: Mapped[int]
    state: Mapped[str]
    title: Mapped[str]
    cells: Mapped[list[Any]]
    rules: Mapped[dict[str, Any]]
    marking: Mapped[str] = mapped_column(default=PRESENT)
    blueprint_hash: Mapped[str | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    published_at: Mapped[datetime | None]
    published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    second_published_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    weakened: Mapped[list[Any] | None] = mapped_column(sa.JSON(none_as_null=True))
