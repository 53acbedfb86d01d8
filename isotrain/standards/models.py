"""Standards and editions; content points at an edition, never at a standard alone."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base
from isotrain.standards.rules import Dates


class Standard(Base):
    """A standard, such as ISO 9001, and whether anybody is certified to it."""

    __tablename__ = "standard"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    reference: Mapped[str]
    title: Mapped[str]
    certifiable: Mapped[bool]


class Edition(Base):
    """An edition of a standard, such as ISO 9001:2015 + Amd 1:2024, with its days.

    Its state follows from the days; `confirmed_on` says when somebody last looked them up.
    """

    __tablename__ = "edition"

    id: Mapped[int] = mapped_column(primary_key=True)
    standard_id: Mapped[int] = mapped_column(sa.ForeignKey("standard.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    label: Mapped[str]
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition.id"))
    published_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    bodies_ready_by: Mapped[date | None]
    new_certificates_until: Mapped[date | None]
    certificates_until: Mapped[date | None]
    confirmed_on: Mapped[date | None]

    def dates(self, *, certifiable: bool) -> Dates:
        """Return the days from which the state is computed."""
        return Dates(self.published_on, self.withdrawn_on, self.bodies_ready_by,
                     self.new_certificates_until, self.certificates_until, certifiable)


class EditionAlias(Base):
    """Another code under which files may name an edition."""

    __tablename__ = "edition_alias"

    code: Mapped[str] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(sa.ForeignKey("edition.id"), index=True)
