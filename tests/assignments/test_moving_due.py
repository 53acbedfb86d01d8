"""Moving a due date, later and sooner, and ending assignments: whose day moves and whose stays."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.assignments import assigning
from isotrain.assignments.models import Assignment
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.jobs.stepping import inside
from isotrain.ledger.hashing import hash_of
from isotrain.people import employing, placing
from isotrain.people.models import Employment
from isotrain.people.news import moving
from isotrain.settings import house
from tests.assignments.making import a_course, a_unit, place
from tests.factories import BY, a_user, committed

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

TODAY = date(2026, 3, 2)


def in_days(days: int) -> date:
    return TODAY + timedelta(days=days)


def noon(days: int) -> AbstractContextManager[None]:
    return clock.frozen_at(datetime.combine(in_days(days), time(12), UTC))


@pytest.fixture(autouse=True)
def at_noon():
    with noon(0):
        yield


def everybody(course: int, *, due_in: int = 20, **how) -> int:
    with committed():
        return assigning.assign(course_id=course, target="everybody", due_on=in_days(due_in),
                                joiner_days=30, by=BY, **how, transaction=inside).id


def joiner(*, days_later: int) -> int:
    """Let somebody be hired so many days after today, on that day."""
    with noon(days_later):
        user = a_user()
        with committed():
            db.session.add(Employment(user_id=user, hired_on=house.today()))
            db.session.flush()
            with moving(by=BY) as moved:
                moved.add(user)
        return user


def move(rule: int, days: int) -> None:
    with committed():
        assigning.change_due(rule, in_days(days), by=BY)


def days_of(rule: int) -> dict[int, tuple[int, bool]]:
    """Return of everybody under a rule in how many days it is due, and whether it still binds."""
    db.session.rollback()
    query = sa.select(Assignment).where(Assignment.requirement_id == rule)
    return {row.user_id: ((row.due_on - TODAY).days, row.ended_on is None)
            for row in db.session.scalars(query)}


def events(action: str) -> list[Event]:
    return list(db.session.scalars(sa.select(Event).where(Event.action == action)))


@pytest.fixture
def rules(each_app):
    """Two rules due in 20 days; one who was there, and who joined in 5 and in 9 days."""
    here, course = a_user(), a_course()
    rule, other = everybody(course.course), everybody(a_course().course)
    return rule, other, here, joiner(days_later=5), joiner(days_later=9)


@pytest.mark.parametrize(("to", "own", "first", "second"), [
    (10, 10, 35, 39), (0, 0, 35, 39), (34, 34, 35, 39), (35, 35, 35, 39), (36, 36, 36, 39),
    (38, 38, 38, 39), (60, 60, 60, 60),
])
def test_a_date_moves_for_all_who_had_it_and_nobody_has_less_than_the_rule_gives(
        rules, to, own, first, second):
    rule, other, here, one, two = rules
    before = days_of(other)
    assert days_of(rule) == before == {here: (20, True), one: (35, True), two: (39, True)}
    move(rule, to)
    assert days_of(rule) == {here: (own, True), one: (first, True), two: (second, True)}
    assert days_of(other) == before
    assert assigning.get(rule).version == 2 and assigning.get(other).version == 1


def test_a_date_moved_there_and_back_leaves_those_who_never_had_it(rules):
    rule, _other, here, one, two = rules
    move(rule, 10)
    move(rule, 20)
    assert days_of(rule) == {here: (20, True), one: (35, True), two: (39, True)}


def test_what_has_ended_does_not_move_and_ends_once(each_app):
    unit, user = a_unit("U"), a_user()
    place(user, unit)
    with committed():
        rule = assigning.assign(course_id=a_course().course, target="unit", unit_id=unit,
                                due_on=in_days(20), by=BY, transaction=inside).id
    with noon(2), committed():
        placing.end({user: in_days(1)})
        with moving(by=BY) as moved:
            moved.add(user)
    move(rule, 40)
    assert days_of(rule) == {user: (20, False)}
    with noon(6), committed():
        assigning.withdraw(rule, by=BY)
    assert db.session.query(Assignment).one().ended_on == in_days(2)


def test_moving_a_date_is_noted_with_what_held_before_and_after(rules):
    rule, *_people = rules
    before = hash_of(assigning._state(assigning.get(rule)))
    move(rule, 40)
    [event] = events("course.due_date_changed")
    assert (event.object_id, event.scope) == (str(rule), "training")
    assert (event.before_hash, event.after_hash) == (
        before, hash_of(assigning._state(assigning.get(rule))))


def test_the_same_date_again_is_no_change_and_a_past_one_is_refused(rules):
    rule, *_people = rules
    move(rule, 20)
    assert assigning.get(rule).version == 1 and events("course.due_date_changed") == []
    with pytest.raises(Refusal, match="not past") as refused:
        move(rule, -1)
    assert refused.value.field == "due_on"


def test_withdrawing_is_noted_and_leaves_the_other_rules(rules):
    rule, other, *_people = rules
    before = hash_of(assigning._state(assigning.get(rule)))
    with committed():
        assigning.withdraw(rule, by=BY)
    assert {binds for _days, binds in days_of(rule).values()} == {False}
    assert {binds for _days, binds in days_of(other).values()} == {True}
    [event] = events("course.assignment_withdrawn")
    assert event.before_hash == before != event.after_hash


def test_people_are_counted_under_their_own_rule_as_long_as_it_binds_them(rules):
    rule, other, here, *_joiners = rules
    assert assigning.count_people(rule) == assigning.count_people(other) == 3
    with committed():
        assigning.withdraw(rule, by=BY)
    assert (assigning.count_people(rule), assigning.count_people(other)) == (0, 3)
    with committed():
        employing.leave({here: TODAY}, by=BY)
    assert assigning.count_people(other) == 2
