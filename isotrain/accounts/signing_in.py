"""Signing in and out: sessions are rows, and a row that ended ends its browser at once."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts import passwords, throttling
from isotrain.accounts.models import Identity, Password, Session, SignInName, User, UserRole
from isotrain.accounts.permissions import Permission, Role, permissions_of
from isotrain.audit.noting import Actor, note
from isotrain.db import db, end_reading
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some
from isotrain.ledger.hashing import sha256_hex
from isotrain.lists import chunks
from isotrain.settings import values
from isotrain.settings.definitions import KEEP_SIGN_INS, SESSION_ABSOLUTE, SESSION_IDLE
from isotrain.text import fold
from isotrain.wired import wired

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Presence:
    """How features above this one keep an idle or old session alive: an open exam does."""

    stays: Callable[[int], bool]


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, as a plain value for the length of one request."""

    id: int
    name: str
    roles: frozenset[Role]
    session_id: int
    token: str
    last_seen_at: datetime
    language: str | None
    time_zone: str | None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        return permissions_of(self.roles)

    @property
    def stale(self) -> bool:
        """Whether the time of the last request is worth writing down again."""
        return clock.now() - self.last_seen_at > TOUCH_EVERY

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True)
class Candidate:
    """Who might be signing in; all None for an unknown name, and treated alike."""

    user_id: int | None
    stored: str | None


# Built once: building a statement costs more than sending it.
_BY_TOKEN = (
    sa.select(Session.id, Session.user_id, Session.created_at, Session.last_seen_at,
              Identity.name, User.is_demo, User.language, User.time_zone,
              UserRole.role)
    .join(User, User.id == Session.user_id)
    .join(Identity, Identity.user_id == User.id)
    .outerjoin(UserRole, UserRole.user_id == User.id)
    .where(Session.token_hash == sa.bindparam("token_hash"), Session.ended_at.is_(None),
           User.deactivated_at.is_(None))
)
_BY_NAME = (
    sa.select(User.id, User.is_demo, Password.hash)
    .join(SignInName, SignInName.user_id == User.id)
    .outerjoin(Password, Password.user_id == User.id)
    .where(SignInName.folded == sa.bindparam("folded"), User.deactivated_at.is_(None))
)


def find_session(token: str) -> SignedIn | None:
    """Return who a session token belongs to, None when it ended or grew old."""
    hashed = sha256_hex(token.encode())
    rows = db.session.connection().execute(_BY_TOKEN, {"token_hash": hashed}).all()
    if not rows:
        return None
    first = rows[0]
    if first.is_demo and config.current().production:
        return None  # a demo database that was put to earnest use lets nobody in by its password
    now = clock.now()
    grown_old = (now - first.last_seen_at > values.value_of(SESSION_IDLE)
                 or now - first.created_at > values.value_of(SESSION_ABSOLUTE))
    if grown_old and not wired(Presence).stays(first.user_id):
        return None
    return SignedIn(
        id=first.user_id, name=first.name,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        session_id=first.id, token=token, last_seen_at=first.last_seen_at,
        language=first.language, time_zone=first.time_zone,
    )


def touch(session_id: int) -> None:
    """Note that a session is in use."""
    db.session.execute(
        sa.update(Session).where(Session.id == session_id).values(last_seen_at=clock.now())
    )


def admit(name: str, address: str) -> None:
    """Count a try to sign in; raise Refusal when there were too many of late.

    The count must be committed even when it refuses: catch the refusal inside the transaction.
    """
    throttling.refuse_beyond({f"account:{fold(name)}": throttling.PER_ACCOUNT,
                              f"address:{address}": throttling.PER_ADDRESS})


def admit_confirming(user_id: int) -> None:
    """Count a try to confirm the present password; refuses and commits as `admit` does."""
    throttling.refuse_beyond({f"confirm:{user_id}": throttling.PER_ACCOUNT})


def find_candidate(name: str) -> Candidate:
    """Look up an active account by personnel number or e-mail address."""
    row = db.session.connection().execute(_BY_NAME, {"folded": fold(name)}).first()
    if row is None or (row.is_demo and config.current().production):
        return Candidate(None, None)
    return Candidate(row.id, row.hash)


def start(
    user_id: int, *, name: str, browser: str, by_request: str | None, address: str = ""
) -> SignedIn:
    """Begin a session for a user whose password was right; only failed tries stay counted."""
    token = secrets.token_urlsafe(32)
    now = clock.now()
    session = Session(
        token_hash=sha256_hex(token.encode()), user_id=user_id, created_at=now, last_seen_at=now,
        browser=browser[:200],
    )
    db.session.add(session)
    throttling.forget([f"account:{fold(name)}"])
    throttling.give_back(f"address:{address}")
    note("session.started", Actor("user", user_id, by_request), scope="technical",
         on=("user", user_id))
    db.session.flush()
    signed_in = find_session(token)
    if signed_in is None:
        raise Refusal(_("This account is not active. Ask HR."))
    return signed_in


def end(session_id: int) -> None:
    """End one session; its cookie is dead from now on."""
    db.session.execute(
        sa.update(Session)
        .where(Session.id == session_id, Session.ended_at.is_(None))
        .values(ended_at=clock.now())
    )


def end_all(user_ids: Collection[int], *, but: int | None = None) -> None:
    """End all sessions of these people, except perhaps the one that asks."""
    for some in chunks(user_ids):
        query = sa.update(Session).where(Session.user_id.in_(some), Session.ended_at.is_(None))
        if but is not None:
            query = query.where(Session.id != but)
        db.session.execute(query.values(ended_at=clock.now()))


def purge_some() -> int:
    """Delete some sessions that ended, or could be used last, long enough ago; return how many."""
    before = clock.now() - values.value_of(KEEP_SIGN_INS)
    unused = before - values.value_of(SESSION_ABSOLUTE)
    return delete_some(Session.id, sa.or_(
        Session.ended_at < before,
        sa.and_(Session.ended_at.is_(None), Session.last_seen_at < unused)))


def list_sessions(user_id: int) -> list[Session]:
    """List the live sessions of a user, newest first."""
    now = clock.now()
    query = (
        sa.select(Session)
        .where(Session.user_id == user_id, Session.ended_at.is_(None),
               Session.last_seen_at >= now - values.value_of(SESSION_IDLE),
               Session.created_at >= now - values.value_of(SESSION_ABSOLUTE))
        .order_by(Session.last_seen_at.desc())
    )
    return list(db.session.scalars(query))


def check(name: str, password: str) -> Candidate:
    """Check a password; the work is the same for a name that does not exist.

    Holds no transaction: the look-up ends before the slow hashing begins.
    """
    candidate = find_candidate(name)
    end_reading()
    if passwords.matches(password, candidate.stored):
        return candidate
    return Candidate(None, None)


def confirm(user_id: int, password: str) -> None:
    """Refuse unless this is the user's present password; holds no transaction either."""
    stored = passwords.find_hash(user_id)
    end_reading()
    if not passwords.matches(password, stored):
        raise Refusal(_("This is not your present password"), "current")
