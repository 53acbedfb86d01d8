"""Access sheets: one page for each person with their one-time link, in words and as a QR code."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import segno
import sqlalchemy as sa
from markupsafe import Markup

from isotrain.accounts import enrolling, linking
from isotrain.accounts.linking import Link
from isotrain.accounts.models import Identity
from isotrain.audit.noting import Actor
from isotrain.db import db


@dataclass(frozen=True)
class Sheet:
    """What is printed for one person."""

    name: str
    personnel_no: str
    url: str
    qr: Markup
    until: datetime


def sheet(identity: Identity, link: Link) -> Sheet:
    """Return the sheet that hands a link to a person."""
    drawn = segno.make(link.url, error="m", micro=False).svg_inline(
        border=2, omitsize=True, svgclass="qr", lineclass=None)
    return Sheet(identity.name, identity.personnel_no, link.url,
                 Markup(drawn), link.expires_at)  # noqa: S704  (drawn from numbers only)


def make_sheets(user_ids: Collection[int], *, by: Actor) -> list[Sheet]:
    """Make a new link for each of these people and return their sheets, by name."""
    links = linking.make_all(user_ids, by=by)
    identities: list[Identity] = []
    for some in enrolling.chunks(user_ids):
        identities += db.session.scalars(sa.select(Identity).where(Identity.user_id.in_(some)))
    identities.sort(key=lambda identity: (identity.name_folded, identity.user_id))
    return [sheet(identity, links[identity.user_id]) for identity in identities]
