"""Users and what they sign in with.

What names a person (Identity, SignInName) stands apart from the account that records point at
(User), so that the one can be erased while the other stays.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from isotrain.db import Base


class User(Base):
    """An account; never deleted, because attempts and records point at it."""

    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    language: Mapped[str | None]
    time_zone: Mapped[str | None]

    identity: Mapped[Identity] = relationship(back_populates="user", uselist=False)

    @property
    def active(self) -> bool:
        return self.deactivated_at is None


class Identity(Base):
    """The personal data of a user: name, personnel number and e-mail address."""

    __tablename__ = "identity"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    name: Mapped[str]
    name_folded: Mapped[str] = mapped_column(index=True)
    personnel_no: Mapped[str]
    email: Mapped[str | None]

    user: Mapped[User] = relationship(back_populates="identity")


class FormerIdentity(Base):
    """What somebody was called and numbered until a moment; a record may still say it."""

    __tablename__ = "former_identity"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    name: Mapped[str]
    personnel_no: Mapped[str]
    until_at: Mapped[datetime]


class SignInName(Base):
    """A folded personnel number or e-mail address; unique over both kinds."""

    __tablename__ = "sign_in_name"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "kind"),
        sa.CheckConstraint("kind IN ('personnel_no','email')", name="kind_known"),
    )

    folded: Mapped[str] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    kind: Mapped[str]


class SearchWord(Base):
    """A word by whose beginning a person is found, spelled as `rules.search_words` spells it.

    Its order is that of code points, on every database, so that a beginning is a range. `initials`
    tell what the person's other words may begin with, so that few of them are looked up.
    """

    __tablename__ = "search_word"
    __table_args__ = (sa.Index("ix_search_word_word", "word", "user_id", "initials"),)

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    word: Mapped[str] = mapped_column(
        sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), primary_key=True)
    initials: Mapped[int]


class Password(Base):
    """The argon2id hash of a user's password."""

    __tablename__ = "password"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    hash: Mapped[str]
    changed_at: Mapped[datetime]


class UserRole(Base):
    """A role a user holds."""

    __tablename__ = "user_role"
    __table_args__ = (
        sa.CheckConstraint(
            "role IN ('employee','trainer','hr','manager','auditor','admin')", name="role_known"
        ),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    granted_at: Mapped[datetime]
    granted_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))


class Session(Base):
    """A signed-in browser; ending the row ends the session, wherever its cookie is.

    One that is `enrolling` lets its owner set up a second factor, and nothing else.
    """

    __tablename__ = "user_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(default="")
    address: Mapped[str | None]
    proved_at: Mapped[datetime | None]
    sitting: Mapped[int | None]
    failed_before: Mapped[int | None]
    failed_at: Mapped[datetime | None]
    enrolling: Mapped[bool] = mapped_column(default=False)


class FailedTries(Base):
    """How often somebody tried to sign in as a person since that person last did, and when.

    The last try counts until it turns out to be right; `before_at` is when the one before was.
    """

    __tablename__ = "failed_tries"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    count: Mapped[int]
    last_at: Mapped[datetime]
    before_at: Mapped[datetime | None]


class Notice(Base):
    """What was done with an account, until it is told to its owner and some time longer.

    `former_address` is where mail went until then: the owner is told there, too.
    """

    __tablename__ = "account_notice"
    __table_args__ = (sa.Index("ix_account_notice_user_id", "user_id", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    what: Mapped[str]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    former_address: Mapped[str | None]
    told_at: Mapped[datetime | None]


class OneTimeLink(Base):
    """A link for a first password or a new one; only the hash of its token is kept.

    The maker is who had it made; of older links nobody knows. Its code is for who types instead
    of scanning; so short a secret is hashed with the key of the installation.
    """

    __tablename__ = "one_time_link"
    __table_args__ = (
        sa.CheckConstraint("purpose IN ('first_access','reset')", name="purpose_known"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[str]
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    maker_kind: Mapped[str | None]
    maker_id: Mapped[int | None]
    code_hash: Mapped[str | None]


class Throttle(Base):
    """How often something was tried within a window, for one account or address."""

    __tablename__ = "throttle"

    key: Mapped[str] = mapped_column(primary_key=True)
    window_started_at: Mapped[datetime]
    count: Mapped[int]
