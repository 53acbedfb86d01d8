"""What settings hold, since when, through whom and why; and what they held before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from isotrain import config
from isotrain.audit.history import Directory
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.settings import values
from isotrain.settings.definitions import BY_NAME, DEFINITIONS, Defined
from isotrain.settings.models import Setting
from isotrain.wired import wired

PAGE = 50


@dataclass(frozen=True)
class Present:
    """What one setting holds; number 0 and no row while nothing has been written down."""

    definition: Defined
    text: str
    row: Setting | None

    @property
    def number(self) -> int:
        return self.row.number if self.row else 0


def get_definition(name: str) -> Defined:
    """Return the definition of a setting or raise NotFound."""
    if name not in BY_NAME:
        raise NotFound(_("There is no setting %(name)s.", name=name))
    return BY_NAME[name]


def present(setting: Defined) -> Present:
    """Return what one setting holds, as this transaction sees it."""
    query = (sa.select(Setting).where(Setting.name == setting.name)
             .order_by(Setting.number.desc()).limit(1))
    return _present(setting, db.session.scalars(query).first())


def list_present() -> list[Present]:
    """List what every setting holds, in the order of their page."""
    rows = values.newest()
    return [_present(each, rows.get(each.name)) for each in DEFINITIONS]


def list_changes(setting: Defined) -> list[Setting]:
    """List the rows of a setting, newest first, the latest fifty."""
    query = (sa.select(Setting).where(Setting.name == setting.name)
             .order_by(Setting.number.desc()).limit(PAGE))
    return list(db.session.scalars(query))


def names_of(rows: Iterable[Setting | None]) -> dict[int, str]:
    """Return the names of those who changed something, as far as they are known."""
    ids = {row.actor_id for row in rows if row is not None and row.actor_id is not None}
    return wired(Directory).names_of(ids)


def _present(setting: Defined, row: Setting | None) -> Present:
    text = row.after if row else setting.first_text(config.current().seeds)
    return Present(setting, text, row)
