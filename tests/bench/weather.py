"""Five hundred sittings in real browsers through a bad network: what is lost, doubled or untrue."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults import serving, wandering
from tests.journeys.conftest import BROWSERS

BY_NAME_ONLY = "an hour and a half where nothing else runs, less with SITTINGS=50"
SITTINGS, STEPS = int(os.environ.get("SITTINGS", "500")), 30
COUNTED = ("LOST", "DOUBLE", "CERT", "UNTRUE", "STUCK", "GONE", "LATE", "LEFT")


def run() -> Iterator[dict[str, Any]]:
    """Half of the sittings on SQLite, half on PostgreSQL."""
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with tempfile.TemporaryDirectory() as folder:
        with serving.on_sqlite(Path(folder)) as server:
            yield from _rows("SQLite", wandering.run(
                server, path=path, sittings=SITTINGS // 2, steps=STEPS, seed=1000))
        with serving.on_postgresql(Path(folder)) as (server, _database):
            yield from _rows("PostgreSQL", wandering.run(
                server, path=path, sittings=SITTINGS // 2, steps=STEPS, seed=2000))


def _rows(kind: str, outcome: wandering.Outcome) -> Iterator[dict[str, Any]]:
    n = SITTINGS // 2
    for name in COUNTED:
        cases = outcome.wrong.get(name, [])
        for case in cases[:3]:
            print(f"  {name}: {case}", flush=True)
        yield _row(f"{kind}, bad weather: {name}", len(cases), 0, n)
    for what, count in (("answers given", outcome.answers), ("handed in", outcome.handed_in),
                        ("looks at what the page says", outcome.sentences),
                        ("requests that met something", sum(outcome.met.values()))):
        yield _row(f"{kind}, bad weather: {what}", count, None, n)


def _row(name: str, value: float, limit: float | None, n: int) -> dict[str, Any]:
    return {"name": name, "value": value, "limit": limit, "unit": "", "n": n}
