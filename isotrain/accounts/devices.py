"""Devices: what a browser keeps to show that somebody has signed in on it before.

Whose password somebody else guesses at is not shut out on such a device: its tries are counted
apart. The cookie is signed and says nothing to who reads it; it opens nothing by itself.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, replace
from datetime import timedelta

from itsdangerous import BadSignature, URLSafeSerializer

from isotrain import config
from isotrain.ledger.hashing import sha256_hex

LIFETIME = timedelta(days=365)
MOST = 30  # people who share a device, those who signed in last


@dataclass(frozen=True)
class Device:
    """One browser; `marks` stand for the people who have signed in on it, the last one first."""

    id: str
    marks: tuple[str, ...] = ()

    def knows(self, user_id: int) -> bool:
        """Say whether somebody has signed in here."""
        return self._mark(user_id) in self.marks

    def knowing(self, user_id: int) -> Device:
        """Return the device as it is after somebody has signed in here."""
        mark = self._mark(user_id)
        others = [other for other in self.marks if other != mark]
        return replace(self, marks=(mark, *others)[:MOST])

    def _mark(self, user_id: int) -> str:
        return sha256_hex(f"{self.id}:{user_id}".encode())[:16]


def read(cookie: str | None) -> Device:
    """Return the device that a cookie shows; a new one for none, or one that is not ours."""
    try:
        id_, *marks = _serializer().loads(cookie or "")
        return Device(str(id_), tuple(map(str, marks)))
    except (BadSignature, ValueError, TypeError):
        return Device(secrets.token_urlsafe(16))


def written(device: Device) -> str:
    """Return the cookie that shows a device."""
    text = _serializer().dumps([device.id, *device.marks])
    return text if isinstance(text, str) else text.decode()


def _serializer() -> URLSafeSerializer:
    installation = config.current()
    return URLSafeSerializer(
        [*installation.former_keys, installation.secret_key], salt="isotrain-device",
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256})
