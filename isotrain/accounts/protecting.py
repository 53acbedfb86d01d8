"""Protecting accounts: nobody rises above the own roles, nobody locks the house out.

Every act on accounts asks here itself, so that it does not matter by which door it is reached.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from isotrain.accounts import directory
from isotrain.accounts.models import User, UserRole
from isotrain.accounts.permissions import GUARDED, PERMISSIONS, Permission, Role, permissions_of
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.lists import chunks

GUARDED_ROLES = tuple(role for role in Role if PERMISSIONS[role] & GUARDED)


def guarded_from(user_ids: Collection[int], *, by: Actor) -> set[int]:
    """Return those of these people whose way in is not for this actor to make or change."""
    if not user_ids or _may_grant(by):
        return set()
    found: set[int] = set()
    for some in chunks(user_ids):
        found.update(db.session.scalars(sa.select(UserRole.user_id).where(
            UserRole.user_id.in_(some), UserRole.role.in_(GUARDED_ROLES))))
    return found - {by.user_id}


def refuse_opening(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to make or change the way in of trainers and administrators, but to administrators."""
    if guarded_from(user_ids, by=by):
        raise Refusal(_("This person is a trainer or an administrator: only an administrator"
                        " makes their links and changes what they sign in with."))


def refuse_closing(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to close one's own account, or the last administrator's."""
    if by.user_id in user_ids:
        raise Refusal(_("You cannot deactivate your own account. Ask a colleague."))
    _refuse_without_admin(user_ids)


def refuse_regranting(user_id: int, taken: frozenset[Role], *, by: Actor) -> None:
    """Refuse to change one's own roles, or to take the last administrator's."""
    if by.kind == "user" and by.user_id == user_id:
        raise Refusal(_("You cannot change your own roles. Ask another administrator."))
    if Role.ADMIN in taken:
        _refuse_without_admin({user_id})


def refuse_granting(roles: frozenset[Role], *, by: Actor) -> None:
    """Refuse to give any role but an employee's, unless the actor may give roles."""
    if roles - {Role.EMPLOYEE} and not _may_grant(by):
        raise Refusal(_("Only an administrator gives roles."))


def _may_grant(by: Actor) -> bool:
    """Say whether an actor may give roles; a command and the application itself may."""
    if by.kind != "user" or by.user_id is None:
        return True
    return Permission.ROLES_GRANT in permissions_of(directory.roles_of(by.user_id))


def _refuse_without_admin(user_ids: Collection[int]) -> None:
    """Refuse when all active administrators are among these people."""
    admins = set(db.session.scalars(
        sa.select(User.id).join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMIN, User.deactivated_at.is_(None))))
    if admins and admins <= set(user_ids):
        raise Refusal(_("Make somebody else an administrator first."))
