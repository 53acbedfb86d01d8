"""XLSX and its relatives, read as CSV is; formulas count by the value they were saved with.

Workbooks are opened in the child process only, so their library is loaded when it is used.
"""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from isotrain.formats.contract import ARCHIVE, Format, Unreadable, check_content
from isotrain.formats.model import Import
from isotrain.formats.sheets.questions import read_rows
from isotrain.formats.sheets.rows import Row, check_rows, find_header
from isotrain.questions.problem import Problem, warning
from isotrain.text import N_

MEMBER_LIMIT = 2_000
UNPACKED_LIMIT = 64 * 1024 * 1024
COLUMN_LIMIT = 200

_CHUNK = 1024 * 1024
_MACROS = "vbaproject.bin"
_ZIP_FAULTS = (
    *(zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError),
    *(RuntimeError, NotImplementedError, ValueError, KeyError),
)
_SAVE_AGAIN = N_("Save the sheet as .xlsx or as CSV and try again.")


def detect(data: bytes, filename: str) -> bool:
    """Whether this is a zip archive, which none of the text formats is."""
    return data.startswith(ARCHIVE)


def read(data: bytes) -> Import:
    """Read the first sheet that holds questions; raises Unreadable."""
    first: list[Row] = []
    skipped: list[Problem] = []
    for name, rows in sheets(data):
        if rows is None:
            skipped.append(
                warning(
                    "file",
                    'The hidden sheet "%(name)s" was not read.',
                    "Show it in your spreadsheet program if it holds questions.",
                    name=name[:60],
                )
            )
        elif find_header(rows):
            imported = read_rows("xlsx", rows)
            return Import("xlsx", imported.questions, (*skipped, *imported.problems))
        else:
            first = first or rows
    return read_rows("xlsx", first)


def sheets(data: bytes) -> Iterator[tuple[str, list[Row] | None]]:
    """Yield name and rows of each sheet of a workbook, None for a hidden one; raises Unreadable.

    The archive is unpacked once under limits before the parser sees it, because the sizes an
    archive declares are not to be trusted.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    _check_archive(data)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.visible != SheetVisibleEnum.Visible:
                    yield meta.name, None
                    continue
                sheet = workbook.get_sheet_by_name(meta.name)
                check_rows(sheet.total_height)
                cells = sheet.to_python(skip_empty_area=False)
                yield meta.name, [Row(number, tuple(map(_text, row[:COLUMN_LIMIT])))
                                  for number, row in enumerate(cells, 1)]
    except CalamineError as fault:
        raise Unreadable(
            "The spreadsheet cannot be read: %(reason)s.",
            _SAVE_AGAIN,
            code="xlsx_broken",
            reason=str(fault)[:100],
        ) from None


def _text(value: Any) -> str:
    """A cell as its author saw it: whole numbers without .0, truths in capitals, ISO dates."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)


def _check_archive(data: bytes) -> None:
    """Raise Unreadable for an archive that is broken, too big or not a plain workbook."""
    check_content(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive)
    except _ZIP_FAULTS:
        raise Unreadable("The file is damaged or locked.", _SAVE_AGAIN, code="zip_broken") from None


def _check_members(archive: zipfile.ZipFile) -> None:
    names = [info.filename.lower() for info in archive.infolist()]
    if len(names) > MEMBER_LIMIT:
        raise Unreadable("The archive has too many members.", _SAVE_AGAIN, code="zip_too_many")
    if any(name.endswith(_MACROS) for name in names):
        raise Unreadable("The file contains macros.", _SAVE_AGAIN, code="xlsx_macros")
    if len(set(names)) < len(names):
        raise Unreadable("The archive has a member twice.", _SAVE_AGAIN, code="zip_duplicate")
    unpacked = 0
    for info in archive.infolist():
        with archive.open(info) as member:
            while chunk := member.read(_CHUNK):
                unpacked += len(chunk)
                if unpacked > UNPACKED_LIMIT:
                    raise Unreadable("The file unpacks too big.", _SAVE_AGAIN, code="zip_too_big")


XLSX = Format("xlsx", "Excel (XLSX)", (".xlsx",), detect, read)
