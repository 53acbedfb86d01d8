"""Workbooks of other programs: .xls by a library, whose cells are values without their format."""

from __future__ import annotations

import datetime
import io
import re
from collections.abc import Iterator
from typing import Any

from isotrain.formats.contract import ARCHIVE
from isotrain.formats.workbooks import ods, xlsx
from isotrain.formats.workbooks.archive import members_of
from isotrain.formats.workbooks.grid import (
    DAY,
    FAULT,
    Grid,
    Row,
    check_cells,
    check_rows,
    cut,
)
from isotrain.formats.workbooks.parts import broken
from isotrain.formats.workbooks.shown import general
from isotrain.formats.workbooks.signs import Signs
from isotrain.questions.problem import warning

Sheets = Iterator[tuple[str, Grid | None]]
# An entry of the list of pictures in such a workbook, of any of the kinds there are ([MS-ODRAW]).
_PICTURE = re.compile(rb"[\x22\x32\x42\x52\x62\x72]\x00\x07\xf0")


def grids(data: bytes) -> tuple[Sheets, Signs]:
    """Name and grid of each sheet of a workbook, None for a hidden one; raises Unreadable.

    The signs stand for pictures and are complete once all sheets were read.
    """
    if not data.startswith(ARCHIVE):
        return _values(data), Signs()
    members = members_of(data)
    signs = Signs(members)
    read = ods.grids if ods.is_mine(members) else xlsx.grids
    return read(members, signs), signs


def _values(data: bytes) -> Sheets:
    """The sheets of an old workbook; a number with a part may have shown as percent or money."""
    for name, rows in opened(data):
        if rows is None:
            yield name, None
            continue
        grid, unsure = Grid(name), []
        for number, cells in enumerate(rows, 1):
            for column, value in enumerate(cells):
                if isinstance(value, datetime.date):
                    grid.notes[number, column] = DAY._replace(params={"shown": _text(value)})
                elif isinstance(value, str) and value.startswith("#") and value.isupper():
                    grid.notes[number, column] = FAULT._replace(params={"shown": value[:20]})
                elif isinstance(value, float) and not value.is_integer():
                    unsure.append(number)
            cut(((c, _text(value)) for c, value in enumerate(cells) if value != ""), number, grid)
        if unsure:
            grid.said.append(warning(
                "file", "Numbers of this kind of workbook are read without their format: 10 %% "
                "comes in as 0.1. The first one stands in row %(row)s.",
                "Save the workbook as .xlsx to keep what its cells show.", row=unsure[0]))
        yield name, grid


def leaves_pictures(data: bytes) -> bool:
    """Whether a workbook holds pictures that are not read."""
    return not data.startswith(ARCHIVE) and _PICTURE.search(data) is not None


def sheets(data: bytes) -> Iterator[tuple[str, list[Row] | None]]:
    """Yield name and plain rows of each sheet, None for a hidden one; raises Unreadable."""
    if data.startswith(ARCHIVE):
        members_of(data)
    for name, rows in opened(data):
        yield name, rows if rows is None else [
            Row(number, tuple(map(_text, row[:200]))) for number, row in enumerate(rows, 1)]


def opened(data: bytes) -> Iterator[tuple[str, list[list[Any]] | None]]:
    """Yield name and values of each sheet as the library reads them; raises Unreadable.

    Opened in the child process only, so the library is loaded when it is used.
    """
    from python_calamine import CalamineError, CalamineWorkbook, SheetVisibleEnum

    cells = 0
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            for meta in workbook.sheets_metadata:
                if meta.visible != SheetVisibleEnum.Visible:
                    yield meta.name, None
                    continue
                sheet = workbook.get_sheet_by_name(meta.name)
                check_rows(sheet.total_height)
                cells += sheet.total_height * sheet.total_width
                check_cells(cells)
                yield meta.name, sheet.to_python(skip_empty_area=False)
    except CalamineError as fault:
        raise broken(str(fault)[:100]) from None
    except BaseException as fault:
        # Over some damaged files the library panics, which it throws past `except Exception`.
        if type(fault).__name__ != "PanicException":
            raise
        raise broken("it is damaged") from None


def _text(value: Any) -> str:
    """A value as text: whole numbers without .0, truths in capitals, ISO dates."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return general(value)
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return str(value)
