"""A worker beside a server: forked from it, so that the two share memory, and ended with it.

Between the two stands a process that does nothing but start the worker again when it dies.
"""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING

from isotrain.jobs import working

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from isotrain.jobs.job import Transaction

PAUSE = 1.0  # seconds before a worker that died is started again
PATIENCE = 5.0


def start(app: Flask, *, transaction: Transaction, leave: Callable[[], None]) -> int:
    """Start a worker and return the process to stop; `leave` lets go of what is the server's."""

    def keep_working() -> None:
        leave()
        _keep(lambda parent: working.work(app, transaction=transaction, parent=parent))

    return _forked(keep_working)


def stop(process: int) -> None:
    """Stop what `start` started, and wait until it is gone."""
    try:
        os.kill(process, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while os.waitpid(process, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.kill(process, signal.SIGKILL)
            time.sleep(0.02)
    except (ProcessLookupError, ChildProcessError):
        return  # it is gone, and somebody else has seen to it


def _forked(run: Callable[[], None]) -> int:
    """Run a function in a process of its own that ends with it."""
    process = os.fork()
    if process:
        return process
    try:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT,
                       signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        run()
    finally:
        os._exit(0)


def _keep(work: Callable[[int], None]) -> None:
    """Start a worker, and again when it dies, until told to stop or the parent is gone."""
    parent, here = os.getppid(), os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, working.SIGNALS)
    worker = _forked(lambda: work(here))
    while signal.sigtimedwait(working.SIGNALS, PAUSE) is None and os.getppid() == parent:
        if os.waitpid(worker, os.WNOHANG) != (0, 0):
            worker = _forked(lambda: work(here))
    stop(worker)
