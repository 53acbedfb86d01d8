"""Adding users, changing who they are, giving roles, and letting them go."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import enrolling
from isotrain.accounts.models import Identity, SignInName, User, UserRole
from isotrain.accounts.permissions import (
    GUARDED,
    PERMISSIONS,
    Permission,
    Role,
    permissions_of,
)
from isotrain.accounts.rules import folded, is_email
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.mail.rules import Recipient


@dataclass(frozen=True)
class Person:
    """Who somebody is: what a form or a line of a people file says."""

    personnel_no: str
    name: str
    email: str | None = None


def add(person: Person, *, roles: frozenset[Role], by: Actor, is_demo: bool = False) -> User:
    """Add a user; refuse an identifier that somebody already signs in with."""
    _check(person)
    user = User(created_at=clock.now(), is_demo=is_demo)
    db.session.add(user)
    db.session.flush()
    db.session.add(
        Identity(user_id=user.id, name=person.name, name_folded=folded(person.name),
                 personnel_no=person.personnel_no, email=person.email)
    )
    _claim_names(user.id, person)
    for role in sorted(roles):
        db.session.add(UserRole(user_id=user.id, role=role, granted_at=clock.now(),
                                granted_by=by.user_id))
    note("user.added", by, scope="people", on=("user", user.id),
         details={"roles": _names(roles)})
    db.session.flush()
    return user


def change(user_id: int, person: Person, *, by: Actor) -> bool:
    """Change who somebody is; say whether anything changed."""
    identity = get_identity(user_id)
    if (identity.name, identity.personnel_no, identity.email) == (
        person.name, person.personnel_no, person.email
    ):
        return False
    _check(person)
    if (identity.personnel_no, identity.email) != (person.personnel_no, person.email):
        refuse_opening({user_id}, by=by)
    identity.name, identity.name_folded = person.name, folded(person.name)
    if (identity.personnel_no, identity.email) != (person.personnel_no, person.email):
        identity.personnel_no, identity.email = person.personnel_no, person.email
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id == user_id))
        _claim_names(user_id, person)
        cancel_links(user_id)
    note("user.changed", by, scope="people", on=("user", user_id))
    db.session.flush()
    return True


def cancel_links(user_id: int) -> None:
    """Make every unused one-time link of a user useless."""
    enrolling.cancel_links([user_id])


def deactivate(user_id: int, *, by: Actor, reason: str | None = None) -> None:
    """Close an account: out at the next request; nothing is deleted."""
    if get(user_id).active:
        refuse_closing({user_id}, by=by)
        enrolling.deactivate_all([user_id], by=by, reason=reason)


def refuse_closing(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to close one's own account, or the last administrator's."""
    if by.user_id in user_ids:
        raise Refusal(_("You cannot deactivate your own account. Ask a colleague."))
    admins = set(db.session.scalars(_active_admins()))
    if admins and admins <= set(user_ids):
        raise Refusal(_("Make somebody else an administrator first."))


def guarded_from(user_ids: Collection[int], *, by: Actor) -> set[int]:
    """Return those of these people whose way in is not for this actor to make or change."""
    if by.kind != "user" or by.user_id is None:
        return set()
    if Permission.ROLES_GRANT in permissions_of(roles_of(by.user_id)):
        return set()
    guarded = [role for role in Role if PERMISSIONS[role] & GUARDED]
    found: set[int] = set()
    for some in enrolling.chunks(user_ids):
        found.update(db.session.scalars(sa.select(UserRole.user_id).where(
            UserRole.user_id.in_(some), UserRole.role.in_(guarded))))
    return found - {by.user_id}


def refuse_opening(user_ids: Collection[int], *, by: Actor) -> None:
    """Refuse to make or change the way in of trainers and administrators, but to administrators."""
    if guarded_from(user_ids, by=by):
        raise Refusal(_("This person is a trainer or an administrator: only an administrator"
                        " makes their links and changes what they sign in with."))


def reactivate(user_id: int, *, by: Actor) -> None:
    """Open a closed account again."""
    if not get(user_id).active:
        enrolling.reactivate_all([user_id], by=by)


