"""Mailing people the link for their password; the link itself is made when the letter goes out."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.accounts import enrolling, linking, registering, throttling
from isotrain.accounts.models import Identity, User
from isotrain.accounts.rules import folded
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, format_datetime
from isotrain.mail import queueing
from isotrain.mail.rules import Letter

ASKS_PER_NAME = 5


def may_mail(user_id: int) -> bool:
    """Say whether a person can be sent a link: mail is set up, and there is an address."""
    return queueing.is_set_up() and registering.find_recipient(user_id) is not None


def invite(user_id: int, *, by: Actor) -> None:
    """Mail a person the link for a password; asking again within ten minutes sends no second."""
    registering.get(user_id)
    if not may_mail(user_id):
        raise Refusal(_("No mail can be sent to this person. Make a link and hand it over."))
    if _enqueue(user_id):
        note("link.mailed", by, scope="people", on=("user", user_id))


def invite_all(user_ids: Collection[int], *, by: Actor) -> int:
    """Mail all of these people who can be mailed; return how many letters that makes."""
    mailable = _mailable(user_ids)
    for user_id in mailable:
        invite(user_id, by=by)
    return len(mailable)


def count_mailable(user_ids: Collection[int]) -> int:
    """Count those of these people who have an address and are active."""
    return len(_mailable(user_ids))


def _mailable(user_ids: Collection[int]) -> list[int]:
    found: list[int] = []
    for some in enrolling.chunks(user_ids):
        found += db.session.scalars(
            sa.select(Identity.user_id).join(User, User.id == Identity.user_id)
            .where(Identity.user_id.in_(some), Identity.email.is_not(None),
                   User.deactivated_at.is_(None)))
    return found


def ask(name: str, address: str) -> None:
    """Mail a link to whoever has this name; nobody learns whether there is such a person.

    Raises Refusal after too many tries; the count must be committed even then.
    """
    within = throttling.take(f"ask:{folded(name)}", ASKS_PER_NAME)
    within &= throttling.take(f"address:{address}", throttling.PER_ADDRESS)
    if not within:
        raise Refusal(_("Too many tries. Wait 15 minutes, then try again."), status=429)
    user = registering.find_by_name(name)
    if user is not None and may_mail(user.id):
        _enqueue(user.id)


def _enqueue(user_id: int) -> bool:
    ten_minutes = clock.now().strftime("%Y%m%d%H%M")[:-1]
    return queueing.enqueue("access", user_id, key=f"access:{user_id}:{ten_minutes}")


def write_access_letter(user_id: int, _params: dict[str, Any]) -> Letter:
    """Make a link and write the letter that carries it."""
    link = linking.make(user_id, by=Actor.system())
    identity = registering.get_identity(user_id)
    words = {
        "name": identity.name, "organization": config.current().organization, "url": link.url,
        "until": format_datetime(link.expires_at, "d MMM yyyy, HH:mm"),
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
