"""Hashes of canonical values, and commitments that keep personal data out of what is sealed."""

import hmac
import secrets
from hashlib import sha256
from typing import Any

from isotrain.ledger.canonical import canonical_bytes

SALT_BYTES = 16
_COMMITMENT = "isotrain-commitment-1"


def sha256_hex(data: bytes) -> str:
    """The SHA-256 of the bytes as 64 lower-case hexadecimal digits."""
    return sha256(data).hexdigest()


def hash_of(value: Any) -> str:
    """The SHA-256 of the canonical bytes of a value; raises NotCanonical."""
    return sha256_hex(canonical_bytes(value))


def new_salt() -> str:
    """128 fresh random bits as 32 hexadecimal digits."""
    return secrets.token_hex(SALT_BYTES)


def commit(field: str, value: str, salt: str) -> str:
    """A hash that binds to a field's value and, once the salt is erased, no longer tells it.

    The SHA-256 of the canonical list ["isotrain-commitment-1", field, salt, value]. The salt is 32
    lower-case hexadecimal digits, fresh for every commitment; raises ValueError for another one.
    """
    if len(salt) != 2 * SALT_BYTES or not set(salt) <= set("0123456789abcdef"):
        raise ValueError("a salt is 32 lower-case hexadecimal digits")
    return hash_of([_COMMITMENT, field, salt, value])


def opens(commitment: str, *, field: str, value: str, salt: str) -> bool:
    """Whether this value and salt are what was committed to."""
    return hmac.compare_digest(commitment.encode(), commit(field, value, salt).encode())
