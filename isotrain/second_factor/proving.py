"""Proving a second factor: a code of an app, a recovery code or a passkey, each good once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyotp
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import throttling
from isotrain.accounts.notices import telling
from isotrain.accounts.throttling import Tries
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.ledger.hashing import sha256_hex
from isotrain.second_factor import ceremony, holding, sealing
from isotrain.second_factor.models import AuthenticatorApp, Passkey, RecoveryCode
from isotrain.second_factor.rules import (
    matching_step,
    read_app_code,
    read_recovery_code,
    step_of,
)

if TYPE_CHECKING:
    from isotrain.accounts.devices import Device


def has_factor(user_id: int) -> bool:
    """Say whether somebody has a second factor; recovery codes alone are none."""
    return bool(db.session.connection().execute(_HAS, {"user_id": user_id}).scalar())


# Built once: building a statement costs more than sending it.
_HAS = sa.select(sa.or_(
    sa.exists().where(AuthenticatorApp.user_id == sa.bindparam("user_id"),
                      AuthenticatorApp.confirmed_at.is_not(None)),
    sa.exists().where(Passkey.user_id == sa.bindparam("user_id"))))


def tries_of(user_id: int, device: Device) -> Tries:
    """Return what a try to prove a factor counts as; a device that knows the person has its own.

    Who tries knows the password already, so all places together have one count.
    """
    known = device.knows(user_id)
    key = f"{throttling.CODE}:{throttling.person('', user_id)}{f':{device.id}' if known else ''}"
    limits = {key: throttling.PER_ACCOUNT, f"{throttling.DAILY}{key}": throttling.CODES_PER_DAY}
    return Tries(limits, tuple(limits) if known else ())


def admit(user_id: int, tries: Tries, request_id: str | None) -> None:
    """Count a try to prove a factor; raises Refusal when there were too many of late.

    The count must be committed even when it refuses: catch the refusal inside the transaction.
    """
    try:
        throttling.refuse_beyond(tries.limits)
    except throttling.TooMany as refused:
        if refused.first:
            note("second_factor.refused", Actor.system(request_id), scope="technical",
                 on=("user", user_id))
        raise


def prove_code(user_id: int, text: str, *, tries: Tries, by: Actor) -> str | None:
    """Spend a code of somebody's app, or a recovery code; say which it was, None for neither.

    Admit the try before. Of two who send one code at once, one is right.
    """
    code = read_app_code(text)
    if code is not None:
        return _proven("app", tries) if _spend_app_code(user_id, code) else None
    recovery = read_recovery_code(text)
    if recovery is None or not _spend_recovery_code(user_id, recovery):
        return None
    note("recovery_code.used", by, scope="technical", on=("user", user_id))
    telling.tell_own(telling.CODE_USED, user_id, by=by)
    return _proven("recovery", tries)


def _proven(how: str, tries: Tries) -> str:
    throttling.succeeded(tries)
    return how


def _spend_app_code(user_id: int, code: str) -> bool:
    query = sa.select(AuthenticatorApp).where(AuthenticatorApp.user_id == user_id,
                                              AuthenticatorApp.confirmed_at.is_not(None))
    app = db.session.scalars(query).first()
    return app is not None and spend_step(app, code)


def spend_step(app: AuthenticatorApp, code: str) -> bool:
    """Take a code of an app where it is good, and neither it nor an earlier one again.

    One guarded statement moves the step on, so that of two at once one does.
    """
    step = matching_step(code, step_of(clock.now()), after=app.last_step,
                         code_at=pyotp.TOTP(sealing.unseal(app)).generate_otp)
    if step is None:
        return False
    moved = db.session.execute(
        sa.update(AuthenticatorApp)
        .where(AuthenticatorApp.id == app.id, AuthenticatorApp.last_step < step)
        .values(last_step=step))
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]


def _spend_recovery_code(user_id: int, code: str) -> bool:
    spent = db.session.execute(
        sa.update(RecoveryCode)
        .where(RecoveryCode.user_id == user_id, RecoveryCode.hash == hashed(user_id, code),
               RecoveryCode.used_at.is_(None))
        .values(used_at=clock.now()))
    return bool(spent.rowcount == 1)  # type: ignore[attr-defined]


def hashed(user_id: int, code: str) -> str:
    """Return the hash under which a recovery code of somebody is kept."""
    return sha256_hex(f"isotrain-recovery:{user_id}:{code}".encode())


def ask_passkey(user_id: int, *, place: str) -> str | None:
    """Return (JSON) what one of somebody's passkeys is to sign; None where that cannot be."""
    site, known = ceremony.find_site(), holding.list_passkeys(user_id)
    if site is None or not known:
        return None
    return ceremony.ask_known(user_id, site=site, known=known, place=place)


def prove_passkey(user_id: int, answer: str, *, tries: Tries, place: str) -> str | None:
    """Check what a passkey signed, once; None where it is not right. Admit the try before."""
    site, challenge = ceremony.find_site(), ceremony.take(user_id, place)
    credential = ceremony.credential_of(answer)
    if site is None or challenge is None or credential is None:
        return None
    query = sa.select(Passkey).where(Passkey.user_id == user_id,
                                     Passkey.credential_id == credential)
    passkey = db.session.scalars(query).first()
    if passkey is None:
        return None
    signed = ceremony.check_known(answer, site=site, challenge=challenge, passkey=passkey)
    if signed is None:
        return None
    moved = db.session.execute(
        sa.update(Passkey)
        .where(Passkey.id == passkey.id, Passkey.sign_count == passkey.sign_count)
        .values(sign_count=signed.new_sign_count, used_at=clock.now()))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        return None
    return _proven("passkey", tries)
