"""Standards and editions; content points at an edition, never at a standard alone."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class Standard(Base):
    """A standard, such as ISO 9001."""

    __tablename__ = "standard"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str]
    title: Mapped[str]


class Edition(Base):
    """An edition of a standard, such as ISO 9001:2015 + Amd 1:2024."""

    __tablename__ = "edition"
    __table_args__ = (
        sa.CheckConstraint("status IN ('current','withdrawn','draft')", name="status_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    status: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
