"""Exporting people: everybody on one row, with the newest employment and placement of theirs."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from isotrain import clock
from isotrain.db import db
from isotrain.people import employing, placing, resolving
from isotrain.people.directory import Filter
from isotrain.people.files import exporting
from isotrain.people.files.rules import COLUMNS
from isotrain.people.models import Employment
from isotrain.people.resolving import Words
from tests.factories import BY, a_user, committed
from tests.people.files.making import a_file, a_row, applied, planned

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


def exported(sort: str = "", **wanted) -> list[dict[str, str]]:
    return [dict(zip(COLUMNS, row, strict=True))
            for row in exporting.rows(Filter(**wanted), sort)]


def test_who_came_back_has_one_row_with_the_day_of_the_return(each_app):
    applied(a_file(a_row("1", "Ada", unit="Paint", hired_on="2015-04-01"),
                   a_row("2", "Bo", unit="Press", hired_on="2019-01-07")), on=date(2020, 1, 6))
    ada, _bo = (row.user_id for row in db.session.query(Employment).order_by(Employment.id))
    with committed():
        employing.leave({ada: date(2025, 12, 31)}, by=BY)
    assert [(row["name"], row["hired_on"], row["left_on"]) for row in exported(state="all")] == [
        ("Ada", "2015-04-01", "2025-12-31"), ("Bo", "2019-01-07", "")]
    with committed():
        employing.come_back({ada: DAY}, on=DAY, by=BY)
    assert [(row["name"], row["hired_on"], row["left_on"]) for row in exported()] == [
        ("Ada", "2026-03-02", ""), ("Bo", "2019-01-07", "")]


def test_who_moves_today_has_the_new_place_and_who_has_none_has_empty_cells(each_app):
    ada = a_user(name="Ada", number="1")
    a_user(name="Bo", number="2")
    with committed():
        found = resolving.positions({n: Words(unit) for n, unit in enumerate(("Old", "New"))},
                                    parents={"New": "Works"})
        placing.place({ada: found[0]}, from_on=date(2026, 1, 5), by=BY)
        placing.place({ada: found[1]}, from_on=DAY, by=BY)
    assert [(row["name"], row["unit"], row["unit_parent"]) for row in exported()] == [
        ("Ada", "New", "Works"), ("Bo", "", "")]
    with clock.frozen_at(datetime(2026, 3, 1, 12, tzinfo=UTC)):
        assert [row["unit"] for row in exported()] == ["Old", ""]


def test_a_file_holds_what_the_list_shows_in_its_order(each_app):
    applied(a_file(*(a_row(number, name, unit=unit) for number, name, unit in (
        ("3", "Ann", "B"), ("1", "Ann", "A"), ("2", "Bo", "A")))))
    assert [row["personnel_no"] for row in exported()] == ["3", "1", "2"]
    assert [row["personnel_no"] for row in exported("-number")] == ["3", "2", "1"]
    assert [row["personnel_no"] for row in exported(q="ann")] == ["3", "1"]


def test_what_is_exported_names_the_zones_of_sites_and_changes_nothing_when_it_comes_back(each_app):
    applied(a_file(a_row("1", site="North", site_time_zone="Europe/Berlin"),
                   a_row("2", site="South"), a_row("3")))
    rows = exported()
    assert [(row["site"], row["site_time_zone"]) for row in rows] == [
        ("North", "Europe/Berlin"), ("South", ""), ("", "")]
    assert planned(a_file(*rows)).empty
