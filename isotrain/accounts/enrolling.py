"""Adding, changing, closing and reopening many accounts in few statements.

The caller has checked what it passes; the primary key of sign_in_name still judges races.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import signing_in
from isotrain.accounts.models import Identity, OneTimeLink, SignInName, User, UserRole
from isotrain.accounts.permissions import Role
from isotrain.accounts.rules import folded
from isotrain.audit.noting import Actor, note
from isotrain.db import db

if TYPE_CHECKING:
    from isotrain.accounts.registering import Person

CHUNK = 500  # how many ids stand in one statement


def chunks(ids: Collection[int]) -> Iterator[list[int]]:
    """Cut a collection of ids into lists that fit into a statement each."""
    ordered = sorted(ids)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]


def add_all(persons: Sequence[Person], *, role: Role, by: Actor) -> list[int]:
    """Add accounts with one role and return their ids in the order given."""
    if not persons:
        return []
    now = clock.now()
    rows = [{"created_at": now, "is_demo": False} for _ in persons]  # all alike: any order will do
    ids = list(db.session.scalars(sa.insert(User).returning(User.id), rows))
    pairs = list(zip(ids, persons, strict=True))
    db.session.execute(sa.insert(Identity), [_identity(*pair) for pair in pairs])
    db.session.execute(sa.insert(UserRole), [
        {"user_id": user_id, "role": role.value, "granted_at": now, "granted_by": by.user_id}
        for user_id in ids
    ])
    _claim_names(pairs)
    for user_id in ids:
        note("user.added", by, scope="people", on=("user", user_id),
             details={"roles": [role.value]})
    return ids


def change_all(persons: Mapping[int, Person], *, by: Actor) -> None:
    """Give people other names, numbers or addresses; names may move between them."""
    if not persons:
        return
    pairs = sorted(persons.items())
    for some in chunks(persons):
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id.in_(some)))
    _claim_names(pairs)
    db.session.execute(sa.update(Identity), [_identity(*pair) for pair in pairs])
    cancel_links(persons)
    for user_id in persons:
        note("user.changed", by, scope="people", on=("user", user_id))


def deactivate_all(
    user_ids: Collection[int], *, by: Actor, reason: str | None = None
) -> None:
    """Close accounts: sessions and links end now, nothing is deleted."""
    for some in chunks(user_ids):
        db.session.execute(sa.update(User).where(User.id.in_(some))
                           .values(deactivated_at=clock.now()))
        signing_in.end_all_of(some)
    cancel_links(user_ids)
    for user_id in sorted(user_ids):
        note("user.deactivated", by, scope="people", on=("user", user_id), reason=reason)
    db.session.flush()


def reactivate_all(user_ids: Collection[int], *, by: Actor) -> None:
    """Open closed accounts again."""
    for some in chunks(user_ids):
        db.session.execute(sa.update(User).where(User.id.in_(some)).values(deactivated_at=None))
    for user_id in sorted(user_ids):
        note("user.reactivated", by, scope="people", on=("user", user_id))
    db.session.flush()


def cancel_links(user_ids: Collection[int]) -> None:
    """Make every unused one-time link of these people useless."""
    for some in chunks(user_ids):
        db.session.execute(
            sa.update(OneTimeLink)
            .where(OneTimeLink.user_id.in_(some), OneTimeLink.used_at.is_(None))
            .values(used_at=clock.now())
        )


def sign_in_names(person: Person) -> list[tuple[str, str]]:
    """Return what a person signs in with, as (kind, folded)."""
    names = [("personnel_no", folded(person.personnel_no))]
    if person.email and folded(person.email) != names[0][1]:
        names.append(("email", folded(person.email)))
    return names


def _identity(user_id: int, person: Person) -> dict[str, object]:
    return {"user_id": user_id, "name": person.name, "name_folded": folded(person.name),
            "personnel_no": person.personnel_no, "email": person.email}


def _claim_names(pairs: Sequence[tuple[int, Person]]) -> None:
    db.session.execute(sa.insert(SignInName), [
        {"folded": name, "user_id": user_id, "kind": kind}
        for user_id, person in pairs for kind, name in sign_in_names(person)
    ])
