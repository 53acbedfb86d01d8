"""Timing: the database's clock inside a statement, so that what it guards is judged at once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import Instant, db


def database_now(ahead: timedelta = timedelta(0)) -> sa.ColumnElement[datetime]:
    """Return the expression for now, or some time from now, by the clock that `db.now()` asks."""
    if db.engine.dialect.name == "sqlite":
        return sa.literal(moment_value(ahead), Instant())
    moved: Any = sa.func.clock_timestamp() + sa.literal(moment_value(ahead), sa.Interval())
    return sa.type_coerce(moved, Instant())


def moment(name: str) -> sa.ColumnElement[datetime]:
    """Return the same with a parameter of this name, for statements that are built only once."""
    if db.engine.dialect.name == "sqlite":
        return sa.bindparam(name, type_=Instant())
    moved: Any = sa.func.clock_timestamp() + sa.bindparam(name, type_=sa.Interval())
    return sa.type_coerce(moved, Instant())


def moment_value(ahead: timedelta = timedelta(0)) -> datetime | timedelta:
    """Return the value of such a parameter; SQLite has no clock of its own worth asking."""
    if db.engine.dialect.name == "sqlite":
        return clock.now() + ahead
    return clock.shift() + ahead
