"""Eight identical requests at once, eight times each, over HTTP against the real server."""

from __future__ import annotations

import pytest

from tests.faults import duplicates, serving

pytestmark = pytest.mark.slow
TIMES = 8


def test_eight_at_once_make_one_of_everything_on_sqlite(tmp_path):
    with serving.on_sqlite(tmp_path) as server:
        assert duplicates.run(server, times=TIMES) == []


def test_eight_at_once_make_one_of_everything_on_postgresql(tmp_path):
    with serving.on_postgresql(tmp_path) as (server, _database):
        assert duplicates.run(server, times=TIMES) == []
