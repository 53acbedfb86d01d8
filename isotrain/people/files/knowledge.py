"""Everything known about everybody, loaded in a handful of queries for a people file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import Identity, SignInName, User
from isotrain.accounts.registering import Person
from isotrain.db import db
from isotrain.people import resolving
from isotrain.people.models import Employment, JobRole, Placement, Site, Unit
from isotrain.people.resolving import Named, Words
from isotrain.text import fold


@dataclass
class Known:
    """One person as the database has them.

    `words` is the newest placement, in codes, with its first day and the first day after it;
    `spells` are the employments, oldest first.
    """

    id: int
    person: Person
    active: bool
    words: Words | None = None
    placed_from: date | None = None
    placed_until: date | None = None
    spells: list[tuple[date, date | None]] = field(default_factory=list)

    @property
    def employed(self) -> bool:
        """Whether an employment is open, so that a complete file must name this person."""
        return bool(self.spells) and self.spells[-1][1] is None

    def placed(self, day: date) -> bool:
        """Whether the newest placement is open, or will be once somebody is back on a day."""
        if self.words is None or self.placed_until is None:
            return self.words is not None
        return not self.active and self.placed_until > day


@dataclass
class Knowledge:
    """The present state that a file is compared with."""

    people: dict[str, Known]  # by folded personnel number
    owners: dict[str, Known]  # by what they sign in with, folded
    catalogues: dict[str, dict[str, Named]]
    parents: dict[str, str]  # codes of units; "" where there is none above
    zones: dict[str, str]  # codes of sites; "" where the organization's holds


def everything() -> Knowledge:
    """Load all people, units, sites and job roles."""
    by_id = people()
    above = aliased(Unit)
    units = sa.select(Unit.code, above.code).outerjoin(above, above.id == Unit.parent_id)
    located = sa.select(Site.code, Site.time_zone)
    names = sa.select(SignInName.folded, SignInName.user_id)
    return Knowledge(
        people={fold(known.person.personnel_no): known for known in by_id.values()},
        owners={name: by_id[user_id] for name, user_id in db.session.execute(names)
                if user_id in by_id},
        catalogues=resolving.catalogues(),
        parents={code: parent or "" for code, parent in db.session.execute(units)},
        zones={code: zone or "" for code, zone in db.session.execute(located)},
    )


def people(user_ids: Collection[int] | None = None) -> dict[int, Known]:
    """Load people by id: all of them, or some few."""
    def among(column: sa.SQLColumnExpression[int]) -> sa.ColumnElement[bool]:
        return sa.true() if user_ids is None else column.in_(user_ids)

    query = sa.select(User.id, User.deactivated_at.is_(None), Identity.personnel_no, Identity.name,
                      Identity.email).join(Identity, Identity.user_id == User.id).where(
                          among(User.id))
    by_id = {user_id: Known(user_id, Person(number, name, email), active)
             for user_id, active, number, name, email in db.session.execute(query)}
    placements = (
        sa.select(Placement.user_id, Placement.valid_from, Placement.valid_to, Unit.code,
                  Site.code, JobRole.code, Placement.employment_type, Placement.manager_id)
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Site, Site.id == Placement.site_id)
        .outerjoin(JobRole, JobRole.id == Placement.job_role_id)
        .where(among(Placement.user_id))
        .order_by(Placement.valid_from, Placement.id)
    )
    for user_id, first, until, unit, site, job, kind, manager in db.session.execute(placements):
        if user_id in by_id:  # else erased
            known = by_id[user_id]
            known.placed_from, known.placed_until = first, until
            known.words = Words(unit or "", site or "", job or "", kind, manager)
    spells = sa.select(Employment.user_id, Employment.hired_on, Employment.left_on).where(
        among(Employment.user_id))
    for user_id, hired, left in db.session.execute(
            spells.order_by(Employment.hired_on, Employment.id)):
        if user_id in by_id:
            by_id[user_id].spells.append((hired, left))
    return by_id
