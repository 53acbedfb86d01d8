"""Membership: who looks after a library, a course or a bank, who owns it, how that changes.

Whoever comes first owns it. Members add colleagues and let members go, the owner excepted: only the
owner, an administrator or a command names another one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain import clock
from isotrain.accounts.directory import find_by_name, roles_of
from isotrain.accounts.models import Identity, User, UserRole
from isotrain.accounts.permissions import PERMISSIONS, Permission, permissions_of
from isotrain.audit.noting import Actor, note
from isotrain.db import db, upsert
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, say
from isotrain.lists import chunks
from isotrain.study.models import (
    MEMBER,
    OWNER,
    Course,
    CourseMember,
    Library,
    LibraryMember,
)
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from isotrain.db import Base


@dataclass(frozen=True)
class Kind:
    """One kind of thing that trainers look after: its table, and that of its members."""

    name: str
    owner: type[Base]
    table: type[Base]
    needs: Permission
    scope: str
    missing: str

    @property
    def owner_id(self) -> sa.ColumnElement[int]:
        """The column of the members' table that names the thing."""
        column: sa.ColumnElement[int] = self.table.__table__.c[f"{self.name}_id"]
        return column

    @property
    def user_id(self) -> sa.ColumnElement[int]:
        """The column of the members' table that names the person."""
        column: sa.ColumnElement[int] = self.table.__table__.c.user_id
        return column


COURSE = Kind("course", Course, CourseMember, Permission.QUIZ_COMPOSE, "training",
              N_("This course does not exist."))
LIBRARY = Kind("library", Library, LibraryMember, Permission.BANK_EDIT, "training",
               N_("This library does not exist."))

# What the events are called that are named after the kind.
EVENTS = (N_("Course member added"), N_("Course member removed"), N_("Library member added"),
          N_("Library member removed"), N_("Bank member added"), N_("Bank member removed"),
          N_("Course owner named"), N_("Library owner named"), N_("Bank owner named"))


@dataclass(frozen=True)
class Member:
    """Somebody who looks after something; older memberships know neither since when nor by whom."""

    user_id: int
    name: str
    personnel_no: str
    role: str
    since: datetime | None
    added_by: str | None


@dataclass(frozen=True)
class Table:
    """Who looks after something, as one reader sees it, and what that reader may do about it."""

    members: list[Member]
    own_id: int
    overseeing: bool
    may_add: bool

    @property
    def may_change(self) -> bool:
        """Whether the reader looks after it."""
        return any(member.user_id == self.own_id for member in self.members)

    @property
    def may_name(self) -> bool:
        """Whether the reader may name another owner."""
        return self.overseeing or any(
            (member.user_id, member.role) == (self.own_id, OWNER) for member in self.members)


def table_for(kind: Kind, thing_id: int, reader: int, *, oversees: bool) -> Table:
    """Return who looks after something, for a reader who does or who oversees it."""
    members = list_members(kind, thing_id)
    own = any(member.user_id == reader for member in members)
    return Table(members, reader, overseeing=oversees and bool(members),
                 may_add=own or not list_able(kind, thing_id))


def list_members(kind: Kind, thing_id: int) -> list[Member]:
    """List who looks after something, by name."""
    table, adder = kind.table.__table__, aliased(Identity)
    query = (
        sa.select(Identity.user_id, Identity.name, Identity.personnel_no, table.c.role,
                  table.c.since, adder.name)
        .join(table, kind.user_id == Identity.user_id)
        .outerjoin(adder, adder.user_id == table.c.added_by)
        .where(kind.owner_id == thing_id)
        .order_by(Identity.name_folded, Identity.user_id)
    )
    return [Member(*row) for row in db.session.execute(query)]


def is_member(kind: Kind, thing_id: int, user_id: int) -> bool:
    """Say whether somebody looks after something."""
    found = sa.select(kind.user_id).where(kind.owner_id == thing_id, kind.user_id == user_id)
    return db.session.execute(found).first() is not None


def list_able(kind: Kind, thing_id: int) -> list[int]:
    """List the members who can act: their account is in use, and they are still trainers."""
    roles = [role.value for role, may in PERMISSIONS.items() if kind.needs in may]
    query = (
        sa.select(kind.user_id).join(User, User.id == kind.user_id)
        .where(kind.owner_id == thing_id, User.deactivated_at.is_(None),
               sa.exists().where(UserRole.user_id == User.id, UserRole.role.in_(roles)))
        .order_by(kind.user_id)
    )
    return list(db.session.scalars(query))


def check_member(kind: Kind, thing_id: int, *, by: Actor) -> None:
    """Raise NotFound unless who acts looks after something; a command may act on anything."""
    if by.user_id is not None and not is_member(kind, thing_id, by.user_id):
        raise NotFound(say(kind.missing))


