"""Sealing the secrets of apps with a key in a file, so that no database gives them away.

A secret is bound to its owner: moved to another's row it cannot be opened. The file travels with
backups, as signing keys do.
"""

from __future__ import annotations

import os
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from contextlib import suppress
from pathlib import Path

import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from isotrain import config
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.hashing import sha256_hex
from isotrain.second_factor.models import AuthenticatorApp

NAME = "second-factor.key"
LENGTH, NONCE = 32, 12


class NoKey(Refusal):
    """The key file is missing, damaged or not the one that secrets were sealed with."""


def path() -> Path:
    """Return where the key file stands."""
    return config.current().keys / NAME


def parse(text: str) -> bytes:
    """Return the key that a file holds; raises ValueError for what is none."""
    key = urlsafe_b64decode(text.strip().encode())
    if len(key) != LENGTH:
        raise ValueError(NAME)
    return key


def seal(user_id: int, secret: str) -> tuple[bytes, str]:
    """Return a secret sealed for its owner, and the id of the key; the first call makes the key."""
    key = _present() or _made()
    key_id = _id(key)
    if _others(key_id):
        raise _wrong()
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, secret.encode(), _bound(user_id)), key_id


def unseal(app: AuthenticatorApp) -> str:
    """Return the secret of an app, or raise NoKey."""
    key = _present()
    if key is None:
        raise _missing()
    if _id(key) != app.key_id:
        raise _wrong()
    nonce, sealed = app.sealed[:NONCE], app.sealed[NONCE:]
    try:
        return AESGCM(key).decrypt(nonce, sealed, _bound(app.user_id)).decode()
    except InvalidTag:
        raise NoKey(_("The secret of this authenticator app is damaged. Use a recovery code or a"
                      " passkey, or ask an administrator to reset it."), status=503) from None


def find_problem() -> str | None:
    """Say what is wrong with the key file, None where nothing is."""
    try:
        key = _present()
    except NoKey as damaged:
        return damaged.sentence
    if key is None:
        return _missing().sentence if _others("") else None
    return _wrong().sentence if _others(_id(key)) else None


def _present() -> bytes | None:
    try:
        return parse(path().read_text(encoding="ascii"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise NoKey(_("The key file of second factors cannot be read. Put back %(file)s from a"
                      " backup.", file=path()), status=503) from None


def _made() -> bytes:
    """Make the key, unless another process was quicker; a file is whole once it has its name."""
    if _others(""):
        raise _missing()
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = file.with_name(f".{NAME}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as written:
        written.write(urlsafe_b64encode(os.urandom(LENGTH)) + b"\n")
        written.flush()
        os.fsync(written.fileno())
    with suppress(FileExistsError):
        os.link(fresh, file)
    fresh.unlink()
    key = _present()
    assert key is not None
    return key


def _others(key_id: str) -> bool:
    """Say whether any secret is sealed with another key."""
    query = sa.select(sa.literal(1)).where(AuthenticatorApp.key_id != key_id).limit(1)
    return db.session.scalar(query) is not None


def _id(key: bytes) -> str:
    return sha256_hex(b"isotrain-second-factor:" + key)[:16]


def _bound(user_id: int) -> bytes:
    return f"isotrain-second-factor:{user_id}".encode()


def _missing() -> NoKey:
    return NoKey(_("Codes of authenticator apps cannot be checked: the key file %(file)s is"
                   " missing. Put it back from a backup; recovery codes and passkeys work without"
                   " it.", file=path().name), status=503)


def _wrong() -> NoKey:
    return NoKey(_("Codes of authenticator apps cannot be checked: the key file %(file)s is not the"
                   " one they were set up with. Put the right one back from a backup; recovery"
                   " codes and passkeys work without it.", file=path().name), status=503)
