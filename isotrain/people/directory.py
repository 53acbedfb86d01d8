"""Lists of people, units and sites, each in a number of queries that does not grow."""

from __future__ import annotations

import operator
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts import search
from isotrain.accounts.models import Identity, Password, User
from isotrain.db import db
from isotrain.lists import COUNTED, Few, Key, Listing, among, tried
from isotrain.people import placements, resolving, roster
from isotrain.people.models import Employment, JobRole, Placement, RosterLine, Site, Unit
from isotrain.settings import house
from isotrain.text import fold

T = TypeVar("T")
_Column = sa.SQLColumnExpression[Any]
_Asked = list[tuple[_Column, Callable[[_Column], sa.ColumnElement[bool]]]]
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
_NAMED = (Key(RosterLine.name_folded), Key(RosterLine.user_id))
SORTS: dict[str, tuple[Key, ...]] = {
    "name": _NAMED, "number": (Key(RosterLine.personnel_no), Key(RosterLine.user_id)),
    **{name: (Key(column, nullable=True, apart=True), *_NAMED) for name, column in (
        ("unit", RosterLine.unit), ("site", RosterLine.site), ("role", RosterLine.job_role),
        ("manager", RosterLine.manager))},
}


def listing(wanted: Filter) -> Listing[Row]:
    """Return the list of the people that a filter lets through."""
    return _listing(wanted, _rows)


def with_employment(wanted: Filter) -> Listing[tuple[Row, date | None, date | None]]:
    """Return the same list with the latest dates of hiring and leaving."""
    def built(keys: Sequence[tuple[int]]) -> list[tuple[Row, date | None, date | None]]:
        last = placements.newest_of(Employment, [user_id for user_id, in keys])
        return [(row, last[row.id].hired_on, last[row.id].left_on) if row.id in last
                else (row, None, None) for row in _rows(keys)]

    return _listing(wanted, built)


def list_ids(wanted: Filter) -> list[int]:
    """List the ids of all people of a filter, by name."""
    query = _matching(wanted, _asked(wanted), in_order=True)
    return list(db.session.scalars(query.order_by(RosterLine.name_folded, RosterLine.user_id)))


def _listing(wanted: Filter, build: Callable[[Sequence[tuple[int]]], Sequence[T]]) -> Listing[T]:
    """Return a list over the roster; what is shown of a page's people is looked up by `build`."""
    asked, line = _asked(wanted), RosterLine
    ids, many = search.first_ids(wanted.q) if fold(wanted.q) else ((), True)
    by_word = bool(fold(wanted.q)) and not (many and asked)
    few = _matching(wanted, asked, in_order=by_word, found=by_word)
    return Listing(_matching(wanted, asked, in_order=True), SORTS, build, few=Few(
        few.where(among(line.user_id, ids)) if by_word else few, line.user_id,
        sa.select(line.user_id).where(roster.on_day(house.today())), only_some=by_word and many))


def _rows(keys: Sequence[tuple[int]]) -> list[Row]:
    """Return what is shown of these people, in the order given."""
    user_ids = [user_id for user_id, in keys]
    details: Iterable[Any] = db.session.execute(
        _DETAILS, {"users": user_ids, "today": house.today()})
    found = {row[0]: Row(*row) for row in details}  # more columns than SQLAlchemy counts types
    return [found[user_id] for user_id in user_ids if user_id in found]


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
    direct = roster.count_in("unit", house.today())
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
        people = roster.count_in("site", house.today())
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


_DETAILS = (  # built once: building a statement costs more than sending it
    sa.select(*_COLUMNS).select_from(Identity)
    .join(User, User.id == Identity.user_id)
    .outerjoin(Password, Password.user_id == Identity.user_id)
    .outerjoin(Placement, sa.and_(Placement.user_id == Identity.user_id, placements.on_day(
        sa.bindparam("today", type_=sa.Date))))
    .outerjoin(Unit, Unit.id == Placement.unit_id)
    .outerjoin(_parent, _parent.id == Unit.parent_id)
    .outerjoin(Site, Site.id == Placement.site_id)
    .outerjoin(JobRole, JobRole.id == Placement.job_role_id)
    .outerjoin(_manager, _manager.user_id == Placement.manager_id)
    .where(Identity.user_id.in_(sa.bindparam("users", expanding=True)))
)


def _matching(
    wanted: Filter, asked: _Asked, *, in_order: bool = False, found: bool = False
) -> sa.Select[int]:
    """Select who matches: looked up by what is asked for, or tried one after the other `in_order`.

    Those who were `found` by their words are not tried by them again.
    """
    line = RosterLine
    query = sa.select(line.user_id).where(roster.on_day(house.today()))
    if fold(wanted.q) and not found:
        query = query.where(search.matches(line.user_id, wanted.q, line.initials))
    if wanted.state != "all":
        by_state = not in_order and all(column is line.has_password for column, _is in asked)
        query = query.where((line.active if by_state else tried(line.active)).is_(
            wanted.state != "inactive"))
    for n, (column, condition) in enumerate(asked):
        query = query.where(condition(tried(column) if in_order or n else column))
    return query


def _are_small(unit_ids: Collection[int]) -> bool:
    """Say whether these units have no more people than are counted."""
    people = roster.count_in("unit", house.today())
    return sum(people.get(unit_id, 0) for unit_id in unit_ids) <= COUNTED


def _asked(wanted: Filter) -> _Asked:
    """Return columns with what is asked of them, first what the fewest people are likely to be."""
    line = RosterLine
    found: _Asked = [
        (place, partial(operator.eq, value)) for place, value in (
            (line.job_role_id, wanted.job_role_id), (line.site_id, wanted.site_id))
        if value is not None]
    if wanted.unit_id is not None:
        units = db.session.scalars(placements.unit_and_below(wanted.unit_id)).all()
        below = (line.unit_id, partial(among, keys=units))
        found.insert(0 if found and _are_small(units) else len(found), below)
    if wanted.state == "no_password":
        found.append((line.has_password, lambda column: column.is_(False)))
    return found
