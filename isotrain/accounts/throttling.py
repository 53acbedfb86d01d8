"""Slowing down guessing: counted by where it comes from, then by whom it is about.

Nobody can shut another person out: what somebody tries from one address counts against the two
together, and a device on which a person has signed in before has a count of its own.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import FailedTries, Throttle
from isotrain.db import db, upsert
from isotrain.errors import Refusal
from isotrain.i18n import ngettext
from isotrain.jobs.purging import delete_some
from isotrain.ledger.hashing import sha256_hex
from isotrain.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOW = timedelta(minutes=15)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
DAILY = "day:"  # begins the keys of what counts for a day
CODE, CONFIRM = "code", "confirm"  # tries at a second factor, and at the password by who is in
PER_ACCOUNT = 10  # tries at one person's password from one address, or one device
PER_PERSON = 100  # from all addresses together, of devices that do not know the person
PER_ADDRESS = 100
TYPED = "typed"  # tries at the codes of links, all of them together
PER_ADDRESS_IN_A_STORM, STORM = 10, 1000  # at codes, once there were so many tries in all
CODES_PER_DAY = 50  # of a million codes, three are good at a time


@dataclass(frozen=True)
class Tries:
    """Under which keys a try to sign in counts, with their limits, the first to refuse first.

    `own` are forgotten after a success; the others are shared with whoever else tries, and get
    back one.
    """

    limits: Mapping[str, int]
    own: tuple[str, ...]

    @classmethod
    def of(cls, whom: str, address: str, *, device: str | None) -> Tries:
        """Return the tries at a person's password from an address, or from a device they know."""
        if device is not None:
            key = f"device:{whom}:{device}"
            return cls({key: PER_ACCOUNT}, (key,))
        place = network(address)
        pair = f"account:{whom}:{place}"
        return cls({f"address:{place}": PER_ADDRESS, pair: PER_ACCOUNT,
                    f"person:{whom}": PER_PERSON}, (pair,))

    @property
    def shared(self) -> tuple[str, ...]:
        return tuple(key for key in self.limits if key not in self.own)


class TooMany(Refusal):
    """There were too many tries under a key; `first` is the first that says so in its window."""

    def __init__(self, key: str, wait: int, *, first: bool) -> None:
        minutes = ceil(wait / 60)
        super().__init__(ngettext(
            "Too many tries. Wait %(num)s minute, then try again.",
            "Too many tries. Wait %(num)s minutes, then try again.", minutes),
            status=429, retry_after=wait)
        self.key, self.first = key, first


def person(name: str, user_id: int | None) -> str:
    """Return how a person is counted, whichever of their names was typed; nobody by its hash.

    What is typed as a name may be a password, and is kept nowhere.
    """
    return f"u{user_id}" if user_id is not None else f"n{sha256_hex(fold(name).encode())[:32]}"


def network(address: str) -> str:
    """Return what counts as one place: an IPv4 address, the /64 of an IPv6 address."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv4Address):
        return str(found)
    if found.ipv4_mapped:
        return str(found.ipv4_mapped)
    return str(ipaddress.ip_network((found, 64), strict=False))


def refuse_beyond(limits: Mapping[str, int]) -> None:
    """Count one try under each key in turn; raise TooMany at the first beyond its limit.

    The counts must be committed even then: catch the refusal inside the transaction.
    """
    for key, limit in limits.items():
        count, wait = take(key, window=DAY if key.startswith(DAILY) else WINDOW)
        if count > limit:
            raise TooMany(key, wait, first=count == limit + 1)


def refuse_typing(whom: str, address: str) -> Tries:
    """Count one try at the code of a person's link; return what a right one takes back.

    Many tries in all leave fewer to each address, and none without: nobody is shut out by others.
    """
    place = network(address)
    overall, _wait = take(TYPED)
    pair = f"{TYPED}:{whom}:{place}"
    limits = {f"{TYPED}:{place}": PER_ADDRESS if overall <= STORM else PER_ADDRESS_IN_A_STORM,
              pair: PER_ACCOUNT}
    refuse_beyond(limits)
    return Tries({TYPED: STORM, **limits}, (pair,))


def take(key: str, *, window: timedelta = WINDOW) -> tuple[int, int]:
    """Count one try under a key; return how many there were, and for how many seconds they count.

    One statement counts, so that tries in parallel cannot share a number; the window starts
    anew when it has passed.
    """
    now = clock.now()
    asked = {"key": key, "now": now, "since": now - window}
    count, started = db.session.connection().execute(
        _counted(db.engine.dialect.name), asked).one()
    return count, max(1, ceil((started + window - now).total_seconds()))


def succeeded(tries: Tries) -> None:
    """Forget the tries under keys of one's own, take back one under those that others share."""
    keys = {"own": tries.own, "shared": tries.shared}
    if tries.shared:
        db.session.connection().execute(_GIVE_BACK, {"shared": tries.shared})
    db.session.connection().execute(_FORGET, keys)


