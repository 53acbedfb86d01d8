"""Importing question files: read, kept for a day and compared with the bank as it stands."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity
from isotrain.audit.noting import Actor
from isotrain.banks import directory
from isotrain.banks.files import planning
from isotrain.banks.files.recognising import recognised
from isotrain.banks.files.steps import Plan
from isotrain.banks.models import BankDecision, BankUpload, BatchUndo, QuestionBatch
from isotrain.banks.rules import Defaults, name_of
from isotrain.db import Json, db, end_reading
from isotrain.errors import NotFound, Refusal
from isotrain.formats import child
from isotrain.formats.contract import Unreadable
from isotrain.formats.model import Import
from isotrain.i18n import _, format_moment, say
from isotrain.jobs.purging import delete_some
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import sha256_hex
from isotrain.media import keeping
from isotrain.questions.problem import Problem
from isotrain.turns import reading_turn

KEPT_FOR = timedelta(hours=24)
KEPT_BYTES = 4 * 1024 * 1024  # a larger file is written too slowly to be kept


@dataclass(frozen=True)
class File:
    """An uploaded file as it was read, and that as it is kept; `data` is None for a large one.

    Its pictures are kept by themselves.
    """

    name: str
    sha256: str
    imported: Import
    written: Json
    data: bytes | None = None

    @classmethod
    def of(cls, name: str, data: bytes, imported: Import) -> File:
        """A file of this name, and what was read from its bytes."""
        bare = replace(imported, pictures=())
        return cls(name_of(name), sha256_hex(data), imported, Json.of(bare.to_data()),
                   data if len(data) <= KEPT_BYTES else None)


def read(
    data: bytes, name: str, *, reader: int | None, readings: Mapping[str, str] | None = None,
    field: str = "file",
) -> File:
    """Read a file in a bounded process of its own; holds no transaction. Raises Refusal.

    Also while the reader, or enough others, have a file read. `readings` say what is meant where
    it can be read in several ways. A refusal names the `field` that the bytes came from.
    """
    end_reading()
    try:
        with reading_turn(reader):
            imported = child.parse(data, name, readings=readings)
        imported = recognised(imported)
    except Unreadable as unreadable:
        problem = unreadable.problem
        sentence = f"{say(problem.template, problem.params)} {say(problem.hint, problem.params)}"
        raise Refusal(sentence.strip(), field) from unreadable
    end_reading()
    return File.of(name, data, imported)


def keep(bank_id: int, file: File, *, by: Actor) -> str:
    """Keep what was read from a file for a day; return the token that finds it again."""
    directory.get_bank(bank_id, member=by.user_id)
    token = secrets.token_urlsafe(16)
    keeping.keep(file.imported.pictures)
    db.session.execute(sa.insert(BankUpload).values(
        token=token, bank_id=bank_id, file_name=file.name, sha256=file.sha256, options={},
        options_hash="", state="checked", checked=file.written, data=file.data,
        uploaded_at=clock.now(), uploaded_by=by.user_id))
    return token


def keep_again(bank_id: int, token: str, file: File, readings: Mapping[str, str]) -> None:
    """Keep what a file says now that more is known of how it is meant."""
    upload = get_upload(bank_id, token)
    if upload.state == "applied":
        raise applied_before(upload)
    keeping.keep(file.imported.pictures)
    upload.options = {"readings": {**upload.options.get("readings", {}), **readings}}
    db.session.execute(sa.update(BankUpload).where(
        BankUpload.id == upload.id, BankUpload.state == "checked").values(checked=file.written))
    db.session.flush()


def problems_of(checked: JsonObject) -> tuple[Problem, ...]:
    """Return what is wrong with a file, as it was kept."""
    return Import.from_data({**checked, "questions": []}).problems


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
    """A checked file against the bank as it stands now, and what was decided about it by place."""

    token: str
    file_name: str
    imported: Import
    defaults: Defaults
    plan: Plan
    earlier: Application | None
    decisions: Mapping[str, str] = field(default_factory=dict)


def review(bank_id: int, token: str, defaults: Defaults, *, member: int | None) -> Review:
    """Say what applying a checked file would do; raise NotFound when it is gone."""
    bank = directory.get_bank(bank_id, member=member)
    upload = get_upload(bank_id, token)
    checked = upload.checked  # read by itself: somebody may have applied it since
    if upload.state == "applied" or not checked:
        raise applied_before(upload)
    imported, decisions = Import.from_data(checked), decided(upload.id)
    return Review(token, upload.file_name, imported, defaults,
                  planning.plan(bank, imported, defaults, decisions),
                  find_application(bank_id, upload.sha256), decisions)


def decided(upload_id: int) -> dict[str, str]:
    """Return what was decided about the questions of a file, by their places."""
    query = sa.select(BankDecision.place, BankDecision.decision)
    return {row.place: row.decision
            for row in db.session.execute(query.where(BankDecision.upload_id == upload_id))}


def get_upload(bank_id: int, token: str) -> BankUpload:
    """Return a file that is still kept or raise NotFound."""
    upload = db.session.scalar(sa.select(BankUpload).where(
        BankUpload.token == token, BankUpload.bank_id == bank_id,
        sa.or_(BankUpload.state == "applied", BankUpload.checked.is_not(sa.null()))))
    if upload is None or upload.uploaded_at < clock.now() - KEPT_FOR:
        raise NotFound(_("This upload is no longer kept. Choose the file again."))
    return upload


def applied_before(upload: BankUpload) -> Refusal:
    """Return what to say of a file that was applied to this bank."""
    earlier = find_application(upload.bank_id, upload.sha256)
    return Refusal(earlier.sentence if earlier else _("This file was already applied."))


_undone = (
    sa.exists().where(QuestionBatch.upload_id == BankUpload.id,
                      BatchUndo.batch_id == QuestionBatch.id)
)


def find_application(bank_id: int, sha256: str) -> Application | None:
    """Return when a file was last applied to a bank and not undone."""
    query = (
        sa.select(BankUpload.applied_at, Identity.name, BankUpload.added, BankUpload.changed)
        .outerjoin(Identity, Identity.user_id == BankUpload.applied_by)
        .where(BankUpload.bank_id == bank_id, BankUpload.sha256 == sha256,
               BankUpload.state == "applied", ~_undone)
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
    gone = delete_some(BankDecision.id, BankDecision.upload_id.in_(
        sa.select(BankUpload.id).where(BankUpload.uploaded_at < clock.now() - KEPT_FOR)))
    staged = sa.exists().where(QuestionBatch.upload_id == BankUpload.id)
    about = sa.exists().where(BankDecision.upload_id == BankUpload.id)
    gone += delete_some(BankUpload.id, *old, BankUpload.state == "checked", ~staged, ~about,
                        at_once=limit)
    applied = (sa.select(BankUpload.id).where(*old, BankUpload.state == "applied")
               .order_by(BankUpload.id).limit(limit))
    emptied = db.session.execute(
        sa.update(BankUpload).where(BankUpload.id.in_(applied.scalar_subquery()))
        .values(checked=sa.null(), data=sa.null())
        .execution_options(synchronize_session=False))
    return gone + int(emptied.rowcount)  # type: ignore[attr-defined]
