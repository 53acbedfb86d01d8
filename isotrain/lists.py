"""Lists that are longer than a statement or a page."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TypeVar

Key = TypeVar("Key", int, str)
CHUNK = 500  # how many keys stand in one statement


def chunks(keys: Collection[Key]) -> Iterator[list[Key]]:
    """Cut a collection of keys into lists that fit into a statement each."""
    ordered = sorted(keys)
    for start in range(0, len(ordered), CHUNK):
        yield ordered[start : start + CHUNK]
