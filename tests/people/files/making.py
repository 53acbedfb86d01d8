"""People files for tests: written, read, planned and applied in short words."""

from __future__ import annotations

import csv
import io
from datetime import date

from isotrain.people.files import applying, importing, planning
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options
from isotrain.people.files.rules import COLUMNS
from isotrain.web.transaction import transaction
from tests.factories import BY

DAY = date(2026, 3, 2)


def a_row(number, name="", **cells):
    """Return one row of a file with every column."""
    return {"personnel_no": number, "name": name or f"Person {number}", **cells}


def a_file(*rows, columns=COLUMNS):
    """Return a CSV file of rows that need not have every column."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def planned(data, *, on=DAY, complete=False):
    """Return what a file would do."""
    file = importing.read(data, reader=None)
    return planning.plan(file, Options(complete=complete, effective_on=on), by=BY)


def applied(data, *, on=DAY, complete=False, by=BY):
    """Apply a file and return the record of it."""
    file = importing.read(data, reader=None)
    return applying.apply(file, Options(complete=complete, effective_on=on),
                          Upload("f.csv", data), by=by, transaction=transaction)


def faults(data, **how):
    """Return the faults of a file as (place, message)."""
    return [(problem.place, problem.message) for problem in planned(data, **how).faults]
