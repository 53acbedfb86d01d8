"""Access sheets: one page for each person with their one-time link, in words and as a QR code."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from markupsafe import Markup

from isotrain.accounts import directory
from isotrain.accounts.linking import Link
from isotrain.accounts.models import Identity
from isotrain.i18n import sort_key
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION


@dataclass(frozen=True)
class Sheet:
    """What is printed for one person."""

    organization: str
    name: str
    personnel_no: str
    url: str
    qr: Markup
    until: datetime


def sheet(identity: Identity, link: Link) -> Sheet:
    """Return the sheet that hands a link to a person."""
    import segno  # loaded when a sheet is drawn

    drawn = segno.make(link.url, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Sheet(values.value_of(ORGANIZATION), identity.name, identity.personnel_no, link.url,
                 Markup(drawn), link.expires_at)  # noqa: S704  (drawn from numbers only)


def sheets(links: Mapping[int, Link]) -> list[Sheet]:
    """Return the sheets for fresh links, by name; slow (5 ms each), so outside of transactions."""
    identities = sorted(directory.identities_of(links).values(),
                        key=lambda identity: (sort_key(identity.name), identity.user_id))
    return [sheet(identity, links[identity.user_id]) for identity in identities]
