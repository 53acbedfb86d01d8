"""The keys that certificates and manifests are signed with: private files, public rows."""

from __future__ import annotations

import json
import os
from functools import lru_cache
from pathlib import Path

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.audit.noting import Actor, note
from isotrain.certificates.models import SigningKey
from isotrain.db import db
from isotrain.errors import Refusal, Unready
from isotrain.i18n import _
from isotrain.ledger import signing


def current(*, by: Actor) -> tuple[str, bytes]:
    """Return (key id, private PEM) of the key to sign with; the first call makes one."""
    for key_id in db.session.scalars(_IN_USE):
        pem = _read(config.current().keys, key_id)
        if pem:
            return key_id, pem
    if db.session.scalar(sa.select(sa.func.count()).select_from(SigningKey)):
        raise Unready(_("The private signing key is missing from the keys folder. Restore it from a"
                        " backup, or make a new one with: flask certificate new-key"))
    return make(by=by)


_IN_USE = (
    sa.select(SigningKey.key_id)
    .where(SigningKey.retired_at.is_(None))
    .order_by(SigningKey.created_at.desc())
)


def make(*, by: Actor) -> tuple[str, bytes]:
    """Make a new key; the ones before it stay known, so what they signed still verifies."""
    private = signing.new_private_key()
    public = signing.public_key(private)
    key_id = signing.key_id(public)
    _write(config.current().keys, key_id, private)
    db.session.execute(
        sa.update(SigningKey).where(SigningKey.retired_at.is_(None)).values(
            retired_at=clock.now())
    )
    db.session.add(SigningKey(key_id=key_id, public_pem=public.decode(), created_at=clock.now()))
    note("signing_key.made", by, scope="technical", on=("signing_key", key_id))
    db.session.flush()
    return key_id, private


def public_keys() -> dict[str, bytes]:
    """Return every public key by its id."""
    return {row.key_id: row.public_pem.encode() for row in
            db.session.scalars(sa.select(SigningKey))}


def read_published(data: bytes) -> dict[str, bytes]:
    """Return the public keys of a published key file (/verify/keys.json), or refuse."""
    try:
        keys = json.loads(data)["keys"]
        found = {str(key_id): str(pem).encode() for key_id, pem in keys.items()}
        for pem in found.values():
            signing.key_id(pem)
    except (ValueError, KeyError, AttributeError, TypeError):
        raise Refusal(_("This file does not hold published keys.")) from None
    return found


@lru_cache(maxsize=8)
def _kept(path: Path) -> bytes:
    return path.read_bytes()


def _read(folder: Path, key_id: str) -> bytes | None:
    path = folder / f"{key_id}.pem"
    return _kept(path) if path.exists() else None


def _write(folder: Path, key_id: str, private: bytes) -> None:
    """Write the private key before the row that names it: a key without a row harms nobody."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{key_id}.pem"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(private)
        file.flush()
        os.fsync(file.fileno())
