"""What a learner's journey costs the server: today's code, version 0.1.0, and the floor.

All three make the same journey (travelling.py) in the same run on the same server program with the
same settings, turn and turn about: in every round each of them makes a few journeys, and what is
compared are ratios within a round. CPU is that of all processes of the server and its database;
the password hash is measured apart and taken off. *Our own* is the journey less the floor. Browsers
say what Chromium says; a fourth one, which unpacks nothing, shows what compressing costs.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db
from tests.bench import travelling
from tests.bench.travelling import FLOOR, OLD, TODAY, Place, travel

if TYPE_CHECKING:
    from collections.abc import Iterator

ROUNDS, PER_ROUND, WARM_UP = 8, 4, 6
OWN = 1.3
KINDS = {"without script": False, "with script": True}
REQUESTS = {"without script": None, "with script": 35}
WHOLE = {"without script": 0.8, "with script": 0.65}
PLAIN = "today, nothing compressed"
LANES = (TODAY, OLD, FLOOR, PLAIN)


@dataclass
class Lane:
    """One of the four, and what its journeys have cost: CPU seconds by round, waits by request."""

    place: Place
    cpu: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})
    times: dict[str, list[float]] = field(default_factory=lambda: {kind: [] for kind in KINDS})

    def measure(self, name: str) -> None:
        """Make the journeys of one round."""
        began = self.place.spent()
        for _journey in range(PER_ROUND):
            self.times[name] += travel(self.place, script=KINDS[name])
        cost = (self.place.spent() - began) / PER_ROUND - self.place.hashing
        self.cpu[name].append(cost)

    def rows(self) -> dict[str, int]:
        """Count the rows of every table."""
        with self.place.server.inside().app_context():
            tables = db.metadata.sorted_tables
            counted = {table.name: db.session.scalar(sa.select(sa.func.count()).select_from(table))
                       for table in tables}
            db.session.remove()
            db.engine.dispose()
        return counted


def run() -> Iterator[dict[str, Any]]:
    """Both kinds of journey on both databases."""
    for kind in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            people = WARM_UP + len(KINDS) * ROUNDS * PER_ROUND
            lanes = {who: Lane(travelling.serve(stack, who, kind, folder / str(n), people=people))
                     for n, who in enumerate(LANES)}
            lanes[PLAIN].place.unpacks = "identity"
            for lane in lanes.values():
                for n in range(WARM_UP):
                    travel(lane.place, script=n % 2 == 1)
            before = {who: lanes[who].rows() for who in (TODAY, FLOOR)}
            for _round in range(ROUNDS):
                for name in KINDS:
                    for lane in lanes.values():
                        lane.measure(name)
            for name in KINDS:
                yield from _rows(f"journey {name}, {kind}", name, lanes)
            yield _left_out(kind, lanes, before)


def _rows(where: str, name: str, lanes: dict[str, Lane]) -> Iterator[dict[str, Any]]:
    n = ROUNDS * PER_ROUND
    requests = lanes[TODAY].times[name]
    yield _row(f"{where}: requests", len(requests) / n, REQUESTS[name], "", n)
    for who, lane in lanes.items():
        yield _row(f"{where}: CPU, {who}", 1000 * median(lane.cpu[name]), None, "ms", n)
    ours, old, floor, plain = (lanes[who].cpu[name] for who in LANES)
    own = [cost / least - 1 for cost, least in zip(ours, floor, strict=True)]
    whole = [cost / was for cost, was in zip(ours, old, strict=True)]
    was_own = [was / least - 1 for was, least in zip(old, floor, strict=True)]
    yield _row(f"{where}: our own / floor", median(own), OWN, "x", ROUNDS)
    yield _row(f"{where}: the same of {OLD}", median(was_own), None, "x", ROUNDS)
    yield _row(f"{where}: whole / {OLD}", median(whole), WHOLE[name], "x", ROUNDS)
    packed = [cost / least for cost, least in zip(ours, plain, strict=True)]
    yield _row(f"{where}: compressed / not", median(packed), None, "x", ROUNDS)
    ordered = sorted(requests)
    for part in (50, 95, 99):
        wait = ordered[min(len(ordered) - 1, len(ordered) * part // 100)]
        yield _row(f"{where}: p{part} of a request", 1000 * wait, None, "ms", len(ordered))


def _left_out(
    kind: str, lanes: dict[str, Lane], before: dict[str, dict[str, int]]
) -> dict[str, Any]:
    """Say how many rows the floor wrote less than the product, for as many journeys."""
    added = {who: {table: count - before[who][table]
                   for table, count in lanes[who].rows().items()} for who in before}
    less = {table: count - added[FLOOR][table] for table, count in added[TODAY].items()
            if count > added[FLOOR][table]}
    what = f" ({', '.join(sorted(less))})" if less else ""
    return _row(f"journey, {kind}: rows that the floor leaves out{what}", sum(less.values()), 0,
                "", len(KINDS) * ROUNDS * PER_ROUND)


def _row(name: str, value: float, limit: float | None, unit: str, n: int) -> dict[str, Any]:
    return {"name": name, "value": round(value, 2), "limit": limit, "unit": unit, "n": n}
