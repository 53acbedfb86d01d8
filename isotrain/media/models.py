"""Pictures by their content."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class Picture(Base):
    """A picture as it was made anew; `kept_at` is when somebody last brought or used it.

    What refers to it does so by a foreign key, and keeps it by that.
    """

    __tablename__ = "picture"
    __table_args__ = (
        sa.CheckConstraint("media_type IN ('image/png','image/jpeg','image/webp')",
                           name="media_type_known"),
    )

    sha256: Mapped[str] = mapped_column(primary_key=True)
    media_type: Mapped[str]
    width: Mapped[int]
    height: Mapped[int]
    size: Mapped[int]
    kept_at: Mapped[datetime] = mapped_column(index=True)
    data: Mapped[bytes] = mapped_column(deferred=True)
