"""Proposals: what one person asks for and another confirms, once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base

ASKED, CONFIRMED, DECLINED, WITHDRAWN, STALE = (
    "asked", "confirmed", "declined", "withdrawn", "stale")


class Proposal(Base):
    """An act that somebody asks a second person to confirm; `asked` is what would be done.

    `digest` is that of the state it was asked upon: what was asked upon another state is stale.
    The database lets nobody confirm what they asked themselves, and nothing be settled twice.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        sa.CheckConstraint("state IN ('asked','confirmed','declined','withdrawn','stale')",
                           name="state_known"),
        sa.CheckConstraint("(state = 'asked') = (settled_at IS NULL)", name="settled_when_over"),
        sa.CheckConstraint("(settled_at IS NULL) = (settler_kind IS NULL)",
                           name="settled_by_somebody"),
        sa.CheckConstraint("(asker_kind = 'user') = (asked_by IS NOT NULL)",
                           name="asked_by_somebody"),
        sa.CheckConstraint(
            "state <> 'confirmed' OR settler_kind <> asker_kind"
            " OR coalesce(settled_by, 0) <> coalesce(asked_by, 0)", name="confirmed_by_another"),
        sa.Index("uq_proposal_open", "kind", "object_id", unique=True,
                 sqlite_where=sa.text("state = 'asked'"),
                 postgresql_where=sa.text("state = 'asked'")),
        sa.Index("ix_proposal_asked_by", "asked_by", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[int]
    asked: Mapped[dict[str, Any]]
    digest: Mapped[str]
    reason: Mapped[str]
    asked_at: Mapped[datetime]
    asker_kind: Mapped[str]
    asked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    state: Mapped[str] = mapped_column(default=ASKED)
    settled_at: Mapped[datetime | None]
    settler_kind: Mapped[str | None]
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    settled_reason: Mapped[str | None]
