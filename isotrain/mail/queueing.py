"""Putting a letter into the outbox, in the transaction that gives reason to write it."""

from __future__ import annotations

from isotrain import clock
from isotrain.db import db, upsert
from isotrain.ledger.canonical import JsonObject
from isotrain.mail.models import Outgoing
from isotrain.settings import values
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST


def is_set_up() -> bool:
    """Say whether this installation can send mail at all."""
    return bool(values.value_of(MAIL_HOST) and values.value_of(MAIL_FROM))


def enqueue(kind: str, user_id: int, *, key: str, params: JsonObject | None = None) -> bool:
    """Put a letter to a person into the outbox; False when this key was there before.

    `params` holds identifiers only, never secrets: what a letter says is made when it is sent.
    """
    now = clock.now()
    statement = (
        upsert(Outgoing.__table__)
        .values(key=key, kind=kind, user_id=user_id, params=params or {}, state="waiting",
                tries=0, created_at=now, next_try_at=now)
        .on_conflict_do_nothing(index_elements=["key"])
        .returning(Outgoing.id)  # of an INSERT no row count can be relied on
    )
    return db.session.execute(statement).first() is not None
