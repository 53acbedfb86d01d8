"""Ed25519 signatures over bytes; keys travel as PEM, signatures as hexadecimal digits.

Hexadecimal, because every other signature text than the one issued must be refused: the last
character of Base64 carries bits that nobody checks.
"""

import re
from functools import lru_cache

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from isotrain.ledger.hashing import sha256_hex

_SIGNATURE = re.compile(r"[0-9a-f]{128}")


class BadKey(ValueError):
    """The bytes are not an Ed25519 key of the kind asked for."""


def new_private_key() -> bytes:
    """A fresh private key as PEM (PKCS #8, not encrypted)."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def public_key(private_pem: bytes) -> bytes:
    """The public half as PEM (SubjectPublicKeyInfo); raises BadKey."""
    key = _load_private(private_pem).public_key()
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def key_id(public_pem: bytes) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the 32 key bytes; raises BadKey."""
    raw = _load_public(public_pem).public_bytes(Encoding.Raw, PublicFormat.Raw)
    return sha256_hex(raw)[:16]


def sign(data: bytes, private_pem: bytes) -> str:
    """The signature of the bytes as 128 lower-case hexadecimal digits; raises BadKey."""
    return _load_private(private_pem).sign(data).hex()


def verify(data: bytes, signature: str, public_pem: bytes) -> bool:
    """Whether exactly this signature was made over exactly these bytes; raises BadKey."""
    key = _load_public(public_pem)
    if not _SIGNATURE.fullmatch(signature):
        return False
    try:
        key.verify(bytes.fromhex(signature), data)
    except InvalidSignature:
        return False
    return True


def _load_private(pem: bytes) -> Ed25519PrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise BadKey("not a private key in PEM without a password") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("a private key, but not Ed25519")
    return key


@lru_cache(maxsize=64)
def _load_public(pem: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        raise BadKey("not a public key in PEM") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("a public key, but not Ed25519")
    return key
