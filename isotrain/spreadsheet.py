"""Tables that leave the house for spreadsheet programs: no cell is ever run as a formula.

A quote is put before what a program may take for a formula, also in full width; and before a
quote that stands there already, so that taking one quote away always gives back what was there.
Where a program cuts lines at another sign than the comma, as Excel does in half of Europe, what
stands behind that sign is a cell of its own; so a quote is put there as well.
Nothing here knows anything but the standard library, so that the pure core may use it too.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path

TRIGGERS = "=+-@\t\r\n\0＝＋－＠"
BYTE_ORDER_MARK = "\ufeff"
PART = 64 * 1024  # characters of CSV handed on at a time
_CUT = r"(?:\A|(?<=[;|\t\r\n]))"  # where a cell begins for one program or another
_FORMULA = rf"[\s\"']*[{re.escape(TRIGGERS)}]"
_UNSAFE = re.compile(rf"{_CUT}(?={_FORMULA})")
_GUARD = re.compile(rf"{_CUT}'(?={_FORMULA})")
_HARMLESS = re.compile(rf"[^{re.escape(TRIGGERS)}]*")


def guarded(text: str) -> str:
    """Return a text of which no spreadsheet takes any part for a formula."""
    return text if _HARMLESS.fullmatch(text) else _UNSAFE.sub("'", text)


def unguarded(cell: str) -> str:
    """Return the text that `guarded` made a cell of."""
    return cell if _HARMLESS.fullmatch(cell) else _GUARD.sub("", cell)


def csv_parts(
    header: Sequence[str], rows: Iterable[Iterable[str]], *, mark: bool, separator: str = ","
) -> Iterator[bytes]:
    """Yield a CSV file (RFC 4180, UTF-8) piece by piece; the mark tells Excel that it is UTF-8."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=separator)
    if mark:
        buffer.write(BYTE_ORDER_MARK)
    writer.writerow(header)
    for row in rows:
        writer.writerow(map(guarded, row))
        if buffer.tell() > PART:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def csv_file(
    header: Sequence[str], rows: Iterable[Iterable[str]], *, separator: str = ","
) -> bytes:
    """Return a small CSV file, with the mark."""
    return b"".join(csv_parts(header, rows, mark=True, separator=separator))


def write_xlsx(
    path: Path, header: Sequence[str], rows: Iterable[Sequence[str]], *, title: str,
    days: Collection[int] = (), numbers: Collection[int] = (),
) -> None:
    """Write an XLSX file: texts as texts, and some columns as days and as numbers."""
    import xlsxwriter  # only an export needs it

    book = xlsxwriter.Workbook(path, {
        "constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False, "default_date_format": "yyyy-mm-dd",
        "tmpdir": str(path.parent)})
    sheet = book.add_worksheet(title)
    sheet.freeze_panes(1, 0)
    bold = book.add_format({"bold": True})
    for column, name in enumerate(header):
        sheet.write_string(0, column, name, bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if not cell:
                continue
            if column in days:
                sheet.write_datetime(number, column, date.fromisoformat(cell))
            elif column in numbers:
                sheet.write_number(number, column, float(cell))
            else:
                sheet.write_string(number, column, cell)
    book.close()
