"""Requirements (the rule) and assignments (the rule applied to one person)."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, aliased, mapped_column

from isotrain.db import Base


class Requirement(Base):
    """HR's rule that everybody, a unit or a person has to complete a course by a day.

    While it is applied to people step by step it is staged: `staged_at` is when it last was, and
    until that is empty neither the rule nor its assignments are there for anybody.
    """

    __tablename__ = "requirement"
    __table_args__ = (
        sa.CheckConstraint("target IN ('everybody','unit','person')", name="target_known"),
        sa.CheckConstraint(
            "(target = 'unit') = (unit_id IS NOT NULL)"
            " AND (target = 'person') = (user_id IS NOT NULL)",
            name="target_complete",
        ),
        sa.CheckConstraint("joiner_days >= 0", name="joiner_days_positive"),
        sa.Index("ix_requirement_staged", "id", sqlite_where=sa.text("staged_at IS NOT NULL"),
                 postgresql_where=sa.text("staged_at IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"), index=True)
    target: Mapped[str]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    version: Mapped[int] = mapped_column(default=1)
    level: Mapped[str] = mapped_column(default="aware")
    due_on: Mapped[date]
    joiner_days: Mapped[int] = mapped_column(default=30)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    withdrawn_at: Mapped[datetime | None]
    staged_at: Mapped[datetime | None]


class Assignment(Base):
    """That one person has to complete one course by a day, because of a requirement."""

    __tablename__ = "assignment"
    __table_args__ = (
        sa.UniqueConstraint("requirement_id", "user_id"),
        sa.Index("ix_assignment_user_course", "user_id", "course_id"),
        sa.Index("ix_assignment_course_user", "course_id", "user_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    requirement_id: Mapped[int] = mapped_column(sa.ForeignKey("requirement.id"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    assigned_on: Mapped[date]
    due_on: Mapped[date]
    ended_on: Mapped[date | None]


_rule = aliased(Requirement, name="staged_rule")


def is_there(assignment: type[Assignment] = Assignment) -> sa.ColumnElement[bool]:
    """Return the condition that an assignment is there: its rule is not just being applied."""
    return assignment.requirement_id.not_in(
        sa.select(_rule.id).where(_rule.staged_at.is_not(None)).correlate(None))
