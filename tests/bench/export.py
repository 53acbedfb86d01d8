"""What exporting 200,000 rows costs beside a bare csv writer over the same query, and in memory."""

from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from time import process_time

from isotrain import create_app, schema
from isotrain.db import db, writing
from isotrain.records import exporting
from isotrain.records.exporting import Export
from isotrain.records.filters import Filter, Rows
from isotrain.records.register import detailed
from tests.bench import crowd
from tests.conftest import ROOT, make_settings

PEOPLE, COURSES, TURNS = 50_000, 4, 3
MEBIBYTE = 1024 * 1024


def run() -> list[dict]:
    """CPU of an export beside the bare writer's, taking turns; memory in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(make_settings(Path(folder)))
        with app.app_context():
            schema.upgrade(db.engine)
            with writing():
                crowd.seed(PEOPLE, COURSES)
                db.session.commit()
            bare, ours, rows = [], [], 0
            for _turn in range(TURNS):
                bare.append(_seconds(_bare))
                ours.append(_seconds(_export))
            with Export(Filter()) as export:
                rows = export.count
            db.session.remove()
            db.engine.dispose()
        grown = _grown(folder)
    ratio = median(ours) / median(bare)
    return [
        _row(f"CSV export of {rows:,} rows", median(ours), None, "s CPU", TURNS),
        _row("CSV export / bare csv writer, same query", ratio, 3, "x", TURNS),
        _row(f"memory grown by exporting {rows:,} rows", grown, 30, "MiB", 1),
    ]


def _seconds(work) -> float:
    began = process_time()
    work()
    return process_time() - began


def _bare() -> None:
    """Write what the driver returns for the query of the export, as it comes."""
    rows = Rows(Filter())
    query = detailed(rows).order_by(rows.pair.c.user_id, rows.pair.c.course_id)
    compiled = query.compile(db.engine, compile_kwargs={"literal_binds": True})
    with db.engine.connect() as connection, open(os.devnull, "w", newline="") as file:
        cursor = connection.connection.cursor()
        csv.writer(file).writerows(cursor.execute(str(compiled)))


def _export() -> None:
    with Export(Filter()) as export, open(os.devnull, "wb") as file:
        facts = exporting.write_csv(export, file)
        assert facts.rows == export.count


def _grown(folder: str) -> float:
    """Let a fresh process export once more and say by how much it grew, in MiB."""
    child = subprocess.run([sys.executable, "-m", "tests.bench.export", folder], cwd=ROOT,
                           capture_output=True, text=True, check=True)
    return json.loads(child.stdout.splitlines()[-1])["grown"] / MEBIBYTE


def _highest() -> int:
    """The largest size this process has had in memory, in bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM"))


def _child(folder: str) -> None:
    app = create_app(make_settings(Path(folder)))
    with app.app_context():
        with Export(Filter(text="P00001")) as export, open(os.devnull, "wb") as file:
            exporting.write_csv(export, file)  # everything is loaded now
        before = _highest()
        _export()
        print(json.dumps({"grown": _highest() - before}))


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict:
    return {"name": name, "value": round(value, 2), "limit": limit, "unit": unit, "n": n}


if __name__ == "__main__":
    _child(sys.argv[1])
