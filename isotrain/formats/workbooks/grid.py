"""A sheet as its author saw it: rows of shown texts, and what is odd about single cells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from isotrain.formats.contract import Unreadable
from isotrain.formats.workbooks.archive import SAVE_AGAIN
from isotrain.questions.problem import Problem, warning
from isotrain.text import N_

COLUMN_LIMIT = 200
CELL_LIMIT = 2_000_000
"""How many cells of a workbook are looked at."""

ROW_LIMIT = 20_000

Spot = tuple[int, int]
"""The number of a row, counted from 1, and the index of a column, counted from 0."""


class Row(NamedTuple):
    """The cells of one row; `number` counts from 1 as a spreadsheet program does."""

    number: int
    cells: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"row {self.number}"


def check_rows(count: int) -> None:
    """Raise Unreadable when a sheet has more rows than we read."""
    if count > ROW_LIMIT:
        raise Unreadable(
            "The sheet has more than %(limit)s rows.",
            "Delete empty rows at the end, or split it into several files.",
            code="too_many",
            limit=ROW_LIMIT,
        )


class Note(NamedTuple):
    """What is odd about one cell; an error keeps its question from being used."""

    severity: Literal["error", "warning"]
    template: str
    hint: str
    params: Mapping[str, Any] = {}


@dataclass
class Grid:
    """The rows of one sheet that are shown and hold something.

    `said` are problems of the whole sheet; `merged` says which cell a cell below it is one with.
    `pictures` lie on cells, each with its sign, empty where the file does not hold it; those that
    lie on none have the row 0.
    """

    name: str = ""
    rows: list[Row] = field(default_factory=list)
    notes: dict[Spot, Note] = field(default_factory=dict)
    bold: set[Spot] = field(default_factory=set)
    merged: dict[Spot, Spot] = field(default_factory=dict)
    pictures: list[tuple[Spot, str]] = field(default_factory=list)
    hidden_columns: set[int] = field(default_factory=set)
    said: list[Problem] = field(default_factory=list)


PICTURE = Note("error", N_("The picture in this cell is not in the file."),
               N_("Insert the picture itself in place of what refers to it."))
DAY = Note("warning", N_("The cell holds a date; it was read as %(shown)s."),
           N_("If something else was typed, such as 1-2 or 1/2, format the cell as text and type it"
              " again."))
UNSURE = Note("warning", N_("The cell has a number format that is not read here; it was read as"
                            " %(shown)s."), N_("Check the text, or format the cell as text."))
FAULT = Note("error", N_("The cell shows the error %(shown)s."),
             N_("Correct the formula, or type the text that is meant."))
UNSAVED = Note("error", N_("The formula in this cell was saved without its value."),
               N_("Open the file in your spreadsheet program, save it there and upload it again."))


def letters_of(column: int) -> str:
    """The letters above a column, counted from 0: A, B ... Z, AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_of(reference: str) -> int:
    """The column of a reference such as B7, counted from 0."""
    number = 0
    for char in reference:
        if not ("A" <= char <= "Z"):
            break
        number = number * 26 + ord(char) - 64
    return number - 1


def spans(numbers: Iterable[int]) -> str:
    """Numbers as people write many of them: 3, 5-7."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and number == parts[-1][-1] + 1:
            parts[-1][1:] = [number]
        else:
            parts.append([number])
    return ", ".join("-".join(map(str, part)) for part in parts[:40])


def hidden_rows(numbers: Iterable[int]) -> Problem:
    """The warning that rows were not read because nobody sees them."""
    return warning("file", "Hidden rows were not read: %(rows)s.",
                   "Show them in your spreadsheet program if they hold questions.",
                   rows=spans(numbers))


def hidden_sheet(name: str) -> Problem:
    """The warning that a sheet was not read because nobody sees it."""
    return warning("file", 'The hidden sheet "%(name)s" was not read.',
                   "Show it in your spreadsheet program if it holds questions.", name=name[:60])


def cut(cells: Iterable[tuple[int, str]], number: int, grid: Grid) -> None:
    """Take the filled cells of a row into a grid; what stands too far to the right is named."""
    found = dict(cells)
    if not any(text.strip() for text in found.values()):
        return
    far = [column for column, text in found.items() if column >= COLUMN_LIMIT and text.strip()]
    if far:
        grid.said.append(warning(
            f"row {number}", "Cells right of column %(last)s were not read.",
            "Move what belongs to the question further to the left.",
            last=letters_of(COLUMN_LIMIT - 1)))
    near = [column for column in found if column < COLUMN_LIMIT]
    width = 1 + max(near, default=-1)
    check_rows(len(grid.rows) + 1)
    grid.rows.append(Row(number, tuple(found.get(column, "") for column in range(width))))


def check_cells(count: int) -> None:
    """Raise Unreadable when a workbook declares more cells than we look at."""
    if count > CELL_LIMIT:
        raise Unreadable(
            "The workbook has more than %(limit)s cells.", SAVE_AGAIN, code="too_many",
            limit=CELL_LIMIT)
