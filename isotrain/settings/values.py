"""What holds now, kept for some seconds.

Acts that a setting controls do not wait for that: they look with `fresh`, in their transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain import config
from isotrain.db import db
from isotrain.kept import Kept
from isotrain.settings.definitions import DEFINITIONS, Definition
from isotrain.settings.models import Setting
from isotrain.settings.rules import Value

if TYPE_CHECKING:
    from collections.abc import Mapping


def value_of(setting: Definition[Value]) -> Value:
    """Return what holds now; this process may be some seconds behind another."""
    return cast("Value", KEPT.get()[setting.name])


def fresh(setting: Definition[Value]) -> Value:
    """Return what holds in this transaction, for an act that the setting controls."""
    query = (sa.select(Setting.after).where(Setting.name == setting.name)
             .order_by(Setting.number.desc()).limit(1))
    return setting.value(db.session.scalar(query), config.current().seeds)


def newest() -> dict[str, Setting]:
    """Return the row that holds of every setting that has one, by name."""
    later = aliased(Setting)
    query = sa.select(Setting).where(~sa.exists().where(
        later.name == Setting.name, later.number > Setting.number))
    return {row.name: row for row in db.session.scalars(query)}


def _read() -> Mapping[str, Any]:
    return _valued({name: row.after for name, row in newest().items()})


def _valued(texts: Mapping[str, str]) -> Mapping[str, Any]:
    seeds = config.current().seeds
    return {each.name: each.value(texts.get(each.name), seeds) for each in DEFINITIONS}


KEPT = Kept(_read, without=lambda: _valued({}))
