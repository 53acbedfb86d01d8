"""Doing long work: a worker takes a piece, says how far it is, and leaves the file that came of it.

As with jobs, a lease says who has it, on a connection of its own. Who died is followed by another,
who begins at the beginning; a piece that outlived three workers is given up.
"""

from __future__ import annotations

import logging
import secrets
import shutil
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock, scratch
from isotrain.db import db, now, writing
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.jobs.models import Work
from isotrain.jobs.rules import LEASE
from isotrain.jobs.work import DONE, FAILED, KEPT, RUNNING, WAITING, Kinds, folder, result_of
from isotrain.ledger.canonical import JsonObject
from isotrain.wired import wired

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from isotrain.jobs.job import Transaction
    from isotrain.jobs.running import Stopping
    from isotrain.ledger.canonical import JsonObject

TRIES = 3
TELL_EVERY = 0.5  # seconds
_WORK: Any = Work.__table__
_log = logging.getLogger("isotrain")


class Unwanted(Exception):
    """Nobody waits for this any more: it was cancelled, or another worker has it."""


class Interrupted(Exception):
    """The worker was told to stop."""


@dataclass
class Held:
    """A piece of work that this worker has (a `work.Task`)."""

    id: int
    token: str
    kind: str
    params: JsonObject
    asked_by: int
    tries: int
    transaction: Transaction
    stopping: Stopping
    folder: Path = field(init=False)
    told_at: float = 0.0

    def progress(self, done: int, total: int | None) -> None:
        """Write down how far it is, twice a second at most, and renew the lease."""
        if self.stopping():
            raise Interrupted
        if time.monotonic() - self.told_at < TELL_EVERY and done != total:
            return
        if not _change(self, done=done, total=total, held_until=_later()):
            raise Unwanted
        self.told_at = time.monotonic()

    def finish(self, sentence: str) -> None:
        """Note in the caller's transaction that it is done."""
        if not _changed(db.session.connection(), self, state=DONE, ended_at=now(), held_until=None,
                        sentence=sentence):
            raise Unwanted


def run_waiting(*, transaction: Transaction, stopping: Stopping) -> int:
    """Do all the work that waits, oldest first; return how many pieces."""
    done = 0
    while not stopping() and (held := _take(transaction, stopping)) is not None:
        _carry_out(held)
        done += 1
    return done


def purge_some(limit: int = 20) -> int:
    """Delete the files of work that was over a day ago, in the caller's transaction."""
    old = db.session.scalars(sa.select(Work).where(
        Work.ended_at < clock.now() - KEPT, Work.purged_at.is_(None)).limit(limit)).all()
    for work in old:
        shutil.rmtree(result_of(work).parent, ignore_errors=True)
        work.purged_at = clock.now()
    return len(old)


def sweep() -> int:
    """Remove what was left behind in the folder of results, and return how many pieces."""
    if not folder().is_dir():
        return 0
    removed, lying = scratch.sweep(folder()), [
        path for path in folder().iterdir() if not path.name.startswith(scratch.PREFIX)]
    known = set(db.session.scalars(sa.select(Work.held_by).where(Work.purged_at.is_(None))))
    for path in lying:
        if path.name not in known:
            shutil.rmtree(path, ignore_errors=True)
            removed += 1
    return removed


def _take(transaction: Transaction, stopping: Stopping) -> Held | None:
    """Take the oldest piece that waits, or whose worker has died."""
    with db.engine.connect() as connection:
        at = now(connection)
        free = sa.or_(_WORK.c.state == WAITING,
                      sa.and_(_WORK.c.state == RUNNING, _WORK.c.held_until <= at))
        query = sa.select(_WORK).where(_WORK.c.ended_at.is_(None), free).order_by(_WORK.c.id)
        rows = connection.execute(query.limit(10)).all()
    for row in rows:
        token = secrets.token_hex(16)
        with writing(), db.engine.begin() as connection:
            taken = connection.execute(
                sa.update(_WORK).where(_WORK.c.id == row.id, free, _WORK.c.tries == row.tries)
                .values(state=RUNNING, held_by=token, held_until=at + LEASE, began_at=at,
                        tries=row.tries + 1, done=0)).rowcount
        if taken:
            return Held(row.id, token, row.kind, row.params, row.asked_by, row.tries + 1,
                        transaction, stopping)
    return None


def _carry_out(held: Held) -> None:
    """Do one piece and write down how that ended; nothing is left of one that did not."""
    failure = None
    try:
        folder().mkdir(exist_ok=True, mode=0o700)
        with scratch.scratch(folder()) as held.folder:
            made = _made(held)
            if made is not None:
                size, name = made.stat().st_size, made.name
                _place(held, made)
        if made is not None and not _end(held, DONE, file_name=name, size=size):
            raise Unwanted
    except Unwanted:
        shutil.rmtree(folder() / held.token, ignore_errors=True)
    except Interrupted:
        _change(held, state=WAITING, held_by=None, held_until=None,
                tries=held.tries - 1)
    except (Refusal, NotFound) as refusal:
        failure = refusal.sentence
    except Exception as error:
        _log.exception("work %s failed", held.id)
        failure = _("It broke off: %(error)s. Ask your administrator.",
                    error=type(error).__name__)
    db.session.rollback()
    if failure is not None:
        _end(held, FAILED, sentence=failure)


def _made(held: Held) -> Path | None:
    kinds = wired(Kinds)
    kind = kinds.get(held.kind)
    if not kinds.may(held.asked_by, kind.permission):
        raise Refusal(_("You may no longer do this."))
    db.session.rollback()
    if held.tries > TRIES:
        raise Refusal(_("It broke off three times. Ask your administrator."))
    return kind.run(held)


def _place(held: Held, made: Path) -> None:
    """Put a file where it is looked for; it counts only once the row says so."""
    target = folder() / held.token
    target.mkdir(exist_ok=True, mode=0o700)
    made.replace(target / "result")


def _end(held: Held, state: str, **values: Any) -> bool:
    with writing(), db.engine.begin() as connection:
        return _changed(connection, held, state=state, ended_at=now(connection),
                        held_until=None, **values)


def _change(held: Held, **values: Any) -> bool:
    with writing(), db.engine.begin() as connection:
        return _changed(connection, held, **values)


def _changed(connection: sa.Connection, held: Held, **values: Any) -> bool:
    """Change the row of work that is still this worker's; say whether it was."""
    statement = sa.update(_WORK).where(
        _WORK.c.id == held.id, _WORK.c.held_by == held.token).values(**values)
    return connection.execute(statement).rowcount == 1


def _later() -> datetime:
    with db.engine.connect() as connection:
        return now(connection) + LEASE
