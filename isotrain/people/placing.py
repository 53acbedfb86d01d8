"""Where people work, as what and for whom, over time."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain import clock
from isotrain.accounts.enrolling import chunks
from isotrain.accounts.models import Identity
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, format_date
from isotrain.people.files.rules import EMPLOYMENT_TYPES
from isotrain.people.models import Employment, JobRole, Placement, Site, Unit
from isotrain.people.news import moving


@dataclass(frozen=True)
class Position:
    """What a placement says, without its dates."""

    unit_id: int | None = None
    site_id: int | None = None
    job_role_id: int | None = None
    manager_id: int | None = None
    employment_type: str = EMPLOYMENT_TYPES[0]


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


def current_placement(user_id: int, on: date | None = None) -> Place | None:
    """Return where a person works on a day (today), None when nothing is known."""
    day = on or clock.today()
    query = _places(user_id).where(
        Placement.valid_from <= day,
        sa.or_(Placement.valid_to.is_(None), Placement.valid_to > day),
    )
    row = db.session.execute(query).first()
    return Place(*row) if row else None


def history(user_id: int) -> list[Place]:
    """List where a person has worked, newest first."""
    return [Place(*row) for row in db.session.execute(_places(user_id))]


def unit_and_below(unit_id: int | sa.ScalarSelect[Any]) -> sa.Select[int]:
    """Return a query of the ids of a unit and all units under it."""
    tree = sa.select(Unit.id).where(Unit.id == unit_id).cte("tree", recursive=True)
    tree = tree.union(sa.select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return sa.select(tree.c.id)


def open_positions(user_ids: Collection[int]) -> dict[int, tuple[Placement, Position]]:
    """Return the open placement of each of these people who has one."""
    found = {}
    for some in chunks(user_ids):
        query = sa.select(Placement).where(Placement.user_id.in_(some),
                                           Placement.valid_to.is_(None))
        for row in db.session.scalars(query):
            found[row.user_id] = row, position_of(row)
    return found


def position_of(row: Placement) -> Position:
    """Return what a placement says, without its dates."""
    return Position(row.unit_id, row.site_id, row.job_role_id, row.manager_id, row.employment_type)


def place(user_id: int, position: Position, *, from_on: date, by: Actor) -> bool:
    """Place one person from a day on; say whether anything changed."""
    return bool(place_all({user_id: position}, from_on=from_on, by=by))


def place_all(positions: Mapping[int, Position], *, from_on: date, by: Actor) -> list[int]:
    """Place people from a day on: open intervals end that day, new ones begin.

    Returns the ids of those whose placement changed. A second change on the first day of an
    interval corrects it in place. Refuses a day before the present interval began.
    """
    present = open_positions(positions)
    changed = [user_id for user_id, position in positions.items()
               if user_id not in present or present[user_id][1] != position]
    _refuse_overlaps(changed, present, from_on)
    same_day = [user_id for user_id in changed
                if user_id in present and present[user_id][0].valid_from == from_on]
    ended = [present[user_id][0].id for user_id in changed
             if user_id in present and user_id not in set(same_day)]
    for some in chunks(ended):
        db.session.execute(sa.update(Placement).where(Placement.id.in_(some))
                           .values(valid_to=from_on))
    for user_id in same_day:
        db.session.execute(sa.update(Placement).where(Placement.id == present[user_id][0].id)
                           .values(**asdict(positions[user_id])))
    fresh = [{"user_id": user_id, "valid_from": from_on, "valid_to": None,
              **asdict(positions[user_id])} for user_id in changed if user_id not in set(same_day)]
    if fresh:
        db.session.execute(sa.insert(Placement), fresh)
    for user_id in changed:
        before = asdict(present[user_id][1]) if user_id in present else None
        note("placement.changed", by, scope="people", on=("user", user_id), before=before,
             after=asdict(positions[user_id]), details={"from": from_on.isoformat()})
    with moving(by=by) as moved:
        moved.update(changed)
    return changed


def end_all(user_ids: Collection[int], *, on: date) -> None:
    """End the open placements of people who leave on a day; one yet to begin never was."""
    for some in chunks(user_ids):
        theirs = (Placement.user_id.in_(some), Placement.valid_to.is_(None))
        db.session.execute(sa.delete(Placement).where(*theirs, Placement.valid_from > on))
        db.session.execute(sa.update(Placement).where(*theirs, Placement.valid_from == on)
                           .values(valid_to=on + timedelta(days=1)))
        db.session.execute(sa.update(Placement).where(*theirs).values(valid_to=on))


def reopen_all(user_ids: Collection[int], *, since: date) -> None:
    """Let the newest placements of people go on if they ended on a day or later."""
    for some in chunks(user_ids):
        newest = (sa.select(sa.func.max(Placement.id)).where(Placement.user_id.in_(some))
                  .group_by(Placement.user_id))
        db.session.execute(
            sa.update(Placement)
            .where(Placement.id.in_(newest.scalar_subquery()), Placement.valid_to >= since)
            .values(valid_to=None))


def _refuse_overlaps(
    user_ids: Collection[int], present: Mapping[int, tuple[Placement, Position]], day: date
) -> None:
    later = {user_id for user_id in user_ids
             if user_id in present and present[user_id][0].valid_from > day}
    for some in chunks(set(user_ids) - set(present)):
        query = sa.select(Placement.user_id).where(Placement.user_id.in_(some),
                                                   Placement.valid_to > day)
        later.update(db.session.scalars(query))
    if later:
        identity = db.session.get(Identity, min(later))
        raise Refusal(
            _("%(name)s has a placement that begins or ends after %(day)s. Choose a later day.",
              name=identity.name if identity else "", day=format_date(day, "d MMM yyyy")),
            "from_on",
        )


def _places(user_id: int) -> sa.Select[*tuple[Any, ...]]:
    manager = aliased(Identity)
    hired = (
        sa.select(sa.func.max(Employment.hired_on))
        .where(Employment.user_id == Placement.user_id,
               sa.or_(Placement.valid_to.is_(None), Employment.hired_on < Placement.valid_to))
        .correlate(Placement)
        .scalar_subquery()
    )
    return (
        sa.select(
            Placement.unit_id, Unit.code, Unit.name, Placement.site_id, Site.name,
            Placement.job_role_id, JobRole.code, JobRole.title, Placement.manager_id,
            manager.name, manager.personnel_no, Placement.employment_type, Placement.valid_from,
            Placement.valid_to, hired,
        )
        .outerjoin(Unit, Unit.id == Placement.unit_id)
        .outerjoin(Site, Site.id == Placement.site_id)
        .outerjoin(JobRole, JobRole.id == Placement.job_role_id)
        .outerjoin(manager, manager.user_id == Placement.manager_id)
        .where(Placement.user_id == user_id)
        .order_by(Placement.valid_from.desc(), Placement.id.desc())
    )
