"""Arriving: from a password that was right, over the second step, to a session.

Between the two nobody is signed in. What stands half way is a row that lives ten minutes, is known
to one browser only, and falls with the password that it began with.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import signing_in, throttling
from isotrain.accounts.models import Identity, Password, User
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some
from isotrain.ledger.hashing import sha256_hex
from isotrain.second_factor import ceremony, proving
from isotrain.second_factor.models import HalfWay, PasskeyChallenge

if TYPE_CHECKING:
    from isotrain.accounts.signing_in import Started
    from isotrain.accounts.throttling import Tries

LIFETIME = timedelta(minutes=10)


@dataclass(frozen=True)
class Waiting:
    """A sign-in half way; `browser` and `request_id` are of who goes on with it."""

    id: int
    user_id: int
    name: str

    @property
    def place(self) -> str:
        """Where a passkey is asked for it."""
        return f"half-way:{self.id}"


def wait(user_id: int) -> str:
    """Leave a sign-in half way; return the token by which its browser goes on."""
    token = secrets.token_urlsafe(32)
    db.session.add(HalfWay(token_hash=sha256_hex(token.encode()), user_id=user_id,
                           begun_at=clock.now()))
    db.session.flush()
    return token


def find(token: str) -> Waiting | None:
    """Return what waits under a token; None once it is over, or the password is another."""
    query = (
        sa.select(HalfWay.id, HalfWay.user_id, Identity.name)
        .join(User, User.id == HalfWay.user_id)
        .join(Identity, Identity.user_id == HalfWay.user_id)
        .join(Password, Password.user_id == HalfWay.user_id)
        .where(HalfWay.token_hash == sha256_hex(token.encode()),
               HalfWay.begun_at > clock.now() - LIFETIME,
               HalfWay.begun_at >= Password.changed_at, User.deactivated_at.is_(None))
    )
    row = db.session.execute(query).first()
    return Waiting(row.id, row.user_id, row.name) if row else None


def by_code(
    waiting: Waiting, text: str, *, tries: Tries, browser: str, address: str | None,
    request_id: str | None,
) -> Started | None:
    """Go on with a code; None where it is not right, which is to be committed, too."""
    by = Actor("user", waiting.user_id, request_id)
    how = proving.prove_code(waiting.user_id, text, tries=tries, by=by)
    return _arrived(waiting, how, browser=browser, address=address, request_id=request_id)


def by_passkey(
    waiting: Waiting, answer: str, *, tries: Tries, browser: str, address: str | None,
    request_id: str | None,
) -> Started | None:
    """Go on with what a passkey signed; None where it is not right, to be committed, too."""
    how = proving.prove_passkey(waiting.user_id, answer, tries=tries, place=waiting.place)
    return _arrived(waiting, how, browser=browser, address=address, request_id=request_id)


def _arrived(
    waiting: Waiting, how: str | None, *, browser: str, address: str | None,
    request_id: str | None,
) -> Started | None:
    if how is None:
        throttling.count_failed(waiting.user_id)
        return None
    gone = db.session.execute(sa.delete(HalfWay).where(HalfWay.id == waiting.id))
    if gone.rowcount != 1:  # type: ignore[attr-defined]
        raise Refusal(_("Sign in again from the beginning."))
    return signing_in.start(waiting.user_id, browser=browser, address=address,
                            by_request=request_id, proven=how)


def forget_all() -> None:
    """Let nobody go on who stood half way before a restore."""
    db.session.execute(sa.delete(HalfWay))
    db.session.execute(sa.delete(PasskeyChallenge))


def purge_some() -> int:
    """Delete some sign-ins and questions to passkeys that are over; return how many."""
    before = clock.now() - LIFETIME
    return delete_some(HalfWay.id, HalfWay.begun_at < before) + ceremony.purge_some(before)
