"""Any sheet, CSV or XLSX, as plain rows: for files that hold something else than questions."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from isotrain.formats.contract import ARCHIVE
from isotrain.formats.decoding import decoded
from isotrain.formats.sheets.csv import SEPARATORS, named_separator, text_rows
from isotrain.formats.sheets.rows import HEADER_ROWS
from isotrain.formats.workbooks import opening
from isotrain.formats.workbooks.grid import Row
from isotrain.questions.problem import Problem, error, warning

WIDTH = 100  # cells of a row that are handed on; no sheet of ours has half as many


@dataclass(frozen=True)
class Table:
    """The rows of a sheet; a row's number counts from 1 as a spreadsheet program does."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def read_table(data: bytes) -> Table:
    """The rows of a text or of the first visible sheet of a workbook; raises Unreadable."""
    if data.startswith(ARCHIVE):
        filled = [(name, rows) for name, rows in opening.sheets(data) if rows]
        unread = [warning("file", "The sheet “%(name)s” was not read, only the first.",
                          "Put everything into one sheet.", name=name[:60])
                  for name, _rows in filled[1:]]
        return _narrow(filled[0][1] if filled else (), unread)
    text, problems = decoded(data)
    separator = named_separator(text)
    rows = list(text_rows(text, separator or _likely_separator(text)))
    return _narrow(rows[1:] if separator else rows, problems)


def _narrow(rows: Iterable[Row], problems: Iterable[Problem]) -> Table:
    """Cut rows where no cell is looked at any more; say so once where a cut one holds something."""
    kept, told = [], list(problems)
    said = False
    for number, cells in rows:
        kept.append(Row(number, tuple(cells[:WIDTH])))
        if not said and any(cell.strip() for cell in cells[WIDTH:]):
            said = True
            told.append(error(f"row {number}", "The row has more than %(limit)s cells.",
                              "Delete the columns that are not needed.", limit=WIDTH))
    return Table(tuple(kept), tuple(told))


def _likely_separator(text: str) -> str:
    """The separator that cuts the first lines into most cells, alike in most of them.

    A title above the table holds none, or other ones; a comma inside of cells stands in few lines.
    """
    lines = [line for line in text.split("\n", HEADER_ROWS)[:HEADER_ROWS] if line.strip()]

    def cells(separator: str) -> int:
        counts = Counter(line.count(separator) for line in lines)
        return max((count * alike for count, alike in counts.items()), default=0)

    return max(SEPARATORS, key=cells)
