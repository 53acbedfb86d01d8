"""Asking for long work, following it, taking it back; each sees only what they asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.db import db, now
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.jobs.models import Work
from isotrain.jobs.work import CANCELLED, DONE, WAITING, Kinds, result_of
from isotrain.wired import wired

if TYPE_CHECKING:
    from pathlib import Path

    from isotrain.ledger.canonical import JsonObject

AT_ONCE = 5
SHOWN = 50


def ask(kind: str, params: JsonObject, *, user_id: int) -> Work:
    """Ask for work of a kind to be done as soon as a worker comes by."""
    if _count_unended(user_id) >= AT_ONCE:
        raise Refusal(_("Five pieces of your work are not done yet. Wait for one, or cancel it."))
    work = Work(kind=wired(Kinds).get(kind).name, params=params, asked_by=user_id, asked_at=now(),
                state=WAITING, tries=0, done=0)
    db.session.add(work)
    db.session.flush()
    return work


def get_own(work_id: int, *, user_id: int) -> Work:
    """Return a piece of work that this person asked for or raise NotFound."""
    work = db.session.get(Work, work_id, populate_existing=True)
    if work is None or work.asked_by != user_id:
        raise NotFound(_("There is no such work of yours."))
    return work


def list_own(*, user_id: int) -> list[Work]:
    """List what a person asked for, newest first."""
    query = sa.select(Work).where(Work.asked_by == user_id).order_by(Work.id.desc())
    return list(db.session.scalars(query.limit(SHOWN)))


def cancel(work_id: int, *, user_id: int) -> bool:
    """Take back what is not over yet; False when it was over.

    Whoever does it notices when it next says how far it is.
    """
    work = get_own(work_id, user_id=user_id)
    changed = db.session.execute(
        sa.update(Work).where(Work.id == work.id, Work.ended_at.is_(None))
        .values(state=CANCELLED, ended_at=now(), held_by=None, held_until=None))
    return bool(changed.rowcount)  # type: ignore[attr-defined]


def forget_all() -> None:
    """End what is not over and let go of every file: this place was restored without them."""
    at = now()
    db.session.execute(sa.update(Work).where(Work.ended_at.is_(None)).values(
        state=CANCELLED, ended_at=at, held_by=None, held_until=None))
    db.session.execute(sa.update(Work).where(Work.purged_at.is_(None)).values(purged_at=at))


def get_result(work_id: int, *, user_id: int) -> tuple[Work, Path]:
    """Return a piece of work that is done, and its file, or raise NotFound."""
    work = get_own(work_id, user_id=user_id)
    path = result_of(work)
    if work.state != DONE or work.purged_at is not None or not path.is_file():
        raise NotFound(_("There is no file. It may have been deleted: files are kept for a day."))
    return work, path


def _count_unended(user_id: int) -> int:
    return db.session.scalar(sa.select(sa.func.count()).where(
        Work.asked_by == user_id, Work.ended_at.is_(None))) or 0
