"""Overviewing: the four numbers that matter today, and how far each unit is."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from isotrain.assignments import status
from isotrain.db import db
from isotrain.people.models import Unit
from isotrain.records.filters import Filter, Rows

NAMES = ("total", "done", "overdue", "soon", "expiring")


@dataclass(frozen=True)
class Progress:
    """How many rows of the list stand where; for the whole organization or for one unit."""

    total: int = 0
    done: int = 0
    overdue: int = 0
    soon: int = 0
    expiring: int = 0

    @property
    def percent(self) -> int:
        """The done part in percent, rounded down."""
        return 100 * self.done // self.total if self.total else 0


@dataclass(frozen=True)
class UnitProgress:
    """A unit with the units below it; code and name are None for people without a unit."""

    code: str | None
    name: str | None
    depth: int
    progress: Progress


@dataclass(frozen=True)
class Overview:
    """What the overview shows."""

    numbers: Progress
    units: tuple[UnitProgress, ...]


def summary() -> Overview:
    """Count everything in one pass over the list; units are summed with those below them."""
    by_unit = _counts()
    numbers: Counter[str] = sum(by_unit.values(), Counter())
    return Overview(Progress(**{name: numbers[name] for name in NAMES}), tuple(_units(by_unit)))


def _counts() -> dict[int | None, Counter[str]]:
    rows = Rows(Filter())
    query = rows.select(
        rows.place.unit_id, sa.func.count(),
        *(sa.func.sum(sa.case((condition(rows.facts, rows.today), 1), else_=0)) for condition in (
            status.held, status.overdue, status.due_soon, status.expiring)),
        places=True, records=True,
    ).group_by(rows.place.unit_id)
    return {row[0]: Counter(dict(zip(NAMES, map(int, row[1:]), strict=True)))
            for row in db.session.execute(query)}


def _units(by_unit: dict[int | None, Counter[str]]) -> list[UnitProgress]:
    """Return the units of the two upper levels that have anything to do."""
    units = {unit.id: unit for unit in db.session.scalars(sa.select(Unit).order_by(Unit.name))}
    below: dict[int | None, list[Any]] = defaultdict(list)
    for unit in units.values():
        below[unit.parent_id].append(unit)

    def summed(unit_id: int) -> Counter[str]:
        own = by_unit.get(unit_id, Counter())
        return sum((summed(unit.id) for unit in below[unit_id]), own)

    found = []
    for top in below[None]:
        found.append(_progress(top, 0, summed(top.id)))
        found += [_progress(unit, 1, summed(unit.id)) for unit in below[top.id]]
    if None in by_unit:
        found.append(_progress(None, 0, by_unit[None]))
    return [unit for unit in found if unit.progress.total]


def _progress(unit: Unit | None, depth: int, counts: Counter[str]) -> UnitProgress:
    progress = Progress(**{name: counts[name] for name in NAMES})
    if unit is None:
        return UnitProgress(None, None, depth, progress)
    return UnitProgress(unit.code, unit.name, depth, progress)
