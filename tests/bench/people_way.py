"""How many functions an uploaded people file enters: today's code beside version 0.1.0.

What is counted are functions of ours (their code stands below `isotrain/`), each once however often
it is called, from the moment a request reaches the view until the view is done: upload, look at the
changes, apply. What the child process enters that reads the file counts as well. Comprehensions
and lambdas belong to the function in which they stand; what was made by a library (the __init__ of
a dataclass) is none of ours. What only draws a page (navigation, icons, sentences) is entered by
every page, and is given apart. Rooms are the packages of `isotrain/`; the ground (`db.py`,
`text.py` ...) is none.

The file has the size and columns of one that an HR system gave out: a workbook of 600 people. Their
names stand in one column and their hire dates are dates, since 0.1.0 read no others.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import xlsxwriter

from tests.bench import released
from tests.faults.serving import HERE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faults.serving import Code

OLD = "0.1.0"
PEOPLE, SITES, LEADERS = 600, 3, 12
SHARE, ROOMS = 2 / 3, 6
HEADER = ("Employee number", "Name", "Email", "Department", "Division", "Location", "Job title",
          "Reports to", "Employment type", "Hire date")
ENTERED = Path(__file__).with_name("entered.py")


def run() -> Iterator[dict[str, Any]]:
    """The same file on its way through both."""
    functions: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "people.xlsx"
        write(file)
        for who, code in (("today", HERE), (OLD, released.code_of(OLD))):
            entered = what_is_entered(code, file)
            functions[who] = len(entered["way"])
            rooms = {path.split("/")[0] for path, _name in entered["way"] if "/" in path}
            yield _row(f"people file, {who}: functions entered", functions[who], None)
            drawn = {*map(tuple, entered["way"]), *map(tuple, entered["drawing"])}
            yield _row(f"people file, {who}: with the drawing of pages", len(drawn), None)
            yield _row(f"people file, {who}: rooms", len(rooms), ROOMS if who == "today" else None)
    yield _row(f"people file: functions / {OLD}", round(functions["today"] / functions[OLD], 2),
               round(SHARE, 2), "x")


def what_is_entered(code: Code, file: Path) -> dict[str, list[tuple[str, str]]]:
    """Let a version take the file, and return what it entered."""
    clean = {name: value for name, value in os.environ.items()
             if not name.startswith("ISOTRAIN_") and name != "PYTHONPATH"}
    done = subprocess.run([code.python, ENTERED, file], cwd=code.tree, env=clean,
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{code.tree} did not take the file: {done.stderr[-2000:]}")
    entered: dict[str, list[tuple[str, str]]] = json.loads(done.stdout)
    return entered


def write(file: Path) -> None:
    """Write a workbook of people who work at a few sites, each under a manager of the same file."""
    book = xlsxwriter.Workbook(file, {"default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet("Staff")
    sheet.write_row(0, 0, HEADER)
    for n in range(PEOPLE):
        site, number = f"Works {n % SITES + 1}", 10_001 + n
        manager = 10_001 + n % LEADERS if n >= LEADERS else ""
        sheet.write_row(n + 1, 0, (
            number, f"Åsa Müller {n}", f"p{number}@example.com" if n % 5 else "",
            f"{site} department {n % 7}", site, site, f"Job {n % 9}", manager, "employee"))
        sheet.write_datetime(n + 1, 9, date(2005, 1, 31) + timedelta(days=11 * n))
    book.close()


def _row(name: str, value: float, limit: float | None, unit: str = "") -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "unit": unit, "n": PEOPLE}
