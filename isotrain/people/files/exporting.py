"""People as a people file: what comes out can be applied again and changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from isotrain.audit.noting import Actor, note
from isotrain.jobs.work import Task
from isotrain.people import directory
from isotrain.people.directory import Filter, Row
from isotrain.people.files.rules import COLUMNS
from isotrain.spreadsheet import csv_file, write_xlsx

KIND = "people-list"
_DAYS = [index for index, name in enumerate(COLUMNS) if name in ("hired_on", "left_on")]


def rows(wanted: Filter, sort: str = "") -> Iterator[tuple[str, ...]]:
    """Yield the people of a filter as rows of a people file."""
    return (_cells(*each) for each in directory.with_employment(wanted).every(sort))


def prepare(task: Task) -> Path:
    """Write the people of a filter as an Excel workbook, in a worker."""
    wanted, sort = Filter(**task.params["filter"]), task.params["sort"]
    total = len(directory.list_ids(wanted))
    task.progress(0, total)
    with task.transaction():
        note("list.exported", Actor("user", task.asked_by), scope="people", on=("list", "people"),
             details={"format": "xlsx", "rows": total})

    def told() -> Iterator[tuple[str, ...]]:
        for done, row in enumerate(rows(wanted, sort), start=1):
            task.progress(done, max(total, done))
            yield row

    path = task.folder / "people.xlsx"
    write_xlsx(path, COLUMNS, told(), title="People", days=_DAYS)
    return path


def sample() -> bytes:
    """Return a file of three invented people, to start one's own from."""
    return csv_file(COLUMNS, [
        ("1001", "Ada Example", "ada@example.com", "Management", "", "Head office",
         "Europe/Berlin", "Director", "", "employee", "2015-04-01", ""),
        ("1002", "Ben Sample", "", "Assembly", "Management", "Plant 1",
         "America/Chicago", "Shift lead", "1001", "employee", "2019-09-16", ""),
        ("1003", "Cleo Model", "", "Assembly", "Management", "Plant 1",
         "America/Chicago", "Machine operator", "1002", "temporary", "2026-02-02", ""),
    ])


def _cells(row: Row, hired_on: date | None, left_on: date | None) -> tuple[str, ...]:
    return (
        row.personnel_no, row.name, row.email or "", row.unit or "", row.unit_parent or "",
        row.site or "", row.site_time_zone or "", row.job_role or "", row.manager_no or "",
        row.employment_type or "", hired_on.isoformat() if hired_on else "",
        left_on.isoformat() if left_on else "",
    )
