"""The outbox. A row says what to tell whom; secrets are made at sending, never stored here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class Outgoing(Base):
    """One message to one person; `key` makes enqueuing it twice a no-op, for ever.

    So a row stays when what it says is erased.
    """

    __tablename__ = "outgoing_mail"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting','sent','failed','dropped')", name="state_known"),
        sa.Index("ix_outgoing_mail_waiting", "state", "id"),
        sa.Index("ix_outgoing_mail_kept", "created_at",
                 sqlite_where=sa.text("erased_at IS NULL"),
                 postgresql_where=sa.text("erased_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    user_id: Mapped[int]
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    last_error: Mapped[str | None]
    erased_at: Mapped[datetime | None]