def count_refused(whom: str) -> int:
    """Return under how many keys a try to get in as a person is refused right now."""
    began, times = Throttle.window_started_at, Throttle.count
    lately = sa.or_(sa.and_(Throttle.key == f"person:{whom}", times > PER_PERSON),
                    sa.and_(_tries_at(whom), times > PER_ACCOUNT))
    query = sa.select(sa.func.count()).where(sa.or_(
        sa.and_(lately, began > clock.now() - WINDOW),
        sa.and_(_codes_of_a_day(whom), times > CODES_PER_DAY, began > clock.now() - DAY)))
    return db.session.scalar(query) or 0


def forgive(whom: str, *, daily: bool) -> None:
    """Forget all tries to get in as a person, those that count for a day only where it says so."""
    about = [Throttle.key == f"person:{whom}", _tries_at(whom)]
    db.session.execute(sa.delete(Throttle).where(
        sa.or_(*about, *([_codes_of_a_day(whom)] if daily else []))))


def _tries_at(whom: str) -> sa.ColumnElement[bool]:
    kinds = ("account", "device", CODE, CONFIRM, TYPED)
    return sa.or_(*(_under(f"{kind}:{whom}") for kind in kinds))


def _codes_of_a_day(whom: str) -> sa.ColumnElement[bool]:
    return _under(f"{DAILY}{CODE}:{whom}")


def _under(key: str) -> sa.ColumnElement[bool]:
    return sa.or_(Throttle.key == key, Throttle.key.startswith(f"{key}:", autoescape=True))


def purge_some() -> int:
    """Delete some counts whose window is over, which count for nothing; return how many."""
    now, daily = clock.now(), Throttle.key.startswith(DAILY)
    return delete_some(Throttle.key, Throttle.window_started_at < now - WINDOW,
                       sa.or_(~daily, Throttle.window_started_at < now - DAY))


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
    ).returning(_OF.c.count, _OF.c.window_started_at)
    return statement


_OF = Throttle.__table__
_SHARED = _OF.c.key.in_(sa.bindparam("shared", expanding=True))
_GIVE_BACK = sa.update(Throttle).where(_SHARED).values(count=_OF.c.count - 1)
_FORGET = sa.delete(Throttle).where(sa.or_(
    _OF.c.key.in_(sa.bindparam("own", expanding=True)), sa.and_(_SHARED, _OF.c.count < 1)))


@dataclass(frozen=True)
class Failed:
    """How often somebody tried in vain to sign in as a person, and when last; never for None."""

    count: int
    at: datetime | None


def count_failed(user_id: int) -> None:
    """Count one try at a person's password as failed.

    A row for each person, not an event for each try: events stay for ever, and anybody can try.
    """
    now = clock.now()
    insert = upsert(FailedTries).values(user_id=user_id, count=1, last_at=now)
    db.session.execute(insert.on_conflict_do_update(
        index_elements=[_FAILED.user_id],
        set_={"count": _FAILED["count"] + 1, "last_at": now, "before_at": _FAILED.last_at}))


def find_failed(user_id: int) -> Failed:
    """Return how often somebody tried in vain since the person last signed in."""
    row = db.session.get(FailedTries, user_id)
    return Failed(row.count, row.last_at) if row else Failed(0, None)


def take_failed(user_id: int, *, but_last: bool) -> Failed:
    """Return and forget how often somebody tried in vain.

    The last try is left out where it is the one that just succeeded.
    """
    gone = sa.delete(FailedTries).where(_FAILED.user_id == user_id).returning(
        _FAILED["count"], _FAILED.last_at, _FAILED.before_at)
    row = db.session.execute(gone).first()
    if row is None:
        return Failed(0, None)
    times, last_at, before_at = row
    return Failed(times - 1, before_at) if but_last else Failed(times, last_at)


_FAILED = FailedTries.__table__.c
