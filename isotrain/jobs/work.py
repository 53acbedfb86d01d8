"""What long work is: the kinds there are, and what a worker that does one is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from isotrain import config
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.jobs.job import Transaction
from isotrain.jobs.models import Work
from isotrain.ledger.canonical import JsonObject

WAITING, RUNNING, DONE, FAILED, CANCELLED = "waiting", "running", "done", "failed", "cancelled"
KEPT = timedelta(days=1)


class Task(Protocol):
    """One piece of work, as whoever does it sees it."""

    @property
    def params(self) -> JsonObject:
        """What was asked for."""

    @property
    def asked_by(self) -> int:
        """The person who asked."""

    @property
    def folder(self) -> Path:
        """An empty folder that is gone afterwards."""

    @property
    def transaction(self) -> Transaction:
        """Begins a write transaction, which takes under 100 ms."""

    def progress(self, done: int, total: int | None) -> None:
        """Say how far it is; raises what ends the work when nobody wants it any more."""

    def finish(self, sentence: str) -> None:
        """Say what came of work that makes no file, in the transaction that does it.

        Raises what ends the work when nobody wants it any more, so that nothing is done.
        """


@dataclass(frozen=True)
class Onward:
    """Where a person goes on from work that is done: an endpoint, and the params it is given."""

    label: str
    endpoint: str
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of long work: `run` does it and returns the file that came of it.

    Work that changes something makes no file but finishes its task in the transaction that does
    it; it says in `steps` what it does one after the other, where to go `onward`, and in `stays`
    what is left of it when it is broken off, where that is not nothing. `permission`
    is what somebody needs who asks for it and who takes its result. `run` may be begun again from
    the beginning, when the worker that did it died.
    """

    name: str
    label: str
    permission: str
    run: Callable[[Task], Path | None]
    steps: tuple[str, ...] = ()
    onward: Onward | None = None
    stays: str = ""


@dataclass(frozen=True)
class Kinds:
    """All kinds of the app; `may` says whether a person holds a permission right now."""

    each: tuple[Kind, ...]
    may: Callable[[int, str], bool]

    def get(self, name: str) -> Kind:
        """Return the kind of a name or raise NotFound."""
        kind = self.find(name)
        if kind is None:
            raise NotFound(_("This kind of work is no longer done here."))
        return kind

    def find(self, name: str) -> Kind | None:
        """Return the kind of a name."""
        return next((kind for kind in self.each if kind.name == name), None)


def folder() -> Path:
    """Return where the results lie, each in a folder of its own."""
    return config.current().instance / "work"


def result_of(work: Work) -> Path:
    """Return where the file of a piece of work that is done lies."""
    return folder() / str(work.held_by) / "result"
