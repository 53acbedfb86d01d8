"""Five hundred kills while exams are sat: what was acknowledged and is not there, and the like."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from tests.faults import checking, killing, serving

BY_NAME_ONLY = "about ten minutes"
KILLS = 250
CRASHING = "tests.faults.crashing:app"


def run() -> Iterator[dict[str, Any]]:
    """Half of the kills on SQLite, half on PostgreSQL."""
    with tempfile.TemporaryDirectory() as folder:
        with serving.on_sqlite(Path(folder), CRASHING) as server:
            yield from _rows("SQLite", killing.run(server, kills=KILLS, seed=11))
        with serving.on_postgresql(Path(folder), CRASHING) as (server, database):
            outcome = killing.run(server, kills=KILLS, seed=12, database=database)
            yield from _rows("PostgreSQL", outcome)


def _rows(kind: str, outcome: killing.Outcome) -> Iterator[dict[str, Any]]:
    kills = sum(outcome.kills.values())
    others = sorted(outcome.found.keys() - set(checking.COUNTED))
    for name in checking.COUNTED:
        yield _row(f"{kind}, killed: {name}", len(outcome.found[name]), 0, "", kills)
    rest = sum(len(outcome.found[name]) for name in others)
    yield _row(f"{kind}, killed: all other checks", rest, 0, "", kills)
    yield _row(f"{kind}, killed: answers acknowledged", outcome.acks, None, "", kills)
    yield _row(f"{kind}, killed: exams handed in", outcome.handed_in, None, "", kills)
    yield _row(f"{kind}, killed: until it serves again, median", median(outcome.recovery), None,
               "s", kills)
    yield _row(f"{kind}, killed: longest wait of a client", outcome.longest, None, "s", kills)


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2), "limit": limit, "unit": unit, "n": n}
