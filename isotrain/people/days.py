"""A person's days: those of the site where they work, else the organization's.

Whether somebody is on time, and on which day they completed something, is decided by the day where
they are. Where they are is where the organization's day of that moment finds them placed. Zones of
sites are kept for some seconds as settings are; where no site has a zone of its own nothing is
looked up.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from isotrain import clock, zones
from isotrain.accounts import preferring
from isotrain.db import db
from isotrain.kept import Kept
from isotrain.lists import chunks
from isotrain.people.models import Placement, Site
from isotrain.people.placements import on_day
from isotrain.settings import house

Id = sa.SQLColumnExpression[int] | int
Day = date | sa.ColumnElement[date]


@dataclass(frozen=True)
class Today:
    """The present day of everybody: the organization's, and that of sites where it is another.

    A query asks for it by person. It is a plain day while the whole organization has the same, so
    that most of the time lists cost what they would cost without zones.
    """

    house: date
    elsewhere: Mapping[date, Collection[int]] = field(default_factory=dict)

    @property
    def latest(self) -> date:
        """The day of those who are furthest ahead: only what is due before it is overdue at all."""
        return max((self.house, *self.elsewhere))

    def of(self, user_id: Id, *, later: timedelta = timedelta()) -> Day:
        """Return the day of a person of a query, or one that comes so much later."""
        if not self.elsewhere:
            return self.house + later
        return sa.case(
            *((_at(user_id, sites, self.house), sa.literal(day + later, sa.Date))
              for day, sites in sorted(self.elsewhere.items())),
            else_=sa.literal(self.house + later, sa.Date))


def today(at: datetime | None = None) -> Today:
    """Return everybody's day, now or at an instant."""
    at = at or clock.now()
    ours, elsewhere = house.day_of(at), defaultdict(set)
    for site_id, name in zones_of_sites().items():
        there = zones.find(name)
        if there is not None and (day := zones.day(at, there)) != ours:
            elsewhere[day].add(site_id)
    return Today(ours, {day: frozenset(sites) for day, sites in elsewhere.items()})


def zone_of(user_id: int, at: datetime) -> ZoneInfo:
    """Return the zone whose days count for a person at an instant."""
    named = zones_of_sites()
    if not named:
        return house.zone()
    site_id = db.session.connection().execute(
        _SITE, {"user": user_id, "day": house.day_of(at)}).scalar()
    return zones.find(named.get(site_id or 0)) or house.zone()


def zones_of(user_ids: Collection[int], at: datetime) -> dict[int, ZoneInfo]:
    """Return the zones whose days count for people at an instant."""
    ours = house.zone()
    found = dict.fromkeys(user_ids, ours)
    for some in chunks(user_ids) if zones_of_sites() else ():
        query = sa.select(Placement.user_id, Site.time_zone).where(
            Site.id == Placement.site_id, Placement.user_id.in_(some), on_day(house.day_of(at)))
        for user_id, name in db.session.execute(query):
            found[user_id] = zones.find(name) or ours
    return found


def today_of(user_id: int) -> date:
    """Return a person's present day."""
    now = clock.now()
    return zones.day(now, zone_of(user_id, now))


def letter_zone_of(user_id: int) -> ZoneInfo:
    """Return the zone in which a person reads letters: the one they chose, else their days'."""
    return preferring.find_zone(user_id) or zone_of(user_id, clock.now())


def zones_of_sites() -> Mapping[int, str]:
    """Return the zones of the sites that have one of their own, by the ids of the sites."""
    return KEPT.get()


def _read() -> Mapping[int, str]:
    query = sa.select(Site.id, Site.time_zone).where(Site.time_zone.is_not(None))
    return {row.id: row.time_zone for row in db.session.execute(query)}


KEPT: Kept[Mapping[int, str]] = Kept(_read, without=dict)

# Built once: building a statement costs more than sending it.
_SITE = sa.select(Placement.site_id).where(
    Placement.user_id == sa.bindparam("user"), on_day(sa.bindparam("day", type_=sa.Date)))


def _at(user_id: Id, sites: Collection[int], day: date) -> sa.ColumnElement[bool]:
    """Return the condition that a person of a query works at one of these sites on a day."""
    return sa.exists().where(
        Placement.user_id == user_id, on_day(day), Placement.site_id.in_(sorted(sites)),
    ).correlate_except(Placement)
