"""Who works where, as intervals: valid_from is the first day, valid_to the first day after."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, composite, mapped_column

from isotrain.db import Base
from isotrain.people.files.rules import EMPLOYMENT_TYPES as EMPLOYMENT_TYPES


class Unit(Base):
    """An organizational unit, in a tree."""

    __tablename__ = "unit"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)


class Site(Base):
    """A place of work; without a time zone of its own its days are the organization's."""

    __tablename__ = "site"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    time_zone: Mapped[str | None]


class JobRole(Base):
    """A job role, such as machine operator; not a role in this application."""

    __tablename__ = "job_role"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]


class Employment(Base):
    """A period of working here, from the hire date to the leaving date."""

    __tablename__ = "employment"
    __table_args__ = (
        sa.Index("uq_employment_open", "user_id", unique=True,
                 sqlite_where=sa.text("left_on IS NULL"),
                 postgresql_where=sa.text("left_on IS NULL")),
        sa.CheckConstraint("left_on IS NULL OR left_on >= hired_on", name="in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    hired_on: Mapped[date]
    left_on: Mapped[date | None]


@dataclass(frozen=True)
class Position:
    """What a placement says, without its dates."""

    unit_id: int | None = None
    site_id: int | None = None
    job_role_id: int | None = None
    manager_id: int | None = None
    employment_type: str = EMPLOYMENT_TYPES[0]


class Placement(Base):
    """Where a person works, as what, for whom, over an interval of days."""

    __tablename__ = "placement"
    __table_args__ = (
        sa.Index("uq_placement_open", "user_id", unique=True,
                 sqlite_where=sa.text("valid_to IS NULL"),
                 postgresql_where=sa.text("valid_to IS NULL")),
        sa.CheckConstraint("valid_to IS NULL OR valid_to > valid_from", name="in_order"),
        sa.CheckConstraint("manager_id IS NULL OR manager_id <> user_id", name="not_own_manager"),
        sa.CheckConstraint(
            "employment_type IN ('employee','temporary','contractor','apprentice')",
            name="employment_type_known",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), index=True)
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    job_role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job_role.id"))
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    employment_type: Mapped[str]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    position: Mapped[Position] = composite(
        "unit_id", "site_id", "job_role_id", "manager_id", "employment_type")


_TRIED = ("from_on", "until_on", "active", "has_password", "initials", "unit_id", "site_id",
          "job_role_id")


def _ordered(name: str, *columns: str) -> sa.Index:
    """Return the index of an order, with what lines are tried by behind it."""
    return sa.Index(f"ix_roster_line_{name}", *dict.fromkeys((*columns, "user_id", *_TRIED)))


class RosterLine(Base):
    """What lists of people sort and filter by, of one person over an interval of days.

    It repeats names, accounts and placements, so that each order is the order of an index;
    everybody has one line on every day from the last month on. `initials` are those of the words of
    the search. What lines are tried by stands in the indexes, so that a line that does not match
    is not looked up. `roster` keeps the lines.
    """

    __tablename__ = "roster_line"
    __table_args__ = (
        *(_ordered(name, name, "name_folded") for name in ("unit", "site", "job_role", "manager")),
        *(_ordered(name, name) for name in ("unit_id", "site_id", "job_role_id", "user_id")),
        _ordered("name", "name_folded"), _ordered("number", "personnel_no"),
        _ordered("state", "active", "has_password"),
    )

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"), primary_key=True)
    from_on: Mapped[date] = mapped_column(primary_key=True)
    until_on: Mapped[date]
    name_folded: Mapped[str]
    personnel_no: Mapped[str]
    active: Mapped[bool]
    has_password: Mapped[bool]
    initials: Mapped[int]
    unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    unit: Mapped[str | None]
    site_id: Mapped[int | None] = mapped_column(sa.ForeignKey("site.id"))
    site: Mapped[str | None]
    job_role_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job_role.id"))
    job_role: Mapped[str | None]
    manager_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"), index=True)
    manager: Mapped[str | None]


class Headcount(Base):
    """How many more active people a unit or a site has from a day on; adding up tells how many.

    What began before it was written down stands under the beginning of all days.
    """

    __tablename__ = "headcount"
    __table_args__ = (sa.CheckConstraint("kind IN ('unit','site')", name="kind_known"),)

    kind: Mapped[str] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    day: Mapped[date] = mapped_column(primary_key=True)
    change: Mapped[int]


class PeopleImport(Base):
    """A people file that was applied: when, by whom, with what effect.

    While a large one is `running` this is how far it is; one that was `broken` off did this much.
    """

    __tablename__ = "people_import"
    __table_args__ = (
        sa.CheckConstraint("state IN ('running','done','broken')", name="state_known"),
        sa.Index("uq_people_import_running", "state", unique=True,
                 sqlite_where=sa.text("state = 'running'"),
                 postgresql_where=sa.text("state = 'running'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(index=True)
    file_name: Mapped[str]
    applied_at: Mapped[datetime]
    applied_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    created: Mapped[int]
    changed: Mapped[int]
    deactivated: Mapped[int]
    state: Mapped[str] = mapped_column(default="done")
    last_step_at: Mapped[datetime | None]


class PeopleUpload(Base):
    """A people file that was checked and waits to be applied; thrown away after a day."""

    __tablename__ = "people_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    uploaded_by: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    uploaded_at: Mapped[datetime]
    file_name: Mapped[str]
    data: Mapped[bytes]
