"""Acts that die in the middle: in a process of their own, by a signal that nothing can catch."""

from __future__ import annotations

import os
import signal
import warnings
from typing import TYPE_CHECKING, Any

from flask import has_app_context

from isotrain.db import db

if TYPE_CHECKING:
    from collections.abc import Callable


def die(*_arguments: Any, **_named: Any) -> None:
    """Be killed here and now."""
    os.kill(os.getpid(), signal.SIGKILL)


def forked(act: Callable[[], object]) -> int:
    """Begin an act in a process of its own, with connections of its own; return the process."""
    if has_app_context():
        db.session.rollback()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of forking beside threads
        process = os.fork()
    if process:
        return process
    try:
        if has_app_context():
            db.engine.dispose(close=False)
        act()
    finally:
        os._exit(0)


def was_killed(process: int) -> bool:
    """Wait until a process has ended; say whether it was killed."""
    _process, status = os.waitpid(process, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def dies(act: Callable[[], object]) -> None:
    """Let an act begin and be killed, wherever it calls `die`."""
    assert was_killed(forked(act)), "it came to its end"
