"""People as a people file: what comes out can be applied again and changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date

from isotrain.people import directory
from isotrain.people.directory import Filter, Row
from isotrain.people.files.rules import COLUMNS, GUARDED


def as_csv(wanted: Filter) -> Iterator[bytes]:
    """Write the people of a filter as CSV, UTF-8 with a mark that spreadsheets understand."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    yield b"\xef\xbb\xbf" + _taken(out)
    for row, hired_on, left_on in directory.each_person(wanted):
        writer.writerow(_guarded(cell) for cell in _cells(row, hired_on, left_on))
        if out.tell() > 16_000:
            yield _taken(out)
    yield _taken(out)


def sample() -> bytes:
    """Return a file of three invented people, to start one's own from."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([
        COLUMNS,
        ("1001", "Ada Example", "ada@example.com", "Management", "", "Head office", "Director",
         "", "employee", "2015-04-01", ""),
        ("1002", "Ben Sample", "", "Assembly", "Management", "Plant 1", "Shift lead", "1001",
         "employee", "2019-09-16", ""),
        ("1003", "Cleo Model", "", "Assembly", "Management", "Plant 1", "Machine operator",
         "1002", "temporary", "2026-02-02", ""),
    ])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _taken(out: io.StringIO) -> bytes:
    data = out.getvalue().encode()
    out.seek(0)
    out.truncate()
    return data


def _cells(row: Row, hired_on: date | None, left_on: date | None) -> tuple[str, ...]:
    return (
        row.personnel_no, row.name, row.email or "", row.unit or "", row.unit_parent or "",
        row.site or "", row.job_role or "", row.manager_no or "", row.employment_type or "",
        hired_on.isoformat() if hired_on else "", left_on.isoformat() if left_on else "",
    )


def _guarded(cell: str) -> str:
    """Put a quote before what a spreadsheet would run as a formula."""
    return f"'{cell}" if GUARDED.match(cell) else cell
