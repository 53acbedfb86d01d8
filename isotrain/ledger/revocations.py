"""The published list of what was revoked: signed, with its date, for checking without its issuer.

A certificate stands in it as the SHA-256 of its verification code: who holds the certificate finds
it, and who reads the list learns no code. What is signed is a short statement that names the list
by its hash, so that a long list is written once and dated anew for whoever asks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from isotrain.ledger import public_keys, signing
from isotrain.ledger.canonical import JsonObject, NotCanonical, canonical_bytes, parse
from isotrain.ledger.hashing import sha256_hex
from isotrain.ledger.public_keys import Belief, Judgement, PublicKey, moment_of, written
from isotrain.text import N_

SCHEMA = "isotrain-revocations-1"
NOT_CHECKED = Judgement(Belief.VALID, N_(
    "No list of revocations was given: whether it was revoked since was not checked."))


class Unusable(ValueError):
    """The bytes are no list that can be relied on; `judgement` says why."""

    def __init__(self, template: str, hint: str = "", params: Mapping[str, str] | None = None):
        super().__init__(template)
        self.judgement = Judgement(Belief.NOT_VALID, template, hint, params or {})


@dataclass(frozen=True)
class Body:
    """The list without its date, as it is written; its hash is what a statement names."""

    text: bytes
    sha256: str
    count: int


@dataclass(frozen=True)
class Revocations:
    """What a list says that can be relied on: when each was revoked, as of a moment."""

    as_of: datetime
    revoked: Mapping[str, datetime]

    def judge(self, code: str, issued_at: datetime) -> Judgement:
        """Say whether a certificate was revoked, by its verification code."""
        if at := self.revoked.get(mark(code)):
            return revoked(at)
        if self.as_of < issued_at:
            return Judgement(Belief.DOUBTFUL, N_(
                "The list of revocations is of %(as_of)s, older than the certificate: it cannot say"
                " whether that was revoked."), _AGAIN, {"as_of": written(self.as_of)})
        return not_revoked(self.as_of)


def revoked(at: datetime) -> Judgement:
    """Say that something no longer counts."""
    return Judgement(Belief.NOT_VALID, N_("It was revoked at %(at)s."), params={"at": written(at)})


def not_revoked(as_of: datetime) -> Judgement:
    """Say that something was not revoked up to a moment."""
    return Judgement(Belief.VALID, N_("It was not revoked as of %(as_of)s."),
                     params={"as_of": written(as_of)})


def mark(code: str) -> str:
    """Return what stands in the list for a certificate with a verification code."""
    return sha256_hex(code.encode())


def body(codes: Mapping[str, datetime]) -> Body:
    """Write the list of verification codes and when each was revoked."""
    text = canonical_bytes({mark(code): written(at) for code, at in codes.items()})
    return Body(text, sha256_hex(text), len(codes))


def sign(listed: Body, *, as_of: datetime, issuer: str, key_id: str, private_pem: bytes) -> bytes:
    """Return the list as it is published: canonical JSON, nothing else around it."""
    statement = {"schema": SCHEMA, "as_of": written(as_of), "issuer": issuer, "key_id": key_id,
                 "count": listed.count, "revoked_sha256": listed.sha256}
    signature = signing.sign(canonical_bytes(statement), private_pem)
    rest = canonical_bytes({"signature": signature, "statement": statement})
    return b'{"revoked":' + listed.text + b"," + rest[1:]


def read(data: bytes, keys: Mapping[str, PublicKey]) -> Revocations:
    """Return what a published list says, checked with its issuer's keys; raises Unusable."""
    listed, signature, statement = _taken_apart(data)
    _check_signature(statement, signature, keys)
    found = {"count": len(listed), "revoked_sha256": sha256_hex(canonical_bytes(listed))}
    if {name: statement.get(name) for name in found} != found:
        raise Unusable(_CHANGED, _AGAIN)
    try:
        return Revocations(moment_of(statement["as_of"]),
                           {name: moment_of(at) for name, at in listed.items()})
    except ValueError:
        raise Unusable(_NO_LIST, _AGAIN) from None


_NO_LIST = N_("The file is not a list of revocations, or it was changed or reformatted.")
_CHANGED = N_("The signature of the list of revocations does not fit: the list was changed.")
_AGAIN = N_("Take the list of revocations from the issuer again.")


def _taken_apart(data: bytes) -> tuple[JsonObject, str, JsonObject]:
    try:
        parts = parse(data)
    except NotCanonical:
        raise Unusable(_NO_LIST, _AGAIN) from None
    match parts:
        case {"revoked": dict(listed), "signature": str(signature),
              "statement": {"schema": "isotrain-revocations-1"} as statement} if len(parts) == 3:
            return listed, signature, statement
    raise Unusable(_NO_LIST, _AGAIN)


def _check_signature(statement: Mapping[str, Any], signature: str,
                     keys: Mapping[str, PublicKey]) -> None:
    """Refuse a list unless its key could have signed it at its date, and no thief could."""
    key = keys.get(str(statement.get("key_id")))
    if key is None:
        raise Unusable(N_("The key that signed the list of revocations is not among the keys"
                          " given."), N_("Take the published keys from the issuer again."))
    if not signing.verify(canonical_bytes(dict(statement)), signature, key.pem):
        raise Unusable(_CHANGED, _AGAIN)
    try:
        judged = public_keys.judge(key, moment_of(statement.get("as_of")))
    except ValueError:
        raise Unusable(_NO_LIST, _AGAIN) from None
    if judged.belief is not Belief.VALID:
        raise Unusable(N_("The list of revocations says it is of %(as_of)s, but its key was stolen"
                          " or retired: it cannot be told from a forgery."), _AGAIN,
                       {"as_of": str(statement["as_of"])})
