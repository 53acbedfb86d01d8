"""The application as gunicorn serves it, with named points at which a process can be made to die.

ISOTRAIN_CRASH_AT is a folder: a file there named after a point kills the next process that comes
by, once. A point is the endpoint that writes and how far it has come (killing.POINTS).
"""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path
from typing import Any

from flask import has_request_context, request
from sqlalchemy import event

from isotrain import create_app
from isotrain.attempts.news import Finished, WhenFinished
from isotrain.certificates import issuing
from isotrain.db import db
from isotrain.records import recording
from isotrain.wiring import WIRING

FOLDER = Path(os.environ["ISOTRAIN_CRASH_AT"])


def _come_by(stage: str) -> None:
    if not has_request_context():
        return
    try:
        (FOLDER / f"{request.endpoint}.{stage}").unlink()
    except FileNotFoundError:
        return
    os.kill(os.getpid(), signal.SIGKILL)


def _marked(_finished: Finished) -> None:
    _come_by("marked")


def _certify_and_record(finished: Finished) -> None:
    certificate = issuing.issue(finished)
    _come_by("certified")
    recording.record(finished, certificate)
    _come_by("recorded")


app = create_app(wiring=replace(
    WIRING, when_finished=WhenFinished((_marked, _certify_and_record))))


@event.listens_for(db.session, "before_commit")
def _before(session: Any) -> None:
    session.flush()
    _come_by("before_commit")


@event.listens_for(db.session, "after_commit")
def _after(_session: Any) -> None:
    _come_by("after_commit")
