"""One person as HR sees them: who they are, where they worked when, how they get in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from isotrain.accounts import directory, inviting, passwords, protecting, signing_in, throttling
from isotrain.accounts.models import Identity, Session
from isotrain.accounts.permissions import Role
from isotrain.accounts.throttling import Failed
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.people import placements
from isotrain.people.models import Employment
from isotrain.people.placements import Place
from isotrain.second_factor import proving
from isotrain.settings import house


@dataclass(frozen=True)
class About:
    """Everything the page of a person shows."""

    id: int
    identity: Identity
    active: bool
    deactivated_at: datetime | None
    roles: frozenset[Role]
    has_password: bool
    has_factor: bool
    may_mail: bool
    guarded: bool
    kept: bool
    hidden: bool
    last_seen_at: datetime | None
    sessions: int
    failed: Failed
    refused: int
    places: tuple[Place, ...]
    spells: tuple[tuple[date, date | None], ...]

    @property
    def place(self) -> Place | None:
        """The placement of today."""
        today = house.today()
        return next((place for place in self.places if place.valid_from <= today
                     and (place.valid_to is None or place.valid_to > today)), None)


def get(user_id: int, *, by: Actor) -> About:
    """Return everything about a person for a reader, or raise NotFound."""
    user = directory.get(user_id)
    seen = sa.select(sa.func.max(Session.last_seen_at)).where(Session.user_id == user_id)
    spells = (sa.select(Employment.hired_on, Employment.left_on)
              .where(Employment.user_id == user_id).order_by(Employment.hired_on.desc()))
    return About(
        id=user_id, identity=directory.get_identity(user_id), active=user.active,
        deactivated_at=user.deactivated_at, roles=directory.roles_of(user_id),
        has_password=passwords.find_hash(user_id) is not None,
        has_factor=proving.has_factor(user_id),
        may_mail=bool(inviting.list_mailable([user_id])),
        guarded=bool(protecting.guarded_from({user_id}, by=by)),
        kept=bool(protecting.kept_from({user_id}, by=by)),
        hidden=bool(protecting.hidden_from({user_id}, by=by)),
        last_seen_at=db.session.scalar(seen),
        sessions=len(signing_in.list_sessions(user_id)), failed=throttling.find_failed(user_id),
        refused=throttling.count_refused(throttling.person("", user_id)),
        places=tuple(placements.history(user_id)),
        spells=tuple((row[0], row[1]) for row in db.session.execute(spells)),
    )
