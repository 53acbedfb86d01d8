"""What `flask verify` costs for each closed attempt with its certificate and its record."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Any

from isotrain.keeping import verifying
from tests.bench import sat

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 1980
LIMIT = 5.0


def run() -> Iterator[dict[str, Any]]:
    """CPU of a whole verification on each database, apart from what an empty place costs."""
    for name in sat.places():
        before = _seconds()
        attempts = sat.seed(ATTEMPTS)
        seconds = _seconds() - before
        yield {"name": f"verify, an attempt with all that came of it, {name}",
               "value": round(seconds / attempts * 1000, 2), "limit": LIMIT, "unit": "ms CPU",
               "n": attempts}


def _seconds() -> float:
    began = process_time()
    report = verifying.verify()
    assert report.sound, report.to_data()
    return process_time() - began
