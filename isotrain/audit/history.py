"""Reading the events: newest first, filtered, page by page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from isotrain import text, zones
from isotrain.audit.models import SCOPES, Event
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _, say
from isotrain.lists import Few, Key, Listing, among, tried
from isotrain.wired import wired

TECHNICAL = ("technical",)
RECORDS = tuple(scope for scope in SCOPES if scope not in TECHNICAL)
# Who may do what is a technical matter, and evidence, too: seen with the records as well.
SEEN_BY_ALL = ("user.roles_changed",)
SORTS = {"newest": (Key(Event.occurred_at, descending=True), Key(Event.id, descending=True))}


def _actions() -> sa.Select[str]:
    """Select the actions of a scope, each after the one before it: few steps in an index."""
    of_scope = Event.scope == sa.bindparam("scope")
    step = sa.select(sa.func.min(Event.action).label("action")).where(of_scope).cte(
        "step", recursive=True)
    after = sa.select(sa.func.min(Event.action)).where(of_scope, Event.action > step.c.action)
    step = step.union_all(sa.select(after.correlate(step).scalar_subquery())
                          .where(step.c.action.is_not(None)))
    return sa.select(step.c.action).where(step.c.action.is_not(None))


_ACTIONS = _actions()


@dataclass(frozen=True)
class Directory:
    """How accounts, a feature above this one, tells people's names and finds people by them.

    `first_ids` finds a thousand and says whether there are more, `matches` tries one.
    """

    names_of: Callable[[Collection[int]], dict[int, str]]
    first_ids: Callable[[str], tuple[Sequence[int], bool]]
    matches: Callable[[sa.SQLColumnExpression[int | None], str], sa.ColumnElement[bool]]


@dataclass(frozen=True)
class Calendar:
    """How settings, a feature above this one, tell the zone of the organization's days."""

    zone: Callable[[], ZoneInfo]


@dataclass(frozen=True)
class Filter:
    """Which events to show; `who` finds who acted or was acted upon."""

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
    first, last = _span(wanted, zone)
    ids, many = wired(Directory).first_ids(wanted.who) if wanted.who else ((), False)
    alike = [(column, value) for column, value in (
        (Event.request_id, wanted.request_id), (Event.object_id, wanted.object_id),
        (Event.object_type, wanted.object_type), (Event.action, wanted.action)) if value]
    scope = tried(Event.scope) if alike or wanted.who or first or last else Event.scope
    few = sa.union_all(*(sa.select(Event.id).where(
        _seen(scope, scopes), *_within(Event.occurred_at, first, last), *(
            column == value for column, value in alike), who)
        for who in (_by(ids) if wanted.who else [sa.true()]))).subquery()
    # In order, one index serves: that of the first condition, or else that of the days, of which
    # a place says more than the first or the last.
    newest, *rest = SORTS["newest"]
    sorts = {"newest": (replace(newest, low=first, high=last), *rest)}
    query = sa.select(Event).where(_seen(tried(Event.scope), scopes), *_within(
        tried(Event.occurred_at), first, last), *(
        (tried(column) if n and column is not Event.object_type else column) == value
        for n, (column, value) in enumerate(alike)))
    if wanted.who:
        query = query.where(_tried_by(wanted.who))
    return Listing(query, sorts, lambda rows: [event for event, in rows], few=Few(
        sa.select(few.c.id), Event.id, sa.select(Event), only_some=many))


def _seen(
    scope: sa.SQLColumnExpression[str], scopes: Collection[str]
) -> sa.ColumnElement[bool]:
    if scopes == TECHNICAL:
        return scope.in_(scopes)
    return sa.or_(scope.in_(scopes), tried(Event.action).in_(SEEN_BY_ALL))


def _span(wanted: Filter, zone: tzinfo) -> tuple[datetime | None, datetime | None]:
    """Return the first and the last moment of the days that are asked for."""
    first = zones.start_of(wanted.first_on, zone) if wanted.first_on else None
    last = zones.start_of(wanted.last_on + timedelta(1), zone) if wanted.last_on else None
    return first, last - timedelta.resolution if last else None


def _within(
    moment: sa.SQLColumnExpression[datetime], first: datetime | None, last: datetime | None
) -> list[sa.ColumnElement[bool]]:
    found = [moment >= first] if first else []
    return [*found, moment <= last] if last else found


def _by(ids: Sequence[int]) -> list[sa.ColumnElement[bool]]:
    """Return conditions, each with an index, one of which holds of what these people did or met."""
    return [among(Event.actor_id, ids),
            sa.and_(Event.object_type == "user", among(Event.object_id, list(map(str, ids))))]


def _tried_by(who: str) -> sa.ColumnElement[bool]:
    """Return the condition that somebody did or met what one event tells."""
    met = sa.case((Event.object_type == "user", sa.cast(Event.object_id, sa.BigInteger)))
    matches = wired(Directory).matches
    return sa.or_(matches(Event.actor_id, who), matches(met, who))


def get(event_id: int, *, scopes: Collection[str]) -> Event:
    """Return an event of these scopes or raise NotFound."""
    event = db.session.get(Event, event_id)
    if event is None or (event.scope not in scopes and event.action not in SEEN_BY_ALL):
        raise NotFound
    return event


def list_actions(scopes: Collection[str]) -> list[str]:
    """List the actions that events of these scopes tell of, to choose one from."""
    found = set() if scopes == TECHNICAL else set(SEEN_BY_ALL)
    for scope in scopes:
        found.update(db.session.scalars(_ACTIONS, {"scope": scope}))
    return sorted(found)


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
