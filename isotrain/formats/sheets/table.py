"""Any sheet, CSV or XLSX, as plain rows: for files that hold something else than questions."""

from collections import Counter
from dataclasses import dataclass

from isotrain.formats.decoding import decoded
from isotrain.formats.sheets import xlsx
from isotrain.formats.sheets.csv import SEPARATORS, named_separator, text_rows
from isotrain.formats.sheets.rows import HEADER_ROWS, Row
from isotrain.questions.problem import Problem, warning


@dataclass(frozen=True)
class Table:
    """The rows of a sheet; a row's number counts from 1 as a spreadsheet program does."""

    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def read_table(data: bytes) -> Table:
    """The rows of a text or of the first visible sheet of a workbook; raises Unreadable."""
    if xlsx.detect(data, ""):
        filled = [(name, rows) for name, rows in xlsx.sheets(data) if rows]
        unread = [warning("file", "The sheet “%(name)s” was not read, only the first.",
                          "Put everything into one sheet.", name=name[:60])
                  for name, _rows in filled[1:]]
        return Table(tuple(filled[0][1]) if filled else (), tuple(unread))
    text, problems = decoded(data)
    separator = named_separator(text)
    rows = list(text_rows(text, separator or _likely_separator(text)))
    return Table(tuple(rows[1:] if separator else rows), problems)


def _likely_separator(text: str) -> str:
    """The separator that cuts the first lines into most cells, alike in most of them.

    A title above the table holds none, or other ones; a comma inside of cells stands in few lines.
    """
    lines = [line for line in text.split("\n", HEADER_ROWS)[:HEADER_ROWS] if line.strip()]

    def cells(separator: str) -> int:
        counts = Counter(line.count(separator) for line in lines)
        return max((count * alike for count, alike in counts.items()), default=0)

    return max(SEPARATORS, key=cells)
