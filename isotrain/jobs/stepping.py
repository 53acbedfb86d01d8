"""Stepping: long writes done as many short transactions, so that others write in between."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from isotrain.db import is_writing

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

Thing = TypeVar("Thing")
LONGEST_REST = 0.1  # seconds
IDLE = timedelta(minutes=1)  # after which nobody is at work any more on what takes no step


@dataclass(frozen=True)
class Watch(Generic[Thing]):
    """Who wants to know how it goes: how much of how much is written, and what came of it.

    `done` is told in the last transaction: one that raises takes that one back.
    """

    progress: Callable[[int, int], None] = lambda _written, _of: None
    done: Callable[[Thing], None] = lambda _thing: None


@contextmanager
def step(transaction: Transaction) -> Iterator[None]:
    """Run a block as one of many short transactions, then rest for as long as it took.

    Who waits for the lock of SQLite asks for it again and again; without a rest it would be taken
    by the next step before anybody looks. Garbage is not collected meanwhile: among the thousands
    of things that a large file is read into that takes half a second.
    """
    began, collects = time.monotonic(), gc.isenabled()
    gc.disable()
    try:
        with transaction():
            yield
    finally:
        if collects:
            gc.enable()
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
