"""Resetting: an administrator takes away what somebody has lost; they set up another.

It takes all of it, recovery codes too, ends the person's sessions and is told to them by mail.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory, signing_in
from isotrain.accounts.news import Closed
from isotrain.accounts.notices import telling
from isotrain.accounts.permissions import Permission
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, lazy
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import chunks
from isotrain.mail import queueing
from isotrain.mail.rules import Letter
from isotrain.second_factor import holding
from isotrain.second_factor.models import (
    AuthenticatorApp,
    HalfWay,
    Passkey,
    PasskeyChallenge,
    RecoveryCode,
)
from isotrain.seconding import asking
from isotrain.seconding.kind import Agreed, Change, Kind, Told, everywhere
from isotrain.seconding.models import Proposal
from isotrain.settings import values
from isotrain.settings.definitions import ORGANIZATION, TWO_PERSON_FACTOR

NAME = "second-factor"
LETTER = "second-factor-reset"


def reset(user_id: int, *, reason: str, by: Actor) -> Proposal | None:
    """Take away somebody's second factor, or return what waits for a second person."""
    directory.get(user_id)
    if by.user_id == user_id:
        raise Refusal(_("You cannot reset your own second factor. Ask another administrator, or"
                        " remove it on your account page."))
    holding.lock(user_id)
    if not holding.held(user_id).any:
        raise Refusal(_("This person has no second factor."))
    return asking.ask(NAME, user_id, {}, reason=reason, by=by)


def carry_out(agreed: Agreed) -> None:
    """Do what was agreed upon."""
    user_id = agreed.object_id
    if agreed.second is not None and agreed.second.user_id == user_id:
        raise Refusal(_("You cannot confirm this for yourself. Ask another administrator."))
    take_away([user_id])
    signing_in.end_all([user_id])
    note("second_factor.reset", agreed.by, scope="technical", on=("user", user_id),
         reason=agreed.reason or None, details=agreed.details)
    telling.tell(telling.SECOND_FACTOR, [user_id], by=agreed.by)
    queueing.enqueue(LETTER, user_id, key=f"{LETTER}:{user_id}:{clock.now().isoformat()}")


def take_away(user_ids: Collection[int]) -> set[int]:
    """Take all second factors of these people away; return who had one."""
    had: set[int] = set()
    for some in chunks(user_ids):
        for table in (AuthenticatorApp, Passkey):
            had.update(db.session.scalars(sa.delete(table).where(table.user_id.in_(some))
                                          .returning(table.user_id)))
        for other in (RecoveryCode, HalfWay, PasskeyChallenge):
            db.session.execute(sa.delete(other).where(other.user_id.in_(some)))
    return had


def hear_closed(closed: Closed) -> Mapping[int, Sequence[int]]:
    """Take second factors with the accounts that were closed, as passwords are."""
    return dict.fromkeys(take_away(closed.user_ids), ())


def write_letter(user_id: int, _params: JsonObject, _again: bool) -> Letter:
    """Write to somebody that their second factor was taken away."""
    words = {"name": directory.get_identity(user_id).name,
             "organization": values.value_of(ORGANIZATION)}
    return Letter(
        _("Your second factor was reset"),
        _("Hello %(name)s,\n\nan administrator has taken away your second factor for the training"
          " of %(organization)s, and you were signed out everywhere. Sign in with your password"
          " and set up a new one.\n\nIf you did not ask for this, somebody may be trying to get in"
          " as you: set a new password now, and tell your administrator.\n", **words))


def _state(user_id: int) -> object:
    held = holding.held(user_id)
    return {"app": held.app.id if held.app else None,
            "passkeys": [passkey.id for passkey in held.passkeys],
            "active": directory.get(user_id).active}


def _tell(user_id: int, _asked: JsonObject) -> Told:
    identity = directory.get_identity(user_id)
    return Told(f"{identity.name} ({identity.personnel_no})",
                (Change(_("Second factor"), _("set up"), _("none")),))


KIND = Kind(NAME, lazy("Reset a second factor"), Permission.FACTOR_RESET, everywhere,
            TWO_PERSON_FACTOR, "technical", _state, _tell, carry_out)
