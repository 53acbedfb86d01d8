"""Signing in and out: sessions are rows, and a row that ended ends its browser at once.

A session that was left too long, or began too long ago, is ended when it is next seen. Only the
one in which an exam is being sat is spared: `sitting` says which, as the feature above numbers it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts import directory, passwords, throttling
from isotrain.accounts.devices import Device
from isotrain.accounts.models import Identity, Password, Session, SignInName, User, UserRole
from isotrain.accounts.notices import telling
from isotrain.accounts.permissions import Permission, Role, permissions_of
from isotrain.accounts.throttling import Failed, Tries
from isotrain.audit.noting import Actor, note
from isotrain.db import db, end_reading
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some
from isotrain.ledger.hashing import sha256_hex
from isotrain.lists import chunks
from isotrain.settings import values
from isotrain.settings.definitions import (
    KEEP_ADDRESSES,
    KEEP_SIGN_INS,
    PROVE_AGAIN,
    SESSION_ABSOLUTE,
    SESSION_IDLE,
)
from isotrain.text import fold
from isotrain.wired import wired

TOUCH_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class Presence:
    """What features above this one say of an exam: whether it keeps the session it is sat in.

    `stays(user_id, sitting, limited=...)`; limited is whether it must have an end of its own.
    """

    stays: Callable[..., bool]


@dataclass(frozen=True)
class SecondStep:
    """What the room of second factors says: who has one, whose roles need one.

    `wait(user_id)` leaves a sign-in half way and returns the token by which it goes on.
    """

    has: Callable[[int], bool]
    is_due: Callable[[int], bool]
    wait: Callable[[int], str]


@dataclass(frozen=True)
class HalfWay:
    """A sign-in whose password was right; nobody is signed in before the second step."""

    token: str


@dataclass(frozen=True)
class Old:
    """A session that has had its time, and is to be ended."""

    id: int
    user_id: int


@dataclass(frozen=True)
class SignedIn:
    """Who is signed in, as a plain value for the length of one request."""

    id: int
    name: str
    roles: frozenset[Role]
    session_id: int
    token: str
    last_seen_at: datetime
    sitting: int | None
    enrolling: bool
    proved_at: datetime | None
    language: str | None
    time_zone: str | None

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        return self.token

    @cached_property
    def permissions(self) -> frozenset[Permission]:
        """What may be done in this session; where a second factor is due, only setting it up."""
        held = permissions_of(self.roles)
        return held & {Permission.ENROL} if self.enrolling else held

    @property
    def stale(self) -> bool:
        """Whether the time of the last request is worth writing down again."""
        return clock.now() - self.last_seen_at > TOUCH_EVERY

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions


@dataclass(frozen=True)
class Candidate:
    """Who might be signing in; all None for an unknown name, and treated alike.

    `tried_id` is whose password it was not.
    """

    user_id: int | None
    stored: str | None
    tried_id: int | None = None


@dataclass(frozen=True)
class Started:
    """A session that began just now, how often somebody had tried in vain, what others did."""

    signed_in: SignedIn
    failed: Failed
    told: list[str]


# Built once: building a statement costs more than sending it.
_BY_TOKEN = (
    sa.select(Session.id, Session.user_id, Session.created_at, Session.last_seen_at,
              Session.sitting, Session.enrolling, Session.proved_at, Identity.name, User.is_demo,
              User.language, User.time_zone, UserRole.role)
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


def find_session(token: str) -> SignedIn | Old | None:
    """Return who a session token belongs to, None when it ended, Old when it is to be ended."""
    hashed = sha256_hex(token.encode())
    rows = db.session.connection().execute(_BY_TOKEN, {"token_hash": hashed}).all()
    if not rows:
        return None
    first = rows[0]
    if first.is_demo and config.current().production:
        return None  # a demo database that was put to earnest use lets nobody in by its password
    if _has_had_its_time(first):
        return Old(first.id, first.user_id)
    return SignedIn(
        id=first.user_id, name=first.name,
        roles=frozenset(Role(row.role) for row in rows if row.role),
        session_id=first.id, token=token, last_seen_at=first.last_seen_at, sitting=first.sitting,
        enrolling=first.enrolling, proved_at=first.proved_at, language=first.language,
        time_zone=first.time_zone,
    )


def _has_had_its_time(session: Any) -> bool:
    now = clock.now()
    idle = now - session.last_seen_at > values.value_of(SESSION_IDLE)
    old = now - session.created_at > values.value_of(SESSION_ABSOLUTE)
    if not idle and not old:
        return False
    return session.sitting is None or not wired(Presence).stays(
        session.user_id, session.sitting, limited=old)


def source_of(address: str | None) -> str | None:
    """Return the address something came from where such are kept in events and logs."""
    return address if values.value_of(KEEP_ADDRESSES) else None


def is_proved(signed_in: SignedIn) -> bool:
    """Say whether it was shown of late that a session is still its owner's."""
    at = signed_in.proved_at
    return at is not None and clock.now() - at <= values.value_of(PROVE_AGAIN)


