"""Reporting to administrators what they alone can put right: roles that went with an account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from isotrain import clock
from isotrain.accounts import directory
from isotrain.accounts.notices import telling
from isotrain.audit.noting import Actor
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.mail import queueing
from isotrain.mail.rules import Letter
from isotrain.zone_words import format_exactly

LETTER = "roles_closed"


def report_closed(user_ids: Sequence[int], *, by: Actor) -> None:
    """Tell the other administrators, by mail and at the sign-in, that these lost their roles."""
    admins = [each for each in directory.list_administrators() if each != by.user_id]
    if not user_ids or by.kind != "user" or not admins:
        return
    telling.tell(telling.ROLES_CLOSED, admins, by=by)
    if not queueing.is_set_up():
        return
    now = clock.now()
    for admin in admins:
        queueing.enqueue(LETTER, admin, key=f"{LETTER}:{admin}:{user_ids[0]}:{now.isoformat()}",
                         params={"users": list(user_ids), "by": by.user_id,
                                 "at": now.isoformat()})


def write_letter(admin_id: int, params: JsonObject, _again: bool) -> Letter:
    """Write to an administrator whose accounts were deactivated, and by whom."""
    names = directory.names_of([*params["users"], params["by"]])
    unknown = _("Somebody whose name is no longer kept")
    closed = "\n".join(names.get(user_id, unknown) for user_id in params["users"])
    words = {"name": directory.get_identity(admin_id).name, "closed": closed,
             "who": names.get(params["by"], unknown),
             "at": format_exactly(datetime.fromisoformat(params["at"]))}
    return Letter(
        _("Accounts with roles were deactivated"),
        _("Hello %(name)s,\n\non %(at)s %(who)s deactivated accounts that held roles:\n\n"
          "%(closed)s\n\nIf this is not right, reactivate them and give the roles back.\n",
          **words))
