"""Slowing down guessing: counted per account and per address, known or not."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Throttle
from isotrain.db import db, upsert
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

WINDOW = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
PER_ACCOUNT = 10
PER_ADDRESS = 100


def refuse_beyond(limits: Mapping[str, int]) -> None:
    """Count one try under each key; raise Refusal where one is beyond its limit.

    The counts must be committed even then: catch the refusal inside the transaction.
    """
    within = [take(key, limit) for key, limit in limits.items()]
    if not all(within):
        raise Refusal(_("Too many tries. Wait 15 minutes, then try again."), status=429)


def take(key: str, limit: int, *, window: timedelta = WINDOW) -> bool:
    """Count one try under a key and say whether it is still within the limit.

    One statement counts, so that tries in parallel cannot share a number; the window starts
    anew when it has passed.
    """
    now = clock.now()
    asked = {"key": key, "now": now, "since": now - window}
    count: int = db.session.connection().execute(
        _counted(db.engine.dialect.name), asked).scalar_one()
    return count <= limit


def forget(keys: Iterable[str]) -> None:
    """Forget the tries under some keys, after a success."""
    db.session.connection().execute(_FORGET, {"keys": list(keys)})


def give_back(key: str) -> None:
    """Take back one try under a key that others share: it was a success."""
    db.session.connection().execute(_GIVE_BACK, {"tried": key})


def purge_some() -> int:
    """Delete some counts whose window is over, which count for nothing; return how many."""
    return delete_some(Throttle.key, Throttle.window_started_at < clock.now() - WINDOW)


# Built once: building a statement costs more than sending it.
@lru_cache
def _counted(_dialect: str) -> sa.Executable:
    now = sa.bindparam("now", type_=_OF.c.window_started_at.type)
    fresh = _OF.c.window_started_at > sa.bindparam("since")
    insert = upsert(_OF).values(key=sa.bindparam("key"), window_started_at=now, count=1)
    statement: sa.Executable = insert.on_conflict_do_update(
        index_elements=[_OF.c.key],
        set_={
            "count": sa.case((fresh, _OF.c.count + 1), else_=1),
            "window_started_at": sa.case((fresh, _OF.c.window_started_at), else_=now),
        },
    ).returning(_OF.c.count)
    return statement


_OF = Throttle.__table__
_FORGET = sa.delete(Throttle).where(_OF.c.key.in_(sa.bindparam("keys", expanding=True)))
_GIVE_BACK = (
    sa.update(Throttle).where(_OF.c.key == sa.bindparam("tried"), _OF.c.count > 0)
    .values(count=_OF.c.count - 1)
)
