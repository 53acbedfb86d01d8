"""Hashing and checking passwords; slow on purpose, so never inside a transaction."""

from __future__ import annotations

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from isotrain import clock
from isotrain.accounts import news
from isotrain.accounts.models import Password
from isotrain.db import db

# OWASP's first choice of argon2id: 19 MiB, two passes, one lane.
hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1)
_DUMMY = hasher.hash("no account has this password")


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password."""
    return hasher.hash(password)


def matches(password: str, stored: str | None) -> bool:
    """Compare a password with a stored hash; without one, do the same work and say no."""
    try:
        return hasher.verify(stored or _DUMMY, password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False


def needs_rehash(stored: str) -> bool:
    """Say whether a hash was made with parameters that are no longer ours."""
    return hasher.check_needs_rehash(stored)


def find_hash(user_id: int) -> str | None:
    """Return the stored hash of a user, None when no password was set yet."""
    row = db.session.get(Password, user_id)
    return row.hash if row else None


def renew(user_id: int, old: str, hashed: str) -> None:
    """Replace a hash by a stronger one of the same password, unless it changed meanwhile."""
    db.session.execute(
        sa.update(Password).where(Password.user_id == user_id, Password.hash == old)
        .values(hash=hashed)
    )


def store(user_id: int, hashed: str) -> None:
    """Set a user's password to an already hashed one."""
    row = db.session.get(Password, user_id)
    if row is None:
        db.session.add(Password(user_id=user_id, hash=hashed, changed_at=clock.now()))
        db.session.flush()
        news.registered([user_id])
    else:
        row.hash, row.changed_at = hashed, clock.now()
        db.session.flush()
