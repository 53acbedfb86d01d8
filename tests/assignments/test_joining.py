"""Who joins, moves or leaves: what binds them, to the day, by the acts that HR really does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.registering import Person
from isotrain.assignments import assigning
from isotrain.assignments.models import Assignment
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.people import employing, placing, resolving
from isotrain.people.resolving import Words
from isotrain.study.models import Course, CourseVersion
from tests.factories import BY, a_library, committed
from tests.people.files.making import a_file, a_row, applied

DAY = date(2026, 3, 2)  # on which the rules are made
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)
DUE = DAY + timedelta(days=10)


def noon(day):
    return clock.frozen_at(datetime(day.year, day.month, day.day, 12, tzinfo=UTC))


def a_course(slug):
    with committed():
        course = Course(slug=slug, library_id=a_library(slug), created_at=clock.now())
        db.session.add(course)
        db.session.flush()
        version = CourseVersion(course_id=course.id, number=1, label="1", title=slug, summary="",
                                language="en", topics=[], editions=[], content_hash="h",
                                created_at=clock.now())
        db.session.add(version)
        db.session.flush()
        course.current_version_id = version.id
        return course.id


def position(unit):
    return resolving.positions({0: Words(unit)}, parents={})[0]


def hire(number, unit, on):
    with committed():
        return employing.hire(Person(number, f"Person {number}"), position(unit), hired_on=on,
                              by=BY)


def move(user, unit, on):
    with committed():
        placing.place({user: position(unit)}, from_on=on, by=BY)


def assign(course, unit=None, **how):
    with committed():
        where = {"target": "unit", "unit_id": position(unit).unit_id} if unit else {
            "target": "everybody"}
        return assigning.assign(course_id=course, due_on=DUE, by=BY, transaction=inside, **where,
                                **how).id


def due(rule, user):
    """Return until when a rule binds somebody, None when it does not."""
    db.session.rollback()
    return db.session.scalar(sa.select(Assignment.due_on).where(
        Assignment.requirement_id == rule, Assignment.user_id == user,
        Assignment.ended_on.is_(None)))


@pytest.mark.parametrize(("came", "until"), [
    (BEFORE, DUE), (DAY, DUE), (AFTER, AFTER + timedelta(days=30))])
def test_who_came_after_the_day_of_the_rule_gets_days_of_grace(each_app, came, until):
    with noon(DAY):
        rules = [assign(a_course("a"), joiner_days=30), assign(a_course("b"), "Paint")]
    with noon(AFTER):
        user = hire("1", "Paint", on=came)
        assert [due(rule, user) for rule in rules] == [until, until]


@pytest.mark.parametrize(("days", "until"), [(9, DUE), (10, AFTER + timedelta(days=10)), (0, DUE)])
def test_days_of_grace_make_nothing_due_sooner(app, days, until):
    with noon(DAY):
        rule = assign(a_course("a"), joiner_days=days)
    with noon(AFTER):
        assert due(rule, hire("1", "Paint", on=AFTER)) == until


def test_who_moves_into_a_unit_joins_it_on_that_day_whenever_they_were_hired(each_app):
    with noon(DAY):
        user = hire("1", "Paint", on=date(2020, 1, 1))
        first, second = a_course("a"), a_course("b")
        everybody, press, paint = assign(first), assign(second, "Press"), assign(second, "Paint")
        assert [due(rule, user) for rule in (everybody, press, paint)] == [DUE, None, DUE]
    with noon(AFTER):
        move(user, "Press", on=AFTER)
        assert [due(rule, user) for rule in (everybody, press, paint)] == [
            DUE, AFTER + timedelta(days=30), None]


def test_two_of_one_name_are_bound_each_by_their_own_unit(app):
    with noon(DAY):
        one, other = hire("1", "Paint", on=BEFORE), hire("2", "Press", on=BEFORE)
        course = a_course("a")
        paint, press = assign(course, "Paint"), assign(course, "Press")
    with noon(AFTER):
        applied(a_file(*(a_row(number, "Ada Byron", unit="Press") for number in "12")), on=AFTER)
        assert [due(paint, user) for user in (one, other)] == [None, None]
        assert [due(press, user) for user in (one, other)] == [AFTER + timedelta(days=30), DUE]


def test_who_leaves_is_bound_no_longer_and_who_is_back_is_bound_again(each_app):
    with noon(DAY):
        one, other = hire("1", "Paint", on=BEFORE), hire("2", "Paint", on=BEFORE)
        rules = [assign(a_course("a")), assign(a_course("b"), "Paint")]
        with committed():
            employing.leave({one: DAY}, by=BY)
        assert [due(rule, one) for rule in rules] == [None, None]
        assert [due(rule, other) for rule in rules] == [DUE, DUE]
        with committed():
            employing.come_back({one: None}, on=DAY, by=BY)
        assert [due(rule, one) for rule in rules] == [DUE, DUE]


def test_a_unit_that_moves_takes_its_people_under_the_rules_there(each_app):
    with noon(DAY):
        applied(a_file(a_row("1", unit="North"), a_row("2", unit="South"),
                       a_row("3", unit="Paint", unit_parent="North"),
                       a_row("4", unit="Booth", unit_parent="Paint")), on=BEFORE)
        people = list(range(1, 5))
        course = a_course("a")
        north, south = assign(course, "North"), assign(course, "South")
        assert [bool(due(north, user)) for user in people] == [True, False, True, True]
        applied(a_file(a_row("3", unit="Paint", unit_parent="South")), on=DAY)
        assert [bool(due(north, user)) for user in people] == [True, False, False, False]
        assert [bool(due(south, user)) for user in people] == [False, True, True, True]
