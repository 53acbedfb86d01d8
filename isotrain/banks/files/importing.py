"""Importing question files in two steps: checked first, then applied whole and at most once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts import preferring
from isotrain.accounts.models import Identity
from isotrain.audit.noting import Actor, digest, note
from isotrain.banks import directory, pooling, storing
from isotrain.banks.files import planning
from isotrain.banks.files.planning import Plan
from isotrain.banks.models import Bank, BankUpload, QuestionVersion
from isotrain.banks.rules import Defaults, name_of
from isotrain.banks.storing import Change
from isotrain.db import db, end_reading
from isotrain.errors import NotFound, Refusal
from isotrain.formats import child
from isotrain.formats.contract import Unreadable
from isotrain.formats.model import Import
from isotrain.i18n import _, format_moment, ngettext, say, speaking
from isotrain.jobs.purging import delete_some
from isotrain.jobs.work import Task
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import sha256_hex
from isotrain.turns import reading_turn

KEPT_FOR = timedelta(hours=24)


@dataclass(frozen=True)
class File:
    """An uploaded file as it was read."""

    name: str
    sha256: str
    imported: Import


def read(data: bytes, name: str, *, reader: int | None) -> File:
    """Read a file in a bounded process of its own; holds no transaction. Raises Refusal.

    Also while the reader, or enough others, have a file read.
    """
    end_reading()
    try:
        with reading_turn(reader):
            imported = child.parse(data, name)
    except Unreadable as unreadable:
        problem = unreadable.problem
        sentence = f"{say(problem.template, problem.params)} {say(problem.hint, problem.params)}"
        raise Refusal(sentence.strip(), "file") from unreadable
    return File(name_of(name), sha256_hex(data), imported)


def keep(bank_id: int, file: File, *, by: Actor) -> str:
    """Keep what was read from a file for a day; return the token that finds it again."""
    directory.get_bank(bank_id, member=by.user_id)
    upload = BankUpload(
        token=secrets.token_urlsafe(16), bank_id=bank_id, file_name=file.name, sha256=file.sha256,
        options={}, options_hash="", state="checked", checked=file.imported.to_data(),
        uploaded_at=clock.now(), uploaded_by=by.user_id,
    )
    db.session.add(upload)
    db.session.flush()
    return upload.token


@dataclass(frozen=True)
class Application:
    """That a file was applied: when, by whom, and what came of it."""

    at: datetime
    by: str
    added: int
    changed: int

    @property
    def sentence(self) -> str:
        """What the reader is told who brings the same file again."""
        return _("This file was already applied on %(at)s by %(by)s; 0 new.",
                 at=format_moment(self.at), by=self.by)


@dataclass(frozen=True)
class Review:
    """A checked file against the bank as it stands now."""

    token: str
    file_name: str
    imported: Import
    defaults: Defaults
    plan: Plan
    earlier: Application | None


def review(bank_id: int, token: str, defaults: Defaults, *, member: int | None) -> Review:
    """Say what applying a checked file would do; raise NotFound when it is gone."""
    bank = directory.get_bank(bank_id, member=member)
    upload = _get_upload(bank_id, token)
    imported = Import.from_data(upload.checked or {})
    return Review(token, upload.file_name, imported, defaults,
                  planning.plan(bank, imported, defaults),
                  _find_application(bank_id, upload.sha256))


@dataclass(frozen=True)
class Applied:
    """What came of applying a file."""

    plan: Plan
    question_ids: tuple[int, ...]
    translation_ids: tuple[int, ...]

    @property
    def sentence(self) -> str:
        """The outcome in words."""
        counts = self.plan.counts
        left_out = sum(counts[effect] for effect in ("duplicate", "faulty", "unsupported"))
        return _("%(new)s, %(changed)s, %(unchanged)s, %(left_out)s.",
                 new=ngettext("%(num)s new question", "%(num)s new questions", counts["new"]),
                 changed=ngettext("%(num)s new version", "%(num)s new versions",
                                  counts["changed"] + counts["translated"]),
                 unchanged=_("%(num)s unchanged", num=counts["unchanged"]),
                 left_out=_("%(num)s left out", num=left_out))


def apply(
    bank_id: int, reviewed: Review, *, by: Actor, skip_faulty: bool = False
) -> Applied:
    """Apply a reviewed file: all of it or nothing, and at most once with the same defaults.

    Faulty questions are in the way unless the reader chose to leave them out. What was planned
    before this transaction holds unless the bank has changed since.
    """
    directory.get_bank(bank_id, member=by.user_id)
    upload = _get_upload(bank_id, reviewed.token)
    imported, defaults = reviewed.imported, reviewed.defaults
    _claim(upload, imported, defaults, by=by)
    bank = pooling.lock(bank_id)
    plan = reviewed.plan
    if plan.basis != planning.basis_of(bank):
        plan = planning.plan(bank, imported, defaults)
    _refuse_faulty(plan, skip_faulty=skip_faulty)
    version_ids = storing.store(bank_id, list(_changes(bank, plan, upload.file_name)), by=by)
    counts = plan.counts
    upload.added, upload.changed = counts["new"], counts["changed"] + counts["translated"]
    upload.unchanged = counts["unchanged"]
    note("bank.imported", by, scope="banks", on=("bank", bank_id), after=upload.sha256,
         details={"format": imported.format, "new": counts["new"], "changed": counts["changed"],
                  "translated": counts["translated"], "unchanged": counts["unchanged"],
                  "duplicate": counts["duplicate"], "faulty": counts["faulty"],
                  "unsupported": counts["unsupported"]})
    db.session.flush()
    fresh = list(zip(plan.writes, version_ids, strict=True))
    kept = [version for step, version in fresh if step.effect != "translated"]
    query = sa.select(QuestionVersion.question_id).where(QuestionVersion.id.in_(kept))
    return Applied(plan, tuple(db.session.scalars(query)),
                   tuple(version for step, version in fresh if step.effect == "translated"))


def _refuse_faulty(plan: Plan, *, skip_faulty: bool) -> None:
    if plan.faulty and not skip_faulty:
        raise Refusal(ngettext(
            "%(num)s question has an error. Correct the file, or choose to leave it out.",
            "%(num)s questions have errors. Correct the file, or choose to leave them out.",
            plan.faulty), "skip_faulty")


KIND = "bank-import"
# Up to so many questions are written while the browser waits.
AT_ONCE = 500


def is_long(reviewed: Review) -> bool:
    """Say whether nobody should wait for what a file would do."""
    return len(reviewed.plan.writes) > AT_ONCE


def params_of(bank_id: int, reviewed: Review, *, skip_faulty: bool) -> JsonObject:
    """Return which file is to be applied and how it is meant, as the work keeps it.

    Refuses what applying would refuse, while somebody is there to put it right.
    """
    _refuse_faulty(reviewed.plan, skip_faulty=skip_faulty)
    return {"bank_id": bank_id, "token": reviewed.token, "skip_faulty": skip_faulty,
            "defaults": reviewed.defaults.to_data()}


def carry_out(task: Task) -> None:
    """Apply a checked file, in a worker: compared first, then all of it in one transaction."""
    given, by = task.params, Actor("user", task.asked_by)
    task.progress(0, 2)
    reviewed = review(given["bank_id"], given["token"], Defaults(**given["defaults"]),
                      member=task.asked_by)
    task.progress(1, 2)
    with speaking(preferring.language_of(task.asked_by)), task.transaction():
        task.finish(apply(given["bank_id"], reviewed, by=by,
                          skip_faulty=given["skip_faulty"]).sentence)


def _claim(upload: BankUpload, imported: Import, defaults: Defaults, *, by: Actor) -> None:
    """Make this the one application of the file; the database refuses a second one."""
    options = _options(imported, defaults)
    statement = (
        sa.update(BankUpload)
        .where(BankUpload.id == upload.id, BankUpload.state == "checked")
        .values(state="applied", options=options, options_hash=digest(options),
                applied_at=clock.now(), applied_by=by.user_id)
        .returning(BankUpload.id)
    )
    try:
        with db.session.begin_nested():
            claimed = db.session.scalar(statement)
    except IntegrityError:
        claimed = None
    if claimed is None:
        earlier = _find_application(upload.bank_id, upload.sha256)
        raise Refusal(earlier.sentence if earlier else _("This file was already applied."))
    db.session.refresh(upload)


def _options(imported: Import, defaults: Defaults) -> dict[str, object]:
    """The defaults that matter for this file; others would tell equal applications apart."""
    return {name: value for name, value in defaults.to_data().items()
            if any(not getattr(draft, name) for draft in imported.questions)}


def _changes(bank: Bank, plan: Plan, file_name: str) -> Iterator[Change]:
    given = {name_of(step.draft.external_id) for step in plan.writes}
    keys = (key for key in storing.unused_keys(bank.id) if key not in given)
    for step in plan.writes:
        assert step.written is not None
        source = f"{file_name}, {step.draft.place}"
        if step.standing is None:
            key = name_of(step.draft.external_id) or next(keys)
            yield Change(step.written, key=key, source=source)
        else:
            translates = step.effect == "translated"
            yield Change(step.written, question_id=step.standing.question_id, source=source,
                         number=step.standing.number + (not translates), revision=step.revision,
                         translates=translates)


def _get_upload(bank_id: int, token: str) -> BankUpload:
    upload = db.session.scalar(sa.select(BankUpload).where(
        BankUpload.token == token, BankUpload.bank_id == bank_id))
    if upload is None or upload.checked is None or upload.uploaded_at < clock.now() - KEPT_FOR:
        raise NotFound(_("This upload is no longer kept. Choose the file again."))
    return upload


def _find_application(bank_id: int, sha256: str) -> Application | None:
    query = (
        sa.select(BankUpload.applied_at, Identity.name, BankUpload.added, BankUpload.changed)
        .outerjoin(Identity, Identity.user_id == BankUpload.applied_by)
        .where(BankUpload.bank_id == bank_id, BankUpload.sha256 == sha256,
               BankUpload.state == "applied")
        .order_by(BankUpload.applied_at.desc())
    )
    row = db.session.execute(query.limit(1)).first()
    if row is None or row[0] is None:
        return None
    return Application(row[0], row[1] or _("a command"), row[2], row[3])


def purge_some(limit: int = 5) -> int:
    """Forget some files that were read more than a day ago; return how many.

    That a file was applied is remembered. A few at once: what was read may be large.
    """
    old = (BankUpload.uploaded_at < clock.now() - KEPT_FOR, BankUpload.checked.is_not(sa.null()))
    gone = delete_some(BankUpload.id, *old, BankUpload.state == "checked", at_once=limit)
    applied = (sa.select(BankUpload.id).where(*old, BankUpload.state == "applied")
               .order_by(BankUpload.id).limit(limit))
    emptied = db.session.execute(
        sa.update(BankUpload).where(BankUpload.id.in_(applied.scalar_subquery()))
        .values(checked=sa.null()).execution_options(synchronize_session=False))
    return gone + int(emptied.rowcount)  # type: ignore[attr-defined]
