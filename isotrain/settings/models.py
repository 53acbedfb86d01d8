"""Settings: rows are added, never changed; of each name the one with the highest number holds."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class Setting(Base):
    """One change of a setting, with its reason; a first value has nothing before it.

    Numbers of one name have no gaps, so that of two changes at once one is refused.
    """

    __tablename__ = "setting"
    __table_args__ = (sa.UniqueConstraint("name", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    number: Mapped[int]
    before: Mapped[str | None]
    after: Mapped[str]
    reason: Mapped[str]
    changed_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
