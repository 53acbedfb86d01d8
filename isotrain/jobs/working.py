"""The worker: a process that runs what is due until it is told to stop or its parent is gone."""

from __future__ import annotations

import logging
import os
import signal
import threading
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from isotrain.jobs import carrying_out, leasing, running
from isotrain.jobs.job import Jobs, Lane
from isotrain.wired import wired

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.jobs.job import Transaction

LOOK_EVERY = 2.0  # seconds
# What is under way when the worker is told to stop has this long to reach the end of its step.
# Afterwards the process ends as if killed, which no job minds.
LAST_STEP = 3.0
SIGNALS = {signal.SIGTERM, signal.SIGINT}
# What is looked for side by side, so that nothing long keeps anything else waiting.
LOOKS: tuple[Callable[..., int], ...] = (
    partial(running.run_due, Lane.SHORT), partial(running.run_due, Lane.LONG),
    carrying_out.run_waiting,
)
_log = logging.getLogger("isotrain")


def work(app: Flask, *, transaction: Transaction, parent: int | None) -> None:
    """Run what is due until SIGTERM or SIGINT, or until `parent` is no longer our parent.

    Ends within five seconds of either, whatever is under way.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    stop = threading.Event()
    lanes = [threading.Thread(target=_work_lane, args=(app, look, transaction, stop), daemon=True)
             for look in LOOKS]
    for lane in lanes:
        lane.start()
    while signal.sigtimedwait(SIGNALS, 1.0) is None:
        if parent is not None and os.getppid() != parent:
            break
    stop.set()
    for lane in lanes:
        lane.join(LAST_STEP / len(lanes))
    if any(lane.is_alive() for lane in lanes):
        os._exit(0)


def work_once(app: Flask, *, transaction: Transaction) -> int:
    """Run what is due and what waits now, and return how many things that were."""
    with app.app_context():
        leasing.enrol(wired(Jobs).each)
        return sum(look(transaction=transaction, stopping=lambda: False) for look in LOOKS)


def _work_lane(
    app: Flask, look: Callable[..., int], transaction: Transaction, stop: threading.Event
) -> None:
    """Look again and again; a database that is away now may be there the next time."""
    enrolled = False
    while not stop.is_set():
        with app.app_context():
            try:
                if not enrolled:
                    leasing.enrol(wired(Jobs).each)
                    enrolled = True
                look(transaction=transaction, stopping=stop.is_set)
            except SQLAlchemyError:
                _log.exception("the worker could not ask its database")
        stop.wait(LOOK_EVERY)
