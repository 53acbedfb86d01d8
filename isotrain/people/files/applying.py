"""Applying a checked people file, all of it in the caller's one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts import enrolling
from isotrain.accounts.permissions import Role
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _
from isotrain.ledger.hashing import sha256_hex
from isotrain.people import employing, placing
from isotrain.people.files import planning
from isotrain.people.files.checking import Options
from isotrain.people.files.knowledge import Catalogue
from isotrain.people.files.planning import Entry, Plan
from isotrain.people.files.rules import PeopleFile
from isotrain.people.models import JobRole, PeopleImport, Site, Unit
from isotrain.people.news import moving


def apply(
    file: PeopleFile, options: Options, *, name: str, data: bytes, by: Actor
) -> PeopleImport | None:
    """Do what a file says; None when there is nothing to do. Refuses a file with faults.

    The file is compared anew inside the transaction: what was previewed may be out of date.
    """
    plan = planning.plan(file, options, by=by)
    if plan.faults:
        raise Refusal(_("The file has faults. Nothing was changed."), "file")
    if plan.empty:
        return None
    try:
        with moving(by=by):
            _carry_out(plan, by=by)
        done = PeopleImport(
            sha256=sha256_hex(data), file_name=name[:200], applied_at=clock.now(),
            applied_by=by.user_id, created=len(plan.new),
            changed=len(plan.changed) + len(plan.back), deactivated=len(plan.left),
        )
        db.session.add(done)
        db.session.flush()
    except IntegrityError as error:
        raise Conflict(_("People were changed in the meantime. Check the file again.")) from error
    note("people.imported", by, scope="people", on=("people_import", done.id),
         details={"sha256": done.sha256, "new": done.created, "changed": done.changed,
                  "left": done.deactivated, "complete": options.complete,
                  "effective_on": options.effective_on.isoformat()})
    return done


def _carry_out(plan: Plan, *, by: Actor) -> None:
    on = plan.options.effective_on
    real = _make_catalogues(plan)
    employing.leave_all({known.id: day for known, day in plan.left}, by=by)
    known = [*plan.back, *plan.changed]
    enrolling.change_all({entry.id: entry.person for entry in known
                          if entry.known and entry.person != entry.known.person}, by=by)
    ids = enrolling.add_all([entry.person for entry in plan.new], role=Role.EMPLOYEE, by=by)
    people = dict(zip((entry.id for entry in plan.new), ids, strict=True))
    employing.come_back_all({entry.id: entry.hired_on for entry in plan.back}, on=on, by=by)
    employing.set_hired({people.get(entry.id, entry.id): entry.hired_on
                         for entry in (*known, *plan.new) if entry.hired_on})
    placing.place_all({people.get(entry.id, entry.id): _real(entry, real, people)
                       for entry in (*known, *plan.new)}, from_on=on, by=by)


def _real(entry: Entry, real: Mapping[str, Mapping[int, int]], people: Mapping[int, int]
          ) -> placing.Position:
    """Replace the ids below zero of a position by those that were given meanwhile."""
    found = {
        column: made.get(value, value)
        for column, made in (*real.items(), ("manager_id", people))
        if (value := asdict(entry.position)[column]) is not None
    }
    return replace(entry.position, **found)


def _make_catalogues(plan: Plan) -> dict[str, dict[int, int]]:
    """Add the units, sites and job roles that are new; return their ids by those below zero."""
    units = _make(Unit, plan.knowledge.units, "name")
    for unit, parent in plan.parents.items():
        above = None if parent is None else units.get(parent, parent)
        if unit > 0 or above is not None:
            db.session.execute(sa.update(Unit).where(Unit.id == units.get(unit, unit))
                               .values(parent_id=above))
    return {"unit_id": units, "site_id": _make(Site, plan.knowledge.sites, "name"),
            "job_role_id": _make(JobRole, plan.knowledge.job_roles, "title")}


def _make(model: type[Unit] | type[Site] | type[JobRole], catalogue: Catalogue, title: str
          ) -> dict[int, int]:
    if not catalogue.fresh:
        return {}
    rows = db.session.execute(
        sa.insert(model).returning(model.code, model.id),
        [{"code": name, title: name} for name in catalogue.fresh.values()],
    )
    ids = {row.code: row.id for row in rows}
    return {below_zero: ids[name] for below_zero, name in catalogue.fresh.items()}
