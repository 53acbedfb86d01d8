"""Access sheets: one page for each person with their one-time link, in words and as a QR code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from markupsafe import Markup

from isotrain import clock
from isotrain.accounts import directory
from isotrain.accounts.linking import Link
from isotrain.accounts.models import Identity
from isotrain.accounts.rules import in_groups
from isotrain.i18n import sort_key, timed_in
from isotrain.people import days
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION
from isotrain.zone_words import format_exactly


@dataclass(frozen=True)
class Sheet:
    """What is printed for one person."""

    organization: str
    name: str
    personnel_no: str
    url: str
    typed_at: str
    code: str
    qr: Markup
    until: str


def sheet(identity: Identity, link: Link, zone: ZoneInfo) -> Sheet:
    """Return the sheet that hands a link to a person, whose days are those of a zone."""
    import segno  # loaded when a sheet is drawn

    drawn = segno.make(link.url, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None)
    with timed_in(zone):
        until = format_exactly(link.expires_at)
    return Sheet(values.value_of(ORGANIZATION), identity.name, identity.personnel_no, link.url,
                 link.typed_at, in_groups(link.code), Markup(drawn), until)  # noqa: S704  (drawn from numbers only)


def sheets(links: Mapping[int, Link]) -> list[Sheet]:
    """Return the sheets for fresh links, by name; slow (5 ms each), so outside of transactions."""
    identities = sorted(directory.identities_of(links).values(),
                        key=lambda identity: (sort_key(identity.name), identity.user_id))
    zones = days.zones_of(links, clock.now())
    return [sheet(identity, links[identity.user_id], zones[identity.user_id])
            for identity in identities]
