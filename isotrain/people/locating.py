"""Saying in which time zone a site lies; without one of its own it has the organization's."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain import zones
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.people import days
from isotrain.people.models import Site


def get(site_id: int) -> Site:
    """Return a site or raise NotFound."""
    site = db.session.get(Site, site_id)
    if site is None:
        raise NotFound(_("This site does not exist."))
    return site


def get_by_code(code: str) -> Site:
    """Return the site of a code or raise NotFound."""
    site = db.session.scalar(sa.select(Site).where(Site.code == code))
    if site is None:
        raise NotFound(_("There is no site %(code)s.", code=repr(code)))
    return site


def list_sites() -> list[Site]:
    """List all sites by name."""
    return list(db.session.scalars(sa.select(Site).order_by(Site.name, Site.id)))


def locate(site: Site, time_zone: str, *, by: Actor) -> bool:
    """Give a site a time zone, "" for the organization's; say whether that is another than before.

    From then on its days decide what is overdue there. What was completed keeps its day.
    """
    name = zones.spelt(time_zone)
    if time_zone and name is None:
        raise Refusal(_("Choose a time zone, such as Europe/Berlin"), "time_zone")
    if name == site.time_zone:
        return False
    note("site.time_zone_changed", by, scope="people", on=("site", site.id),
         before={"time_zone": site.time_zone}, after={"time_zone": name},
         details={"site": site.code, "from": site.time_zone or "", "to": name or ""})
    site.time_zone = name
    db.session.flush()
    days.KEPT.forget_once_committed()
    return True
