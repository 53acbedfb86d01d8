"""Applying a checked people file: a small one in one transaction, a large one step by step.

Two thousand people cannot be written while nobody waits, and cannot be hidden until the last is
there: they are in every list. So each step leaves everybody whole; whoever begins again compares
the file anew and does what is left.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain.accounts import preferring
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _, format_decimal, ngettext, speaking
from isotrain.jobs.stepping import Watch, step
from isotrain.ledger.canonical import JsonObject
from isotrain.people.files import importing, planning, writing
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options, Plan
from isotrain.people.files.rules import PeopleFile
from isotrain.people.files.writing import Outpaced, Run
from isotrain.people.models import PeopleImport, PeopleUpload

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction
    from isotrain.jobs.work import Task

KIND = "people-import"
# A file of up to so many rows is applied while the browser waits, in one transaction.
AT_ONCE = writing.AT_ONCE
TRIES = 3  # how often a file is compared anew with people who change meanwhile


def is_long(file: PeopleFile) -> bool:
    """Say whether a file is one that nobody should wait for."""
    return len(file.lines) > AT_ONCE


def params_of(upload: Upload, options: Options) -> JsonObject:
    """Return which file is to be applied and how it is meant, as the work keeps it."""
    return {"token": upload.token, "complete": options.complete,
            "effective_on": options.effective_on.isoformat(), "answers": dict(options.answers)}


def carry_out(task: Task) -> None:
    """Apply a kept file, in a worker: read first, then written."""
    given = task.params
    upload = importing.find(given["token"], user_id=task.asked_by)
    if upload is None:
        raise NotFound(importing.gone())
    task.progress(0, 2)
    file = importing.read(upload.data, reader=None)
    task.progress(1, 2)
    options = Options(given["complete"], date.fromisoformat(given["effective_on"]),
                      given["answers"])
    watch = Watch[PeopleImport | None](
        lambda _written, _of: task.progress(1, 2),
        lambda done: task.finish(f"{told(done)} {way_in(done)}".strip()))
    with speaking(preferring.language_of(task.asked_by)):
        apply(file, options, upload, by=Actor("user", task.asked_by),
              transaction=task.transaction, watch=watch)


def told(done: PeopleImport | None) -> str:
    """Say what came of a file."""
    if done is None:
        return _("Everything was as the file says already. Nothing was changed.")
    return _("Applied: %(new)s new, %(changed)s changed, %(left)s left.",
             new=format_decimal(done.created), changed=format_decimal(done.changed),
             left=format_decimal(done.deactivated))


def told_unfinished() -> str:
    """Say of the file that was applied last that something is missing of it; "" else."""
    last = writing.find_unfinished()
    if last is None:
        return ""
    return _("%(file)s was not applied to its end: %(new)s new, %(changed)s changed, %(left)s left"
             " so far.", file=last.file_name, new=format_decimal(last.created),
             changed=format_decimal(last.changed), left=format_decimal(last.deactivated))


def way_in(done: PeopleImport | None) -> str:
    """Say what is to be done next for people who are new; "" where nobody is."""
    if done is None or not done.created:
        return ""
    return ngettext("%(num)s new person needs a way in: print or mail access links.",
                    "%(num)s new people need a way in: print or mail access links.", done.created)


def apply(
    file: PeopleFile, options: Options, upload: Upload, *, by: Actor, transaction: Transaction,
    watch: Watch[PeopleImport | None] | None = None,
) -> PeopleImport | None:
    """Do what a file says; None when there is nothing to do. Refuses a file with faults.

    What was planned holds unless people changed since; then the file is compared anew.
    """
    watch = watch or Watch()
    run: Run | None = None
    try:
        for _try in range(TRIES):
            plan = _planned(file, options, begun=run is not None, by=by)
            try:
                if run is None and (plan.empty or writing.size(plan) <= writing.AT_ONCE):
                    with step(transaction):
                        return _apply_at_once(plan, upload, by=by, watch=watch)
                if run is None:
                    run = writing.begin(upload, by=by, transaction=transaction)
                writing.write_in_steps(plan, run, by=by, progress=watch.progress)
                with step(transaction):
                    return _finish(run, options, upload, by=by, watch=watch)
            except (Outpaced, IntegrityError):
                db.session.rollback()
            except Conflict as conflict:
                if not isinstance(conflict.__cause__, IntegrityError):
                    raise
    except Exception:
        if run is not None:
            writing.break_off(run)
        raise
    if run is not None:
        writing.break_off(run)
        raise Conflict(_("People change all the time. What was written so far stays; apply the"
                         " file again to write the rest."))
    raise Conflict(_("People were changed in the meantime. Check the file again."))


def _planned(file: PeopleFile, options: Options, *, begun: bool, by: Actor) -> Plan:
    plan = planning.plan(file, options, by=by)
    if (plan.faults or plan.questions) and begun:
        raise Conflict(_("People changed while the file was applied. What was written so far"
                         " stays; check the file again to write the rest."))
    if plan.faults:
        raise Refusal(_("The file has faults. Nothing was changed."), "file")
    if plan.questions:
        raise Refusal(_("Answer the questions about the file first. Nothing was changed."), "file")
    return plan


def _apply_at_once(
    plan: Plan, upload: Upload, *, by: Actor, watch: Watch[PeopleImport | None]
) -> PeopleImport | None:
    _let_go(upload)
    done = None
    if not plan.empty:
        writing.write_at_once(plan, by=by)
        done = writing.start(upload, by=by)
        done.created, done.changed = len(plan.new), len(plan.changed) + len(plan.back)
        done.deactivated = len(plan.left)
        _note(done, plan.options, by=by)
    watch.done(done)
    return done


def _finish(
    run: Run, options: Options, upload: Upload, *, by: Actor, watch: Watch[PeopleImport | None]
) -> PeopleImport:
    """Note that a file was applied to the end."""
    _let_go(upload)
    done = writing.end(run)
    _note(done, options, by=by)
    watch.done(done)
    return done


def _let_go(upload: Upload) -> None:
    db.session.execute(sa.delete(PeopleUpload).where(PeopleUpload.token == upload.token))


def _note(done: PeopleImport, options: Options, *, by: Actor) -> None:
    db.session.flush()
    note("people.imported", by, scope="people", on=("people_import", done.id),
         details={"sha256": done.sha256, "new": done.created, "changed": done.changed,
                  "left": done.deactivated, "complete": options.complete,
                  "effective_on": options.effective_on.isoformat()})
    db.session.flush()
