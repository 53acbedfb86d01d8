"""The folder of an installation, closed to everybody but whom the server runs as.

What an earlier version left open is closed when the next one starts.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UMASK = 0o077  # what this process makes, others cannot open
_FOLDER, _FILE, _OTHERS = 0o700, 0o600, 0o077


def close(folder: Path) -> None:
    """Make the folder if it is not there, and close it and what it holds to others."""
    folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER)
    for path in _open_to_others(folder):
        with suppress(OSError):  # somebody else's, or gone by now: `open_to_others` says so
            path.chmod(_FOLDER if path.is_dir() else _FILE)


def open_to_others(folder: Path) -> list[str]:
    """List what others could open, by its name in the folder."""
    return [str(path.relative_to(folder)) for path in _open_to_others(folder)]


def _open_to_others(folder: Path) -> Iterator[Path]:
    """Yield the folder, its files and the private keys, where others may do anything with them.

    What stands deeper is behind a folder that is closed.
    """
    for path in (folder, *folder.glob("*"), *folder.glob("keys/*")):
        with suppress(OSError):
            mode = path.lstat().st_mode
            if mode & _OTHERS and (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
                yield path


def make_private() -> None:
    """Have this process make nothing that others could open."""
    os.umask(UMASK)
