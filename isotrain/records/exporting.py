"""Exporting exactly what is filtered: CSV in flat memory, XLSX, and a signed manifest beside it.

Rows are read on a connection of their own, in one snapshot, a range of people at a time: however
many there are, little is held, and nobody's changes get in between.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import sqlalchemy as sa
from sqlalchemy.engine import Connection

import isotrain
from isotrain import clock, spreadsheet, zones
from isotrain.accounts.models import User
from isotrain.audit.noting import Actor, note
from isotrain.certificates import signing_keys
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.people import days
from isotrain.records import correctors, register
from isotrain.records.filters import Filter, Rows
from isotrain.records.register import Line, detailed
from isotrain.records.rules import COLUMNS, FileFacts, Stated, manifest
from isotrain.settings import house, values
from isotrain.settings.definitions import ORGANIZATION
from isotrain.study.content import CourseView

PEOPLE_AT_ONCE = 500
SHEET_ROWS = 1_048_575  # what an Excel sheet holds below its header
FORMATS = ("csv", "xlsx")
_DAYS = [index for index, name in enumerate(COLUMNS) if name.endswith(("_on", "valid_until"))]
_NUMBERS = [index for index, name in enumerate(COLUMNS) if name.endswith("_percent")]


@dataclass(frozen=True)
class Signer:
    """What a manifest is signed with."""

    key_id: str
    private_pem: bytes


Tell = Callable[[int, int | None], None]


class Export:
    """One export on its own snapshot; used in a with statement, or closed at the end.

    `tell` is told now and then how many of how many rows were read.
    """

    def __init__(self, wanted: Filter, tell: Tell | None = None) -> None:
        self.wanted, self.tell = wanted, tell
        self.at = clock.now().replace(microsecond=0)
        self.id = f"{self.at:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
        self.issuer, self.zone = values.value_of(ORGANIZATION), house.zone()
        self.courses = register.courses()
        self.connection = _snapshot()
        self.today = days.today(self.at)
        self.correctors = correctors.by_record(self.connection)
        counted = Rows(wanted, today=self.today).select(sa.func.count())
        self.count = self.connection.scalar(counted) or 0

    def __enter__(self) -> Export:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def close(self) -> None:
        self.connection.close()

    def name(self, kind: str) -> str:
        return f"completion-records-{self.id}.{kind}"

    def rows(self) -> Iterator[list[str]]:
        """Yield the rows as texts in the order of COLUMNS, by person and course."""
        constant = [self.id, f"{self.at:%Y-%m-%dT%H:%M:%SZ}"]
        last = self.connection.scalar(sa.select(sa.func.max(User.id))) or 0
        rows = Rows(self.wanted, ranged=True, today=self.today)
        query = detailed(rows).order_by(rows.pair.c.user_id, rows.pair.c.course_id)
        done = 0
        for first in range(1, last + 1, PEOPLE_AT_ONCE):
            people = {"first_user": first, "last_user": first + PEOPLE_AT_ONCE - 1}
            for row in self.connection.execute(query, people):
                done += 1
                line = Line(*row)
                yield constant + _values(line, self.courses) + self._correction(line)
            if self.tell is not None:
                self.tell(done, self.count)

    def _correction(self, row: Line) -> list[str]:
        """Return the cells on what a record corrects; empty where it corrects nothing."""
        if row.corrects_id is None or row.recorded_at is None:
            return [""] * 4
        return [str(row.corrects_id), zones.day(row.recorded_at, self.zone).isoformat(),
                self.correctors.get(row.record_id or 0, ""), row.correction_reason or ""]

    def stated(self, file_name: str) -> Stated:
        return Stated(
            export_id=self.id, exported_at=f"{self.at:%Y-%m-%dT%H:%M:%SZ}", days=self.zone.key,
            file_name=file_name, filter=self.wanted.to_data(), issuer=self.issuer,
            software=f"Isotrain {isotrain.__version__}",
        )


def _snapshot() -> Connection:
    """Open a connection whose reads all see the same moment."""
    connection = db.engine.connect()
    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


def announce(export: Export, kind: str, *, by: Actor) -> Signer:
    """Note that somebody exports, before a row leaves; return what to sign with."""
    if kind not in FORMATS:
        raise Refusal(_("Choose CSV or XLSX"), "format")
    if kind == "xlsx" and export.count > SHEET_ROWS:
        raise Refusal(_("An Excel sheet holds 1,048,575 rows at most. Export CSV, or narrow the"
                        " filter."), "format")
    wanted = export.wanted.to_data()
    if "text" in wanted:
        wanted["text"] = "given"  # it may be a name, and events are never erased
    note("records.exported", by, scope="records", on=("export", export.id),
         details={"format": kind, "rows": export.count, "filter": wanted})
    return Signer(*signing_keys.current(by=by))


def csv_parts(export: Export, *, mark: bool = False) -> Iterator[bytes]:
    """Yield the CSV file piece by piece; with a byte order mark if asked."""
    return spreadsheet.csv_parts(tuple(COLUMNS), export.rows(), mark=mark)


def write_csv(export: Export, file: IO[bytes], *, mark: bool = False) -> FileFacts:
    """Write the CSV file and return what its manifest says of it."""
    digest, size = sha256(), 0
    for part in csv_parts(export, mark=mark):
        digest.update(part)
        size += file.write(part)
    return FileFacts(digest.hexdigest(), size, export.count, tuple(COLUMNS))


def write_xlsx(export: Export, path: Path) -> FileFacts:
    """Write the XLSX file, texts as texts and days as days, and return what it is."""
    spreadsheet.write_xlsx(path, tuple(COLUMNS), export.rows(), title="Completion records",
                           days=_DAYS, numbers=_NUMBERS)
    with path.open("rb") as file:
        digest = sha256()
        for part in iter(lambda: file.read(1024 * 1024), b""):
            digest.update(part)
    return FileFacts(digest.hexdigest(), path.stat().st_size, export.count, tuple(COLUMNS))


def signed_manifest(export: Export, file_name: str, facts: FileFacts, signer: Signer) -> bytes:
    """Return the manifest of a written file."""
    return manifest(export.stated(file_name), facts, key_id=signer.key_id,
                    private_pem=signer.private_pem)


def pack(export: Export, kind: str, signer: Signer, *, folder: Path, mark: bool = False) -> Path:
    """Write a zip of the file and its manifest into a folder; return its path."""
    name, path = export.name(kind), folder / f"{export.name(kind)}.zip"
    if kind == "xlsx":
        facts = write_xlsx(export, folder / name)
        with ZipFile(path, "w", ZIP_STORED) as archive:  # an XLSX file is packed already
            archive.write(folder / name, name)
            archive.writestr(f"{name}.manifest.json",
                             signed_manifest(export, name, facts, signer))
        return path
    with ZipFile(path, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        with archive.open(name, "w", force_zip64=True) as member:
            facts = write_csv(export, member, mark=mark)
        archive.writestr(f"{name}.manifest.json", signed_manifest(export, name, facts, signer))
    return path


def _values(row: Line, courses: dict[int, CourseView]) -> list[str]:
    """Return a row's cells from the third column on."""
    record = row.frozen
    rule = record["requirement"] if record and row.assignment_id is None else None
    if record is None:
        course = courses[row.course_id]
        return [
            row.personnel_no or "", row.name or "", row.employment_type or "", row.unit or "",
            row.site or "", row.job_role_code or "", row.job_role or "", row.manager_no or "",
            *_due(row, rule), course.slug, course.title, course.version_label,
            "; ".join(label for _code, label in course.editions), *_level(row, rule), row.status,
            *_NOT_COMPLETED,
        ]
    place, course, certificate = record["place"], record["course"], record["certificate"]
    return [
        row.number_then or "", row.name_then or "", place["employment_type"] or "",
        place["unit"] or "", place["site"] or "", place["job_role_code"] or "",
        place["job_role"] or "", row.manager_then or "", *_due(row, rule), course["slug"],
        course["title"], course["version"], "; ".join(record["standards"]), *_level(row, rule),
        row.status, _day(row.completed_on), row.score_percent, str(row.pass_mark), row.result,
        certificate["number"] if certificate else "", _day(row.valid_until),
        str(row.attempt_id), record["attempt"]["form"],
        _weakened(record["quiz"].get("weakened") or []), _YES_NO[record["attempt"].get("saw_keys")],
        _YES_NO[record["attempt"].get("after_reset")], _YES_NO[record["attempt"].get("extra")],
    ]


_NOT_COMPLETED = [""] * 12
_YES_NO = {True: "yes", False: "no", None: ""}


def _due(row: Line, rule: JsonObject | None) -> tuple[str, str]:
    if row.assignment_id is not None:
        return str(row.requirement_id), str(row.requirement_version)
    return (str(rule["id"]), str(rule["version"])) if rule else ("", "")


def _level(row: Line, rule: JsonObject | None) -> tuple[str, str, str]:
    if row.assignment_id is not None:
        return row.level or "", _day(row.assigned_on), _day(row.due_on)
    return (rule["level"], rule["assigned_on"], rule["due_on"]) if rule else ("", "", "")


def _weakened(entries: list[JsonObject]) -> str:
    return "; ".join(f"{each['rule']} {each['before']} > {each['after']}"
                     + (" alone" if each["alone"] else "") for each in entries)


def _day(value: date | None) -> str:
    return value.isoformat() if value else ""
