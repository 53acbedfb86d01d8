"""Checking a signed document: here, where the register knows more, or with what was published."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from isotrain import clock
from isotrain.certificates import rules, signing_keys
from isotrain.certificates.models import Certificate, Revocation, Supersession
from isotrain.certificates.rules import Verdict
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import say
from isotrain.ledger import revocations
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.public_keys import Belief, Judgement, PublicKey, written
from isotrain.ledger.revocations import Revocations, Unusable
from isotrain.questions.problem import error
from isotrain.settings import house
from isotrain.text import N_


def check(document: bytes) -> Verdict:
    """Check a signed document; of a stolen key only what the register holds is believed."""
    verdict = rules.verify(document, signing_keys.for_the_register(), today=house.today())
    if not verdict.authentic:
        return verdict
    stated = dict(verdict.payload)
    stolen = signing_keys.published()[stated["key_id"]].stolen_at
    if stolen is None or _is_registered(stated):
        return verdict
    return Verdict(authentic=False, reasons=(error("key_id", N_(
        "Its key was stolen, and the register does not know this certificate.")),))


def look_up(stated: Mapping[str, object]) -> Judgement:
    """Say what the register knows of a certificate that is what was signed."""
    now = clock.now()
    row = db.session.execute(
        sa.select(Revocation.revoked_at, Supersession.superseded_at).select_from(Certificate)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(Supersession, Supersession.certificate_id == Certificate.id)
        .where(Certificate.number == stated["number"])).one_or_none()
    if row is None:
        return Judgement(Belief.VALID, N_(
            "The register does not know this certificate: it cannot say whether that was revoked."))
    if row.revoked_at:
        return revocations.revoked(row.revoked_at)
    if row.superseded_at:
        return Judgement(Belief.VALID, N_(
            "A newer certificate took its place at %(at)s. It was not revoked as of %(as_of)s."),
            params={"at": written(row.superseded_at), "as_of": written(now)})
    return revocations.not_revoked(now)


def read_revocations(data: bytes, keys: Mapping[str, PublicKey]) -> Revocations:
    """Return a published list of revocations (/verify/revocations.json), or refuse."""
    try:
        return revocations.read(data, keys)
    except Unusable as unusable:
        why = unusable.judgement
        raise Refusal(f"{say(why.template, why.params)} {say(why.hint)}".strip()) from None


def _is_registered(stated: JsonObject) -> bool:
    number = rules.read_number(str(stated.get("number"))) or ""
    kept = db.session.scalar(sa.select(Certificate.payload).where(Certificate.number == number))
    return kept == stated
