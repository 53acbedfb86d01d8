"""The keys that certificates and manifests are signed with: private files, public rows."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import chain
from pathlib import Path

import sqlalchemy as sa

from isotrain import clock, config
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.certificates.models import SigningKey
from isotrain.db import db
from isotrain.errors import NotFound, Refusal, Unready
from isotrain.i18n import _
from isotrain.ledger import public_keys, signing
from isotrain.ledger.public_keys import ForeignId, NotKeys, PublicKey


def current(*, by: Actor) -> tuple[str, bytes]:
    """Return (key id, private PEM) of the key to sign with; the first call makes one.

    The key stays in use until the transaction ends. Who had to wait while another took its place
    finds nothing in use, and the new one at a second look.
    """
    held = _IN_USE.with_for_update(read=True)
    looks = chain.from_iterable(db.session.scalars(held) for _look in range(2))
    return _first(looks) or make(by=by)


def find_in_use() -> tuple[str, bytes] | None:
    """Return (key id, private PEM) of the key in use, None before the first; it is not held."""
    return _first(db.session.scalars(_IN_USE))


_IN_USE = (
    sa.select(SigningKey.key_id)
    .where(SigningKey.retired_at.is_(None))
    .order_by(SigningKey.created_at.desc())
)


def _first(key_ids: Iterable[str]) -> tuple[str, bytes] | None:
    """Return the first of these keys that is in the folder, None while there was never a key."""
    for key_id in key_ids:
        pem = _read(config.current().keys, key_id)
        if pem:
            return key_id, pem
    if db.session.scalar(sa.select(sa.func.count()).select_from(SigningKey)):
        raise Unready(_("The private signing key is missing from the keys folder. Restore it from a"
                        " backup, or make a new one with: flask certificate new-key"))
    return None


def make(*, by: Actor) -> tuple[str, bytes]:
    """Make a new key; the ones before it stay known, so what they signed still verifies."""
    private = signing.new_private_key()
    public = signing.public_key(private)
    key_id = signing.key_id(public)
    _write(config.current().keys, key_id, private)
    in_use = SigningKey.retired_at.is_(None)
    db.session.execute(sa.select(SigningKey.key_id).where(in_use).with_for_update())
    now = clock.now()  # whoever was signing has signed
    db.session.execute(sa.update(SigningKey).where(in_use).values(retired_at=now))
    db.session.add(SigningKey(key_id=key_id, public_pem=public.decode(), created_at=now))
    note("signing_key.made", by, scope="technical", on=("signing_key", key_id))
    db.session.flush()
    return key_id, private


def report_stolen(key_id: str, *, since: datetime, reason: str, by: Actor) -> str | None:
    """Say from when on a key is stolen, for good; return the key made in its place if it was used.

    A theft may turn out to be older than was thought, never younger.
    """
    life = db.session.execute(
        sa.select(SigningKey.retired_at, SigningKey.stolen_at)
        .where(SigningKey.key_id == key_id).with_for_update()
    ).one_or_none()
    if life is None:
        raise NotFound(_("There is no signing key %(key)s.", key=repr(key_id)))
    if since > clock.now():
        raise Refusal(_("Enter a moment that has passed"), "since")
    if life.stolen_at and since >= life.stolen_at:
        raise Refusal(_("This key is known to be stolen since %(moment)s. Only an earlier moment"
                        " can be reported.", moment=public_keys.written(life.stolen_at)), "since")
    reason = checked_reason(reason)
    newer = None if life.retired_at else make(by=by)[0]
    db.session.execute(sa.update(SigningKey).where(SigningKey.key_id == key_id)
                       .values(stolen_at=since))
    note("signing_key.stolen", by, scope="technical", on=("signing_key", key_id),
         reason=reason, details={"since": public_keys.written(since)})
    return newer


def published() -> dict[str, PublicKey]:
    """Return every public key by its id, the oldest first."""
    rows = db.session.execute(
        sa.select(SigningKey.key_id, SigningKey.public_pem, SigningKey.created_at,
                  SigningKey.retired_at, SigningKey.stolen_at)
        .order_by(SigningKey.created_at, SigningKey.key_id))
    return {key_id: PublicKey(pem=pem.encode(), made_at=made_at, retired_at=retired_at,
                              stolen_at=stolen_at)
            for key_id, pem, made_at, retired_at, stolen_at in rows}


def for_the_register() -> dict[str, PublicKey]:
    """Return the keys that rows of our own are checked with: a thief's signatures are not there."""
    return {key_id: replace(key, stolen_at=None) for key_id, key in published().items()}


def read_published(data: bytes) -> dict[str, PublicKey]:
    """Return the public keys of a published key file (/verify/keys.json), or refuse."""
    try:
        return public_keys.read(data)
    except ForeignId as foreign:
        raise Refusal(_("This file names a key %(key)s by an id that is not computed from it. Take"
                        " the published keys from the issuer again.",
                        key=repr(foreign.key_id))) from None
    except NotKeys:
        raise Refusal(_("This file does not hold published keys.")) from None


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
