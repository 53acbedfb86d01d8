"""The events; rows are added and never changed, which triggers hold up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base

SCOPES = ("technical", "people", "training", "banks", "records")


class Event(Base):
    """One consequential act: who, when, what, on which object, in which request."""

    __tablename__ = "event"
    __table_args__ = (
        sa.CheckConstraint("scope IN ('technical','people','training','banks','records')",
                           name="scope_known"),
        sa.Index("ix_event_occurred", "occurred_at", "id"),
        sa.Index("ix_event_scope_action", "scope", "action"),
        sa.Index("ix_event_action", "action", "occurred_at", "id"),
        sa.Index("ix_event_actor", "actor_id", "occurred_at", "id", "scope", "action"),
        sa.Index("ix_event_object", "object_type", "object_id", "occurred_at", "id", "scope",
                 "action"),
        sa.Index("ix_event_request_id", "request_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    occurred_at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    action: Mapped[str]
    scope: Mapped[str]
    object_type: Mapped[str]
    object_id: Mapped[str]
    before_hash: Mapped[str | None]
    after_hash: Mapped[str | None]
    request_id: Mapped[str | None]
    reason: Mapped[str | None]
    details: Mapped[dict[str, Any]]
