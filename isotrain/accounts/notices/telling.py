"""Telling somebody what was done with their account, in the transaction that does it.

Who signs in with what can be changed by others, or by who came in as its owner; the one way to
find out is to be told where they cannot reach: by mail, at a former address too, and of what
others did at the next sign-in, whoever that is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory, preferring
from isotrain.accounts.models import Notice, Password
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _, say
from isotrain.jobs.purging import delete_some
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import chunks
from isotrain.mail import queueing
from isotrain.mail.rules import Letter, Recipient
from isotrain.settings import values
from isotrain.settings.definitions import KEEP_SIGN_INS
from isotrain.text import N_
from isotrain.zone_words import format_exactly

LETTER = "account_notice"
ROLES, NAME, NUMBER, ADDRESS = "roles", "name", "number", "address"
LINK_MADE, LINK_MAILED, PASSWORD = "link_made", "link_mailed", "password"
SESSIONS, SECOND_FACTOR = "sessions", "second_factor"
FACTOR_ADDED, FACTOR_REMOVED = "factor_added", "factor_removed"
ROLES_CLOSED = "roles_closed"
CODES_MADE, CODE_USED, PASSWORD_CHANGED = "codes_made", "code_used", "password_changed"
WORDS = {
    ROLES: N_("%(who)s changed your roles on %(at)s."),
    NAME: N_("%(who)s changed your name here on %(at)s."),
    NUMBER: N_("%(who)s changed your personnel number here on %(at)s."),
    ADDRESS: N_("%(who)s changed your e-mail address here on %(at)s."),
    LINK_MADE: N_("%(who)s made a link on %(at)s with which your password can be set."),
    LINK_MAILED: N_("%(who)s had a link for a new password sent to you on %(at)s."),
    PASSWORD: N_("Your password was set on %(at)s with a link that %(who)s had made."),
    SESSIONS: N_("%(who)s signed you out everywhere on %(at)s."),
    SECOND_FACTOR: N_("%(who)s reset your second factor on %(at)s."),
    ROLES_CLOSED: N_("%(who)s deactivated an account that held roles, on %(at)s."),
    FACTOR_ADDED: N_("A second factor was added to your account on %(at)s."),
    FACTOR_REMOVED: N_("A second factor was removed from your account on %(at)s."),
    CODES_MADE: N_("New recovery codes were made for your account on %(at)s."),
    CODE_USED: N_("One of your recovery codes was used on %(at)s."),
    PASSWORD_CHANGED: N_("Your password was changed on %(at)s."),
}
# After these, whoever signs in need not be the one who did before.
RESETS = (ADDRESS, PASSWORD, SECOND_FACTOR)
LATELY = timedelta(hours=24)
HAD_ONE = ("password.changed", "user.deactivated")  # events of people who are not new here
UNMAILED = (LINK_MAILED, SECOND_FACTOR, ROLES_CLOSED)  # each has a letter of its own


def tell(
    what: str, user_ids: Collection[int], *, by: Actor, former: Mapping[int, str] | None = None
) -> None:
    """Tell these people what somebody else did; one's own acts are not told.

    `former` holds addresses that were theirs until now, which are written to as well. Nobody is
    told who never had a password: there is nothing of theirs that was changed.
    """
    rows = [{"user_id": user_id, "what": what, "at": clock.now(), "actor_kind": by.kind,
             "actor_id": by.user_id, "former_address": (former or {}).get(user_id)}
            for user_id in _who_signed_in(user_ids)
            if (by.kind, by.user_id) != ("user", user_id)]
    if rows:
        _write(what, rows)


def tell_own(what: str, user_id: int, *, by: Actor) -> None:
    """Tell somebody what was done in their own name: only by mail, since who was signed in knows.
    """
    now = clock.now()
    _write(what, [{"user_id": user_id, "what": what, "at": now, "actor_kind": by.kind,
                   "actor_id": by.user_id, "former_address": None, "told_at": now}])


def _write(what: str, rows: list[dict[str, Any]]) -> None:
    """Keep these notices, and mail them unless this has a letter of its own."""
    added = db.session.execute(sa.insert(Notice).returning(Notice.id, Notice.user_id,
                                                           Notice.former_address), rows).all()
    if what in UNMAILED or not queueing.is_set_up():
        return
    for row in added:
        queueing.enqueue(LETTER, row.user_id, key=f"notice:{row.id}", params={"notice": row.id})
        if row.former_address:
            queueing.enqueue(LETTER, row.user_id, key=f"notice:{row.id}:former",
                             params={"notice": row.id, "former": True})


def _who_signed_in(user_ids: Collection[int]) -> list[int]:
    """Return those of these people who have a password, or once had: closing an account takes it.
    """
    found: set[int] = set()
    for some in chunks(user_ids):
        found.update(db.session.scalars(
            sa.select(Password.user_id).where(Password.user_id.in_(some))))
        once = sa.select(Event.object_id).distinct().where(
            Event.object_type == "user", Event.action.in_(HAD_ONE),
            Event.object_id.in_([str(user_id) for user_id in some]))
        found.update(int(user_id) for user_id in db.session.scalars(once))
    return sorted(found)


def take_untold(user_id: int) -> list[str]:
    """Return, oldest first, what somebody is to be told now that they sign in; each once."""
    query = sa.select(Notice).where(Notice.user_id == user_id, Notice.told_at.is_(None))
    notices = list(db.session.scalars(query.order_by(Notice.id)))
    for notice in notices:
        notice.told_at = clock.now()
    return _sentences(notices, format_exactly)


def list_of(user_id: int, at: Callable[[datetime], str]) -> list[str]:
    """List what was done with an account, newest first, as long as it is kept."""
    query = sa.select(Notice).where(Notice.user_id == user_id).order_by(Notice.id.desc())
    return _sentences(list(db.session.scalars(query.limit(50))), at)


def _sentences(notices: Collection[Notice], at: Callable[[datetime], str]) -> list[str]:
    names = directory.names_of([each.actor_id for each in notices if each.actor_id is not None])
    return [say(WORDS[each.what], {"who": _who(each, names), "at": at(each.at)})
            for each in notices]


def _who(notice: Notice, names: Mapping[int, str]) -> str:
    if notice.actor_id is not None:
        return names.get(notice.actor_id) or _("Somebody whose name is no longer kept")
    return _("An operator of this installation")


def was_reset(
    user_id: sa.ColumnElement[int], since: sa.ColumnElement[datetime]
) -> sa.ColumnElement[bool]:
    """Return the condition that somebody else changed how a person gets in, since a moment."""
    return sa.exists().where(Notice.user_id == user_id, Notice.what.in_(RESETS),
                             Notice.at >= since)


def find_recipient(user_id: int, params: JsonObject) -> Recipient | None:
    """Return who is written to: at the former address where the letter is for that."""
    recipient = directory.find_recipient(user_id)
    if not params.get("former"):
        return recipient
    notice = db.session.get(Notice, params["notice"])
    if notice is None or notice.former_address is None:
        return None
    identity = directory.get_identity(user_id)
    return Recipient(identity.name, notice.former_address, preferring.language_of(user_id))


def write_letter(user_id: int, params: JsonObject, _again: bool) -> Letter:
    """Write what was done with an account."""
    notice = db.session.get(Notice, params["notice"])
    if notice is None:
        raise NotFound(_("This notice is no longer kept."))
    [sentence] = _sentences([notice], format_exactly)
    words: dict[str, Any] = {"name": directory.get_identity(user_id).name, "what": sentence}
    return Letter(
        _("Your training account was changed"),
        _("Hello %(name)s,\n\n%(what)s\n\nIf this is not right, tell the administrator of"
          " your company's training platform. You need not do anything else.\n", **words))


def purge_some() -> int:
    """Delete some notices that are old enough; return how many."""
    before = clock.now() - values.value_of(KEEP_SIGN_INS) - LATELY
    return delete_some(Notice.id, Notice.at < before)
