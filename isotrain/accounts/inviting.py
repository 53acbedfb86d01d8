"""Mailing people the link for their password; the link itself is made when the letter goes out."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory, linking, protecting, throttling
from isotrain.accounts.linking import Link
from isotrain.accounts.models import Identity, User
from isotrain.accounts.notices import telling
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.jobs.stepping import Pace, step
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import chunks
from isotrain.mail import queueing
from isotrain.mail.rules import Letter
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION
from isotrain.zone_words import format_exactly

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

ASKS_PER_NAME = 5
AT_ONCE = 100  # people whom one step mails at most


def list_mailable(user_ids: Collection[int]) -> list[int]:
    """List those of these people who can be sent a link: mail is set up, they have an address."""
    if not queueing.is_set_up():
        return []
    found: list[int] = []
    for some in chunks(user_ids):
        found += db.session.scalars(
            sa.select(Identity.user_id).join(User, User.id == Identity.user_id)
            .where(Identity.user_id.in_(some), Identity.email.is_not(None),
                   User.deactivated_at.is_(None)).order_by(Identity.user_id))
    return found


def invite(user_ids: Collection[int], *, by: Actor) -> list[int]:
    """Mail the link for a password to all of these people who can be mailed; return whom.

    The letter goes to nobody but its owner, so anybody's may be asked for. Asking again within ten
    minutes sends no second one. Refuses when nobody can be mailed.
    """
    mailable = _mailable(user_ids)
    _mail(mailable, by=by)
    return mailable


def invite_each(
    user_ids: Collection[int], *, by: Actor, transaction: Transaction
) -> list[int]:
    """Mail many their links, some at a time; where that is broken off, again mails the others."""
    mailable, pace = _mailable(user_ids), Pace(AT_ONCE)
    for some in pace.parts(mailable):
        with step(transaction, pace):
            _mail(list_mailable(some), by=by)
    return mailable


def _mailable(user_ids: Collection[int]) -> list[int]:
    directory.by_state(user_ids)
    mailable = list_mailable(user_ids)
    if not mailable:
        raise Refusal(_("No mail can be sent here. Make a link and hand it over."))
    return mailable


def _mail(user_ids: Collection[int], *, by: Actor) -> None:
    sent = [user_id for user_id in user_ids if _enqueue(user_id, by=by)]
    for user_id in sent:
        note("link.mailed", by, scope="people", on=("user", user_id))
    telling.tell(telling.LINK_MAILED, sent, by=by)
    db.session.flush()


def let_in(user_id: int, *, by: Actor) -> Link | None:
    """Make a link to hand over, or mail it to who has an address: then there is none to see."""
    if list_mailable([user_id]):
        protecting.refuse_opening([user_id], by=by)
        invite([user_id], by=by)
        return None
    return linking.make([user_id], by=by)[user_id]


def ask(name: str, address: str) -> None:
    """Mail a link to whoever has this name; nobody learns whether there is such a person.

    Raises Refusal after too many tries; the count must be committed even then.
    """
    user = directory.find_by_name(name)
    place = throttling.network(address)
    throttling.refuse_beyond({
        f"address:{place}": throttling.PER_ADDRESS,
        f"ask:{throttling.person(name, user.id if user else None)}:{place}": ASKS_PER_NAME})
    if user is not None and list_mailable([user.id]):
        _enqueue(user.id, by=Actor("user", user.id))


def _enqueue(user_id: int, *, by: Actor) -> bool:
    ten_minutes = clock.now().strftime("%Y%m%d%H%M")[:-1]
    return queueing.enqueue("access", user_id, key=f"access:{user_id}:{ten_minutes}",
                            params={"asked_kind": by.kind, "asked_by": by.user_id})


def write_access_letter(user_id: int, params: JsonObject, again: bool) -> Letter:
    """Make a link and write the letter that carries it; an earlier copy of it stays good."""
    asked_by = Actor(params.get("asked_kind", "user"), params.get("asked_by", user_id))
    link = linking.make([user_id], by=Actor.system(), asked_by=asked_by, beside=again)[user_id]
    identity = directory.get_identity(user_id)
    words = {
        "name": identity.name, "organization": values.value_of(ORGANIZATION), "url": link.url,
        "until": format_exactly(link.expires_at),
        "number": identity.personnel_no,
    }
    if link.purpose == "first_access":
        return Letter(
            _("Your access to the training of %(organization)s", **words),
            _("Hello %(name)s,\n\nset your password here:\n\n%(url)s\n\nThe link works once,"
              " until %(until)s. Afterwards sign in with your personnel number %(number)s or this"
              " e-mail address.\n", **words),
        )
    return Letter(
        _("Set a new password"),
        _("Hello %(name)s,\n\nset a new password here:\n\n%(url)s\n\nThe link works once, until"
          " %(until)s. If you did not ask for it, you need do nothing: your password is still"
          " good.\n", **words),
    )
