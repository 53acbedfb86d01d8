"""Lists of people, units and sites, each in a number of queries that does not grow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import Identity, Password, User
from isotrain.accounts.search import partly
from isotrain.db import db
from isotrain.lists import Key, Listing, each
from isotrain.people import placements, resolving
from isotrain.people.models import Employment, JobRole, Placement, Site, Unit
from isotrain.settings import house
from isotrain.text import fold

STATES = ("active", "no_password", "inactive", "all")


@dataclass(frozen=True)
class Filter:
    """Which people to list; ids that do not exist list nobody."""

    q: str = ""
    unit_id: int | None = None
    site_id: int | None = None
    job_role_id: int | None = None
    state: str = "active"


@dataclass(frozen=True)
class Row:
    """One person of a list."""

    id: int
    name: str
    personnel_no: str
    email: str | None
    active: bool
    has_password: bool
    unit: str | None
    unit_parent: str | None
    site: str | None
    site_time_zone: str | None
    job_role: str | None
    manager: str | None
    manager_no: str | None
    employment_type: str | None


@dataclass(frozen=True)
class Place:
    """A unit or a site with the active people in it, for units also in all units below."""

    id: int
    name: str
    parent_id: int | None
    parent: str | None
    people: int
    people_below: int


_manager, _parent = aliased(Identity), aliased(Unit)
_COLUMNS = (
    Identity.user_id, Identity.name, Identity.personnel_no, Identity.email,
    User.deactivated_at.is_(None), Password.user_id.is_not(None), Unit.name, _parent.name,
    Site.name, Site.time_zone, JobRole.title, _manager.name, _manager.personnel_no,
    Placement.employment_type,
)
_NAMED = (Key(Identity.name_folded), Key(Identity.user_id))
SORTS: dict[str, tuple[Key, ...]] = {
    "name": _NAMED, "number": (Key(Identity.personnel_no), Key(Identity.user_id)),
    **{name: (Key(column, nullable=True), *_NAMED) for name, column in (
        ("unit", Unit.name), ("site", Site.name), ("role", JobRole.title),
        ("manager", _manager.name_folded))},
}


def listing(wanted: Filter) -> Listing[Row]:
    """Return the list of the people that a filter lets through."""
    return Listing(_matching(sa.select(*_COLUMNS), wanted), SORTS, each(Row))


def with_employment(wanted: Filter) -> Listing[tuple[Row, date | None, date | None]]:
    """Return the same list with the latest dates of hiring and leaving."""
    latest = (
        sa.select(Employment.user_id, sa.func.max(Employment.id).label("id"))
        .group_by(Employment.user_id).subquery()
    )
    query = (
        _matching(sa.select(*_COLUMNS, Employment.hired_on, Employment.left_on), wanted)
        .outerjoin(latest, latest.c.user_id == Identity.user_id)
        .outerjoin(Employment, Employment.id == latest.c.id)
    )
    return Listing(query, SORTS, each(lambda *row: (Row(*row[:-2]), row[-2], row[-1])))


def list_ids(wanted: Filter) -> list[int]:
    """List the ids of all people of a filter, by name."""
    query = _matching(sa.select(Identity.user_id), wanted).order_by(
        Identity.name_folded, Identity.user_id)
    return list(db.session.scalars(query))


def find_unit(text: str) -> int | None:
    """Return the unit with this code or name, however it is written."""
    found = resolving.catalogues()["unit"].get(fold(text))
    return found.id if found else None


def units(q: str = "") -> Listing[Place]:
    """Return the list of units, each with its active people."""
    query = (sa.select(Unit.id, Unit.name, Unit.parent_id, _parent.name)
             .outerjoin(_parent, _parent.id == Unit.parent_id)
             .where(Unit.name.icontains(q, autoescape=True)))
    return Listing(query, {
        "name": (Key(Unit.name), Key(Unit.id)),
        "parent": (Key(_parent.name, nullable=True), Key(Unit.name), Key(Unit.id)),
    }, _peopled)


def _peopled(rows: Sequence[tuple[Any, ...]]) -> list[Place]:
    """Count the people of some units, and those of all units below them."""
    parents = {row.id: row.parent_id
               for row in db.session.execute(sa.select(Unit.id, Unit.parent_id))}
    direct = _count_by(Placement.unit_id)
    below = dict.fromkeys(parents, 0)
    for unit_id, people in direct.items():
        above: int | None = unit_id
        while above is not None:
            below[above] += people
            above = parents[above]
    return [Place(unit_id, name, parent_id, parent, direct.get(unit_id, 0), below[unit_id])
            for unit_id, name, parent_id, parent in rows]


def sites(q: str = "") -> Listing[Place]:
    """Return the list of sites, each with its active people."""
    def peopled(rows: Sequence[tuple[Any, ...]]) -> list[Place]:
        people = _count_by(Placement.site_id)
        return [Place(site_id, name, None, None, people.get(site_id, 0), people.get(site_id, 0))
                for site_id, name in rows]

    query = sa.select(Site.id, Site.name).where(Site.name.icontains(q, autoescape=True))
    return Listing(query, {"name": (Key(Site.name), Key(Site.id))}, peopled)


def options() -> dict[str, list[tuple[int, str]]]:
    """Return what people can be filtered by, as (id, name)."""
    return {
        name: [(row[0], row[1]) for row in db.session.execute(query)]
        for name, query in (
            ("units", sa.select(Unit.id, Unit.name).order_by(Unit.name)),
            ("sites", sa.select(Site.id, Site.name).order_by(Site.name)),
            ("job_roles", sa.select(JobRole.id, JobRole.title).order_by(JobRole.title)),
        )
    }


def _count_by(column: Any) -> dict[int, int]:
    query = (
        sa.select(column, sa.func.count()).join(User, User.id == Placement.user_id)
        .where(placements.on_day(house.today()), User.deactivated_at.is_(None),
               column.is_not(None)).group_by(column)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def _matching(
    query: sa.Select[*tuple[Any, ...]], wanted: Filter
) -> sa.Select[*tuple[Any, ...]]:
    current = placements.on_day(house.today())
    query = (
        query.select_from(Identity)
        .join(User, User.id == Identity.user_id)
        .outerjoin(Password, Password.user_id == Identity.user_id)
        .outerjoin(Placement, sa.and_(Placement.user_id == Identity.user_id, current))
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(_parent, _parent.id == Unit.parent_id)
        .outerjoin(Site, Site.id == Placement.site_id)
        .outerjoin(JobRole, JobRole.id == Placement.job_role_id)
        .outerjoin(_manager, _manager.user_id == Placement.manager_id)
    )
    if wanted.unit_id is not None:
        query = query.where(Placement.unit_id.in_(placements.unit_and_below(wanted.unit_id)))
    for column, value in ((Placement.site_id, wanted.site_id),
                          (Placement.job_role_id, wanted.job_role_id)):
        if value is not None:
            query = query.where(column == value)
    if wanted.state in ("active", "no_password"):
        query = query.where(User.deactivated_at.is_(None))
    if wanted.state == "no_password":
        query = query.where(Password.user_id.is_(None))
    if wanted.state == "inactive":
        query = query.where(User.deactivated_at.is_not(None))
    if q := fold(wanted.q):
        query = query.where(partly(q))
    return query
