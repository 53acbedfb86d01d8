"""Hiring people, letting them go, having them back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import sqlalchemy as sa

from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.people import placements, placing
from isotrain.people.models import Employment, Placement, Position
from isotrain.people.news import moving
from isotrain.settings import house


def hire(person: Person, position: Position, *, hired_on: date, by: Actor) -> int:
    """Add a person with an employment and a placement from one day on; return the id."""
    with moving(by=by) as moved:
        [user_id] = registering.add([person], roles=frozenset({Role.EMPLOYEE}), by=by)
        moved.add(user_id)
        set_hired({user_id: hired_on})
        placing.place({user_id: position}, from_on=hired_on, by=by)
    return user_id


def set_hired(hired: Mapping[int, date]) -> None:
    """Let people be employed since a day: corrects the open employment or begins one."""
    fresh = dict(hired)
    for employment in placements.newest_of(Employment, hired).values():
        if employment.left_on is None:
            employment.hired_on = fresh.pop(employment.user_id)
    db.session.flush()
    if fresh:
        db.session.execute(sa.insert(Employment), [
            {"user_id": user_id, "hired_on": day} for user_id, day in fresh.items()])


def leave(last_days: Mapping[int, date], *, by: Actor, reason: str | None = None) -> None:
    """Let people go after their last day; nothing is deleted, and nobody is in from now on."""
    if any(day > house.today() for day in last_days.values()):
        raise Refusal(_("Choose a day that does not lie ahead"), "left_on")
    with moving(by=by) as moved:
        leavers = registering.deactivate(last_days, by=by, reason=reason)
        moved.update(leavers)
        for employment in placements.newest_of(Employment, leavers).values():
            if employment.left_on is None:
                employment.left_on = max(employment.hired_on, last_days[employment.user_id])
        placing.end({user_id: last_days[user_id] for user_id in leavers})


def come_back(
    hired: Mapping[int, date | None], *, on: date, by: Actor,
    to: Mapping[int, Position] | None = None,
) -> None:
    """Have people back, who were employed with a new employment from the given day or from `on`.

    They work where they are told to, else where they last did. An employment and a placement that
    ended no earlier than `on` go on instead: somebody left by mistake.
    """
    with moving(by=by) as moved:
        returned = registering.reactivate(hired, by=by)
        moved.update(returned)
        new = {user_id: day for user_id in returned if (day := hired[user_id])}
        for employment in placements.newest_of(Employment, returned).values():
            if employment.left_on and employment.left_on >= on:
                employment.left_on = None
                new.pop(employment.user_id, None)
            else:
                new.setdefault(employment.user_id, on)
        set_hired(new)
        last = placements.newest_of(Placement, returned)
        for placement in last.values():
            if placement.valid_to and placement.valid_to > on:
                placement.valid_to = None
        db.session.flush()
        positions = {user_id: row.position for user_id, row in last.items()}
        positions |= {user_id: to[user_id] for user_id in returned if to and user_id in to}
        placing.place(positions, from_on=on, by=by)
