"""What `flask verify` costs for each closed attempt with its certificate and its record."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

from isotrain import create_app, schema
from isotrain.db import db
from isotrain.keeping import verifying
from tests import postgresql
from tests.bench import sat
from tests.conftest import make_settings

if TYPE_CHECKING:
    from collections.abc import Iterator

ATTEMPTS = 1980
LIMIT = 5.0


def run() -> Iterator[dict[str, Any]]:
    """CPU of a whole verification on each database, apart from what an empty place costs."""
    for name in ("SQLite", "PostgreSQL"):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            url = ""
            if name == "PostgreSQL":
                url = stack.enter_context(postgresql.temporary(postgresql.FAST)).url()
            with create_app(make_settings(folder, url)).app_context():
                schema.upgrade(db.engine)
                sat.load_course()
                before = _seconds()
                attempts = sat.seed(ATTEMPTS)
                seconds = _seconds() - before
                db.session.remove()
                db.engine.dispose()
        yield {"name": f"verify, an attempt with all that came of it, {name}",
               "value": round(seconds / attempts * 1000, 2), "limit": LIMIT, "unit": "ms CPU",
               "n": attempts}


def _seconds() -> float:
    began = process_time()
    report = verifying.verify()
    assert report.sound, report.to_data()
    return process_time() - began
