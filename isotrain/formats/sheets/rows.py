"""The rows of a spreadsheet: finding the header, tidying cells, naming what is odd."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from isotrain.formats.contract import Unreadable
from isotrain.formats.sheets.headers import Columns, columns
from isotrain.questions.problem import Problem, error, warning
from isotrain.spreadsheet import unguarded
from isotrain.text import N_, tidy

ROW_LIMIT = 20_000
CELL_LIMIT = 64 * 1024
HEADER_ROWS = 15

OWN = ("id", "type", "stem")
"""How the header of our own export begins."""

_FORMULA = re.compile(r"[=@\t＝＠]|[+\-＋－](?![\s\d.,])")


class Row(NamedTuple):
    """The cells of one row; `number` counts from 1 as a spreadsheet program does."""

    number: int
    cells: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where it stands."""
        return f"row {self.number}"


@dataclass
class Sheet:
    """A sheet whose header is known; `own` when we wrote it. Problems gather here."""

    columns: Columns
    own: bool
    rows: list[Row] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def value(self, row: Row, role: str) -> str:
        """The cell of a named column, empty where there is none."""
        index = self.columns.named.get(role)
        return "" if index is None else row.cells[index]

    def place(self, row: Row, index: int) -> str:
        """The place of a cell."""
        return f"{row.place}, column {self.columns.header[index].strip()[:60]}"

    def add(self, row: Row) -> None:
        """Take in a row below the header; blank rows and a repeated header do not count."""
        width = len(self.columns.header)
        cells = tuple(tidy(cell) for cell in row.cells[:width])
        filled = any(cells[i] for i in self._essential() if i < len(cells))
        if not filled or cells == tuple(map(tidy, self.columns.header)):
            return
        if any(cell.strip() for cell in row.cells[width:]):
            self._note_width(error, row,
                             N_("Put quotes around a text that contains the separator."))
            return
        if len(row.cells) < width:
            self._note_width(warning, row, N_("Check that no text is missing."))
        padded = (*row.cells[:width], *[""] * (width - len(row.cells)))
        self.rows.append(Row(row.number, tuple(self._cells(row, padded))))

    def _essential(self) -> Iterable[int]:
        """The columns of question and answers; a running number alone makes no question."""
        c = self.columns
        parts = (*c.options, *c.right, *c.wrong, c.named["stem"], c.option, c.list)
        return (index for index in parts if index is not None)

    def _note_width(self, kind: Callable[..., Problem], row: Row, hint: str) -> None:
        counts = {"cells": len(row.cells), "width": len(self.columns.header)}
        template = N_("The row has %(cells)s cells, the header %(width)s.")
        self.problems.append(kind(row.place, template, hint, **counts))

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
            if self.own:
                cell = unguarded(cell)
            elif _FORMULA.match(cell):
                self.problems.append(
                    warning(
                        self.place(row, index),
                        "The cell begins like a formula; it was kept as text.",
                        "Check the text.",
                    )
                )
            yield tidy(cell[:CELL_LIMIT])


def check_rows(count: int) -> None:
    """Raise Unreadable when a sheet has more rows than we read."""
    if count > ROW_LIMIT:
        raise Unreadable(
            "The sheet has more than %(limit)s rows.",
            "Delete empty rows at the end, or split it into several files.",
            code="too_many",
            limit=ROW_LIMIT,
        )


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
