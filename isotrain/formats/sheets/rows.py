"""The rows of a sheet below its header, and what is said about them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from isotrain.formats.sheets.choices import Choices
from isotrain.formats.sheets.headers import Columns, columns
from isotrain.formats.sheets.illustrating import illustrated, note_lost
from isotrain.formats.workbooks.grid import Grid, Row, letters_of, spans
from isotrain.questions.problem import Problem, error, warning
from isotrain.spreadsheet import unguarded
from isotrain.text import N_, tidy

CELL_LIMIT = 64 * 1024
HEADER_ROWS = 15

OWN = ("id", "type", "stem")
"""How the header of our own export begins."""

_FORMULA = re.compile(r"[=@\t＝＠]|[+\-＋－](?![\s\d.,])")
_SPREAD = ("category", "topic", "difficulty", "use", "language", "module", "type")
"""What a cell that is merged over several rows says of all of them."""


@dataclass
class Sheet:
    """A sheet whose header is known; `own` when we wrote it. Problems gather here.

    `name` is empty where a file has one sheet; else it stands before every place.
    """

    columns: Columns
    own: bool
    grid: Grid
    choices: Choices
    name: str = ""
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @classmethod
    def of(cls, grid: Grid, header: tuple[Row, Columns], *, name: str,
           readings: Mapping[str, str]) -> Sheet:
        """The sheet below a header, with all rows that hold something."""
        row, found = header
        if grid.name:  # what stands right of the header in a workbook is a column without a name
            width = max(len(each.cells) for each in grid.rows)
            blank = [""] * (width - len(found.header))
            found = replace(found, header=(*found.header, *blank))
        sheet = cls(found, row.cells[: len(OWN)] == OWN, grid,
                    Choices.of(row.cells, readings), name)
        sheet._note_around(row)
        note_lost(sheet, row)
        for each in grid.rows:
            if each.number > row.number:
                sheet.add(each)
        return sheet

    def value(self, row: Row, role: str) -> str:
        """The cell of a named column, empty where there is none."""
        index = self.columns.named.get(role)
        return "" if index is None else row.cells[index]

    def at(self, row: Row) -> str:
        """The place of a row."""
        return self.within(row.place)

    def within(self, place: str) -> str:
        """A place with the name of the sheet in front."""
        return f"sheet {self.name}, {place}" if self.name else place

    def whole(self) -> str:
        """The place of the sheet."""
        return f"sheet {self.name}" if self.name else "file"

    def place(self, row: Row, index: int) -> str:
        """The place of a cell."""
        return f"{self.at(row)}, column {self.title(index)}"

    def title(self, index: int) -> str:
        """What a column is called: by its header, else by its letters."""
        header = self.columns.header
        return (header[index].strip()[:60] if index < len(header) else "") or letters_of(index)

    def add(self, row: Row) -> None:
        """Take in a row below the header; blank rows and a repeated header do not count."""
        width = len(self.columns.header)
        row = illustrated(self, row)
        cells = tuple(tidy(cell) for cell in row.cells[:width])
        filled = any(cells[i] for i in self._essential() if i < len(cells))
        if cells == tuple(map(tidy, self.columns.header)) or not any(map(str.strip, row.cells)):
            return
        if not filled:
            self._note_empty(row)
            return
        if any(cell.strip() for cell in row.cells[width:]):
            self._note_width(error, row,
                             N_("Put quotes around a text that contains the separator."))
            return
        if len(row.cells) < width and not self.grid.name:
            self._note_width(warning, row, N_("Check that no text is missing."))
        padded = (*row.cells[:width], *[""] * (width - len(row.cells)))
        self._note_cells(row)
        self.rows.append(Row(row.number, tuple(self._cells(row, self._spread(row, padded)))))

    def _essential(self) -> Iterable[int]:
        """The columns of question and answers; a running number alone makes no question."""
        c = self.columns
        parts = (*c.options, *c.right, *c.wrong, c.named["stem"], c.option, c.list)
        return (index for index in parts if index is not None)

    def _spread(self, row: Row, cells: Sequence[str]) -> Sequence[str]:
        """The cells with what is merged into them from above."""
        if not self.grid.merged:
            return cells
        spread = list(cells)
        for role in _SPREAD:
            index = self.columns.named.get(role)
            if index is not None and not spread[index]:
                number, column = self.grid.merged.get((row.number, index), (0, 0))
                above = self._above.get(number, ())
                spread[index] = above[column] if column < len(above) else ""
        return spread

    @cached_property
    def _above(self) -> dict[int, tuple[str, ...]]:
        return {row.number: row.cells for row in self.grid.rows}

    def _note_cells(self, row: Row) -> None:
        """Say what is odd about cells that are read."""
        for index in range(len(self.columns.header)):
            note = self.grid.notes.get((row.number, index))
            if note and index in self.columns.used:
                self.problems.append(Problem(note.severity, self.place(row, index),
                                             note.template, note.hint, note.params))

    @cached_property
    def lying(self) -> dict[int, list[tuple[int, str]]]:
        """The pictures that lie on cells, by their rows: columns and signs."""
        found: dict[int, list[tuple[int, str]]] = {}
        for (number, column), sign in sorted(self.grid.pictures):
            found.setdefault(number, []).append((column, sign))
        return found

    def _note_around(self, header: Row) -> None:
        """Say what is not read: rows above the header, columns nobody sees, what the grid says."""
        above = [row.number for row in self.grid.rows if row.number < header.number]
        if above:
            self.problems.append(warning(
                self.whole(), "Rows above the header were not read: %(rows)s.",
                "Move what belongs to questions below the header.", rows=spans(above)))
        hidden = [self.title(index) for index in sorted(self.grid.hidden_columns)
                  if index in self.columns.used]
        if hidden:
            self.problems.append(warning(
                self.whole(), "Hidden columns were read: %(names)s.",
                "Delete them if they do not belong to the questions.",
                names=", ".join(hidden)[:300]))
        for said in self.grid.said:
            place = said.place if said.place != "file" else ""
            self.problems.append(Problem(
                said.severity, self.within(place) if place else self.whole(), said.template,
                said.hint, said.params))

    def _note_empty(self, row: Row) -> None:
        """A row that holds something but no question; its columns are named with the unread."""
        used = [index for index in sorted(self.columns.used)
                if index < len(row.cells) and row.cells[index].strip()]
        far = any(cell.strip() for cell in row.cells[len(self.columns.header):])
        if used or far:
            self.problems.append(warning(
                self.at(row), "The row holds no question and was not read.",
                "Fill in the question and its answers, or delete the row."))

    def _note_width(self, kind: Callable[..., Problem], row: Row, hint: str) -> None:
        counts = {"cells": len(row.cells), "width": len(self.columns.header)}
        template = N_("The row has %(cells)s cells, the header %(width)s.")
        self.problems.append(kind(self.at(row), template, hint, **counts))

    def _cells(self, row: Row, cells: Sequence[str]) -> Iterable[str]:
        for index, cell in enumerate(cells):
            if len(cell) > CELL_LIMIT:
                self.problems.append(
                    error(
                        self.place(row, index),
                        "The cell has more than %(limit)s characters.",
                        "Shorten the text.",
                        limit=CELL_LIMIT,
                    )
                )
            if self.own:  # only in CSV do cells run, so only there they were guarded
                cell = cell if self.grid.name else unguarded(cell)
            elif _FORMULA.match(cell) and (row.number, index) not in self.grid.notes:
                self.problems.append(
                    warning(
                        self.place(row, index),
                        "The cell begins like a formula; it was kept as text.",
                        "Check the text.",
                    )
                )
            yield tidy(cell[:CELL_LIMIT])


def find_header(rows: Iterable[Row]) -> tuple[Row, Columns] | None:
    """The best header among the first rows, None when none names questions and answers."""
    best: tuple[Row, Columns] | None = None
    for row in rows:
        if row.number > HEADER_ROWS:
            break
        found = columns(row.cells)
        if found.usable and (best is None or found.score > best[1].score):
            best = row, found
    return best


def note_unread(sheet: Sheet) -> None:
    """Name the columns that hold something and are not read."""
    used = sheet.columns.used
    width = len(sheet.columns.header)
    filled = {index for row in sheet.grid.rows for index, cell in enumerate(row.cells[:width])
              if index not in used and cell.strip()}
    if filled:
        sheet.problems.append(
            warning(
                sheet.whole(),
                "Columns that were not read: %(names)s.",
                "Rename a column if it belongs to the question.",
                names=", ".join(sheet.title(index)[:40] for index in sorted(filled))[:2_000],
            )
        )

