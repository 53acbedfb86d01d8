"""What waits for a second person: what I may confirm, what I asked, and whether anybody could."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.accounts import directory
from isotrain.accounts.models import User, UserRole
from isotrain.accounts.permissions import PERMISSIONS, Permission, Role, permissions_of
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.seconding.kind import Kinds, Told
from isotrain.seconding.models import ASKED, Proposal
from isotrain.wired import wired

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isotrain.audit.noting import Actor
    from isotrain.seconding.kind import Kind, Number

SHOWN = 100


@dataclass(frozen=True)
class Waiting:
    """A proposal as it is shown; `told` is None once its object is gone or it is settled."""

    proposal: Proposal
    label: str
    told: Told | None
    asker: str
    settler: str


def count(user_id: int, roles: frozenset[Role]) -> int:
    """Count what waits for this person to confirm."""
    query = sa.select(sa.func.count()).select_from(Proposal).where(
        Proposal.state == ASKED, *_confirmable(user_id, roles))
    return db.session.scalar(query) or 0


def list_confirmable(*, by: Actor) -> list[Waiting]:
    """List what waits for who asks, the oldest first; a command may confirm what people asked."""
    query = sa.select(Proposal).where(Proposal.state == ASKED)
    if by.user_id is None:
        query = query.where(Proposal.asker_kind != by.kind)
    else:
        query = query.where(*_confirmable(by.user_id, directory.roles_of(by.user_id)))
    return _shown(db.session.scalars(query.order_by(Proposal.id).limit(SHOWN)))


def list_asked(*, by: Actor) -> list[Waiting]:
    """List what who asks asked for, the newest first."""
    query = sa.select(Proposal).where(Proposal.asker_kind == by.kind,
                                      Proposal.asked_by.is_not_distinct_from(by.user_id))
    return _shown(db.session.scalars(query.order_by(Proposal.id.desc()).limit(SHOWN)))


def get(proposal_id: int, *, by: Actor) -> Waiting:
    """Return a proposal that one asked, settled, or may confirm; raises NotFound otherwise."""
    [shown] = _shown([_find(proposal_id, by=by)])
    return shown


def lock(proposal_id: int, *, by: Actor) -> Proposal:
    """Return the row of a proposal within reach and keep others from it; or raise NotFound."""
    db.session.execute(sa.select(Proposal.id).where(Proposal.id == proposal_id).with_for_update())
    return _find(proposal_id, by=by)


def _find(proposal_id: int, *, by: Actor) -> Proposal:
    row = db.session.get(Proposal, proposal_id, populate_existing=True)
    if row is None or not _within_reach(row, by=by):
        raise NotFound(_("There is no such request."))
    return row


def is_own(row: Proposal, *, by: Actor) -> bool:
    """Say whether who acts is who asked."""
    return (row.asker_kind, row.asked_by) == (by.kind, by.user_id)


def may_second(kind: Kind, object_id: int, user_id: int) -> bool:
    """Say whether somebody holds the right over an object now, or is an administrator."""
    query = sa.select(sa.literal(1)).where(*_holds(kind, sa.literal(object_id), user_id))
    return db.session.scalar(query) is not None


def has_somebody(row: Proposal) -> bool:
    """Say whether anybody but who asked could confirm it."""
    kind = wired(Kinds).get(row.kind)
    admin, holders = UserRole.role == Role.ADMIN, _holders(kind.permission)
    query = (
        sa.select(User.id).join(UserRole, UserRole.user_id == User.id)
        .where(User.deactivated_at.is_(None), User.id != (row.asked_by or 0), sa.or_(
            admin, sa.and_(UserRole.role.in_(holders),
                           kind.within(sa.literal(row.object_id), User.id))))
    )
    return db.session.scalars(query.limit(1)).first() is not None


def _holders(permission: Permission) -> list[Role]:
    return [role for role in Role if permission in PERMISSIONS[role]]


def _within_reach(row: Proposal, *, by: Actor) -> bool:
    if by.user_id is None or is_own(row, by=by):
        return True
    return may_second(wired(Kinds).get(row.kind), row.object_id, by.user_id)


def _holds(
    kind: Kind, object_id: Number, user_id: int
) -> list[sa.ColumnElement[bool]]:
    active = sa.exists().where(User.id == user_id, User.deactivated_at.is_(None))
    holds = sa.exists().where(UserRole.user_id == user_id,
                              UserRole.role.in_(_holders(kind.permission)))
    admin = sa.exists().where(UserRole.user_id == user_id, UserRole.role == Role.ADMIN)
    return [active, sa.or_(admin, sa.and_(holds, kind.within(object_id, sa.literal(user_id))))]


def _confirmable(user_id: int, roles: frozenset[Role]) -> list[sa.ColumnElement[bool]]:
    """Return the conditions for what somebody with these roles may confirm."""
    held, admin = permissions_of(roles), Role.ADMIN in roles
    mine = [
        sa.and_(Proposal.kind == kind.name, sa.true() if admin else kind.within(
            Proposal.__table__.c.object_id, sa.literal(user_id)))
        for kind in wired(Kinds).each if admin or kind.permission in held]
    return [sa.or_(sa.false(), *mine),
            sa.func.coalesce(Proposal.asked_by, 0) != user_id]


def _shown(rows: Iterable[Proposal]) -> list[Waiting]:
    found, kinds = list(rows), {kind.name: kind for kind in wired(Kinds).each}
    names = directory.names_of({id_ for row in found for id_ in (row.asked_by, row.settled_by)
                                if id_ is not None})
    return [Waiting(row, str(kinds[row.kind].label) if row.kind in kinds else row.kind,
                    _told(kinds.get(row.kind), row),
                    _name(names, row.asker_kind, row.asked_by),
                    _name(names, row.settler_kind, row.settled_by)) for row in found]


def _told(kind: Kind | None, row: Proposal) -> Told | None:
    if kind is None or row.state != ASKED:
        return None
    try:
        return kind.tell(row.object_id, row.asked)
    except NotFound:
        return None


def _name(names: dict[int, str], kind: str | None, user_id: int | None) -> str:
    if user_id is None:
        return _("a command") if kind else ""
    return names.get(user_id, _("Personal data deleted"))


def setting_of(row: Proposal) -> str:
    """Return what the setting is called that makes this need two."""
    return str(wired(Kinds).get(row.kind).setting.label)
