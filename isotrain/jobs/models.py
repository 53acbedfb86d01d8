"""Rows of jobs: who has which, how each last went; and of long work that people asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base

OK, FAILED = "ok", "failed"


class JobRun(Base):
    """How one job stands. `held_by` names one taking of it, so that no two share a lease.

    What runs by a command alone, a backup, has a row without a next time.
    """

    __tablename__ = "job"
    __table_args__ = (
        sa.CheckConstraint("outcome IN ('ok','failed')", name="outcome_known"),
        sa.CheckConstraint("(held_by IS NULL) = (held_until IS NULL)", name="held_by_somebody"),
    )

    name: Mapped[str] = mapped_column(primary_key=True)
    held_by: Mapped[str | None]
    held_until: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    sentence: Mapped[str | None]
    done: Mapped[int] = mapped_column(default=0)


class Work(Base):
    """Something long that a person asked for: how far it is, and the file that came of it.

    `done` and `total` count the same things; there is no total until it is known. `held_by` names
    one taking of it, and the folder that its file lies in until `purged_at`.
    """

    __tablename__ = "work"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting','running','done','failed','cancelled')",
                           name="state_known"),
        sa.CheckConstraint("state <> 'running' OR held_by IS NOT NULL", name="held_while_running"),
        sa.CheckConstraint("(state IN ('waiting','running')) = (ended_at IS NULL)",
                           name="ended_when_over"),
        sa.Index("ix_work_unended", "id", sqlite_where=sa.text("ended_at IS NULL"),
                 postgresql_where=sa.text("ended_at IS NULL")),
        sa.Index("ix_work_asked_by", "asked_by", "id"),
        sa.Index("ix_work_unpurged", "ended_at", sqlite_where=sa.text("purged_at IS NULL"),
                 postgresql_where=sa.text("purged_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    params: Mapped[dict[str, Any]]
    asked_by: Mapped[int]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    held_by: Mapped[str | None]
    held_until: Mapped[datetime | None]
    began_at: Mapped[datetime | None]
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None]
    ended_at: Mapped[datetime | None]
    sentence: Mapped[str | None]
    file_name: Mapped[str | None]
    size: Mapped[int | None]
    purged_at: Mapped[datetime | None]
