"""Turns: heavy reading, of which a machine does two at a time and each person has one.

A turn is a lock on a file. It ends with the process that took it, however that ends.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from isotrain import config
from isotrain.errors import Refusal
from isotrain.i18n import _

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

AT_ONCE = 2
WAIT = 10  # seconds after which it is worth to try again


@contextmanager
def reading_turn(user_id: int | None) -> Iterator[None]:
    """Let somebody read one heavy file in this block; refuse, with when to come again.

    Commands and workers, which are nobody, keep nobody waiting and need no turn.
    """
    if user_id is None:
        yield
        return
    folder = config.current().instance / "turns"
    folder.mkdir(mode=0o700, exist_ok=True)
    own = _locked(folder / f"of-{user_id}")
    if own is None:
        raise _later(_("A file of yours is being read already. Wait until that is done, then try"
                       " again."))
    try:
        slot = next(filter(None, (_locked(folder / f"slot-{n}") for n in range(AT_ONCE))), None)
        if slot is None:
            raise _later(_("Other files are being read right now. Try again in a moment."))
        try:
            yield
        finally:
            os.close(slot)
    finally:
        os.close(own)


def _later(sentence: str) -> Refusal:
    return Refusal(sentence, "file", status=503, retry_after=WAIT)


def _locked(path: Path) -> int | None:
    """Open a file that nobody has locked, and lock it; None where somebody has."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    with suppress(BlockingIOError):
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return lock
    os.close(lock)
    return None
