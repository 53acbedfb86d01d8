"""Membership: who looks after a library, a course or a bank, and how that changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.accounts.directory import find_by_name, roles_of
from isotrain.accounts.models import Identity
from isotrain.accounts.permissions import Permission, permissions_of
from isotrain.audit.noting import Actor, note
from isotrain.db import db, upsert
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, say
from isotrain.study.models import Course, CourseMember, Library, LibraryMember
from isotrain.text import N_

if TYPE_CHECKING:
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
          N_("Library member removed"), N_("Bank member added"), N_("Bank member removed"))


@dataclass(frozen=True)
class Member:
    """Somebody who looks after something."""

    user_id: int
    name: str
    personnel_no: str


def list_members(kind: Kind, thing_id: int) -> list[Member]:
    """List who looks after something, by name."""
    query = (
        sa.select(Identity.user_id, Identity.name, Identity.personnel_no)
        .join(kind.table, kind.user_id == Identity.user_id)
        .where(kind.owner_id == thing_id)
        .order_by(Identity.name_folded, Identity.user_id)
    )
    return [Member(*row) for row in db.session.execute(query)]


def is_member(kind: Kind, thing_id: int, user_id: int) -> bool:
    """Say whether somebody looks after something."""
    found = sa.select(kind.user_id).where(kind.owner_id == thing_id, kind.user_id == user_id)
    return db.session.execute(found).first() is not None


def check_member(kind: Kind, thing_id: int, *, by: Actor) -> None:
    """Raise NotFound unless who acts looks after something; a command may act on anything."""
    if by.user_id is not None and not is_member(kind, thing_id, by.user_id):
        raise NotFound(say(kind.missing))


def add(kind: Kind, thing_id: int, name: str, *, by: Actor, oversees: bool) -> None:
    """Let the trainer with this personnel number or address look after something as well.

    Who looks after it adds the next. Who only oversees (an administrator) names somebody where
    there is nobody, and nothing else.
    """
    if by.user_id is not None and not is_member(kind, thing_id, by.user_id):
        if not oversees:
            raise NotFound(say(kind.missing))
        _lock(kind, thing_id)
        if list_members(kind, thing_id):
            raise Refusal(_("Somebody looks after it already. Ask them to add the next."), "name")
    _add(kind, thing_id, name, by=by)


def _add(kind: Kind, thing_id: int, name: str, *, by: Actor) -> None:
    user = find_by_name(name)
    if user is None or not user.active:
        raise Refusal(_("Nobody signs in with this number or address."), "name")
    if kind.needs not in permissions_of(roles_of(user.id)):
        raise Refusal(_("This person is not a trainer. An administrator can change that."), "name")
    if is_member(kind, thing_id, user.id):
        return
    values: dict[str, Any] = {f"{kind.name}_id": thing_id, "user_id": user.id}
    db.session.execute(upsert(kind.table).values(values).on_conflict_do_nothing())
    note(f"{kind.name}.member_added", by, scope=kind.scope, on=(kind.name, thing_id),
         details={"user": user.id})
    db.session.flush()


def remove(kind: Kind, thing_id: int, user_id: int, *, by: Actor) -> None:
    """Take something out of somebody's hands; the last one keeps it."""
    check_member(kind, thing_id, by=by)
    _lock(kind, thing_id)
    members = {member.user_id for member in list_members(kind, thing_id)}
    if user_id not in members:
        raise NotFound(_("This person is not among those who look after it."))
    if members == {user_id}:
        raise Refusal(_("Somebody must look after it. Add a colleague first."))
    db.session.execute(sa.delete(kind.table).where(kind.owner_id == thing_id,
                                                   kind.user_id == user_id))
    note(f"{kind.name}.member_removed", by, scope=kind.scope, on=(kind.name, thing_id),
         details={"user": user_id})
    db.session.flush()


def _lock(kind: Kind, thing_id: int) -> None:
    """Let two changes of the same members wait for each other."""
    id_ = kind.owner.__table__.c.id
    db.session.execute(sa.select(id_).where(id_ == thing_id).with_for_update())
