"""One-time links for a first password or a new one: hashed, single use, soon useless."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts import (
    directory,
    passwords,
    protecting,
    registering,
    signing_in,
    throttling,
)
from isotrain.accounts.models import OneTimeLink, Password, User
from isotrain.accounts.notices import telling
from isotrain.accounts.rules import CODE_LENGTH, CODE_SIGNS, code_from, password_problem
from isotrain.audit.noting import Actor, note
from isotrain.db import db, end_reading
from isotrain.errors import Refusal
from isotrain.i18n import _, say
from isotrain.jobs.purging import delete_some
from isotrain.jobs.stepping import Pace, step
from isotrain.ledger.hashing import sha256_hex
from isotrain.lists import chunks
from isotrain.settings import values
from isotrain.settings.definitions import KEEP_SIGN_INS, ORGANIZATION
from isotrain.wired import wired

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

AT_ONCE = 100  # people for whom one step makes a link at most
LIFETIME = {"first_access": timedelta(days=14), "reset": timedelta(minutes=30)}


@dataclass(frozen=True)
class Link:
    """A fresh link, the only time that it can be seen."""

    token: str
    code: str
    purpose: str
    expires_at: datetime

    @property
    def url(self) -> str:
        """The address to open, on the public address of this installation."""
        return f"{config.current().public_url}/access/{self.token}"

    @property
    def typed_at(self) -> str:
        """The short address at which the code is typed."""
        return f"{config.current().public_url}/access"


def make(
    user_ids: Collection[int], *, by: Actor, asked_by: Actor | None = None, beside: bool = False
) -> dict[int, Link]:
    """Make a link for each of these people: a first password, or a new one.

    Earlier links of theirs stop working, unless it is made beside them: for a copy of a letter
    that may have arrived. `asked_by` is who wanted it, where that is not who makes it.
    """
    maker = asked_by or by
    _active, closed = directory.by_state(user_ids)
    if closed:
        raise Refusal(_("This account is not active. Reactivate it first."))
    protecting.refuse_opening(user_ids, by=by)
    protecting.refuse_showing(user_ids, by=by)
    if not beside:
        registering.cancel_links(user_ids)
    now = clock.now()
    links, rows = {}, []
    for user_id, purpose in _purposes(user_ids).items():
        token, expires_at = secrets.token_urlsafe(32), now + LIFETIME[purpose]
        # 32 signs, so that each is as likely.
        code = "".join(CODE_SIGNS[byte % 32] for byte in secrets.token_bytes(CODE_LENGTH))
        links[user_id] = Link(token, code, purpose, expires_at)
        rows.append({"token_hash": sha256_hex(token.encode()), "purpose": purpose,
                     "code_hash": _code_hashes(user_id, code)[0],
                     "user_id": user_id, "created_at": now, "expires_at": expires_at,
                     "maker_kind": maker.kind, "maker_id": maker.user_id})
        note("link.made", by, scope="people", on=("user", user_id), details={"purpose": purpose})
    if rows:
        db.session.execute(sa.insert(OneTimeLink), rows)
    if asked_by is None:  # a link to hand over; of one to be mailed they were told
        telling.tell(telling.LINK_MADE, user_ids, by=by)
    return links


def make_each(
    user_ids: Sequence[int], *, by: Actor, transaction: Transaction
) -> dict[int, Link]:
    """Make links for many, some at a time; where that is broken off, they are all made anew."""
    links: dict[int, Link] = {}
    pace = Pace(AT_ONCE)
    for some in pace.parts(user_ids):
        with step(transaction, pace):
            fresh = make(some, by=by)
            db.session.flush()
        links |= fresh
    return links


def _purposes(user_ids: Collection[int]) -> dict[int, str]:
    """Say for each whether it is the first password or a new one."""
    with_one: set[int] = set()
    for some in chunks(user_ids):
        with_one.update(db.session.scalars(
            sa.select(Password.user_id).where(Password.user_id.in_(some))))
    return {user_id: "reset" if user_id in with_one else "first_access" for user_id in user_ids}


def find(token: str) -> OneTimeLink | None:
    """Return the live link of a token, None when it was used, expired or never made."""
    return db.session.scalars(_live().where(
        OneTimeLink.token_hash == sha256_hex(token.encode()))).first()


def _live() -> sa.Select[OneTimeLink]:
    return (
        sa.select(OneTimeLink)
        .join(User, User.id == OneTimeLink.user_id)
        .where(OneTimeLink.used_at.is_(None), OneTimeLink.expires_at > clock.now(),
               User.deactivated_at.is_(None))
    )


def get(token: str) -> OneTimeLink:
    """Return the live link of a token or raise Refusal."""
    link = find(token)
    if link is None:
        raise _gone()
    return link


def _gone() -> Refusal:
    return Refusal(_("This link was used or has expired. Ask for a new one."), status=410)


def admit_typed(name: str, code: str, address: str) -> None:
    """Count a try to type the code of a person's link, and take it back where it is right.

    Raises Refusal; the count must be committed even then. The code counts with the name of its
    person alone, so that many links at once are no easier to guess than one.
    """
    user = directory.find_by_name(name)
    tries = throttling.refuse_typing(throttling.person(name, user.id if user else None), address)
    get_typed(name, code)
    throttling.succeeded(tries)


def get_typed(name: str, code: str) -> OneTimeLink:
    """Return the live link of a person with this code or raise Refusal, the same whatever is wrong.
    """
    user = directory.find_by_name(name)
    user_id = user.id if user else 0
    hashes = _code_hashes(user_id, code_from(code))
    link = db.session.scalars(_live().where(
        OneTimeLink.user_id == user_id, OneTimeLink.code_hash.in_(hashes))).first()
    if link is None:
        raise Refusal(_("The number and the code do not go together, or the code was used or has"
                        " expired. Compare them with your sheet, or ask HR for a new one."), "code")
    return link


def _code_hashes(user_id: int, code: str) -> list[str]:
    """Return what may be kept of a code, by the key of today first and then by earlier ones."""
    installation = config.current()
    said = f"isotrain-access-code:{user_id}:{code}".encode()
    return [hmac.new(key.encode(), said, "sha256").hexdigest()
            for key in (installation.secret_key, *installation.former_keys)]


def length_hint(user_id: int) -> str:
    """Say how long a password of this person has to be."""
    if wired(signing_in.SecondStep).has(user_id):
        return _("At least 12 characters. Three or four unrelated words are strong and easy to"
                 " remember; spaces are welcome.")
    return _("At least 15 characters. Three or four unrelated words are strong and easy to"
             " remember; spaces are welcome.")


def checked_and_hashed(user_id: int, password: str) -> str:
    """Refuse a password that will not do for this person, return the hash of one that does.

    Holds no transaction while it hashes.
    """
    identity = directory.get_identity(user_id)
    house = values.value_of(ORGANIZATION)
    about = (*identity.name.split(), identity.personnel_no, *(identity.email or "").split("@"),
             house, *house.split())
    problem = password_problem(password, about=about,
                               has_factor=wired(signing_in.SecondStep).has(user_id))
    if problem:
        raise Refusal(say(problem), "password")
    end_reading()
    return passwords.hash_password(password)


def use(link: OneTimeLink, hashed: str, *, request_id: str | None) -> int:
    """Spend a link and set the password to an already hashed one; return the user's id.

    Spending is one guarded statement, so that of two uses at once one is refused.
    """
    spent = db.session.execute(
        sa.update(OneTimeLink)
        .where(OneTimeLink.id == link.id, OneTimeLink.used_at.is_(None))
        .values(used_at=clock.now())
    )
    if spent.rowcount != 1:  # type: ignore[attr-defined]
        raise _gone()
    owner = Actor("user", link.user_id, request_id)
    if (link.maker_kind, link.maker_id) == ("user", link.user_id):
        telling.tell_own(telling.PASSWORD_CHANGED, link.user_id, by=owner)
    elif link.maker_kind is not None:
        telling.tell(telling.PASSWORD, [link.user_id],
                     by=Actor(link.maker_kind, link.maker_id, request_id))
    set_password(link.user_id, hashed, by=owner)
    return link.user_id


def purge_some() -> int:
    """Delete some links that were used or have expired long enough ago; return how many."""
    before = clock.now() - values.value_of(KEEP_SIGN_INS)
    return delete_some(OneTimeLink.id, sa.or_(OneTimeLink.used_at < before,
                                              OneTimeLink.expires_at < before))


def change_password(user_id: int, hashed: str, *, session_id: int, by: Actor) -> None:
    """Change one's own password to an already hashed one."""
    telling.tell_own(telling.PASSWORD_CHANGED, user_id, by=by)
    set_password(user_id, hashed, by=by, keep_session=session_id)


def set_password(
    user_id: int, hashed: str, *, by: Actor, keep_session: int | None = None
) -> None:
    """Store a new password and end the other sessions."""
    passwords.store(user_id, hashed)
    signing_in.end_all([user_id], but=keep_session)
    registering.cancel_links([user_id])
    note("password.changed", by, scope="technical", on=("user", user_id))
    db.session.flush()
