"""Lists of people and of units: who is counted where, and people of one name."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from isotrain import clock
from isotrain.accounts import passwords
from isotrain.people import directory, employing
from isotrain.people.directory import Filter
from tests.factories import BY, a_user, committed
from tests.people.files.making import a_file, a_row, applied
from tests.walking import rows_of

DAY = date(2026, 3, 2)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


def numbers(**wanted):
    return [row.personnel_no for row in rows_of(directory.listing(Filter(**wanted)))]


def id_of(number):
    [row] = rows_of(directory.listing(Filter(q=number, state="all")))
    return row.id


def test_units_count_the_active_people_in_them_and_below(each_app):
    applied(a_file(a_row("n1", unit="Works"), a_row("n2", unit="Paint", unit_parent="Works"),
                   a_row("n3", unit="Paint", unit_parent="Works"), a_row("n4", unit="Office")))
    with committed():
        employing.leave({id_of("n3"): DAY}, by=BY)
    counted = {unit.name: (unit.people, unit.people_below) for unit in rows_of(directory.units())}
    assert counted == {"Works": (1, 2), "Paint": (1, 1), "Office": (1, 1)}
    works = next(unit.id for unit in rows_of(directory.units()) if unit.name == "Works")
    assert numbers(unit_id=works) == ["n1", "n2"]
    assert numbers(unit_id=works, state="all") == ["n1", "n2", "n3"], "today is the last day"
    with clock.frozen_at(datetime(2026, 3, 3, 12, tzinfo=UTC)):
        assert numbers(unit_id=works, state="all") == ["n1", "n2"]
    assert numbers(state="inactive") == ["n3"]


def test_people_of_one_name_stand_in_a_lasting_order_and_are_told_apart(each_app):
    applied(a_file(*(a_row(number, "Ada Byron", unit="Works") for number in ("x1", "x2", "x3"))))
    assert numbers(q="ada byron") == ["x1", "x2", "x3"]
    assert numbers(q="x2") == ["x2"]
    assert directory.listing(Filter(q="ADA  BYRON")).count().number == 3


def test_who_has_a_password_needs_no_sheet(app):
    user, _other = a_user(number="n1"), a_user(number="n2")
    with committed():
        passwords.store(user, "a hash")
    assert numbers(state="no_password") == ["n2"] and numbers() == ["n1", "n2"]
    assert directory.list_ids(Filter(state="no_password")) == [_other]


def test_a_unit_is_found_by_code_or_name_however_it_is_written(app):
    applied(a_file(a_row("n1", unit="Paint Shop")))
    assert directory.find_unit(" paint  SHOP ") is not None
    assert directory.find_unit("Press") is directory.find_unit("") is None
