"""Noting what somebody did, in the transaction that does it."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass

from isotrain import clock
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of

SHORTEST_REASON = 10


@dataclass(frozen=True)
class Actor:
    """Who acts: a signed-in user, an operator's command, or the application itself."""

    kind: str
    user_id: int | None = None
    request_id: str | None = None

    @classmethod
    def command(cls) -> Actor:
        return cls("command")

    @classmethod
    def system(cls, request_id: str | None = None) -> Actor:
        return cls("system", request_id=request_id)


# Where what is done now comes from, for the length of a request; says None where it is not kept.
source: ContextVar[Callable[[], str | None] | None] = ContextVar("isotrain_source", default=None)


def checked_reason(reason: str) -> str:
    """Return a reason without space around it; refuse one that says nothing."""
    reason = reason.strip()
    if len(reason) < SHORTEST_REASON:
        raise Refusal(_("Enter the reason in a sentence"), "reason")
    return reason


def note(
    action: str,
    by: Actor,
    *,
    scope: str,
    on: tuple[str, object],
    before: object = None,
    after: object = None,
    reason: str | None = None,
    details: JsonObject | None = None,
) -> None:
    """Append an event; `on` is (type, id), before/after are states that are only hashed.

    `details` holds numbers and identifiers that help a reader, never personal data, answers or
    secrets: events cannot be erased. Where addresses are kept, it says where this came from.
    """
    where = source.get()
    address = where() if where is not None else None
    event = Event(
        occurred_at=clock.now(),
        actor_kind=by.kind,
        actor_id=by.user_id,
        action=action,
        scope=scope,
        object_type=on[0],
        object_id=str(on[1]),
        before_hash=None if before is None else hash_of(before),
        after_hash=None if after is None else hash_of(after),
        request_id=by.request_id,
        reason=reason,
        details={**(details or {}), **({"address": address} if address else {})},
    )
    db.session.add(event)
