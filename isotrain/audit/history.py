"""Reading the events: newest first, filtered, page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta, tzinfo
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from isotrain import text, zones
from isotrain.audit.models import SCOPES, Event
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _, say
from isotrain.lists import Key, Listing
from isotrain.wired import wired

TECHNICAL = ("technical",)
RECORDS = tuple(scope for scope in SCOPES if scope not in TECHNICAL)
SORTS = {"newest": (Key(Event.id, descending=True),)}
RECENT = 20_000  # how many events are looked at for the actions to choose from


@dataclass(frozen=True)
class Directory:
    """How accounts, a feature above this one, tells people's names and finds people by them."""

    names_of: Callable[[Collection[int]], dict[int, str]]
    ids_of: Callable[[str], Sequence[int]]


@dataclass(frozen=True)
class Calendar:
    """How settings, a feature above this one, tell the zone of the organization's days."""

    zone: Callable[[], ZoneInfo]


@dataclass(frozen=True)
class Filter:
    """Which events to show; `who` is part of a name or number, of who acted or was acted upon."""

    action: str = ""
    who: str = ""
    object_type: str = ""
    object_id: str = ""
    request_id: str = ""
    first_on: date | None = None
    last_on: date | None = None


def listing(
    wanted: Filter, *, scopes: Collection[str], zone: tzinfo
) -> Listing[Event]:
    """Return the list of the events of these scopes; days are days of `zone`."""
    query = sa.select(Event).where(Event.scope.in_(scopes))
    for column, value in ((Event.action, wanted.action), (Event.request_id, wanted.request_id),
                          (Event.object_type, wanted.object_type),
                          (Event.object_id, wanted.object_id)):
        if value:
            query = query.where(column == value)
    if wanted.who:
        ids = wired(Directory).ids_of(wanted.who)
        query = query.where(sa.or_(
            Event.actor_id.in_(ids),
            sa.and_(Event.object_type == "user", Event.object_id.in_(map(str, ids)))))
    if wanted.first_on:
        query = query.where(Event.occurred_at >= zones.start_of(wanted.first_on, zone))
    if wanted.last_on:
        query = query.where(Event.occurred_at < zones.start_of(wanted.last_on + timedelta(1), zone))
    return Listing(query, SORTS, lambda rows: [event for event, in rows])


def get(event_id: int, *, scopes: Collection[str]) -> Event:
    """Return an event of these scopes or raise NotFound."""
    event = db.session.get(Event, event_id)
    if event is None or event.scope not in scopes:
        raise NotFound
    return event


def list_actions(scopes: Collection[str]) -> list[str]:
    """List the actions of the latest events, to choose one from."""
    latest = (sa.select(Event.action).where(Event.scope.in_(scopes))
              .order_by(Event.id.desc()).limit(RECENT).subquery())
    return sorted(db.session.scalars(sa.select(latest.c.action).distinct()))


def names_of(events: Iterable[Event]) -> dict[int, str]:
    """Return the names of everybody who acted or was acted upon, as far as they are known."""
    ids = set()
    for event in events:
        if event.actor_id is not None:
            ids.add(event.actor_id)
        if event.object_type == "user" and event.object_id.isdigit():
            ids.add(int(event.object_id))
    return wired(Directory).names_of(ids)


def in_words(name: str) -> str:
    """Return an action or a kind of object as people read it: "Certificate revoked"."""
    return say(text.in_words(name))


def detail(value: object) -> str:
    """Return one detail of an event as people read it: truths, lists and filters too."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, dict):
        return ", ".join(f"{name.replace('_', ' ')} {detail(each)}"
                         for name, each in value.items()) or _("none")
    if isinstance(value, list):
        return ", ".join(map(detail, value)) or _("none")
    return str(value)
