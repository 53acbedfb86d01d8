"""Emptying the outbox: claim a letter, write it, hand it over, note how that went.

Claiming and noting are transactions of the caller; handing over holds none. A crash in between
leaves the letter waiting, so that it is not lost. It comes twice only when the mail server had
taken it and the crash came before that was noted; both copies then have one Message-ID, and the
links in both work.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import speaking, timed_in
from isotrain.ledger.canonical import JsonObject
from isotrain.mail.models import Outgoing
from isotrain.mail.rules import CLAIM, PAUSES, TRIES, Letter, Recipient, message, one_line
from isotrain.settings import values
from isotrain.settings.definitions import KEEP_LETTERS, MAIL_FROM
from isotrain.wired import wired


@dataclass(frozen=True)
class Post:
    """How features above this one tell whom to write to, and what by kind of letter.

    Somebody who is not found, because deactivated or without an address, gets no letter, whatever
    its kind. A writer is told whether a copy may be on its way already, which then must stay good.
    """

    find_recipient: Callable[[int, JsonObject], Recipient | None]
    zone_of: Callable[[int], ZoneInfo]
    writers: Mapping[str, Callable[[int, JsonObject, bool], Letter]]


@dataclass(frozen=True)
class Claimed:
    """A letter that is ours to hand over until its next try."""

    id: int
    message: EmailMessage


def claim() -> Claimed | None:
    """Claim and write the next letter that is due; None when there is none."""
    while (row := _next_due()) is not None:
        tried = row.tries
        if tried >= TRIES:  # the last sender died while it handed over
            _note(row.id, state="failed")
        elif _claim_row(row):
            written = _written(row, again=tried > 0)
            if written is not None:
                return Claimed(row.id, written)
    return None


def note_sent(letter_id: int) -> None:
    """Note that a letter was handed over."""
    _note(letter_id, state="sent", sent_at=clock.now(), last_error=None)


def note_failed(letter_id: int, error: str) -> None:
    """Note why a letter could not be handed over; after the last try it stays undone."""
    row = db.session.get(Outgoing, letter_id, populate_existing=True)
    if row is not None:
        state = "failed" if row.tries >= TRIES else "waiting"
        _note(letter_id, state=state, last_error=one_line(error)[:500],
              next_try_at=clock.now() + PAUSES[row.tries - 1])


def erase_some(limit: int = 500) -> int:
    """Erase what some letters said that are done with for long enough; return how many."""
    now = clock.now()
    old = sa.select(Outgoing.id).where(
        Outgoing.erased_at.is_(None), Outgoing.state != "waiting",
        Outgoing.created_at < now - values.value_of(KEEP_LETTERS),
    ).order_by(Outgoing.created_at).limit(limit)
    erased = db.session.execute(
        sa.update(Outgoing).where(Outgoing.id.in_(old.scalar_subquery()))
        .values(params={}, last_error=None, erased_at=now)
        .execution_options(synchronize_session=False))
    return int(erased.rowcount)  # type: ignore[attr-defined]


def count_by_state() -> dict[str, int]:
    """Count the letters in each state."""
    query = sa.select(Outgoing.state, sa.func.count()).group_by(Outgoing.state)
    return {row[0]: row[1] for row in db.session.execute(query)}


def _next_due() -> Outgoing | None:
    query = (
        sa.select(Outgoing)
        .where(Outgoing.state == "waiting", Outgoing.next_try_at <= clock.now())
        .order_by(Outgoing.next_try_at, Outgoing.id)
        .limit(1)
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(query).first()


def _claim_row(row: Outgoing) -> bool:
    """Push the next try away in one guarded statement, so that two senders cannot both win."""
    claimed = db.session.execute(
        sa.update(Outgoing)
        .where(Outgoing.id == row.id, Outgoing.state == "waiting", Outgoing.tries == row.tries)
        .values(tries=row.tries + 1, next_try_at=clock.now() + CLAIM)
    )
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _written(row: Outgoing, *, again: bool) -> EmailMessage | None:
    """Write a claimed letter; drop or fail it where there is nobody or nothing to write."""
    post = wired(Post)
    recipient = post.find_recipient(row.user_id, row.params)
    if recipient is None:
        _note(row.id, state="dropped", last_error="not active, or no address")
        return None
    writer = post.writers.get(row.kind)
    if writer is None:
        _note(row.id, state="failed", last_error=f"unknown kind {row.kind}")
        return None
    key = hashlib.sha256(row.key.encode()).hexdigest()[:32]
    try:
        with speaking(recipient.language), timed_in(post.zone_of(row.user_id)):
            letter = writer(row.user_id, row.params, again)
        return message(letter, recipient, sender=values.value_of(MAIL_FROM), key=key)
    except (ValueError, Refusal, NotFound) as error:
        _note(row.id, state="failed", last_error=one_line(str(error))[:500])
        return None


def _note(letter_id: int, **values: Any) -> None:
    db.session.execute(
        sa.update(Outgoing)
        .where(Outgoing.id == letter_id, Outgoing.state == "waiting")
        .values(**values)
    )
