"""Zones: their names, the machine's own, and days that begin and end with them."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain import zones

some_zones = st.sampled_from(sorted(set(zones.names().values()))).map(zones.find)
some_days = st.dates(date(2024, 1, 1), date(2040, 12, 31))
MOMENT = timedelta(microseconds=1)


def at(name: str, *when: int) -> datetime:
    """Return an instant by the clocks of a place."""
    return datetime(*when, tzinfo=zones.find(name))


@given(some_zones, some_days)
def test_a_day_begins_at_its_start_and_not_a_moment_before(zone, day):
    start = zones.start_of(day, zone)
    assert zones.day(start, zone) == day
    assert zones.day(start - MOMENT, zone) == day - timedelta(days=1)


@given(some_zones, some_days)
def test_no_day_lasts_longer_than_25_hours_or_shorter_than_23(zone, day):
    length = zones.start_of(day + timedelta(days=1), zone) - zones.start_of(day, zone)
    assert timedelta(hours=22) <= length <= timedelta(hours=26)


def test_one_instant_is_on_three_days():
    instant = datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
    days = [zones.day(instant, zones.find(name)) for name in (
        "Pacific/Kiritimati", "Europe/Berlin", "Pacific/Pago_Pago")]
    assert days == [date(2026, 3, 2), date(2026, 3, 1), date(2026, 2, 28)]


@pytest.mark.parametrize(("name", "day", "hour", "expected"), [
    ("Europe/Berlin", date(2026, 3, 29), 2, datetime(2026, 3, 29, 1, tzinfo=UTC)),  # left out
    ("Europe/Berlin", date(2026, 10, 25), 2, datetime(2026, 10, 25, 0, tzinfo=UTC)),  # comes twice
    ("America/New_York", date(2026, 3, 8), 2, datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", date(2026, 11, 1), 1, datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ("Australia/Lord_Howe", date(2026, 10, 4), 2, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Asia/Kolkata", date(2026, 6, 1), 0, datetime(2026, 5, 31, 18, 30, tzinfo=UTC)),
])
def test_an_hour_that_is_left_out_or_comes_twice_is_one_instant(name, day, hour, expected):
    assert zones.start_of(day, zones.find(name), hour) == expected


@pytest.mark.parametrize(("text", "name"), [
    ("Europe/Berlin", "Europe/Berlin"), ("europe/berlin", "Europe/Berlin"),
    (" AMERICA/new york ", "America/New_York"), ("Etc/UTC", "UTC"), ("utc", "UTC"),
    ("Europe/Atlantis", None), ("", None), ("../../etc/passwd", None), ("/etc/localtime", None),
    ("Europe", None), ("zone.tab", None), ("UTC\0", None),
])
def test_a_zone_is_known_however_it_is_written_and_nothing_else_is(text, name):
    assert zones.spelt(text) == name
    assert (zones.find(text) is None) == (name is None)
    if name:
        assert zones.find(text).key == name


def test_every_place_to_choose_is_a_zone_and_utc_is_the_last():
    assert all(zones.find(name) is not None for name in zones.places())
    assert zones.places()[-1] == "UTC" and len(set(zones.places())) == len(zones.places())
    assert {"Europe/Berlin", "America/New_York", "Asia/Kolkata"} < set(zones.places())


@pytest.mark.parametrize(("variable", "link", "note", "expected"), [
    ("Asia/Kolkata", "Europe/Berlin", "America/New_York", "Asia/Kolkata"),
    (":Asia/Kolkata", "", "", "Asia/Kolkata"),
    ("/usr/share/zoneinfo/Asia/Kolkata", "", "", "Asia/Kolkata"),
    ("CET-1CEST", "Europe/Berlin", "America/New_York", "Europe/Berlin"),
    ("", "Europe/Berlin", "America/New_York", "Europe/Berlin"),
    ("", "", "America/New_York\n", "America/New_York"), ("", "", "\0nonsense", "UTC"),
    ("", "", "", "UTC"),
])
def test_the_machine_says_its_zone_in_one_of_three_ways(
    monkeypatch, tmp_path, variable, link, note, expected
):
    monkeypatch.setenv("TZ", variable)
    for name, path in (("_LINK", "localtime"), ("_NOTE", "timezone")):
        monkeypatch.setattr(zones, name, tmp_path / path)
    if link:
        (tmp_path / "localtime").symlink_to(tmp_path / "zoneinfo" / link)
    if note:
        (tmp_path / "timezone").write_text(note)
    assert zones.of_system() == zones.here().key == expected


def test_zones_are_there_on_a_machine_that_knows_none():
    code = ("import zoneinfo; assert zoneinfo.TZPATH == (); from isotrain import zones;"
            "print(zones.find('Europe/Berlin').key, len(zones.places()))")
    done = subprocess.run(
        [sys.executable, "-c", code], env={**os.environ, "PYTHONTZPATH": ""}, check=True,
        capture_output=True, text=True, cwd=Path(zones.__file__).parent.parent)
    assert done.stdout.split() == ["Europe/Berlin", str(len(zones.places()))]
