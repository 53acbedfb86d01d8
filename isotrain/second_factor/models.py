"""What people have beside their password; none of it opens anything by itself.

The secret of an app is sealed with a key that is not in the database, a passkey leaves only its
public half here, and of recovery codes there are only hashes.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class AuthenticatorApp(Base):
    """The secret that an app makes six-digit codes from; one that counts, one that is being set up.

    `last_step` is the time step of the last code that was taken: no code of that step or an
    earlier one is taken again.
    """

    __tablename__ = "authenticator_app"
    __table_args__ = (
        sa.Index("uq_authenticator_app_confirmed", "user_id", unique=True,
                 sqlite_where=sa.text("confirmed_at IS NOT NULL"),
                 postgresql_where=sa.text("confirmed_at IS NOT NULL")),
        sa.Index("uq_authenticator_app_begun", "user_id", unique=True,
                 sqlite_where=sa.text("confirmed_at IS NULL"),
                 postgresql_where=sa.text("confirmed_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    sealed: Mapped[bytes]
    key_id: Mapped[str]
    begun_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)


class Passkey(Base):
    """The public half of a key that a device or a security key keeps for its owner."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(unique=True)
    public_key: Mapped[bytes]
    sign_count: Mapped[int]
    transports: Mapped[list[Any]]
    label: Mapped[str]
    added_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """The hash of a code that stands in for a lost factor, once."""

    __tablename__ = "recovery_code"
    __table_args__ = (sa.UniqueConstraint("user_id", "hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    hash: Mapped[str]
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class HalfWay(Base):
    """A sign-in whose password was right and whose second factor is still to be shown."""

    __tablename__ = "half_way"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    begun_at: Mapped[datetime]


class PasskeyChallenge(Base):
    """What a passkey is to sign, once; `place` says in which session or sign-in it was asked."""

    __tablename__ = "passkey_challenge"

    place: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    challenge: Mapped[bytes]
    asked_at: Mapped[datetime]
