"""Slowing down guessing: counted per account and per address, known or not."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Throttle
from isotrain.db import db, upsert

if TYPE_CHECKING:
    from collections.abc import Iterable

WINDOW = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
PER_ACCOUNT = 10
PER_ADDRESS = 100


def take(key: str, limit: int, *, window: timedelta = WINDOW) -> bool:
    """Count one try under a key and say whether it is still within the limit.

    One statement counts, so that tries in parallel cannot share a number; the window starts
    anew when it has passed.
    """
    now = clock.now()
    table = Throttle.__table__
    fresh = table.c.window_started_at > now - window
    insert = upsert(table).values(key=key, window_started_at=now, count=1)
    statement = insert.on_conflict_do_update(
        index_elements=[table.c.key],
        set_={
            "count": sa.case((fresh, table.c.count + 1), else_=1),
            "window_started_at": sa.case((fresh, table.c.window_started_at), else_=now),
        },
    ).returning(table.c.count)
    count: int = db.session.execute(statement).scalar_one()
    return count <= limit


def forget(keys: Iterable[str]) -> None:
    """Forget the tries under some keys, after a success."""
    db.session.execute(sa.delete(Throttle).where(Throttle.key.in_(list(keys))))


def give_back(key: str) -> None:
    """Take back one try under a key that others share: it was a success."""
    db.session.execute(
        sa.update(Throttle)
        .where(Throttle.key == key, Throttle.count > 0)
        .values(count=Throttle.count - 1)
    )
