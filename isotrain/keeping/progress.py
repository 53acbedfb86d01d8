"""Progress of a verification that may be broken off: a file that grows by a line for each piece.

Whoever has it open holds a lock on it, which ends with the process. A line that a kill cut short
is none, and what it told of is looked at again. The database it judges is only read.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager, suppress
from typing import IO, TYPE_CHECKING

from isotrain import config
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Line = JsonObject


class Progress:
    """What was done before, line by line, the plan first; and a place to add what is done now."""

    def __init__(self, file: IO[str], plan: Line) -> None:
        self._file = file
        self.lines: list[Line] = list(_whole_lines(file))
        if self.lines[:1] == [plan]:
            return
        file.seek(0)
        file.truncate()
        self.lines = [plan]
        self.add(plan)

    def add(self, line: Line) -> None:
        """Write down one piece, at once."""
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()


def _whole_lines(file: IO[str]) -> Iterator[Line]:
    """Read as many lines as are whole, and let what is written next follow them."""
    file.seek(0)
    end = 0
    while (text := file.readline()).endswith("\n"):
        try:
            line = json.loads(text)
        except ValueError:
            break
        end = file.tell()
        yield line
    file.seek(end)
    file.truncate()


def path() -> Path:
    """Return where progress is kept in this place."""
    return config.current().instance / "verifying.jsonl"


@contextmanager
def kept(plan: Line) -> Iterator[Progress]:
    """Give the progress of the run with this plan; that of a run with another is thrown away."""
    descriptor = os.open(path(), os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Refusal(_("Another process is verifying this place piece by piece.")) from None
        yield Progress(file, plan)


def forget() -> None:
    """Let go of what is kept: the run is over, or of a database that is no more."""
    with suppress(FileNotFoundError):
        path().unlink()
