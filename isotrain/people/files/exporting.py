"""People as a people file: what comes out can be applied again and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from isotrain.people import directory
from isotrain.people.directory import Filter, Row
from isotrain.people.files.rules import COLUMNS
from isotrain.spreadsheet import csv_file


def rows(wanted: Filter, sort: str = "") -> Iterator[tuple[str, ...]]:
    """Yield the people of a filter as rows of a people file."""
    return (_cells(*each) for each in directory.with_employment(wanted).every(sort))


def sample() -> bytes:
    """Return a file of three invented people, to start one's own from."""
    return csv_file(COLUMNS, [
        ("1001", "Ada Example", "ada@example.com", "Management", "", "Head office", "Director",
         "", "employee", "2015-04-01", ""),
        ("1002", "Ben Sample", "", "Assembly", "Management", "Plant 1", "Shift lead", "1001",
         "employee", "2019-09-16", ""),
        ("1003", "Cleo Model", "", "Assembly", "Management", "Plant 1", "Machine operator",
         "1002", "temporary", "2026-02-02", ""),
    ])


def _cells(row: Row, hired_on: date | None, left_on: date | None) -> tuple[str, ...]:
    return (
        row.personnel_no, row.name, row.email or "", row.unit or "", row.unit_parent or "",
        row.site or "", row.job_role or "", row.manager_no or "", row.employment_type or "",
        hired_on.isoformat() if hired_on else "", left_on.isoformat() if left_on else "",
    )
