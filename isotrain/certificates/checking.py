"""Checking a signed document here, where the register says what a stolen key signed."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain.certificates import rules, signing_keys
from isotrain.certificates.models import Certificate
from isotrain.certificates.rules import Verdict
from isotrain.db import db
from isotrain.ledger.canonical import JsonObject
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


def _is_registered(stated: JsonObject) -> bool:
    number = rules.read_number(str(stated.get("number"))) or ""
    kept = db.session.scalar(sa.select(Certificate.payload).where(Certificate.number == number))
    return kept == stated
