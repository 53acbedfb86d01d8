"""A passkey in software: it makes and signs what a browser would send, right or wrong as asked."""

from __future__ import annotations

import json
import secrets
import struct
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ORIGIN, SITE = "http://localhost", "localhost"


def text(plain: bytes) -> str:
    return urlsafe_b64encode(plain).decode().rstrip("=")


@dataclass
class Authenticator:
    """One passkey; `counts` is how far its counter goes on with each signature."""

    origin: str = ORIGIN
    site: str = SITE
    verified: bool = True
    count: int = 0
    counts: int = 1
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    def made(self, asked: str) -> str:
        """Answer what is asked when a passkey is added."""
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"),
                              -3: numbers.y.to_bytes(32, "big")})
        known = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        attested = cbor2.dumps({"fmt": "none", "attStmt": {},
                                "authData": self._data(ATTESTED) + known})
        return self._written({"clientDataJSON": text(self._client(asked, "webauthn.create")),
                              "attestationObject": text(attested), "transports": ["internal"]})

    def signed(self, asked: str) -> str:
        """Answer what is asked when somebody signs in."""
        self.count += self.counts
        data, client = self._data(0), self._client(asked, "webauthn.get")
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._written({"clientDataJSON": text(client), "authenticatorData": text(data),
                              "signature": text(signature)})

    def _data(self, more: int) -> bytes:
        flags = PRESENT | (VERIFIED if self.verified else 0) | more
        return sha256(self.site.encode()).digest() + struct.pack(">BI", flags, self.count)

    def _client(self, asked: str, kind: str) -> bytes:
        return json.dumps({"type": kind, "challenge": json.loads(asked)["challenge"],
                           "origin": self.origin, "crossOrigin": False}).encode()

    def _written(self, response: dict[str, object]) -> str:
        return json.dumps({"id": text(self.id), "rawId": text(self.id), "type": "public-key",
                           "response": response, "clientExtensionResults": {}})
