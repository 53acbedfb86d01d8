"""The overview: every pair of person and course counts once, in the unit of today and above it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.accounts import registering
from isotrain.assignments import rules
from isotrain.db import db
from isotrain.people.models import Placement
from isotrain.records import summary
from isotrain.records.summary import Progress
from isotrain.settings import house
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.factories import BY, a_user, committed


def told() -> list[tuple[str | None, int, int, int]]:
    """Return of each unit its code, how deep it stands, its total and how many are done."""
    return [(unit.code, unit.depth, unit.progress.total, unit.progress.done)
            for unit in summary.summary().units]


def bound(unit: int | None, *courses, passed=False) -> int:
    user = a_user()
    if unit is not None:
        place(user, unit)
    for made in courses:
        bind(user, made)
        if passed:
            sit(user, made)
    return user


def test_nobody_bound_is_an_overview_of_zeros_and_no_unit(each_app):
    a_unit("EMPTY")
    assert summary.summary() == summary.Overview(Progress(), ())
    assert Progress().percent == 0


def test_each_unit_counts_its_own_and_all_below_and_empty_ones_are_left_out(each_app):
    course, second = a_course(), a_course()
    works, office = a_unit("WORKS"), a_unit("OFFICE")
    line, empty = a_unit("LINE", works), a_unit("EMPTY", works)
    shift = a_unit("SHIFT", line)
    a_unit("CLOSED", empty)
    bound(works, course)
    bound(line, course, second)
    bound(shift, course, passed=True)
    bound(office, second, passed=True)
    assert told() == [("OFFICE", 0, 1, 1), ("WORKS", 0, 4, 1), ("LINE", 1, 3, 1)]
    assert summary.summary().numbers == Progress(total=5, done=2, soon=3)


def test_a_unit_all_of_whose_people_are_below_it_is_shown_with_them(each_app):
    course, top = a_course(), a_unit("TOP")
    bound(a_unit("A", top), course)
    bound(a_unit("B", top), course, passed=True)
    assert told() == [("TOP", 0, 2, 1), ("A", 1, 1, 0), ("B", 1, 1, 1)]


def test_who_is_in_no_unit_stands_at_the_end_and_counts_in_the_numbers(each_app):
    course, unit = a_course(), a_unit("UNIT")
    bound(unit, course)
    bound(None, course, passed=True)
    assert told() == [("UNIT", 0, 1, 0), (None, 0, 1, 1)]
    assert summary.summary().numbers.total == 2


def test_people_count_where_they_work_today_and_who_left_counts_nowhere(each_app):
    course, old, new = a_course(), a_unit("OLD"), a_unit("NEW")
    moved, gone = bound(old, course), bound(old, course)
    with committed():
        was = db.session.query(Placement).filter_by(user_id=moved).one()
        was.valid_to = house.today()
        registering.deactivate([gone], by=BY)
    place(moved, new, days_ago=0)
    assert told() == [("NEW", 0, 1, 0)]
    with clock.moved_by(timedelta(days=-1)):
        assert [code for code, *_rest in told()] == ["OLD"]


@pytest.mark.parametrize(("due_in", "overdue", "soon"), [
    (-1, 1, 0), (0, 0, 1), (rules.SOON.days, 0, 1), (rules.SOON.days + 1, 0, 0)])
def test_what_is_due_is_overdue_soon_or_later_to_the_day(each_app, due_in, overdue, soon):
    bind(a_user(), a_course(), due_in=due_in)
    assert summary.summary().numbers == Progress(total=1, overdue=overdue, soon=soon)