def set_roles(user_id: int, roles: frozenset[Role], *, by: Actor) -> None:
    """Give a user exactly these roles; nobody changes the own ones."""
    if by.kind == "user" and by.user_id == user_id:
        raise Refusal(_("You cannot change your own roles. Ask another administrator."))
    held = roles_of(user_id)
    if held == roles:
        return
    if Role.ADMIN in held - roles and set(db.session.scalars(_active_admins())) == {user_id}:
        raise Refusal(_("Make somebody else an administrator first."))
    db.session.execute(
        sa.delete(UserRole).where(UserRole.user_id == user_id, UserRole.role.in_(held - roles))
    )
    for role in sorted(roles - held):
        db.session.add(UserRole(user_id=user_id, role=role, granted_at=clock.now(),
                                granted_by=by.user_id))
    note("user.roles_changed", by, scope="technical", on=("user", user_id),
         before=_names(held), after=_names(roles),
         details={"given": _names(roles - held), "taken": _names(held - roles)})
    db.session.flush()


def _names(roles: frozenset[Role]) -> list[str]:
    return sorted(role.value for role in roles)


def roles_of(user_id: int) -> frozenset[Role]:
    """Return the roles a user holds."""
    query = sa.select(UserRole.role).where(UserRole.user_id == user_id)
    return frozenset(Role(role) for role in db.session.scalars(query))


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


def find_by_name(name: str) -> User | None:
    """Return the user who signs in with this personnel number or address."""
    query = sa.select(User).join(SignInName).where(SignInName.folded == folded(name))
    return db.session.scalars(query).first()


def names_of(user_ids: Collection[int]) -> dict[int, str]:
    """Return the names of those of these people who are known."""
    found = {}
    for some in enrolling.chunks(user_ids):
        query = sa.select(Identity.user_id, Identity.name).where(Identity.user_id.in_(some))
        found.update({row.user_id: row.name for row in db.session.execute(query)})
    return found


def ids_of(text: str) -> list[int]:
    """Return the people whose name or sign-in name contains a text, a thousand at most."""
    part = folded(text)
    signs = sa.select(SignInName.user_id).where(SignInName.folded.contains(part, autoescape=True))
    query = sa.select(Identity.user_id).where(sa.or_(
        Identity.name_folded.contains(part, autoescape=True), Identity.user_id.in_(signs)))
    return list(db.session.scalars(query.limit(1000)))


def find_recipient(user_id: int) -> Recipient | None:
    """Return who to write to; None for people who left or have no address."""
    query = (
        sa.select(Identity.name, Identity.email)
        .join(User, User.id == Identity.user_id)
        .where(User.id == user_id, User.deactivated_at.is_(None), Identity.email.is_not(None))
    )
    row = db.session.execute(query).first()
    return Recipient(row.name, row.email) if row else None


def _check(person: Person) -> None:
    for field, text, limit in (("personnel_no", person.personnel_no, 64),
                               ("name", person.name, 200)):
        if not text.strip():
            raise Refusal(_("Enter the %(field)s", field=field.replace("_no", " number")), field)
        if len(text) > limit or any(unicodedata.category(c) == "Cc" for c in text):
            raise Refusal(_("Use at most %(limit)s plain characters", limit=limit), field)
    if not folded(person.personnel_no):
        raise Refusal(_("Enter the personnel number"), "personnel_no")
    if person.email and not is_email(person.email):
        raise Refusal(_("Enter an e-mail address like name@example.com"), "email")


def _claim_names(user_id: int, person: Person) -> None:
    """Reserve the identifiers; the primary key on the folded form is the judge of races."""
    names = [("personnel_no", person.personnel_no)]
    if person.email and folded(person.email) != folded(person.personnel_no):
        names.append(("email", person.email))
    for kind, name in names:
        taken = db.session.get(SignInName, folded(name))
        if taken is not None and taken.user_id != user_id:
            raise Refusal(_("Somebody already signs in with “%(name)s”", name=name), kind)
        db.session.add(SignInName(folded=folded(name), user_id=user_id, kind=kind))
    db.session.flush()


def _active_admins() -> sa.Select[int]:
    return (
        sa.select(User.id)
        .join(UserRole, UserRole.user_id == User.id)
        .where(UserRole.role == Role.ADMIN, User.deactivated_at.is_(None))
    )
