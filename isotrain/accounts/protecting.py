"""Protecting accounts: nobody rises above the own roles, nobody locks the house out.

Every act on accounts asks here itself, so that it does not matter by which door it is reached.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from isotrain.accounts import directory
from isotrain.accounts.models import Identity, User, UserRole
from isotrain.accounts.permissions import PRIVILEGED, Permission, Role, permissions_of
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.lists import chunks
from isotrain.mail import queueing

OVERSEEING = frozenset({Role.AUDITOR, Role.ADMIN})


def guarded_from(user_ids: Collection[int], *, by: Actor) -> set[int]:
    """Return those of these people whose way in is not for this actor to make or change."""
    return _held_beyond(by, PRIVILEGED, user_ids)


def kept_from(user_ids: Collection[int], *, by: Actor) -> set[int]:
    """Return those of these people whose account is not for this actor to close.

    HR lets everybody go who leaves, but silences nobody who watches over HR.
    """
    return _held_beyond(by, OVERSEEING, user_ids)


def _held_beyond(
    by: Actor, roles: frozenset[Role], user_ids: Collection[int]
) -> set[int]:
    """Return those of these people who hold one of some roles, nobody for who may give them."""
    if not user_ids or _may_grant(by):
        return set()
    found: set[int] = set()
    for some in chunks(user_ids):
        found.update(db.session.scalars(sa.select(UserRole.user_id).where(
            UserRole.user_id.in_(some), UserRole.role.in_(roles))))
    return found


def refuse_opening(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to make or change the way in of who holds a role, but to administrators."""
    if guarded_from(user_ids, by=by):
        raise Refusal(_("This person holds a role beyond an employee's: only an administrator"
                        " makes their links, signs them out and changes what they sign in with."))


def hidden_from(user_ids: Collection[int], *, by: Actor) -> set[int]:
    """Return those of these people whose link must not be shown to this actor.

    Who has an address is sent theirs; where no mail can be sent, an administrator hands it over.
    """
    if by.kind != "user" or (_may_grant(by) and not queueing.is_set_up()):
        return set()
    found: set[int] = set()
    for some in chunks(user_ids):
        found.update(db.session.scalars(sa.select(Identity.user_id).where(
            Identity.user_id.in_(some), Identity.email.is_not(None))))
    return found


def refuse_showing(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to show links that go to the address of their owner."""
    if not hidden_from(user_ids, by=by):
        return
    if queueing.is_set_up():
        raise Refusal(_("Who has an e-mail address is sent the link. Mail it."))
    raise Refusal(_("No mail can be sent here, so only an administrator makes the link of somebody"
                    " who has an e-mail address."))


def refuse_closing(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to close one's own account, one of who oversees, or the last administrator's."""
    if by.user_id in user_ids:
        raise Refusal(_("You cannot deactivate your own account. Ask a colleague."))
    if kept_from(user_ids, by=by):
        raise Refusal(_("Only an administrator deactivates an auditor or an administrator."))
    _refuse_without_admin(user_ids)


def refuse_regranting(user_id: int, taken: frozenset[Role], *, by: Actor) -> None:
    """Refuse to change one's own roles, or to take the last administrator's."""
    if by.kind == "user" and by.user_id == user_id:
        raise Refusal(_("You cannot change your own roles. Ask another administrator."))
    if Role.ADMIN in taken:
        _refuse_without_admin({user_id})


def refuse_closed(user_id: int) -> None:
    """Refuse to give anything to a closed account; nobody closes it meanwhile."""
    query = sa.select(User.deactivated_at).where(User.id == user_id).with_for_update()
    if db.session.scalar(query) is not None:
        raise Refusal(_("This account is not active. Reactivate it first."))


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
    """Refuse when all active administrators are among these people.

    Two who ask at once wait for each other, or each would count on the other's.
    """
    query = (sa.select(User.id).join(UserRole, UserRole.user_id == User.id)
             .where(UserRole.role == Role.ADMIN, User.deactivated_at.is_(None)))
    db.session.execute(query.order_by(User.id).with_for_update(of=User))
    admins = set(db.session.scalars(query))
    if admins and admins <= set(user_ids):
        raise Refusal(_("Make somebody else an administrator first."))
