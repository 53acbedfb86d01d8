"""Placing people: where they work from a day on, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, timedelta

import sqlalchemy as sa

from isotrain.accounts import directory
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, format_day
from isotrain.people import placements
from isotrain.people.models import Placement, Position
from isotrain.people.news import moving


def place(positions: Mapping[int, Position], *, from_on: date, by: Actor) -> list[int]:
    """Place people from a day on: open intervals end that day, new ones begin.

    Returns the ids of those whose placement changed. A second change on the first day of an
    interval corrects it in place. Refuses a day before the present interval began.
    """
    newest = placements.newest_of(Placement, positions)
    standing = {user_id: row for user_id, row in newest.items() if row.valid_to is None}
    changed = [user_id for user_id, position in positions.items()
               if user_id not in standing or standing[user_id].position != position]
    later = [user_id for user_id in changed if user_id in newest
             and (newest[user_id].valid_to or newest[user_id].valid_from) > from_on]
    if later:
        raise _overlapping(min(later), from_on)
    fresh = []
    for user_id in changed:
        row, position = standing.get(user_id), positions[user_id]
        note("placement.changed", by, scope="people", on=("user", user_id),
             before=asdict(row.position) if row else None, after=asdict(position),
             details={"from": from_on.isoformat()})
        if row and row.valid_from == from_on:
            row.position = position
            continue
        if row:
            row.valid_to = from_on
        fresh.append({"user_id": user_id, "valid_from": from_on, **asdict(position)})
    db.session.flush()
    if fresh:
        db.session.execute(sa.insert(Placement), fresh)
    with moving(by=by) as moved:
        moved.update(changed)
    return changed


def end(last_days: Mapping[int, date]) -> None:
    """End the placements of people after their last day; one yet to begin never was."""
    for user_id, row in placements.newest_of(Placement, last_days).items():
        if row.valid_to is None and row.valid_from > last_days[user_id]:
            db.session.delete(row)
        elif row.valid_to is None:
            row.valid_to = last_days[user_id] + timedelta(days=1)
    db.session.flush()


def _overlapping(user_id: int, day: date) -> Refusal:
    return Refusal(
        _("%(name)s has a placement that begins or ends after %(day)s. Choose a later day.",
          name=directory.get_identity(user_id).name, day=format_day(day)),
        "from_on",
    )
