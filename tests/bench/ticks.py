"""A thousand ticks of two workers on each database, one of them killed at every write in turn.

Twenty minutes for each database on two cores that others use as well.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from tests import postgresql
from tests.conftest import ROOT
from tests.jobs.ticking import WRONG

BY_NAME_ONLY = "about forty minutes"
TICKS = 1000


def run() -> Iterator[dict[str, Any]]:
    """Count doubles and losses, and the copies that no sender of mail can avoid."""
    yield from _rows("SQLite", "", seed=21)
    with postgresql.temporary() as server:
        yield from _rows("PostgreSQL", server.url(), seed=22)


def _rows(kind: str, url: str, *, seed: int) -> Iterator[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", "tests.jobs.ticking", folder, url, str(TICKS), str(seed)],
            cwd=ROOT, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    found = json.loads(done.stdout)
    for name, value in found.items():
        limit = 0 if name in WRONG else None
        yield {"name": f"{kind}, ticks: {name}", "value": value, "limit": limit, "unit": "",
               "n": TICKS}
