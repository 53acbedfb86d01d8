"""Asking a passkey: what it is to sign is kept here, good once and for the place it was asked in.

What a browser sends back is checked by a library that is loaded when the first passkey is used.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.db import db, upsert
from isotrain.jobs.purging import delete_some
from isotrain.second_factor.models import Passkey, PasskeyChallenge

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from webauthn.authentication.verify_authentication_response import VerifiedAuthentication
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor
    from webauthn.registration.verify_registration_response import VerifiedRegistration

GOOD_FOR = timedelta(minutes=5)
PORTS = {"http": 80, "https": 443}
Checked = TypeVar("Checked")


@dataclass(frozen=True)
class Site:
    """For whom passkeys are: the name of the host, and the origin that pages come from."""

    id: str
    origin: str


def find_site() -> Site | None:
    """Return for whom passkeys are, None where browsers give none: without https, or by number."""
    address = urlsplit(config.current().public_url)
    host = address.hostname or ""
    if host != "localhost" and (address.scheme != "https" or _is_number(host)):
        return None
    port = "" if address.port in (None, PORTS.get(address.scheme)) else f":{address.port}"
    return Site(host, f"{address.scheme}://{host}{port}")


def _is_number(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def ask_new(user_id: int, *, site: Site, name: str, known: Sequence[Passkey], place: str) -> str:
    """Return (JSON) what a browser is to make a new passkey from; the ones there are excluded."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    return options_to_json(generate_registration_options(
        rp_id=site.id, rp_name="Isotrain", user_name=name,
        user_id=f"isotrain-{user_id}".encode(), challenge=_challenge(user_id, place),
        exclude_credentials=_described(known),
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.DISCOURAGED,
            user_verification=UserVerificationRequirement.REQUIRED)))


def ask_known(user_id: int, *, site: Site, known: Sequence[Passkey], place: str) -> str:
    """Return (JSON) what one of these passkeys is to sign."""
    from webauthn import generate_authentication_options, options_to_json
    from webauthn.helpers.structs import UserVerificationRequirement

    return options_to_json(generate_authentication_options(
        rp_id=site.id, challenge=_challenge(user_id, place), allow_credentials=_described(known),
        user_verification=UserVerificationRequirement.REQUIRED))


def check_new(answer: str, *, site: Site, challenge: bytes) -> VerifiedRegistration | None:
    """Return the passkey that a browser made, None for an answer that is not right."""
    from webauthn import verify_registration_response

    return _checked(lambda: verify_registration_response(
        credential=answer, expected_challenge=challenge, expected_rp_id=site.id,
        expected_origin=site.origin, require_user_verification=True))


def check_known(
    answer: str, *, site: Site, challenge: bytes, passkey: Passkey
) -> VerifiedAuthentication | None:
    """Return what a passkey signed; None for an answer that is not right, or a counter run back."""
    from webauthn import verify_authentication_response

    return _checked(lambda: verify_authentication_response(
        credential=answer, expected_challenge=challenge, expected_rp_id=site.id,
        expected_origin=site.origin, credential_public_key=passkey.public_key,
        credential_current_sign_count=passkey.sign_count, require_user_verification=True))


def credential_of(answer: str) -> bytes | None:
    """Return by which credential an answer says it was signed, None for what is no answer."""
    from webauthn.helpers import parse_authentication_credential_json

    found = _checked(lambda: parse_authentication_credential_json(answer))
    return found.raw_id if found else None


def transports_of(answer: str) -> list[str]:
    """Return by which ways a new passkey can be reached, as its browser says."""
    from webauthn.helpers import parse_registration_credential_json

    found = _checked(lambda: parse_registration_credential_json(answer))
    return [way.value for way in (found.response.transports or [])] if found else []


def _checked(check: Callable[[], Checked]) -> Checked | None:
    """Run a check of what anybody can send: whatever breaks in it, the answer is not right."""
    try:
        return check()
    except Exception:
        return None


def take(user_id: int, place: str) -> bytes | None:
    """Return what was asked in a place, and forget it; of two at once one gets it."""
    gone = (sa.delete(PasskeyChallenge)
            .where(PasskeyChallenge.place == place, PasskeyChallenge.user_id == user_id,
                   PasskeyChallenge.asked_at > clock.now() - GOOD_FOR)
            .returning(PasskeyChallenge.challenge))
    return db.session.scalars(gone).first()


def purge_some(before: datetime) -> int:
    """Delete some questions that nobody answered; return how many."""
    return delete_some(PasskeyChallenge.place, PasskeyChallenge.asked_at < before)


def _challenge(user_id: int, place: str) -> bytes:
    values = {"user_id": user_id, "challenge": secrets.token_bytes(32), "asked_at": clock.now()}
    insert = upsert(PasskeyChallenge.__table__).values(place=place, **values)
    db.session.execute(insert.on_conflict_do_update(index_elements=["place"], set_=values))
    return values["challenge"]  # type: ignore[return-value]


def _described(known: Sequence[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    from webauthn.helpers.structs import AuthenticatorTransport, PublicKeyCredentialDescriptor

    ways = set(AuthenticatorTransport)
    return [PublicKeyCredentialDescriptor(
        id=each.credential_id,
        transports=[AuthenticatorTransport(way) for way in each.transports if way in ways])
        for each in known]
