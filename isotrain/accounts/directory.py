"""Who there is: looking up accounts, and what people are called and sign in with."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from isotrain.accounts import search
from isotrain.accounts.models import Identity, SignInName, User, UserRole
from isotrain.accounts.permissions import Role, permissions_of
from isotrain.accounts.preferring import usable
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.lists import chunks
from isotrain.mail.rules import Recipient
from isotrain.text import fold

FOUND_AT_MOST = 1000


def get(user_id: int) -> User:
    """Return a user or raise NotFound."""
    user = db.session.get(User, user_id)
    if user is None:
        raise NotFound(_("This person does not exist."))
    return user


def get_identity(user_id: int) -> Identity:
    """Return who a user is or raise NotFound."""
    identity = db.session.get(Identity, user_id)
    if identity is None:
        raise NotFound(_("This person does not exist."))
    return identity


def identities_of(user_ids: Collection[int]) -> dict[int, Identity]:
    """Return who these users are; raises NotFound for somebody who does not exist."""
    found: dict[int, Identity] = {}
    for some in chunks(user_ids):
        rows = db.session.scalars(sa.select(Identity).where(Identity.user_id.in_(some)))
        found.update({identity.user_id: identity for identity in rows})
    if len(found) < len(user_ids):
        raise NotFound(_("This person does not exist."))
    return found


def find_by_name(name: str) -> User | None:
    """Return the user who signs in with this personnel number or address."""
    query = sa.select(User).join(SignInName).where(SignInName.folded == fold(name))
    return db.session.scalars(query).first()


def find_recipient(user_id: int) -> Recipient | None:
    """Return who to write to; None for people who left or have no address."""
    query = (
        sa.select(Identity.name, Identity.email, User.language)
        .join(User, User.id == Identity.user_id)
        .where(User.id == user_id, User.deactivated_at.is_(None), Identity.email.is_not(None))
    )
    row = db.session.execute(query).first()
    return Recipient(row.name, row.email, usable(row.language)) if row else None


def roles_of(user_id: int) -> frozenset[Role]:
    """Return the roles a user holds."""
    query = sa.select(UserRole.role).where(UserRole.user_id == user_id)
    return frozenset(Role(role) for role in db.session.scalars(query))


def list_administrators() -> list[int]:
    """List who is an administrator now."""
    query = (sa.select(User.id).join(UserRole, UserRole.user_id == User.id)
             .where(UserRole.role == Role.ADMIN, User.deactivated_at.is_(None)))
    return list(db.session.scalars(query.order_by(User.id)))


def may(user_id: int, permission: str) -> bool:
    """Say whether somebody is active and holds a permission right now."""
    return get(user_id).active and permission in permissions_of(roles_of(user_id))


def names_of(user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those of these people who are known."""
    found: dict[int, str] = {}
    for some in chunks(user_ids):
        query = sa.select(Identity.user_id, Identity.name).where(Identity.user_id.in_(some))
        found.update({row.user_id: row.name for row in db.session.execute(query)})
    return found


def first_ids(text: str) -> tuple[Sequence[int], bool]:
    """Return people who are found by a text, a thousand at most, and whether there are more."""
    return search.first_ids(text, FOUND_AT_MOST)


def by_state(user_ids: Collection[int]) -> tuple[set[int], set[int]]:
    """Return those of these people whose accounts are open, and those whose are closed.

    Raises NotFound for somebody who does not exist.
    """
    found: dict[int, bool] = {}
    for some in chunks(user_ids):
        query = sa.select(User.id, User.deactivated_at.is_(None)).where(User.id.in_(some))
        found.update((row[0], row[1]) for row in db.session.execute(query))
    if set(user_ids) - found.keys():
        raise NotFound(_("This person does not exist."))
    active_ones = {user_id for user_id, active in found.items() if active}
    return active_ones, found.keys() - active_ones