def prove(signed_in: SignedIn, *, by: Actor) -> None:
    """Note that whoever uses a session has just shown that it is theirs."""
    db.session.execute(sa.update(Session).where(Session.id == signed_in.session_id)
                       .values(proved_at=clock.now()))
    note("session.proved", by, scope="technical", on=("user", signed_in.id))


def touch(session_id: int) -> None:
    """Note that a session is in use."""
    db.session.execute(
        sa.update(Session).where(Session.id == session_id).values(last_seen_at=clock.now())
    )


def tries_at(name: str, address: str, device: Device) -> Tries:
    """Return what a try to sign in counts as; a device that knows the person has its own count."""
    user_id = find_candidate(name).user_id
    known = user_id is not None and device.knows(user_id)
    return Tries.of(throttling.person(name, user_id), address, device=device.id if known else None)


def admit(name: str, tries: Tries, request_id: str | None) -> None:
    """Count a try to sign in; raise Refusal when there were too many of late.

    The count must be committed even when it refuses: catch the refusal inside the transaction.
    It counts as failed, too, until `start` takes that back: nothing is written afterwards that
    would tell a name that exists from one that does not.
    """
    user_id = find_candidate(name).user_id
    try:
        throttling.refuse_beyond(tries.limits)
    except throttling.TooMany as refused:
        if user_id is not None and refused.first and not refused.key.startswith("address:"):
            note("sign_in.refused", Actor.system(request_id), scope="technical",
                 on=("user", user_id))
        raise
    if user_id is not None:
        throttling.count_failed(user_id)


def let_try_again(user_id: int, *, by: Actor) -> bool:
    """Forget how often somebody tried to get in as a person; say whether nobody need wait now.

    Wrong codes of a whole day forgets only who may reset the factor: whoever forgave them again
    and again could have it guessed.
    """
    whom = throttling.person("", user_id)
    daily = by.kind != "user" or by.user_id is None or (
        Permission.FACTOR_RESET in permissions_of(directory.roles_of(by.user_id)))
    throttling.forgive(whom, daily=daily)
    note("sign_in.forgiven", by, scope="technical", on=("user", user_id))
    return not throttling.count_refused(whom)


def admit_confirming(user_id: int) -> None:
    """Count a try to confirm the present password; refuses and commits as `admit` does."""
    key = f"{throttling.CONFIRM}:{throttling.person('', user_id)}"
    throttling.refuse_beyond({key: throttling.PER_ACCOUNT})


def find_candidate(name: str) -> Candidate:
    """Look up an active account by personnel number or e-mail address."""
    row = db.session.connection().execute(_BY_NAME, {"folded": fold(name)}).first()
    if row is None or (row.is_demo and config.current().production):
        return Candidate(None, None)
    return Candidate(row.id, row.hash)


def begin(
    user_id: int, *, browser: str, address: str | None, by_request: str | None,
    tries: Tries | None, short: bool,
) -> Started | HalfWay:
    """Let in who came by password or link; who has a second factor comes half way.

    `short` is whether the password is too short to stand alone. The try counts as failed until
    the second step is done, so that its owner is told of who knew the password.
    """
    step = wired(SecondStep)
    if not step.has(user_id):
        return start(user_id, browser=browser, address=address, by_request=by_request,
                     tries=tries, short=short)
    if tries is None:
        throttling.count_failed(user_id)
    else:
        throttling.succeeded(tries)
    return HalfWay(step.wait(user_id))


