"""Adding people, changing who they are, giving roles, closing and reopening accounts.

One person and ten thousand go the same way, in few statements; what may not be done is refused
here, by whichever door it is asked for. The primary key of sign_in_name judges races.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts import directory, news, protecting, search, signing_in
from isotrain.accounts.models import (
    FormerIdentity,
    Identity,
    OneTimeLink,
    Password,
    SignInName,
    User,
    UserRole,
)
from isotrain.accounts.notices import reporting, telling
from isotrain.accounts.permissions import PRIVILEGED, Role
from isotrain.accounts.rules import is_email, line_fault
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, say
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import chunks
from isotrain.text import fold

LONGEST = {"personnel_no": 64, "name": 200, "email": 254}
TOLD_OF = {"personnel_no": telling.NUMBER, "name": telling.NAME, "email": telling.ADDRESS}


@dataclass(frozen=True)
class Person:
    """Who somebody is: what a form or a line of a people file says."""

    personnel_no: str
    name: str
    email: str | None = None

    @property
    def sign_in_names(self) -> dict[str, str]:
        """What they sign in with, folded, each with its kind."""
        names = {fold(self.personnel_no): "personnel_no"}
        if self.email:
            names.setdefault(fold(self.email), "email")
        return names


def add(
    persons: Sequence[Person], *, roles: frozenset[Role], by: Actor, is_demo: bool = False
) -> list[int]:
    """Add accounts with the same roles and return their ids in the order given.

    Refuses an identifier that somebody already signs in with.
    """
    protecting.refuse_granting(roles, by=by)
    if not persons:
        return []
    now = clock.now()
    rows = [{"created_at": now, "is_demo": is_demo} for _ in persons]  # all alike: any order does
    ids = list(db.session.scalars(sa.insert(User).returning(User.id), rows))
    people = dict(zip(ids, persons, strict=True))
    _claim(people)
    db.session.execute(sa.insert(Identity), [
        {"user_id": user_id, "name": person.name, "name_folded": fold(person.name),
         "personnel_no": person.personnel_no, "email": person.email}
        for user_id, person in people.items()])
    _grant(ids, roles, by=by)
    given = sorted(map(str, roles))
    for user_id in ids:
        note("user.added", by, scope="people", on=("user", user_id), details={"roles": given})
    db.session.flush()
    search.rewrite(ids)
    news.registered(ids)
    return ids


def change(persons: Mapping[int, Person], *, by: Actor) -> list[int]:
    """Change who people are; sign-in names may move between them. Return whom it changed."""
    known = directory.identities_of(persons)
    before = {user_id: Person(identity.personnel_no, identity.name, identity.email)
              for user_id, identity in known.items()}
    changed = {user_id: person for user_id, person in persons.items() if person != before[user_id]}
    renamed = {user_id: person for user_id, person in changed.items()
               if replace(person, name="") != replace(before[user_id], name="")}
    protecting.refuse_opening(renamed, by=by)
    for some in chunks(changed):
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id.in_(some)))
    _claim(changed)
    cancel_links(renamed)
    _remember({user_id: before[user_id] for user_id, person in changed.items()
               if replace(person, email=None) != replace(before[user_id], email=None)})
    for user_id, person in changed.items():
        identity = known[user_id]
        identity.name, identity.name_folded = person.name, fold(person.name)
        identity.personnel_no, identity.email = person.personnel_no, person.email
        note("user.changed", by, scope="people", on=("user", user_id),
             details={"fields": _differences(before[user_id], person)})
    _tell_changed(before, changed, by=by)
    db.session.flush()
    search.rewrite(changed)
    news.registered(changed)
    return list(changed)


def _differences(before: Person, after: Person) -> list[str]:
    """Name the fields in which two persons differ, never what they say."""
    return [name for name in LONGEST if getattr(before, name) != getattr(after, name)]


def _tell_changed(
    before: Mapping[int, Person], changed: Mapping[int, Person], *, by: Actor
) -> None:
    """Tell people which of their details somebody else changed; at their former address, too."""
    by_field: dict[str, list[int]] = {}
    for user_id, person in changed.items():
        for field in _differences(before[user_id], person):
            by_field.setdefault(field, []).append(user_id)
    for field, user_ids in by_field.items():
        former = {user_id: before[user_id].email or "" for user_id in user_ids}
        telling.tell(TOLD_OF[field], user_ids, by=by,
                     former=former if field == "email" else None)


def deactivate(user_ids: Collection[int], *, by: Actor, reason: str | None = None) -> list[int]:
    """Close accounts: out at the next request, links useless, and nothing in their hands any more.

    What they did stays. Return whose were open.
    """
    open_ones, _closed = directory.by_state(user_ids)
    protecting.refuse_closing(open_ones, by=by)
    _set_deactivated(open_ones, clock.now())
    signing_in.end_all(open_ones)
    cancel_links(open_ones)
    taken = _strip(open_ones, by=by)
    for user_id in sorted(open_ones):
        note("user.deactivated", by, scope="people", on=("user", user_id), reason=reason,
             details=taken.get(user_id))
    reporting.report_closed([user_id for user_id in sorted(open_ones)
                             if "roles" in taken.get(user_id, {})], by=by)
    db.session.flush()
    news.registered(open_ones)
    return sorted(open_ones)


def reactivate(user_ids: Collection[int], *, by: Actor) -> list[int]:
    """Open closed accounts again, as employees' without a password; return whose.

    Accounts that were closed when closing took nothing are stripped now.
    """
    _open, closed = directory.by_state(user_ids)
    taken = _strip(closed, by=by)
    _set_deactivated(closed, None)
    for user_id in sorted(closed):
        note("user.reactivated", by, scope="people", on=("user", user_id),
             details=taken.get(user_id))
    db.session.flush()
    news.registered(closed)
    return sorted(closed)


def sign_out(user_id: int, *, by: Actor) -> None:
    """End every session of somebody else; an exam they sit goes on when they sign in again."""
    protecting.refuse_opening([user_id], by=by)
    signing_in.end_all([user_id])
    note("sessions.ended", by, scope="technical", on=("user", user_id))
    telling.tell(telling.SESSIONS, [user_id], by=by)
    db.session.flush()


def set_roles(
    user_id: int, roles: frozenset[Role], *, by: Actor, second: Actor | None
) -> None:
    """Give a user exactly these roles; the event says who agreed, or that one person acted alone.
    """
    held = directory.roles_of(user_id)
    protecting.refuse_granting(roles - held, by=by)
    protecting.refuse_regranting(user_id, held - roles, by=by)
    if roles - held:
        protecting.refuse_closed(user_id)
    if held == roles:
        return
    db.session.execute(
        sa.delete(UserRole).where(UserRole.user_id == user_id, UserRole.role.in_(held - roles)))
    _grant([user_id], roles - held, by=by)
    how: JsonObject = {"alone": True} if (roles - held) & PRIVILEGED else {}
    if second is not None:
        how = {"second": second.user_id or second.kind}
    note("user.roles_changed", by, scope="technical", on=("user", user_id),
         before=sorted(map(str, held)), after=sorted(map(str, roles)),
         details={"given": sorted(map(str, roles - held)),
                  "taken": sorted(map(str, held - roles)), **how})
    telling.tell(telling.ROLES, [user_id], by=by)
    db.session.flush()


def _strip(user_ids: Collection[int], *, by: Actor) -> dict[int, JsonObject]:
    """Take roles beyond an employee's, the password and all memberships; return what of whom.

    It stands in the event, so that an administrator can give it back.
    """
    taken = news.closed(user_ids, by=by)
    for some in chunks(user_ids):
        roles = db.session.execute(
            sa.delete(UserRole)
            .where(UserRole.user_id.in_(some), UserRole.role.in_(PRIVILEGED))
            .returning(UserRole.user_id, UserRole.role))
        for user_id, role in sorted((row.user_id, row.role) for row in roles):
            taken.setdefault(user_id, {}).setdefault("roles", []).append(role)
        for user_id in some:  # events of people are not for administrators, those of roles are
            if roles_taken := taken.get(user_id, {}).get("roles"):
                note("user.roles_changed", by, scope="technical", on=("user", user_id),
                     details={"given": [], "taken": roles_taken})
        for user_id in db.session.scalars(
            sa.delete(Password).where(Password.user_id.in_(some)).returning(Password.user_id)
        ):
            taken.setdefault(user_id, {})["password"] = True
    return taken


def cancel_links(user_ids: Collection[int]) -> None:
    """Make every unused one-time link of these people useless."""
    for some in chunks(user_ids):
        db.session.execute(
            sa.update(OneTimeLink)
            .where(OneTimeLink.user_id.in_(some), OneTimeLink.used_at.is_(None))
            .values(used_at=clock.now())
        )


def _claim(people: Mapping[int, Person]) -> None:
    """Reserve what people sign in with; refuse what nobody can be called, or somebody is."""
    claims: dict[str, tuple[int, str]] = {}
    for user_id, person in people.items():
        _check(person)
        for name, kind in person.sign_in_names.items():
            if claims.setdefault(name, (user_id, kind)) != (user_id, kind):
                raise _taken(person, kind)
    for some in chunks(claims):
        query = sa.select(SignInName.folded).where(SignInName.folded.in_(some))
        for name in db.session.scalars(query):
            user_id, kind = claims[name]
            raise _taken(people[user_id], kind)
    if claims:
        try:
            db.session.execute(sa.insert(SignInName), [
                {"folded": name, "user_id": user_id, "kind": kind}
                for name, (user_id, kind) in claims.items()])
        except IntegrityError as error:
            raise Conflict(_("People were changed in the meantime. Try again.")) from error


def _remember(before: Mapping[int, Person]) -> None:
    """Keep what people were called and numbered: records may say it still."""
    if before:
        db.session.execute(sa.insert(FormerIdentity), [
            {"user_id": user_id, "name": person.name, "personnel_no": person.personnel_no,
             "until_at": clock.now()} for user_id, person in before.items()])


def _taken(person: Person, kind: str) -> Refusal:
    return Refusal(_("Somebody already signs in with “%(name)s”", name=getattr(person, kind)), kind)


def refuse_no_line(text: str, field: str | None) -> None:
    """Refuse a text that cannot be the name of somebody or something, as a people file does."""
    fault = line_fault(text)
    if fault:
        template, hint, params = fault
        raise Refusal(f"{say(template, params)} {say(hint)}", field)


def _check(person: Person) -> None:
    """Refuse what nobody can be called."""
    if not fold(person.personnel_no):
        raise Refusal(_("Enter the personnel number"), "personnel_no")
    if not fold(person.name):
        raise Refusal(_("Enter the name"), "name")
    for field, limit in LONGEST.items():
        text = getattr(person, field) or ""
        if len(text) > limit:
            raise Refusal(_("Use at most %(limit)s characters", limit=limit), field)
        refuse_no_line(text, field)
    if person.email and not is_email(person.email):
        raise Refusal(_("Enter an e-mail address like name@example.com"), "email")


def _grant(user_ids: Iterable[int], roles: frozenset[Role], *, by: Actor) -> None:
    rows = [{"user_id": user_id, "role": role.value, "granted_at": clock.now(),
             "granted_by": by.user_id} for user_id in user_ids for role in sorted(roles)]
    if rows:
        db.session.execute(sa.insert(UserRole), rows)


def _set_deactivated(user_ids: Collection[int], moment: datetime | None) -> None:
    for some in chunks(user_ids):
        db.session.execute(
            sa.update(User).where(User.id.in_(some)).values(deactivated_at=moment))
