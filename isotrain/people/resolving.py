"""From words to units, sites, job roles and a manager; what is not there yet is added."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import sqlalchemy as sa

from isotrain.accounts import directory, registering
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.people.models import JobRole, Placement, Position, Site, Unit
from isotrain.text import fold

KINDS: dict[str, tuple[type[Unit] | type[Site] | type[JobRole], str]] = {
    "unit": (Unit, "name"), "site": (Site, "name"), "job_role": (JobRole, "title")}


@dataclass(frozen=True)
class Words:
    """A position in words: names or codes of a unit, a site and a job role."""

    unit: str = ""
    site: str = ""
    job_role: str = ""
    employment_type: str = "employee"
    manager_id: int | None = None


@dataclass(frozen=True)
class Named:
    """A unit, a site or a job role; without an id it is not there yet."""

    id: int | None
    code: str
    name: str


def catalogues() -> dict[str, dict[str, Named]]:
    """Return all units, sites and job roles by kind and by folded code or name.

    Where the name of one is the code of another, the code wins.
    """
    found: dict[str, dict[str, Named]] = {}
    for kind, (model, title) in KINDS.items():
        query = sa.select(model.id, model.code, getattr(model, title)).order_by(model.id)
        rows = [Named(*row) for row in db.session.execute(query)]
        found[kind] = {fold(row.name): row for row in reversed(rows)}
        found[kind] |= {fold(row.code): row for row in rows}
    return found


def positions(words: Mapping[int, Words], *, parents: Mapping[str, str]) -> dict[int, Position]:
    """Return the positions that are meant; units, sites and job roles not there yet are added.

    `parents` are units and the units they stand under from now on, "" for none.
    """
    known = catalogues()
    wanted = {kind: [getattr(one, kind) for one in words.values()] for kind in KINDS}
    wanted["unit"] += [*parents, *parents.values()]
    for kind, (model, title) in KINDS.items():
        texts: dict[str, str] = {}
        for text in wanted[kind]:
            if fold(text) not in known[kind]:
                texts.setdefault(fold(text), text)
        texts.pop("", None)
        for text in texts.values():
            registering.refuse_no_line(text, kind)
        if texts:
            rows = db.session.execute(sa.insert(model).returning(model.id, model.code),
                                      [{"code": text, title: text} for text in texts.values()])
            known[kind] |= {fold(row.code): Named(row.id, row.code, row.code) for row in rows}
    ids = {kind: {key: one.id for key, one in rows.items()} for kind, rows in known.items()}
    for unit, parent in parents.items():
        db.session.execute(sa.update(Unit).where(Unit.id == ids["unit"][fold(unit)])
                           .values(parent_id=ids["unit"].get(fold(parent))))
    return {
        key: Position(ids["unit"].get(fold(one.unit)), ids["site"].get(fold(one.site)),
                      ids["job_role"].get(fold(one.job_role)), one.manager_id,
                      one.employment_type)
        for key, one in words.items()
    }


def position(words: Words, *, manager: str, user_id: int | None) -> Position:
    """Return the position that one form means, with the manager's number or address."""
    managed = replace(words, manager_id=_manager(manager, user_id))
    return positions({0: managed}, parents={})[0]


def _manager(text: str, user_id: int | None) -> int | None:
    if not text:
        return None
    manager = directory.find_by_name(text)
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
