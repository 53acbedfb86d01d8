"""Stepping: long writes done as many short transactions, so that others write in between."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Generic, TypeVar

from isotrain.db import db, is_writing

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

Thing = TypeVar("Thing")
LONGEST_REST = 0.1  # seconds
AIM = 0.015  # seconds that a step is to take: who comes meanwhile should not notice the wait
FIRST = 10  # things that the first step does
IDLE = timedelta(minutes=1)  # after which nobody is at work any more on what takes no step


@dataclass(frozen=True)
class Watch(Generic[Thing]):
    """Who wants to know how it goes: how much of how much is written, and what came of it.

    `done` is told in the last transaction: one that raises takes that one back.
    """

    progress: Callable[[int, int], None] = lambda _written, _of: None
    done: Callable[[Thing], None] = lambda _thing: None


@contextmanager
def step(transaction: Transaction, pace: Pace | None = None) -> Iterator[None]:
    """Run a block as one of many short transactions, then rest for as long as it took.

    Who waits for the lock of SQLite asks for it again and again; without a rest it would be taken
    by the next step before anybody looks. Garbage is not collected meanwhile: among the thousands
    of things that a large file is read into that takes half a second. A pace is told how long the
    lock was held, without the wait for it.
    """
    began, collects = time.monotonic(), gc.isenabled()
    gc.disable()
    try:
        with transaction():
            db.session.connection()
            began = time.monotonic()
            yield
    finally:
        took = time.monotonic() - began
        if collects:
            gc.enable()
    if pace is not None:
        pace.took(took)
    if not is_writing():
        time.sleep(min(took, LONGEST_REST))


@contextmanager
def inside() -> Iterator[None]:
    """Stand in for a transaction where all steps belong to the caller's own, which is short."""
    yield


class Pace:
    """How many things a step does: fewer after one that took long, up to `most` after short ones.

    No number suits every machine, and none suits one that has other things to do as well. A fifth
    of the most is the least, since each step costs something however little it does.
    """

    def __init__(self, most: int) -> None:
        self.most, self.least, self.size = most, max(1, most // 5), min(most, FIRST)

    def took(self, seconds: float) -> None:
        """Hear how long a step took; its size changes by half or to the double at most."""
        factor = min(2.0, max(0.5, AIM / max(seconds, 0.001)))
        self.size = min(self.most, max(self.least, int(self.size * factor)))

    def parts(self, things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
        """Cut what is to be done into parts that a step each can do, in their order."""
        start = 0
        while start < len(things):
            size = self.size
            yield things[start : start + size]
            start += size
