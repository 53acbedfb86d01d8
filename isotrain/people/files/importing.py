"""Taking in a people file: reading it in bounds, keeping it between the check and the act."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import db, end_reading
from isotrain.formats import Unreadable, child
from isotrain.formats.contract import check_content, check_name
from isotrain.i18n import _
from isotrain.jobs.purging import delete_some
from isotrain.ledger.hashing import sha256_hex
from isotrain.people.files.rules import Header, PeopleFile, read_people
from isotrain.people.models import PeopleImport, PeopleUpload
from isotrain.turns import reading_turn

KEPT = timedelta(days=1)
ENDINGS = (".csv", ".tsv", ".txt", ".xlsx")


@dataclass(frozen=True)
class Upload:
    """The bytes of a file and what it is called.

    One that is kept has a token, and says when exactly this file was last applied.
    """

    name: str
    data: bytes
    token: str = ""
    applied_at: datetime | None = None


def take(upload: Upload, *, reader: int | None) -> PeopleFile:
    """Read a file that comes for the first time, if its name fits what it holds, as `read` does."""
    try:
        check_content(upload.data)
        check_name(upload.name, upload.data, endings=ENDINGS)
    except Unreadable as unreadable:
        return _unreadable(unreadable)
    return read(upload.data, reader=reader)


def read(data: bytes, *, reader: int | None) -> PeopleFile:
    """Read a CSV or XLSX file in a child process; faults are in the result, never raised.

    Holds no transaction. Refuses while the reader, or enough others, have a file read.
    """
    end_reading()
    try:
        with reading_turn(reader):
            table = child.table(data)
    except Unreadable as unreadable:
        return _unreadable(unreadable)
    file = read_people(table.rows)
    return replace(file, problems=(*table.problems, *file.problems))


def _unreadable(why: Unreadable) -> PeopleFile:
    return PeopleFile(Header(1, (), {}), (), (why.problem,))


def keep(upload: Upload, *, user_id: int) -> str:
    """Keep a checked file for a day and return the token that finds it."""
    token = secrets.token_urlsafe(16)
    db.session.add(PeopleUpload(token=token, uploaded_by=user_id, uploaded_at=clock.now(),
                                file_name=upload.name[:200], data=upload.data))
    db.session.flush()
    return token


def find(token: str, *, user_id: int) -> Upload | None:
    """Return a file that this person uploaded within the last day."""
    query = sa.select(PeopleUpload.file_name, PeopleUpload.data).where(
        PeopleUpload.token == token, PeopleUpload.uploaded_by == user_id,
        PeopleUpload.uploaded_at >= clock.now() - KEPT)
    row = db.session.execute(query).first()
    if row is None:
        return None
    earlier = sa.select(sa.func.max(PeopleImport.applied_at))
    applied_at = db.session.scalar(earlier.where(
        PeopleImport.sha256 == sha256_hex(row.data), PeopleImport.state == "done"))
    return Upload(row.file_name, row.data, token, applied_at)


def gone() -> str:
    """Say that an upload is not here any more."""
    return _("This upload was applied, or is more than a day old.")


def purge_some() -> int:
    """Delete some files that were uploaded more than a day ago; return how many.

    A few at once: a file may be large.
    """
    return delete_some(PeopleUpload.id, PeopleUpload.uploaded_at < clock.now() - KEPT, at_once=5)
