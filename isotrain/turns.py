"""Turns: heavy reading, of which a machine does two at a time and each person has one.

A turn is a lock on a file. It ends with the process that took it, however that ends. Who pressed a
button twice waits a moment for the first press; one request of a person waits, and no more.
"""

from __future__ import annotations

import fcntl
import os
import time
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
PATIENCE = 5.0  # seconds that who pressed twice waits


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
    own = _locked(folder / f"of-{user_id}") or _waited_for(folder, user_id)
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


def _waited_for(folder: Path, user_id: int) -> int | None:
    """Wait for the turn of this person to be free; None after a while, or where another waits."""
    waiting = _locked(folder / f"after-{user_id}")
    if waiting is None:
        return None
    try:
        end = time.monotonic() + PATIENCE
        own = None
        while own is None and time.monotonic() < end:
            time.sleep(0.05)
            own = _locked(folder / f"of-{user_id}")
        return own
    finally:
        os.close(waiting)


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
