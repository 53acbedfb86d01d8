"""Giving and taking roles; giving one beyond an employee's may need a second person."""

from __future__ import annotations

from collections.abc import Iterable

from isotrain.accounts import directory, protecting, registering
from isotrain.accounts.permissions import PRIVILEGED, ROLE_NAMES, Permission, Role
from isotrain.accounts.registering import Person
from isotrain.audit.noting import Actor
from isotrain.errors import Refusal
from isotrain.i18n import _, lazy
from isotrain.ledger.canonical import JsonObject
from isotrain.people.news import moving
from isotrain.seconding import asking
from isotrain.seconding.kind import Agreed, Change, Kind, Told, everywhere
from isotrain.seconding.models import Proposal
from isotrain.settings.definitions import TWO_PERSON_ROLES

NAME = "roles"


def admit(person: Person, roles: frozenset[Role], *, by: Actor) -> int:
    """Add somebody who is not employed here, an account with roles; return the id.

    Roles that need a second person are asked for, and not there yet.
    """
    protecting.refuse_granting(roles, by=by)
    with moving(by=by) as moved:
        [user_id] = registering.add([person], roles=roles - PRIVILEGED, by=by)
        moved.update([user_id])
        if roles & PRIVILEGED:
            give_roles(user_id, roles, by=by)
    return user_id


def give_roles(user_id: int, roles: frozenset[Role], *, by: Actor) -> Proposal | None:
    """Give one person exactly these roles, or return what waits for a second person."""
    held = directory.roles_of(user_id)
    protecting.refuse_granting(roles - held, by=by)
    protecting.refuse_regranting(user_id, held - roles, by=by)
    asked = {"roles": sorted(map(str, roles))}
    if (roles - held) & PRIVILEGED and directory.list_administrators():
        protecting.refuse_closed(user_id)
        return asking.ask(NAME, user_id, asked, reason="", by=by)
    grant(Agreed(user_id, asked, "", by=by, second=None))
    return None


def grant(agreed: Agreed) -> None:
    """Give what was agreed upon; what binds people may depend on their roles."""
    if agreed.second is not None and agreed.second.user_id == agreed.object_id:
        raise Refusal(_("You cannot confirm your own roles. Ask another administrator."))
    with moving(by=agreed.by) as moved:
        registering.set_roles(agreed.object_id, frozenset(map(Role, agreed.asked["roles"])),
                              by=agreed.by, second=agreed.second)
        moved.add(agreed.object_id)


def _state(user_id: int) -> object:
    return {"roles": sorted(map(str, directory.roles_of(user_id))),
            "active": directory.get(user_id).active}


def _tell(user_id: int, asked: JsonObject) -> Told:
    identity = directory.get_identity(user_id)
    return Told(f"{identity.name} ({identity.personnel_no})", (Change(
        _("Roles"), _names(directory.roles_of(user_id)), _names(map(Role, asked["roles"]))),))


def _names(roles: Iterable[Role]) -> str:
    return ", ".join(str(ROLE_NAMES[role]) for role in sorted(roles))


KIND = Kind(NAME, lazy("Give roles"), Permission.ROLES_GRANT, everywhere, TWO_PERSON_ROLES,
            "technical", _state, _tell, grant)
