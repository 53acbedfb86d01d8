"""Tables of a document: with a header they are sheets of questions, else lines like all others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from isotrain.formats.model import Import
from isotrain.formats.numbered.lines import Run
from isotrain.formats.sheets.questions import read_grids
from isotrain.formats.sheets.rows import find_header
from isotrain.formats.word.document import Cell, Paragraph, Table
from isotrain.formats.workbooks.grid import COLUMN_LIMIT, Grid, Row
from isotrain.formats.workbooks.signs import without_signs
from isotrain.text import tidy

_LABEL = re.compile(r"[*]?\(?(?:\d{1,4}|[A-Za-z])[.):]?")
_FIRST = re.compile(r"[*]?\(?(?:\d{1,4}|[Aa])[.):]?")
_TICK = re.compile(r"[xX✓✔☑☒*]")


def grid_of(table: Table, name: str) -> Grid | None:
    """The table as a sheet, None where no row of it names questions and answers."""
    grid = Grid(name)
    for number, cells in enumerate(table.rows, 1):
        texts = tuple(map(_text, cells[:COLUMN_LIMIT]))
        if any(texts):
            grid.rows.append(Row(number, texts))
        grid.bold |= {(number, column) for column, cell in enumerate(cells) if _is_bold(cell)}
        grid.pictures += [((number, column), "") for column, cell in enumerate(cells)
                          if any("picture" in each.noted for each in cell)]
    return grid if find_header(grid.rows) else None


def read_table(grid: Grid, readings: Mapping[str, str]) -> Import:
    """The questions of a table with a header, at places within it."""
    imported = read_grids("docx", [grid], readings)
    drafts = tuple(replace(draft, place=_within(grid.name, draft.place))
                   for draft in imported.questions)
    problems = tuple(replace(problem, place=_within(grid.name, problem.place))
                     for problem in imported.problems)
    return Import("docx", drafts, problems)


def _within(name: str, place: str) -> str:
    return name if place == "file" else f"{name}, {place}"


def lines_of(table: Table) -> Iterator[Paragraph]:
    """The paragraphs of a table without a header; a label in its first column begins a line."""
    apart = any(sum(bool(each.text.strip()) for each in cell) > 1
                for row in table.rows for cell in row)
    rows = [[[each for each in cell if each.text.strip()] for cell in row] for row in table.rows]
    labels = any(_FIRST.fullmatch(_labelled(row[0])) for row in rows if row and len(row[0]) == 1)
    for row in rows:
        filled = [cell for cell in row if cell]
        label = _labelled(filled[0]) if filled and len(filled[0]) == 1 else ""
        if labels and len(filled) > 1 and _LABEL.fullmatch(label):
            yield from _behind(label, filled[1:])
        elif apart or len(filled) == 1:
            yield from (each for cell in filled for each in cell)
        elif filled:
            yield _joined(filled)


def _labelled(cell: Cell) -> str:
    return f"{cell[0].label}{cell[0].text}".strip()


def _behind(label: str, cells: Sequence[Cell]) -> Iterator[Paragraph]:
    """A row whose first cell is a number or a letter, and whose last may be a tick."""
    ticked = len(cells) > 1 and _TICK.fullmatch(_text(cells[-1]))
    first, *others = [each for cell in (cells[:-1] if ticked else cells) for each in cell]
    sign = label if label[-1] in ".):" else f"{label}."
    tick = [Run(" ✓")] if ticked else []
    yield replace(first, runs=[Run(f"{sign} "), *first.runs, *tick])
    yield from others


def _joined(cells: Sequence[Cell]) -> Paragraph:
    runs: list[Run] = []
    for cell in cells:
        runs += [Run(" | ")] if runs else []
        runs += [run for each in cell for run in each.runs]
    noted = {name for cell in cells for each in cell for name in each.noted}
    return Paragraph(runs, noted=noted)


def _text(cell: Cell) -> str:
    return tidy("\n".join(f"{each.label} {each.text}".strip() for each in cell))


def _is_bold(cell: Cell) -> bool:
    runs = [run for each in cell for run in each.runs if without_signs(run.text).strip()]
    return bool(runs) and all("bold" in run.looks for run in runs)


