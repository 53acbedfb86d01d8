"""Exams in real browsers through dropped, cut, doubled and late replies, restarts and the like."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.faults import serving, wandering
from tests.journeys.conftest import BROWSERS

if TYPE_CHECKING:
    from pathlib import Path


SITTINGS, STEPS = 20, 10  # hundreds: make bench PART=weather


@pytest.mark.usefixtures("chromium")
def test_twenty_sittings_through_bad_weather_lose_nothing_and_say_nothing_untrue(tmp_path: Path):
    path = next(filter(None, map(shutil.which, BROWSERS)))
    with serving.on_sqlite(tmp_path) as server:
        outcome = wandering.run(server, path=path, sittings=SITTINGS, steps=STEPS, seed=1)
    assert outcome.wrong == {}
    assert outcome.handed_in == SITTINGS
    assert outcome.answers > 2 * SITTINGS and outcome.sentences > 5 * SITTINGS
