"""A copy of a workbook with notes in its cells; loaded only where somebody asks for one."""

from __future__ import annotations

import io
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from isotrain.formats.contract import Unreadable
from isotrain.formats.sheets.rows import HEADER_ROWS
from isotrain.formats.workbooks.archive import SAVE_AGAIN, members_of
from isotrain.formats.workbooks.grid import column_of

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

Note = tuple[str, str, str]
"""A place, a severity and a text."""

NOTE_LIMIT = 5_000
TEXT_LIMIT = 2_000
_COLOURS = {"error": "FFF4B6B6", "question": "FFF9D9A0", "warning": "FFFFF3C4"}
_WEIGHTS = {"error": 3, "question": 2, "warning": 1}
_PLACE = re.compile(r"(?:sheet (?P<sheet>.*?), )?row (?P<row>\d{1,7})(?:, column (?P<column>.*))?",
                    re.DOTALL)


def rehearse() -> None:
    """Have the library load what it loads late, while files can still be opened."""
    import openpyxl

    out = io.BytesIO()
    openpyxl.Workbook().save(out)
    annotated(out.getvalue(), [("row 1", "error", "")])


def annotated(data: bytes, notes: Iterable[Note]) -> bytes:
    """The workbook with its notes as comments on coloured cells; raises Unreadable."""
    import openpyxl

    members = members_of(data)
    try:
        book = openpyxl.load_workbook(io.BytesIO(data),
                                      keep_vba=any("vbaProject" in name for name in members))
    except Unreadable:
        raise
    except Exception as fault:  # the library raises whatever a damaged part makes it do
        raise _unwritable() from fault
    gathered: dict[tuple[str, str], list[Note]] = defaultdict(list)
    for note in list(notes)[:NOTE_LIMIT]:
        gathered[_cell(book, note[0])].append(note)
    for (title, reference), said in gathered.items():
        _write(book[title], reference, said)
    try:
        return _saved(book)
    except Exception as fault:
        raise _unwritable() from fault


def _unwritable() -> Unreadable:
    return Unreadable("No copy of this workbook can be written.", SAVE_AGAIN, code="unwritable")


def _cell(book: Any, place: str) -> tuple[str, str]:
    """The sheet and the cell that a place names; the first cell where it names none."""
    match = _PLACE.match(place)
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    first = next((s.title for s in book.worksheets if s.sheet_state == "visible"), "")
    if match is None:
        named = place.removeprefix("sheet ")
        return (named if named in sheets else first or book.worksheets[0].title), "A1"
    title = match["sheet"] if match["sheet"] in sheets else _filled(book) or first
    column = _column(sheets[title], match["column"]) if match["column"] else "A"
    return title, f"{column}{match['row']}"


def _filled(book: Any) -> str:
    """The visible sheet that holds something, where places name none."""
    return next((s.title for s in book.worksheets
                 if s.sheet_state == "visible" and (s.max_row > 1 or s.max_column > 1)), "")


def _column(sheet: Worksheet, title: str) -> str:
    """The letters of the column with this header."""
    for row in sheet.iter_rows(max_row=HEADER_ROWS):
        for cell in row:
            if cell.value is not None and str(cell.value).strip()[:60] == title:
                return str(cell.column_letter)
    plain = title.isascii() and title.isupper() and len(title) < 3
    return title if plain and column_of(title) < 200 else "A"


def _write(sheet: Worksheet, reference: str, said: list[Note]) -> None:
    from openpyxl.cell import MergedCell
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    cell = sheet[reference]
    if isinstance(cell, MergedCell):
        area = next(a for a in sheet.merged_cells.ranges if cell.coordinate in a)
        cell = sheet.cell(area.min_row, area.min_col)
    before = [cell.comment.text] if cell.comment else []
    text = "\n\n".join([*before, *(text for _place, _severity, text in said)])[:TEXT_LIMIT]
    cell.comment = Comment(text, "Isotrain", width=320, height=160)
    worst = max((severity for _place, severity, _text in said), key=lambda s: _WEIGHTS.get(s, 0))
    if reference != "A1":
        cell.fill = PatternFill("solid", fgColor=_COLOURS.get(worst, _COLOURS["warning"]))


def _saved(book: Any) -> bytes:
    """The file of a workbook, made in memory alone: the process may open no file."""
    from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
    from openpyxl.worksheet._writer import WorksheetWriter
    from openpyxl.writer.excel import ExcelWriter

    class Writer(ExcelWriter):  # type: ignore[misc]
        """Writes sheets into memory, where the library takes a temporary file."""

        def write_worksheet(self, ws: Any) -> None:
            out = io.BytesIO()
            ws._drawing = SpreadsheetDrawing()
            ws._drawing.charts, ws._drawing.images = ws._charts, ws._images
            writer = WorksheetWriter(ws, out=out)
            writer.write()
            ws._rels = writer._rels
            self._archive.writestr(ws.path[1:], out.getvalue())
            self.manifest.append(ws)

    out = io.BytesIO()
    Writer(book, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED)).save()
    return out.getvalue()
