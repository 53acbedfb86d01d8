"""Timing: the database's clock inside a statement, so that what it guards is judged at once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import Instant, db

if TYPE_CHECKING:
    from datetime import datetime


def database_now(ahead: timedelta = timedelta(0)) -> sa.ColumnElement[datetime]:
    """Return the expression for now, or some time from now, by the clock that `db.now()` asks."""
    if db.engine.dialect.name == "sqlite":
        return sa.literal(clock.now() + ahead, Instant())
    shifted: Any = sa.func.clock_timestamp() + sa.literal(clock.shift() + ahead, sa.Interval())
    return sa.type_coerce(shifted, Instant())
