"""Whatever dies at whatever write: each letter, closing and purge happens once."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from tests import postgresql
from tests.conftest import ROOT
from tests.jobs.ticking import WRONG

pytestmark = pytest.mark.slow
TICKS = 25


def ticked(folder, url: str, seed: int) -> dict[str, int]:
    done = subprocess.run(
        [sys.executable, "-m", "tests.jobs.ticking", str(folder), url, str(TICKS), str(seed)],
        cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def show(found: dict[str, int]) -> None:
    assert found["kills"] > TICKS // 2 and found["letters"] == 2 * TICKS
    assert {kind: found[kind] for kind in WRONG if found[kind]} == {}


def test_two_workers_and_kills_on_sqlite(tmp_path):
    show(ticked(tmp_path, "", 1))


def test_two_workers_and_kills_on_postgresql(tmp_path):
    with postgresql.temporary() as server:
        show(ticked(tmp_path, server.url(), 2))
