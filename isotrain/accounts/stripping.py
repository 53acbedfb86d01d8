"""Stripping accounts that close: whoever is let in again begins as an employee without a password.

What was taken is returned, so that an administrator can read it and give it back.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from isotrain.accounts import news
from isotrain.accounts.models import Password, UserRole
from isotrain.accounts.permissions import PRIVILEGED
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import chunks


def strip(user_ids: Collection[int], *, by: Actor) -> dict[int, JsonObject]:
    """Take roles beyond an employee's, the password and all memberships; return what of whom."""
    taken = news.closed(user_ids, by=by)
    for some in chunks(user_ids):
        roles = db.session.execute(
            sa.delete(UserRole)
            .where(UserRole.user_id.in_(some), UserRole.role.in_(PRIVILEGED))
            .returning(UserRole.user_id, UserRole.role))
        for user_id, role in sorted((row.user_id, row.role) for row in roles):
            taken.setdefault(user_id, {}).setdefault("roles", []).append(role)
        for user_id in db.session.scalars(
            sa.delete(Password).where(Password.user_id.in_(some)).returning(Password.user_id)
        ):
            taken.setdefault(user_id, {})["password"] = True
    return taken
