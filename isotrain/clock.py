"""The one place that is asked what time it is."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_shift = timedelta(0)
_frozen: datetime | None = None


def now() -> datetime:
    """Return the present instant in UTC, with microseconds."""
    if _frozen is not None:
        return _frozen
    return datetime.now(UTC) + _shift


def shift() -> timedelta:
    """Return by how much tests have moved this clock; the database's clock is moved as much."""
    return now() - datetime.now(UTC) if _frozen is not None else _shift


@contextmanager
def frozen_at(instant: datetime) -> Iterator[None]:
    """Stop the clock at an instant, for tests and reproducible demo content."""
    global _frozen
    before, _frozen = _frozen, instant
    try:
        yield
    finally:
        _frozen = before


@contextmanager
def moved_by(delta: timedelta) -> Iterator[None]:
    """Let the clock run on, but from another time, for tests and demo content."""
    global _shift
    before, _shift = _shift, _shift + delta
    try:
        yield
    finally:
        _shift = before