def start(
    user_id: int, *, browser: str, by_request: str | None, tries: Tries | None = None,
    address: str | None = None, short: bool = False, proven: str = "",
) -> Started:
    """Begin a session for a user whose password was right; only failed tries stay counted.

    `proven` is by what a second factor was; without one, who has a factor is refused, and who
    must have one can only set it up.
    """
    step = wired(SecondStep)
    has = step.has(user_id)
    if has and not proven:
        raise Refusal(_("Sign in with your second factor."))
    token = secrets.token_urlsafe(32)
    now = clock.now()
    failed = throttling.take_failed(user_id, but_last=tries is not None or bool(proven))
    session = Session(
        token_hash=sha256_hex(token.encode()), user_id=user_id, created_at=now, last_seen_at=now,
        browser=browser[:200], address=address, proved_at=now, failed_before=failed.count,
        failed_at=failed.at, enrolling=not has and (short or step.is_due(user_id)),
    )
    db.session.add(session)
    if tries is not None:
        throttling.succeeded(tries)
    note("session.started", Actor("user", user_id, by_request), scope="technical",
         on=("user", user_id), details={
             **({"failed_before": failed.count} if failed.count else {}),
             **({"second_factor": proven} if proven else {})})
    db.session.flush()
    signed_in = find_session(token)
    if not isinstance(signed_in, SignedIn):
        raise Refusal(_("This account is not active. Ask HR."))
    return Started(signed_in, failed, telling.take_untold(user_id))


def let_go_on(session_id: int) -> None:
    """Let somebody do everything in a session who has set up what was due."""
    db.session.execute(sa.update(Session).where(Session.id == session_id).values(enrolling=False))


def end(session_id: int, user_id: int, *, by: Actor) -> None:
    """End one session; its cookie is dead from now on."""
    ended = db.session.execute(
        sa.update(Session)
        .where(Session.id == session_id, Session.user_id == user_id, Session.ended_at.is_(None))
        .values(ended_at=clock.now())
    )
    if ended.rowcount:  # type: ignore[attr-defined]
        note("session.ended", by, scope="technical", on=("user", user_id))


def end_all(user_ids: Collection[int], *, but: int | None = None) -> None:
    """End all sessions of these people, except perhaps the one that asks."""
    for some in chunks(user_ids):
        query = sa.update(Session).where(Session.user_id.in_(some), Session.ended_at.is_(None))
        if but is not None:
            query = query.where(Session.id != but)
        db.session.execute(query.values(ended_at=clock.now()))


def end_others(signed_in: SignedIn, *, by: Actor) -> None:
    """End all of one's own sessions but the one that asks."""
    end_all([signed_in.id], but=signed_in.session_id)
    note("sessions.ended", by, scope="technical", on=("user", signed_in.id))


def purge_some() -> int:
    """Delete some sessions that ended, or could be used last, long enough ago; return how many."""
    before = clock.now() - values.value_of(KEEP_SIGN_INS)
    unused = before - values.value_of(SESSION_ABSOLUTE)
    return delete_some(Session.id, sa.or_(
        Session.ended_at < before,
        sa.and_(Session.ended_at.is_(None), Session.last_seen_at < unused)))


def list_sessions(user_id: int) -> list[Session]:
    """List the live sessions of a user, newest first."""
    query = (
        sa.select(Session).where(Session.user_id == user_id, Session.ended_at.is_(None))
        .order_by(Session.last_seen_at.desc())
    )
    return [each for each in db.session.scalars(query) if not _has_had_its_time(each)]


def check(name: str, password: str) -> Candidate:
    """Check a password; the work is the same for a name that does not exist.

    Holds no transaction: the look-up ends before the slow hashing begins.
    """
    candidate = find_candidate(name)
    end_reading()
    if passwords.matches(password, candidate.stored):
        return candidate
    return Candidate(None, None, candidate.user_id)


def confirm(user_id: int, password: str) -> None:
    """Refuse unless this is the user's present password; holds no transaction either."""
    stored = passwords.find_hash(user_id)
    end_reading()
    if not passwords.matches(password, stored):
        raise Refusal(_("This is not your present password"), "current")
