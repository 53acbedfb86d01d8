"""Looking up pictures."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.formats import picture
from isotrain.i18n import _
from isotrain.media.models import Picture


@dataclass(frozen=True)
class Served:
    """The bytes of a picture and what they are."""

    data: bytes
    media_type: str


def get(sha256: str) -> Served:
    """Return a picture or raise NotFound."""
    row = db.session.execute(
        sa.select(Picture.data, Picture.media_type).where(Picture.sha256 == sha256)).first()
    if row is None:
        raise NotFound(_("This picture does not exist."))
    return Served(*row)


class Known:
    """The hashes of all pictures that there are; each is looked up once."""

    def __init__(self) -> None:
        self._found: dict[object, bool] = {}

    def __contains__(self, sha256: object) -> bool:
        if sha256 not in self._found:
            self._found[sha256] = bool(db.session.scalar(
                sa.select(sa.exists().where(Picture.sha256 == sha256))))
        return self._found[sha256]


def load(hashes: Collection[str]) -> dict[str, picture.Picture]:
    """Return pictures with their bytes, for a file that carries them."""
    rows = db.session.execute(
        sa.select(Picture.sha256, Picture.data, Picture.media_type, Picture.width, Picture.height)
        .where(Picture.sha256.in_(sorted(hashes))))
    return {row.sha256: picture.Picture(row.data, row.media_type, row.width, row.height)
            for row in rows}
