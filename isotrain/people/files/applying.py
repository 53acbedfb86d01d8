"""Applying a checked people file, all of it in the caller's one transaction."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts import preferring, registering
from isotrain.accounts.permissions import Role
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _, format_decimal, ngettext, speaking
from isotrain.jobs.work import Task
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import sha256_hex
from isotrain.people import employing, locating, placements, placing, resolving
from isotrain.people.files import importing, planning
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options, Plan
from isotrain.people.files.rules import PeopleFile
from isotrain.people.models import PeopleImport, PeopleUpload
from isotrain.people.news import moving

KIND = "people-import"
# A file of up to so many rows is applied while the browser waits.
AT_ONCE = 1_000


def is_long(file: PeopleFile) -> bool:
    """Say whether a file is one that nobody should wait for."""
    return len(file.lines) > AT_ONCE


def params_of(upload: Upload, options: Options) -> JsonObject:
    """Return which file is to be applied and how it is meant, as the work keeps it."""
    return {"token": upload.token, "complete": options.complete,
            "effective_on": options.effective_on.isoformat(), "answers": dict(options.answers)}


def carry_out(task: Task) -> None:
    """Apply a kept file, in a worker: read first, then all of it in one transaction."""
    given = task.params
    upload = importing.find(given["token"], user_id=task.asked_by)
    if upload is None:
        raise NotFound(importing.gone())
    task.progress(0, 2)
    file = importing.read(upload.data, reader=None)
    task.progress(1, 2)
    options = Options(given["complete"], date.fromisoformat(given["effective_on"]),
                      given["answers"])
    with speaking(preferring.language_of(task.asked_by)), task.transaction():
        done = apply(file, options, upload, by=Actor("user", task.asked_by))
        task.finish(f"{told(done)} {way_in(done)}".strip())


def told(done: PeopleImport | None) -> str:
    """Say what came of a file."""
    if done is None:
        return _("Everything was as the file says already. Nothing was changed.")
    return _("Applied: %(new)s new, %(changed)s changed, %(left)s left.",
             new=format_decimal(done.created), changed=format_decimal(done.changed),
             left=format_decimal(done.deactivated))


def way_in(done: PeopleImport | None) -> str:
    """Say what is to be done next for people who are new; "" where nobody is."""
    if done is None or not done.created:
        return ""
    return ngettext("%(num)s new person needs a way in: print or mail access links.",
                    "%(num)s new people need a way in: print or mail access links.", done.created)


def apply(
    file: PeopleFile, options: Options, upload: Upload, *, by: Actor
) -> PeopleImport | None:
    """Do what a file says; None when there is nothing to do. Refuses a file with faults.

    The file is compared anew inside the transaction: what was previewed may be out of date.
    """
    plan = planning.plan(file, options, by=by)
    if plan.faults:
        raise Refusal(_("The file has faults. Nothing was changed."), "file")
    if plan.questions:
        raise Refusal(_("Answer the questions about the file first. Nothing was changed."), "file")
    db.session.execute(sa.delete(PeopleUpload).where(PeopleUpload.token == upload.token))
    if plan.empty:
        return None
    try:
        with moving(by=by) as moved:
            _write(plan, moved, by=by)
        done = PeopleImport(
            sha256=sha256_hex(upload.data), file_name=upload.name[:200], applied_at=clock.now(),
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


def _write(plan: Plan, moved: set[int], *, by: Actor) -> None:
    on, known = plan.options.effective_on, [*plan.back, *plan.changed]
    if plan.left:
        employing.leave({person.id: day for person, day in plan.left}, by=by)
    if known:
        registering.change({entry.id: entry.person for entry in known}, by=by)
    added = registering.add([entry.person for entry in plan.new], roles=frozenset({Role.EMPLOYEE}),
                            by=by)
    ids = dict(zip((entry.id for entry in plan.new), added, strict=True))
    words = {}
    for entry in (*known, *plan.new):
        manager = entry.words.manager_id
        words[ids.get(entry.id, entry.id)] = replace(
            entry.words, manager_id=ids.get(manager, manager) if manager else None)
    positions = resolving.positions(words, parents=plan.parents)
    if plan.back:
        employing.come_back({entry.id: entry.hired_on for entry in plan.back}, on=on, by=by,
                            to={entry.id: positions[entry.id] for entry in plan.back})
    employing.set_hired({ids.get(entry.id, entry.id): entry.hired_on
                         for entry in (*known, *plan.new) if entry.hired_on})
    placing.place(positions, from_on=on, by=by)
    for code, zone in plan.zones.items():
        locating.locate(locating.get_by_code(code), zone, by=by)
    if plan.moves:
        moved.update(placements.people_under(plan.parents.keys() & plan.knowledge.parents.keys()))
