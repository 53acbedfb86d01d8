"""Where people work, as what and for whom: today, on any day, and over time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import Identity
from isotrain.db import db
from isotrain.lists import chunks
from isotrain.people.models import Employment, JobRole, Placement, Site, Unit
from isotrain.settings import house

Spell = TypeVar("Spell", Placement, Employment)


@dataclass(frozen=True)
class Place:
    """A placement in words, with the employment it falls into."""

    unit_id: int | None
    unit_code: str | None
    unit: str | None
    site_id: int | None
    site: str | None
    job_role_id: int | None
    job_role_code: str | None
    job_role: str | None
    manager_id: int | None
    manager: str | None
    manager_no: str | None
    employment_type: str
    valid_from: date
    valid_to: date | None
    hired_on: date | None


def on_day(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Return the condition that a placement holds on a day; its end is the first day after it."""
    return sa.and_(Placement.valid_from <= day,
                   sa.or_(Placement.valid_to.is_(None), Placement.valid_to > day))


_manager = aliased(Identity)
_hired = (
    sa.select(sa.func.max(Employment.hired_on))
    .where(Employment.user_id == Placement.user_id,
           sa.or_(Placement.valid_to.is_(None), Employment.hired_on < Placement.valid_to))
    .correlate(Placement)
    .scalar_subquery()
)
# Built once: building a statement costs more than sending it.
_PLACES: sa.Select[*tuple[Any, ...]] = (
    sa.select(
        Placement.unit_id, Unit.code, Unit.name, Placement.site_id, Site.name,
        Placement.job_role_id, JobRole.code, JobRole.title, Placement.manager_id,
        _manager.name, _manager.personnel_no, Placement.employment_type, Placement.valid_from,
        Placement.valid_to, _hired,
    )
    .outerjoin(Unit, Unit.id == Placement.unit_id)
    .outerjoin(Site, Site.id == Placement.site_id)
    .outerjoin(JobRole, JobRole.id == Placement.job_role_id)
    .outerjoin(_manager, _manager.user_id == Placement.manager_id)
    .where(Placement.user_id == sa.bindparam("user"))
    .order_by(Placement.valid_from.desc(), Placement.id.desc())
)
_ON_DAY = _PLACES.where(on_day(sa.bindparam("day", type_=sa.Date)))


def find(user_id: int, on: date | None = None) -> Place | None:
    """Return where a person works on a day (today), None when nothing is known."""
    row = db.session.execute(_ON_DAY, {"user": user_id, "day": on or house.today()}).first()
    return Place(*row) if row else None


def history(user_id: int) -> list[Place]:
    """List where a person has worked, newest first."""
    return [Place(*row) for row in db.session.execute(_PLACES, {"user": user_id})]


def newest_of(kind: type[Spell], user_ids: Collection[int]) -> dict[int, Spell]:
    """Return the last placement, or employment, of each of these people who has one, open or ended.

    No service enters one that begins before those that are there, so the last entered is the last.
    """
    found: dict[int, Spell] = {}
    for some in chunks(user_ids):
        query = sa.select(kind).where(kind.user_id.in_(some)).order_by(kind.id)
        rows = db.session.scalars(query.execution_options(populate_existing=True))
        found.update({row.user_id: row for row in rows})
    return found


def unit_and_below(unit_id: int | sa.ScalarSelect[int]) -> sa.Select[int]:
    """Return a query of the ids of a unit and all units under it."""
    return _below(Unit.id == unit_id)


def people_under(codes: Collection[str]) -> set[int]:
    """Return who is placed in these units, given by code, or in a unit under them."""
    found: set[int] = set()
    for some in chunks(codes):
        query = sa.select(Placement.user_id).where(
            Placement.unit_id.in_(_below(Unit.code.in_(some))), Placement.valid_to.is_(None))
        found.update(db.session.scalars(query))
    return found


def _below(top: sa.ColumnElement[bool]) -> sa.Select[int]:
    tree = sa.select(Unit.id).where(top).cte("tree", recursive=True)
    tree = tree.union(sa.select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return sa.select(tree.c.id)
