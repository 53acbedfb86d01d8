"""Hiring people, letting them go, and having them back."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import enrolling, registering
from isotrain.accounts.enrolling import chunks
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.people import placing
from isotrain.people.models import Employment, Placement
from isotrain.people.news import moving
from isotrain.people.placing import Position


def hire(person: Person, position: Position, *, hired_on: date, by: Actor) -> int:
    """Add a person with an employment and a placement from one day on; return the id."""
    with moving(by=by):
        user_id = admit(person, frozenset({Role.EMPLOYEE}), by=by)
        set_hired({user_id: hired_on})
        placing.place(user_id, position, from_on=hired_on, by=by)
    return user_id


def admit(person: Person, roles: frozenset[Role], *, by: Actor) -> int:
    """Add somebody who is not employed here, an account with roles; return the id."""
    with moving(by=by) as moved:
        user_id = registering.add(person, roles=roles, by=by).id
        moved.add(user_id)
    return user_id


def set_hired(hired: Mapping[int, date]) -> None:
    """Let people be employed since a day: corrects the open employment or begins one."""
    present: set[int] = set()
    for some in chunks(hired):
        query = sa.select(Employment.id, Employment.user_id).where(
            Employment.user_id.in_(some), Employment.left_on.is_(None))
        rows = db.session.execute(query).all()
        present.update(row.user_id for row in rows)
        if rows:
            db.session.execute(sa.update(Employment), [
                {"id": row.id, "hired_on": hired[row.user_id]} for row in rows
            ])
    fresh = [{"user_id": user_id, "hired_on": day, "left_on": None}
             for user_id, day in sorted(hired.items()) if user_id not in present]
    if fresh:
        db.session.execute(sa.insert(Employment), fresh)


def give_roles(user_id: int, roles: frozenset[Role], *, by: Actor) -> None:
    """Give one person exactly these roles; what binds people may depend on them."""
    with moving(by=by) as moved:
        registering.set_roles(user_id, roles, by=by)
        moved.add(user_id)


def leave(user_id: int, *, on: date, by: Actor, reason: str | None = None) -> None:
    """Let one person go: the account closes now, employment and placement end on a day."""
    if on > clock.today():
        raise Refusal(_("Choose a day that does not lie ahead"), "left_on")
    if registering.get(user_id).active:
        leave_all({user_id: on}, by=by, reason=reason)


def leave_all(left: Mapping[int, date], *, by: Actor, reason: str | None = None) -> None:
    """Let people go; nothing is deleted, and nobody is in from the next request on."""
    if not left:
        return
    registering.refuse_closing(left.keys(), by=by)
    enrolling.deactivate_all(left.keys(), by=by, reason=reason)
    for day in set(left.values()):
        leavers = [user_id for user_id, theirs in left.items() if theirs == day]
        for some in chunks(leavers):
            db.session.execute(
                sa.update(Employment)
                .where(Employment.user_id.in_(some), Employment.left_on.is_(None))
                .values(left_on=sa.case((Employment.hired_on > day, Employment.hired_on),
                                        else_=day))
            )
        placing.end_all(leavers, on=day)
    with moving(by=by) as moved:
        moved.update(left)


def come_back(user_id: int, *, by: Actor) -> None:
    """Have one person back from today on, where they last worked."""
    if registering.get(user_id).active:
        return
    today = clock.today()
    with moving(by=by):
        come_back_all({user_id: None}, on=today, by=by)
        last = db.session.scalars(
            sa.select(Placement).where(Placement.user_id == user_id).order_by(Placement.id.desc())
            .execution_options(populate_existing=True)
        ).first()
        if last is not None and last.valid_to is not None:
            placing.place(user_id, placing.position_of(last), from_on=today, by=by)


def come_back_all(hired: Mapping[int, date | None], *, on: date, by: Actor) -> None:
    """Reopen accounts, with a new employment from the given day or from `on`.

    An employment and a placement that ended no earlier go on instead: somebody left by mistake.
    """
    if not hired:
        return
    enrolling.reactivate_all(hired.keys(), by=by)
    undone = _ended_since(hired.keys(), on)
    for some in chunks(list(undone.values())):
        db.session.execute(sa.update(Employment).where(Employment.id.in_(some))
                           .values(left_on=None))
    placing.reopen_all(hired.keys(), since=on)
    set_hired({user_id: day or on for user_id, day in hired.items() if user_id not in undone})
    with moving(by=by) as moved:
        moved.update(hired)


def _ended_since(user_ids: Collection[int], day: date) -> dict[int, int]:
    """Return the newest employment (id) of those whose newest ended on a day or later."""
    found = {}
    for some in chunks(user_ids):
        query = (
            sa.select(Employment.user_id, Employment.id)
            .where(Employment.user_id.in_(some), Employment.left_on >= day)
            .order_by(Employment.left_on, Employment.id)
        )
        found.update({row.user_id: row.id for row in db.session.execute(query)})
    return found
