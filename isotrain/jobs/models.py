"""Rows of jobs: who has which, how each last went. A row that stands is never deleted."""

from __future__ import annotations

from datetime import datetime

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
