"""Everything known about everybody, loaded in a handful of queries for a people file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import count

import sqlalchemy as sa

from isotrain.accounts.models import Identity, SignInName, User
from isotrain.accounts.registering import Person
from isotrain.accounts.rules import folded
from isotrain.db import db
from isotrain.people import placing
from isotrain.people.models import Employment, JobRole, Placement, Site, Unit
from isotrain.people.placing import Position


@dataclass
class Known:
    """One person as the database has them.

    `position` is the newest placement, with its first day and the first day after it;
    `spells` are the employments, oldest first.
    """

    id: int
    person: Person
    active: bool
    position: Position | None = None
    placed_from: date | None = None
    placed_until: date | None = None
    spells: list[tuple[date, date | None]] = field(default_factory=list)

    @property
    def employed(self) -> bool:
        """Whether an employment is open, so that a complete file must name this person."""
        return bool(self.spells) and self.spells[-1][1] is None

    def placed(self, day: date) -> bool:
        """Whether the newest placement is open, or will be once somebody is back on a day."""
        if self.position is None or self.placed_until is None:
            return self.position is not None
        return not self.active and self.placed_until >= day


class Catalogue:
    """Units, sites or job roles by folded name; what is not there yet gets an id below zero."""

    def __init__(self, rows: Iterable[tuple[int, str, str]]) -> None:
        self.names: dict[int, str] = {}
        self.fresh: dict[int, str] = {}
        self._ids: dict[str, int] = {}
        self._below_zero = count(-1, -1)
        for row_id, code, name in rows:
            self.names[row_id] = name
            self._ids.setdefault(folded(name), row_id)
            self._ids[folded(code)] = row_id

    def id_of(self, text: str) -> int | None:
        """Return the id behind a code or a name; None for an empty text."""
        key = folded(text)
        if not key:
            return None
        if key not in self._ids:
            self._ids[key] = row_id = next(self._below_zero)
            self.fresh[row_id] = self.names[row_id] = text
        return self._ids[key]


@dataclass
class Knowledge:
    """The present state that a file is compared with."""

    people: dict[str, Known]  # by folded personnel number
    by_id: dict[int, Known]
    owners: dict[str, int]  # who signs in with a folded name
    units: Catalogue
    parents: dict[int, int | None]
    sites: Catalogue
    job_roles: Catalogue


def everything() -> Knowledge:
    """Load all people, units, sites and job roles."""
    units = db.session.execute(sa.select(Unit.id, Unit.code, Unit.name, Unit.parent_id)).all()
    by_id = _people()
    return Knowledge(
        people={folded(known.person.personnel_no): known for known in by_id.values()},
        by_id=by_id,
        owners={row.folded: row.user_id for row in db.session.execute(
            sa.select(SignInName.folded, SignInName.user_id))},
        units=Catalogue((row.id, row.code, row.name) for row in units),
        parents={row.id: row.parent_id for row in units},
        sites=_catalogue(sa.select(Site.id, Site.code, Site.name)),
        job_roles=_catalogue(sa.select(JobRole.id, JobRole.code, JobRole.title)),
    )


def _catalogue(query: sa.Select[int, str, str]) -> Catalogue:
    return Catalogue((row[0], row[1], row[2]) for row in db.session.execute(query))


def _people() -> dict[int, Known]:
    query = sa.select(User.id, User.deactivated_at, Identity.personnel_no, Identity.name,
                      Identity.email).join(Identity, Identity.user_id == User.id)
    by_id = {
        row.id: Known(row.id, Person(row.personnel_no, row.name, row.email),
                      row.deactivated_at is None)
        for row in db.session.execute(query)
    }
    placements = sa.select(Placement).order_by(Placement.valid_from, Placement.id)
    for row in db.session.scalars(placements):
        known = by_id.get(row.user_id)
        if known is None:
            continue  # erased
        known.placed_from, known.placed_until = row.valid_from, row.valid_to
        known.position = placing.position_of(row)
    spells = sa.select(Employment.user_id, Employment.hired_on, Employment.left_on)
    for spell in db.session.execute(spells.order_by(Employment.hired_on, Employment.id)):
        if spell.user_id in by_id:
            by_id[spell.user_id].spells.append((spell.hired_on, spell.left_on))
    return by_id