def add(kind: Kind, thing_id: int, name: str, *, by: Actor, oversees: bool) -> None:
    """Let the trainer with this personnel number or address look after something as well.

    Who looks after it adds the next. Who only oversees (an administrator) names somebody else where
    nobody can act, and nothing else.
    """
    member = by.user_id is None or is_member(kind, thing_id, by.user_id)
    if not (member or oversees):
        raise NotFound(say(kind.missing))
    _lock(kind, thing_id)
    able = list_able(kind, thing_id)
    if not member and able:
        raise Refusal(_("Somebody looks after it already. Ask them to add the next."), "name")
    user_id = _trainer(kind, name, besides=None if member else by.user_id)
    _join(kind, thing_id, user_id, by=by)
    if not able:
        _set_owner(kind, thing_id, user_id)


def hand_over(kind: Kind, thing_id: int, name: str, *, by: Actor, oversees: bool) -> None:
    """Name the trainer who owns something from now on; the owner before stays a member."""
    _lock(kind, thing_id)
    roles = {member.user_id: member.role for member in list_members(kind, thing_id)}
    owner = by.user_id is None or roles.get(by.user_id) == OWNER
    if not (owner or oversees):
        if by.user_id not in roles:
            raise NotFound(say(kind.missing))
        raise Refusal(_("Only the owner or an administrator names another owner."), "name")
    user_id = _trainer(kind, name, besides=None if owner else by.user_id)
    if roles.get(user_id) == OWNER:
        return
    _join(kind, thing_id, user_id, by=by)
    _set_owner(kind, thing_id, user_id)
    note(f"{kind.name}.owner_named", by, scope=kind.scope, on=(kind.name, thing_id),
         details={"user": user_id})
    db.session.flush()


def _trainer(kind: Kind, name: str, *, besides: int | None) -> int:
    """Return the trainer of this name; who oversees gives nothing into their own hands."""
    user = find_by_name(name)
    if user is None or not user.active:
        raise Refusal(_("Nobody signs in with this number or address."), "name")
    if kind.needs not in permissions_of(roles_of(user.id)):
        raise Refusal(_("This person is not a trainer. An administrator can change that."), "name")
    if user.id == besides:
        raise Refusal(_("Another administrator has to name you."), "name")
    return user.id


def _join(kind: Kind, thing_id: int, user_id: int, *, by: Actor) -> None:
    if is_member(kind, thing_id, user_id):
        return
    values: dict[str, Any] = {f"{kind.name}_id": thing_id, "user_id": user_id, "role": MEMBER,
                              "since": clock.now(), "added_by": by.user_id}
    db.session.execute(upsert(kind.table).values(values).on_conflict_do_nothing())
    note(f"{kind.name}.member_added", by, scope=kind.scope, on=(kind.name, thing_id),
         details={"user": user_id})
    db.session.flush()


def _set_owner(kind: Kind, thing_id: int, user_id: int) -> None:
    role = kind.table.__table__.c.role
    for condition, value in ((role == OWNER, MEMBER), (kind.user_id == user_id, OWNER)):
        db.session.execute(sa.update(kind.table).values(role=value)
                           .where(kind.owner_id == thing_id, condition)
                           .execution_options(synchronize_session=False))
    db.session.expire_all()


def remove(kind: Kind, thing_id: int, user_id: int, *, by: Actor) -> None:
    """Take something out of somebody's hands; its last member and its owner keep it."""
    check_member(kind, thing_id, by=by)
    _lock(kind, thing_id)
    roles = {member.user_id: member.role for member in list_members(kind, thing_id)}
    if user_id not in roles:
        raise NotFound(_("This person is not among those who look after it."))
    if len(roles) == 1:
        raise Refusal(_("Somebody must look after it. Add a colleague first."))
    if roles[user_id] == OWNER:
        raise Refusal(_("This is the owner. Name another owner first."))
    db.session.execute(sa.delete(kind.table).where(kind.owner_id == thing_id,
                                                   kind.user_id == user_id))
    note(f"{kind.name}.member_removed", by, scope=kind.scope, on=(kind.name, thing_id),
         details={"user": user_id})
    db.session.flush()


def leave_all(kind: Kind, user_ids: Collection[int], *, by: Actor) -> dict[int, list[int]]:
    """Take everything of a kind out of these people's hands, the last ones' too; return what.

    An administrator sees what nobody looks after, and names somebody.
    """
    left: dict[int, list[int]] = {}
    for some in chunks(user_ids):
        rows = db.session.execute(sa.delete(kind.table).where(kind.user_id.in_(some))
                                  .returning(kind.user_id, kind.owner_id))
        for user_id, thing_id in sorted(tuple(row) for row in rows):
            left.setdefault(user_id, []).append(thing_id)
            note(f"{kind.name}.member_removed", by, scope=kind.scope, on=(kind.name, thing_id),
                 details={"user": user_id})
    return left


def _lock(kind: Kind, thing_id: int) -> None:
    """Let two changes of the same members wait for each other."""
    id_ = kind.owner.__table__.c.id
    db.session.execute(sa.select(id_).where(id_ == thing_id).with_for_update())
