"""What holds now. Pages ask at every request, so each process keeps the values for some seconds.

A change holds at once in the process that made it, and in every other within `REREAD_SECONDS`.
Acts that a setting controls do not wait for that: they look with `fresh`, in their transaction.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any, cast
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import aliased

from isotrain import config
from isotrain.db import db, is_writing
from isotrain.settings.definitions import DEFINITIONS, Definition
from isotrain.settings.models import Setting
from isotrain.settings.rules import Value

if TYPE_CHECKING:
    from collections.abc import Mapping

REREAD_SECONDS = 5.0


@dataclass(frozen=True)
class _Kept:
    """The values as they were read."""

    values: Mapping[str, Any]
    read_at: float


# By database, since one process may serve two.
_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def value_of(setting: Definition[Value]) -> Value:
    """Return what holds now; this process may be some seconds behind another."""
    kept = _kept.get(db.engine)
    if kept is None or monotonic() - kept.read_at > REREAD_SECONDS:
        kept = _kept[db.engine] = _Kept(_reread(kept), monotonic())
    return cast("Value", kept.values[setting.name])


def fresh(setting: Definition[Value]) -> Value:
    """Return what holds in this transaction, for an act that the setting controls."""
    query = (sa.select(Setting.after).where(Setting.name == setting.name)
             .order_by(Setting.number.desc()).limit(1))
    return setting.value(db.session.scalar(query), config.current().seeds)


def forget() -> None:
    """Let the next who asks read the settings again."""
    _kept.pop(db.engine, None)


def newest() -> dict[str, Setting]:
    """Return the row that holds of every setting that has one, by name."""
    later = aliased(Setting)
    query = sa.select(Setting).where(~sa.exists().where(
        later.name == Setting.name, later.number > Setting.number))
    return {row.name: row for row in db.session.scalars(query)}


def _reread(kept: _Kept | None) -> Mapping[str, Any]:
    """Read every value; while the database does not answer, the values of before go on.

    An error page shows the name of the organization and must not fail for it.
    """
    try:
        texts = {name: row.after for name, row in newest().items()}
    except SQLAlchemyError:
        if not is_writing():
            db.session.rollback()
        if kept is not None:
            return kept.values
        texts = {}
    seeds = config.current().seeds
    return {each.name: each.value(texts.get(each.name), seeds) for each in DEFINITIONS}
