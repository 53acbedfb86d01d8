"""From the words of a form to units, sites, job roles and a manager."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from isotrain.accounts import registering
from isotrain.accounts.rules import folded
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.people.models import JobRole, Placement, Site, Unit
from isotrain.people.placing import Position


@dataclass(frozen=True)
class Words:
    """A position as somebody types it; the manager by personnel number or address."""

    unit: str = ""
    site: str = ""
    job_role: str = ""
    manager: str = ""
    employment_type: str = "employee"


def position(words: Words, *, user_id: int | None = None) -> Position:
    """Return the position that is meant; units, sites and job roles not there yet are added."""
    return Position(
        unit_id=_id_of(Unit, words.unit, title="name"),
        site_id=_id_of(Site, words.site, title="name"),
        job_role_id=_id_of(JobRole, words.job_role, title="title"),
        manager_id=_manager(words.manager, user_id),
        employment_type=words.employment_type,
    )


def _id_of(model: type[Unit] | type[Site] | type[JobRole], text: str, *, title: str
           ) -> int | None:
    key = folded(text)
    if not key:
        return None
    rows = db.session.execute(sa.select(model.id, model.code, getattr(model, title)))
    for row_id, code, name in rows:
        if key in (folded(code), folded(name)):
            return int(row_id)
    made = model(code=text, **{title: text})
    db.session.add(made)
    db.session.flush()
    return made.id


def _manager(text: str, user_id: int | None) -> int | None:
    if not text:
        return None
    manager = registering.find_by_name(text)
    if manager is None or not manager.active:
        raise Refusal(_("Nobody here has the number or address “%(text)s”", text=text), "manager")
    above: int | None = manager.id
    seen: set[int] = set()
    while above is not None and above not in seen:
        if above == user_id:
            raise Refusal(_("This manager works for the person; choose another"), "manager")
        seen.add(above)
        above = db.session.scalar(sa.select(Placement.manager_id).where(
            Placement.user_id == above, Placement.valid_to.is_(None)))
    return manager.id
