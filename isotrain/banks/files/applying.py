"""Applying a checked question file: staged a few questions at a time, then shown all at once.

All of it or nothing, and at most once with the same defaults.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts import preferring
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, pooling, storing
from isotrain.banks.batches import staging
from isotrain.banks.files import importing, planning
from isotrain.banks.files.importing import Review
from isotrain.banks.files.steps import Plan
from isotrain.banks.flipping import Usage
from isotrain.banks.models import Bank, BankUpload, Question, QuestionVersion
from isotrain.banks.rules import Defaults, name_of
from isotrain.banks.storing import Change
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, ngettext, speaking
from isotrain.jobs.stepping import Pace, Watch, step
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.lists import chunks
from isotrain.wired import wired

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction
    from isotrain.jobs.work import Task

KIND = "bank-import"
# Up to so many questions are written while the browser waits.
AT_ONCE = 500
TRIES = 3  # how often a file is compared anew with a bank that changes meanwhile


@dataclass(frozen=True)
class Applied:
    """What came of applying a file."""

    plan: Plan
    batch_id: int

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        counts = self.plan.counts
        left_out = sum(counts[effect] for effect in ("duplicate", "faulty", "left", "older"))
        return _("%(new)s, %(changed)s, %(unchanged)s, %(left_out)s.",
                 new=ngettext("%(num)s new question", "%(num)s new questions", counts["new"]),
                 changed=ngettext("%(num)s new version", "%(num)s new versions",
                                  counts["changed"] + counts["translated"]),
                 unchanged=_("%(num)s unchanged", num=counts["unchanged"]),
                 left_out=_("%(num)s left out", num=left_out))

    def question_ids(self) -> list[int]:
        """List the questions that are new or have a new version."""
        return list(db.session.scalars(
            sa.select(Question.id)
            .join(QuestionVersion, QuestionVersion.id == Question.latest_version_id)
            .where(QuestionVersion.batch_id == self.batch_id).order_by(Question.id)))

    def translation_ids(self) -> list[int]:
        """List the translations that came in."""
        return list(db.session.scalars(
            sa.select(QuestionVersion.id)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.batch_id == self.batch_id,
                   Question.latest_version_id != QuestionVersion.id)
            .order_by(QuestionVersion.id)))


class _Outpaced(Exception):
    """The bank is not as it was when the file was compared with it."""


def apply(
    bank_id: int, reviewed: Review, *, by: Actor, transaction: Transaction,
    skip_faulty: bool = False, watch: Watch[Applied] | None = None,
) -> Applied:
    """Apply a reviewed file in short transactions; nobody sees anything of it before the last.

    Faulty questions are in the way unless the reader chose to leave them out. What was planned
    before holds unless the bank has changed since; then the file is compared anew.
    """
    for _try in range(TRIES):
        refuse_faulty(reviewed.plan, skip_faulty=skip_faulty)
        try:
            return _apply(bank_id, reviewed, by=by, transaction=transaction,
                          watch=watch or Watch[Applied]())
        except _Outpaced:
            db.session.rollback()
            reviewed = importing.review(bank_id, reviewed.token, reviewed.defaults,
                                        member=by.user_id)
    raise Conflict(_("Somebody changes this bank all the time. Nothing was changed by the file;"
                     " apply it again later."))


@dataclass(frozen=True)
class Use:
    """How many questions that a file changes are approved, and how many an open exam asks now.

    `exams` are the published exams that draw from their bank.
    """

    approved: int = 0
    exams: int = 0
    asked: int = 0


def find_use(bank: Bank, plan: Plan) -> Use:
    """Find out who uses what a file would change; a new version is used once it is approved."""
    changed = {step.standing.question_id for step in plan.writes if step.standing}
    approved: set[int] = set()
    for some in chunks(changed):
        approved |= set(db.session.scalars(sa.select(Question.id).where(
            Question.id.in_(some), Question.approved_version_id.is_not(None),
            Question.retired_at.is_(None))))
    if not approved:
        return Use()
    usage = wired(Usage)
    return Use(len(approved), usage.count_exams(bank.slug), len(usage.open_exams(approved)))


def is_long(reviewed: Review) -> bool:
    """Say whether nobody should wait for what a file would do."""
    return len(reviewed.plan.writes) > AT_ONCE


def params_of(bank_id: int, reviewed: Review, *, skip_faulty: bool) -> JsonObject:
    """Return which file is to be applied and how it is meant, as the work keeps it.

    Refuses what applying would refuse, while somebody is there to put it right.
    """
    refuse_faulty(reviewed.plan, skip_faulty=skip_faulty)
    return {"bank_id": bank_id, "token": reviewed.token, "skip_faulty": skip_faulty,
            "defaults": reviewed.defaults.to_data()}


def carry_out(task: Task) -> None:
    """Apply a checked file, in a worker."""
    given, by = task.params, Actor("user", task.asked_by)
    task.progress(0, 2)
    reviewed = importing.review(given["bank_id"], given["token"], Defaults(**given["defaults"]),
                                member=task.asked_by)
    watch = Watch[Applied](lambda _staged, _of: task.progress(1, 2),
                  lambda applied: task.finish(applied.sentence))
    with speaking(preferring.language_of(task.asked_by)):
        apply(given["bank_id"], reviewed, by=by, transaction=task.transaction,
              skip_faulty=given["skip_faulty"], watch=watch)


def _apply(
    bank_id: int, reviewed: Review, *, by: Actor, transaction: Transaction, watch: Watch[Applied]
) -> Applied:
    for _gone in staging.forget_idle(transaction, bank_id=bank_id):
        watch.progress(0, 1)
    changes = list(_changes(bank_id, reviewed))
    with transaction():
        directory.get_bank(bank_id, member=by.user_id)
        upload = importing.get_upload(bank_id, reviewed.token)
        batch_id = staging.begin(bank_id, upload.id, by=by)
        _refuse_again(upload, reviewed)
    try:
        _stage(batch_id, bank_id, changes, by=by, transaction=transaction, watch=watch)
        with step(transaction):
            applied = _show(batch_id, bank_id, reviewed, by=by)
            watch.done(applied)
    except Exception:
        for _gone in staging.forget(batch_id, transaction=transaction):
            pass
        raise
    return applied


def _stage(
    batch_id: int, bank_id: int, changes: list[Change], *, by: Actor, transaction: Transaction,
    watch: Watch[Applied],
) -> None:
    """Store everything as part of a batch; what somebody stored meanwhile stands in its way."""
    staged, pace, undone = 0, Pace(staging.AT_ONCE), storing.find_undone(bank_id)
    for some in pace.parts(changes):
        watch.progress(staged, len(changes))
        storing.prepare(some)
        try:
            with step(transaction, pace):
                staging.stage(batch_id, bank_id, some, by=by, undone=undone)
        except IntegrityError as error:
            raise _Outpaced from error
        staged += len(some)
    watch.progress(staged, len(changes))


def _show(batch_id: int, bank_id: int, reviewed: Review, *, by: Actor) -> Applied:
    directory.get_bank(bank_id, member=by.user_id)
    bank = pooling.lock(bank_id)
    plan, imported = reviewed.plan, reviewed.imported
    if plan.basis != planning.basis_of(bank):
        raise _Outpaced
    upload = importing.get_upload(bank_id, reviewed.token)
    _claim(upload, reviewed, by=by)
    staging.show(batch_id)
    counts = plan.counts
    upload.added, upload.changed = counts["new"], counts["changed"] + counts["translated"]
    upload.unchanged = counts["unchanged"]
    note("bank.imported", by, scope="banks", on=("bank", bank_id), after=upload.sha256,
         details={"format": imported.format, "new": counts["new"], "changed": counts["changed"],
                  "translated": counts["translated"], "unchanged": counts["unchanged"],
                  "duplicate": counts["duplicate"], "faulty": counts["faulty"],
                  "left": counts["left"] + counts["older"], "batch": batch_id})
    db.session.flush()
    return Applied(plan, batch_id)


def refuse_faulty(plan: Plan, *, skip_faulty: bool) -> None:
    """Refuse a file with faults, unless those are to be left out, and one that is yet unclear.

    It is unclear as long as something is to be chosen or decided.
    """
    if any(problem.severity == "question" for problem in plan.problems):
        raise Refusal(_("Choose first how the file is to be read."))
    if plan.faulty and not skip_faulty:
        raise Refusal(ngettext(
            "%(num)s question has an error. Correct the file, or choose to leave it out.",
            "%(num)s questions have errors. Correct the file, or choose to leave them out.",
            plan.faulty), "skip_faulty")
    if alike := plan.counts["alike"]:
        raise Refusal(ngettext(
            "%(num)s question looks like one that the bank has. Decide first whether it changes"
            " that one.",
            "%(num)s questions look like some that the bank has. Decide first whether they change"
            " those.", alike))


def _refuse_again(upload: BankUpload, reviewed: Review) -> None:
    """Refuse what was applied before, as far as that is known before anything is staged."""
    options = hash_of(_options(upload, reviewed))
    twin = sa.exists().where(
        BankUpload.bank_id == upload.bank_id, BankUpload.sha256 == upload.sha256,
        BankUpload.options_hash == options, BankUpload.state == "applied")
    if upload.state == "applied" or db.session.scalar(sa.select(twin)):
        raise importing.applied_before(upload)


def _claim(upload: BankUpload, reviewed: Review, *, by: Actor) -> None:
    """Make this the one application of the file; the database refuses a second one.

    What was read of it is forgotten: writing a row again that holds it takes long.
    """
    options = _options(upload, reviewed)
    statement = (
        sa.update(BankUpload)
        .where(BankUpload.id == upload.id, BankUpload.state == "checked")
        .values(state="applied", checked=sa.null(), data=sa.null(), options=options,
                options_hash=hash_of(options), applied_at=clock.now(), applied_by=by.user_id)
        .returning(BankUpload.id)
    )
    try:
        with db.session.begin_nested():
            claimed = db.session.scalar(statement)
    except IntegrityError:
        claimed = None
    if claimed is None:
        raise importing.applied_before(upload)
    db.session.refresh(upload)


def _options(upload: BankUpload, reviewed: Review) -> dict[str, object]:
    """How the file is meant, what is assumed where it says nothing, and what was decided.

    Assumptions and decisions that do not matter for it would tell equal applications apart.
    """
    imported, defaults = reviewed.imported, reviewed.defaults
    meant: dict[str, object] = {
        name: value for name, value in upload.options.items() if name == "readings"}
    if decided := {step.draft.place: step.decided for step in reviewed.plan.steps if step.decided}:
        meant["decisions"] = decided
    return {**meant, **{name: value for name, value in defaults.to_data().items()
                        if name == "apart" or any(
                            not getattr(draft, "topic" if name == "sheets" else name)
                            for draft in imported.questions)}}


def _changes(bank_id: int, reviewed: Review) -> Iterator[Change]:
    writes = reviewed.plan.writes
    given = {name_of(planned.draft.external_id) for planned in writes}
    keys = (key for key in storing.unused_keys(bank_id) if key not in given)
    for planned in writes:
        assert planned.written is not None
        source = f"{reviewed.file_name}, {planned.draft.place}"
        if planned.standing is None:
            key = name_of(planned.draft.external_id) or next(keys)
            yield Change(planned.written, key=key, source=source)
        else:
            translates = planned.effect == "translated"
            yield Change(planned.written, question_id=planned.standing.question_id,
                         number=planned.standing.number + (not translates),
                         revision=planned.revision, translates=translates, source=source)
