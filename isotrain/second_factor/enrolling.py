"""Setting up second factors and taking them away; whatever changes ends all other sessions."""

from __future__ import annotations

import secrets

import pyotp
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import signing_in
from isotrain.accounts.notices import telling
from isotrain.audit.noting import Actor, note
from isotrain.db import added, db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.second_factor import ceremony, holding, proving, requirement, sealing
from isotrain.second_factor.models import AuthenticatorApp, Passkey, RecoveryCode
from isotrain.second_factor.rules import BITS, read_app_code, write_recovery_code

CODES = 10
MOST_PASSKEYS = 10


def begin_app(user_id: int) -> None:
    """Make the secret of an app that is to be; nothing counts before a code of it was shown."""
    holding.lock(user_id)
    db.session.execute(sa.delete(AuthenticatorApp).where(
        AuthenticatorApp.user_id == user_id, AuthenticatorApp.confirmed_at.is_(None)))
    sealed, key_id = sealing.seal(user_id, pyotp.random_base32())
    db.session.add(AuthenticatorApp(user_id=user_id, sealed=sealed, key_id=key_id,
                                    begun_at=clock.now()))
    db.session.flush()


def confirm_app(user_id: int, text: str, *, session_id: int, by: Actor) -> list[str]:
    """Have an app count from now on, in place of the one before; return codes made with it."""
    holding.lock(user_id)
    app, code = holding.find_begun(user_id), read_app_code(text)
    if app is None:
        raise Refusal(_("Begin again: this app was not being set up any more."))
    if code is None or not proving.spend_step(app, code):
        raise Refusal(_("This code is not right. Check that the clock of your phone is, and enter"
                        " the code that the app shows now."), "code")
    db.session.execute(sa.delete(AuthenticatorApp).where(
        AuthenticatorApp.user_id == user_id, AuthenticatorApp.confirmed_at.is_not(None)))
    app.confirmed_at = clock.now()
    db.session.flush()
    note("second_factor.added", by, scope="technical", on=("user", user_id),
         details={"kind": "app"})
    return _settled(user_id, session_id, by=by)


def add_passkey(
    user_id: int, answer: str, *, label: str, place: str, session_id: int, by: Actor
) -> list[str] | None:
    """Add the passkey that a browser made; return codes made with it.

    None where the answer is not right: what was asked is spent, which is to be committed.
    """
    site, challenge = ceremony.find_site(), ceremony.take(user_id, place)
    if site is None or challenge is None:
        return None
    made = ceremony.check_new(answer, site=site, challenge=challenge)
    if made is None:
        return None
    row = Passkey(user_id=user_id, credential_id=made.credential_id, label=label,
                  public_key=made.credential_public_key, sign_count=made.sign_count,
                  transports=ceremony.transports_of(answer), added_at=clock.now())
    if not added(row):
        return None
    note("second_factor.added", by, scope="technical", on=("user", user_id),
         details={"kind": "passkey", "passkey": row.id})
    return _settled(user_id, session_id, by=by)


def ask_new_passkey(user_id: int, *, name: str, place: str) -> str:
    """Return (JSON) what a browser is to make a passkey from, where that can be."""
    site, known = ceremony.find_site(), holding.list_passkeys(user_id)
    if site is None:
        raise Refusal(_("Passkeys need an address with https."))
    if len(known) >= MOST_PASSKEYS:
        raise Refusal(_("You have as many passkeys as there can be. Remove one first."))
    return ceremony.ask_new(user_id, site=site, name=name, known=known, place=place)


def make_codes(user_id: int, *, by: Actor) -> list[str]:
    """Make new recovery codes in place of the old ones; they are seen this once."""
    if not proving.has_factor(user_id):
        raise Refusal(_("Recovery codes stand in for a second factor. Set one up first."))
    codes = _made(user_id)
    note("recovery_code.made", by, scope="technical", on=("user", user_id))
    telling.tell_own(telling.CODES_MADE, user_id, by=by)
    return codes


def remove_app(user_id: int, *, short: bool, session_id: int, by: Actor) -> None:
    """Take away one's app."""
    if holding.find_app(user_id) is None:
        raise Refusal(_("No app is set up."))
    _refuse_leaving_bare(user_id, short=short)
    db.session.execute(sa.delete(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id))
    _removed(user_id, session_id, by=by, kind="app")


def remove_passkey(
    user_id: int, passkey_id: int, *, short: bool, session_id: int, by: Actor
) -> None:
    """Take away one of one's passkeys."""
    row = holding.get_passkey(user_id, passkey_id)
    _refuse_leaving_bare(user_id, short=short)
    db.session.delete(row)
    db.session.flush()
    _removed(user_id, session_id, by=by, kind="passkey")


def _refuse_leaving_bare(user_id: int, *, short: bool) -> None:
    """Refuse to take away the last factor where one must be there."""
    holding.lock(user_id)
    if holding.count(user_id) > 1:
        return
    if requirement.is_due(user_id):
        raise Refusal(_("Your role needs a second factor. Set up another one before you remove"
                        " this one."))
    if short:
        raise Refusal(_("Your password has fewer than 15 characters, too few without a second"
                        " factor. Choose a longer one first."))


def _removed(user_id: int, session_id: int, *, by: Actor, kind: str) -> None:
    if not holding.count(user_id):
        db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    note("second_factor.removed", by, scope="technical", on=("user", user_id),
         details={"kind": kind})
    telling.tell_own(telling.FACTOR_REMOVED, user_id, by=by)
    signing_in.end_all([user_id], but=session_id)


def _settled(user_id: int, session_id: int, *, by: Actor) -> list[str]:
    """End all other sessions; with the first factor, make recovery codes and let this one go on."""
    telling.tell_own(telling.FACTOR_ADDED, user_id, by=by)
    signing_in.end_all([user_id], but=session_id)
    signing_in.let_go_on(session_id)
    return [] if holding.count_codes(user_id) else _made(user_id)


def _made(user_id: int) -> list[str]:
    db.session.execute(sa.delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = [write_recovery_code(secrets.randbits(BITS)) for _number in range(CODES)]
    now = clock.now()
    db.session.execute(sa.insert(RecoveryCode), [
        {"user_id": user_id, "hash": proving.hashed(user_id, code), "made_at": now}
        for code in codes])
    return codes
