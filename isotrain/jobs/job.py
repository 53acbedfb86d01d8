"""What a job is. The app holds all of them in one tuple: isotrain/timetable.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import StrEnum

from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.jobs.rules import Schedule

# Begins a write transaction; leaving the block commits it.
Transaction = Callable[[], AbstractContextManager[None]]


class Lane(StrEnum):
    """Jobs of one lane run one after the other; a long one does not keep the short ones waiting."""

    SHORT = "short"
    LONG = "long"


@dataclass(frozen=True)
class Job:
    """Something that is done again and again without anybody asking.

    `run` does it, in transactions of its own that each take under 100 ms, and yields after each
    how many things it did. It may be broken off at any yield and by any death: whoever runs it
    next goes on with what is left, and what was done is not done again.
    """

    name: str
    sentence: str
    schedule: Schedule
    run: Callable[[Transaction], Iterator[int]]
    lane: Lane = Lane.SHORT


@dataclass(frozen=True)
class Jobs:
    """All jobs of the app, in the order in which those that are due at once run."""

    each: tuple[Job, ...]

    def get(self, name: str) -> Job:
        """Return the job of a name or raise NotFound."""
        for job in self.each:
            if job.name == name:
                return job
        raise NotFound(_("There is no job %(name)s. See: flask jobs list", name=name))


def in_batches(step: Callable[[], int]) -> Callable[[Transaction], Iterator[int]]:
    """Make a job of a step that does a little and says how much, until nothing is left."""

    def run(transaction: Transaction) -> Iterator[int]:
        while True:
            with transaction():
                done = step()
            if not done:
                return
            yield done

    return run
