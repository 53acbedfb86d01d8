"""Whatever dies, what was acknowledged is there, once, and everything follows from it."""

from __future__ import annotations

import pytest

from tests.faults import killing, serving

pytestmark = pytest.mark.slow
KILLS = 18  # hundreds: make bench PART=kills
CRASHING = "tests.faults.crashing:app"


def show(outcome: killing.Outcome) -> None:
    assert sum(outcome.kills.values()) == KILLS
    assert outcome.acks > 100 and outcome.handed_in > 5, "there was too little to lose"
    assert outcome.wrong == {}


def test_killing_processes_on_sqlite_loses_nothing_and_doubles_nothing(tmp_path):
    with serving.on_sqlite(tmp_path, CRASHING) as server:
        show(killing.run(server, kills=KILLS, seed=1))


def test_killing_processes_on_postgresql_loses_nothing_and_doubles_nothing(tmp_path):
    with serving.on_postgresql(tmp_path, CRASHING) as (server, database):
        show(killing.run(server, kills=KILLS, seed=2, database=database))
