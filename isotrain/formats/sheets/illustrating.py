"""Putting the pictures of a sheet into the texts to which they belong, and naming those left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from isotrain.formats.sheets.headers import Columns
from isotrain.formats.workbooks.grid import PICTURE, Grid, Row
from isotrain.formats.workbooks.signs import signs_in, signs_of, without_signs
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning


class Illustrable(Protocol):
    """What is asked of a sheet whose header is known."""

    columns: Columns
    grid: Grid
    problems: list[Problem]

    @property
    def lying(self) -> Mapping[int, Sequence[tuple[int, str]]]:
        """The pictures that lie on cells, by their rows: columns and signs."""

    def place(self, row: Row, index: int) -> str:
        """The place of a cell."""

    def within(self, place: str) -> str:
        """A place with the name of the sheet in front."""

    def whole(self) -> str:
        """The place of the sheet."""


def illustrated(sheet: Illustrable, row: Row) -> Row:
    """The row with its pictures in the cells of the texts to which they belong."""
    columns = sheet.columns
    apart = [(column, sign) for column, cell in enumerate(row.cells)
             for sign in signs_in(cell) if columns.text_for(column) != column]
    found = [*sheet.lying.get(row.number, ()), *apart]
    if not found:
        return row
    cells = [*row.cells, *[""] * (len(columns.header) - len(row.cells))]
    for column, _sign in apart:
        cells[column] = without_signs(cells[column])
    for column, sign in found:
        home = columns.text_for(column)
        if not sign or home is None:
            _note(sheet, row, column, sign)
        else:
            joint = "\n" if home == columns.named["stem"] else " "
            cells[home] = f"{cells[home]}{joint}{sign}".strip()
    return Row(row.number, tuple(cells))


def _note(sheet: Illustrable, row: Row, index: int, sign: str) -> None:
    """Say that a picture on a cell is not kept: it is elsewhere, or nothing there takes it."""
    place = sheet.place(row, index)
    sheet.problems.append(error(
        place, "The picture on this cell belongs to no text of the question.",
        "Move it onto the question, or onto the option that it shows.",
    ) if sign else error(place, PICTURE.template, PICTURE.hint))


def note_lost(sheet: Illustrable, header: Row) -> None:
    """Name the pictures that lie on no row that is read."""
    read = {row.number for row in sheet.grid.rows if row.number > header.number}
    lost = sorted(sheet.lying.keys() - read)
    above = sum(len(sheet.lying[number]) for number in lost if number <= header.number)
    if above:
        sheet.problems.append(warning(
            sheet.whole(), "Pictures that lie on no row with a question were not read: %(count)s.",
            "Move those that belong to questions onto their rows.", count=above))
    for number in lost:
        if number > header.number:
            sheet.problems.append(error(
                sheet.within(f"row {number}"), "A picture lies on a row without a question.",
                "Move it onto the row of its question, or delete it."))


def note_pictures(sheet: Illustrable, rows: Sequence[Row], draft: Draft) -> None:
    """Name the cells whose pictures are nowhere in their question."""
    lying = [(row, index, sign) for row in rows for index, cell in enumerate(row.cells)
             for sign in signs_in(cell)]
    kept = signs_of(draft) if lying else frozenset()
    for row, index, sign in lying:
        if sign not in kept:
            _note(sheet, row, index, sign)
