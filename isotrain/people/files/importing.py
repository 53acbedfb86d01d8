"""Taking in a people file: reading it in bounds, keeping it between the check and the act."""

from __future__ import annotations

import secrets
from datetime import timedelta

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.formats import Unreadable, child
from isotrain.formats.sheets.rows import Row
from isotrain.i18n import _
from isotrain.people.files.rules import COLUMN_LIMIT, ROW_LIMIT, Header, PeopleFile, read_people
from isotrain.people.models import PeopleImport, PeopleUpload
from isotrain.questions.problem import Problem, error

KEPT = timedelta(days=1)


def read(data: bytes) -> PeopleFile:
    """Read a CSV or XLSX file in a child process; faults are in the result, never raised."""
    try:
        table = child.table(data)
    except Unreadable as unreadable:
        return _nothing(unreadable.problem)
    rows = [(row.number, row.cells) for row in table.rows]
    too_large = _too_large(table.rows)
    if too_large:
        return _nothing(too_large)
    file = read_people(rows)
    return PeopleFile(file.header, file.lines, (*table.problems, *file.problems))


def keep(data: bytes, *, file_name: str, user_id: int) -> str:
    """Keep a checked file for a day and return the token that finds it; drop older ones."""
    db.session.execute(sa.delete(PeopleUpload)
                       .where(PeopleUpload.uploaded_at < clock.now() - KEPT))
    token = secrets.token_urlsafe(16)
    db.session.add(PeopleUpload(token=token, uploaded_by=user_id, uploaded_at=clock.now(),
                                file_name=file_name[:200], data=data))
    db.session.flush()
    return token


def get(token: str, *, user_id: int) -> tuple[str, bytes]:
    """Return name and bytes of a file that this person uploaded within the last day.

    Raises NotFound; holds no transaction afterwards, because reading the file is slow.
    """
    query = sa.select(PeopleUpload.file_name, PeopleUpload.data).where(
        PeopleUpload.token == token, PeopleUpload.uploaded_by == user_id,
        PeopleUpload.uploaded_at >= clock.now() - KEPT)
    row = db.session.execute(query).first()
    db.session.rollback()
    if row is None:
        raise NotFound(_("This upload was applied, or is more than a day old."))
    return row.file_name, row.data


def forget(token: str, *, user_id: int) -> None:
    """Drop an uploaded file that has served."""
    db.session.execute(sa.delete(PeopleUpload).where(PeopleUpload.token == token,
                                                     PeopleUpload.uploaded_by == user_id))


def find_earlier(sha256: str) -> PeopleImport | None:
    """Return when exactly this file was last applied, None when it never was."""
    query = (sa.select(PeopleImport).where(PeopleImport.sha256 == sha256)
             .order_by(PeopleImport.id.desc()))
    return db.session.scalars(query).first()


def _nothing(problem: Problem) -> PeopleFile:
    return PeopleFile(Header(1, (), {}), (), (problem,))


def _too_large(rows: tuple[Row, ...]) -> Problem | None:
    if len(rows) > ROW_LIMIT:
        return error("file", "The file has more than %(limit)s rows.", "Split it.",
                     limit=ROW_LIMIT)
    wide = next((row for row in rows if len(row.cells) > COLUMN_LIMIT
                 and any(cell.strip() for cell in row.cells[COLUMN_LIMIT:])), None)
    if wide:
        return error(wide.place, "The row has more than %(limit)s cells.",
                     "Delete what does not belong to the table.", limit=COLUMN_LIMIT)
    return None
