"""Looking at somebody else's records is noted: once per viewer, person and day."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain import clock, zones
from isotrain.audit.history import Calendar
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.wired import wired

_TODAY = sa.select(Event.id).where(
    Event.object_type == "user", Event.object_id == sa.bindparam("user"),
    Event.occurred_at >= sa.bindparam("since"), Event.action == "records.looked_at",
    Event.actor_id == sa.bindparam("viewer")).limit(1)


def is_noted(user_id: int, *, viewer_id: int) -> bool:
    """Say whether it is known that somebody looked at a person's records on this day."""
    zone = wired(Calendar).zone()
    since = zones.start_of(zones.day(clock.now(), zone), zone)
    asked = {"user": str(user_id), "since": since, "viewer": viewer_id}
    return db.session.scalars(_TODAY, asked).first() is not None


def note_look(user_id: int, *, by: Actor) -> None:
    """Note that somebody looked at a person's records, unless it stands there already."""
    if by.user_id is not None and not is_noted(user_id, viewer_id=by.user_id):
        note("records.looked_at", by, scope="records", on=("user", user_id))
