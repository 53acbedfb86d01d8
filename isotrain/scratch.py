"""Folders for a moment: what is written before it has its place, gone with whoever wrote it.

Whoever makes such a folder holds a lock on it. The lock ends with the process, however that ends,
so a folder whose lock is free was left behind, and the next who comes by removes it.
"""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = ".isotrain-"


@contextmanager
def scratch(beside: Path) -> Iterator[Path]:
    """Give a folder for this block, on the same disk as what stands beside it."""
    sweep(beside)
    while True:
        folder = beside / f"{PREFIX}{secrets.token_hex(8)}"
        folder.mkdir(mode=0o700)
        lock = _locked(folder)
        if lock is not None:
            break
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def sweep(beside: Path) -> int:
    """Remove the folders whose makers are gone, and return how many."""
    removed = 0
    for folder in beside.glob(f"{PREFIX}*"):
        lock = _locked(folder)
        if lock is not None:
            shutil.rmtree(folder, ignore_errors=True)
            os.close(lock)
            removed += 1
    return removed


def _locked(folder: Path) -> int | None:
    """Lock a folder that is there and that nobody has locked; None for any other."""
    with suppress(OSError):
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        with suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.stat(folder).st_ino == os.fstat(lock).st_ino:
                return lock
        os.close(lock)
    return None
