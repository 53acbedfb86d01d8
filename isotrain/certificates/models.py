"""Certificates, frozen when issued; the holder's name and the file stand apart."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class SigningKey(Base):
    """A public key that certificates and manifests are signed with; the private half is a file.

    Once it is retired or stolen it stays so: `freeze_signing_key` lets its life only go on.
    """

    __tablename__ = "signing_key"
    __table_args__ = (
        sa.CheckConstraint("stolen_at IS NULL OR retired_at IS NOT NULL", name="stolen_is_retired"),
    )

    key_id: Mapped[str] = mapped_column(primary_key=True)
    public_pem: Mapped[str]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    stolen_at: Mapped[datetime | None]


class Certificate(Base):
    """What was certified, as signed: exactly one per passed attempt.

    The foreign key to (attempt, passed) together with the check makes a certificate without a
    passed result impossible in the database itself.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        sa.ForeignKeyConstraint(["attempt_id", "passed"], ["result.attempt_id", "result.passed"],
                                name="fk_certificate_passed_result"),
        sa.CheckConstraint("passed", name="passed_only"),
        sa.Index("ix_certificate_user_course", "user_id", "course_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    code: Mapped[str] = mapped_column(unique=True)
    attempt_id: Mapped[int] = mapped_column(unique=True)
    passed: Mapped[bool] = mapped_column(default=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    course_id: Mapped[int] = mapped_column(sa.ForeignKey("course.id"))
    issued_at: Mapped[datetime]
    valid_until: Mapped[date]
    payload: Mapped[dict[str, Any]]
    signature: Mapped[str]
    key_id: Mapped[str] = mapped_column(sa.ForeignKey("signing_key.key_id"))


class Holder(Base):
    """The personal data behind the salted hashes in a certificate's payload."""

    __tablename__ = "certificate_holder"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    disclosed: Mapped[dict[str, Any]]


class Supersession(Base):
    """That a newer certificate of the same person and course took an older one's place."""

    __tablename__ = "certificate_supersession"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    superseded_by: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"))
    superseded_at: Mapped[datetime]


class Revocation(Base):
    """That a certificate no longer counts, and why."""

    __tablename__ = "certificate_revocation"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    revoked_at: Mapped[datetime]
    revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    second_revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str]


_ORDERS = (("issued", "issued_at"), ("until", "valid_until"), ("name", "name_folded"))


class Standing(Base):
    """What the list of all certificates sorts and filters by, of one certificate.

    `ending` says what took its place or its effect, which no day does; `name_folded` is what the
    holder is called today. Whose it is and what it is tried by stand in each index, so that one
    that does not match is not looked up. `standing` keeps the rows.
    """

    __tablename__ = "certificate_standing"
    __table_args__ = (
        sa.CheckConstraint("ending IN ('none','superseded','revoked')", name="ending_known"),
        *(sa.Index(f"ix_certificate_standing_{name}", column, "certificate_id", "user_id")
          for name, column in _ORDERS),
        *(sa.Index(f"ix_certificate_standing_ending_{name}", *dict.fromkeys((
            "ending", column, "certificate_id", "user_id", "valid_until")))
          for name, column in _ORDERS),
        sa.Index("ix_certificate_standing_user_id", "user_id", "ending", "valid_until",
                 "certificate_id"),
    )

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    issued_at: Mapped[datetime]
    valid_until: Mapped[date]
    held_days: Mapped[int] = mapped_column(index=True)
    ending: Mapped[str]
    name_folded: Mapped[str | None]


class CertificateFile(Base):
    """The rendered PDF, kept so that every copy handed out is the same."""

    __tablename__ = "certificate_file"

    certificate_id: Mapped[int] = mapped_column(sa.ForeignKey("certificate.id"), primary_key=True)
    pdf: Mapped[bytes]
    sha256: Mapped[str]
    notices: Mapped[list[Any]]
    rendered_at: Mapped[datetime]
