"""Stepping: long writes done as many short transactions, so that others write in between."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from isotrain.db import is_writing

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

Thing = TypeVar("Thing")
LONGEST_REST = 0.1  # seconds


@contextmanager
def step(transaction: Transaction) -> Iterator[None]:
    """Run a block as one of many short transactions, then rest for as long as it took.

    Who waits for the lock of SQLite asks for it again and again; without a rest it would be taken
    by the next step before anybody looks.
    """
    began = time.monotonic()
    with transaction():
        yield
    if not is_writing():
        time.sleep(min(time.monotonic() - began, LONGEST_REST))


@contextmanager
def inside() -> Iterator[None]:
    """Stand in for a transaction where all steps belong to the caller's own, which is short."""
    yield


def parts(things: Sequence[Thing], size: int) -> Iterator[Sequence[Thing]]:
    """Cut what is to be done into parts that a step each can do, in their order."""
    for start in range(0, len(things), size):
        yield things[start : start + size]
