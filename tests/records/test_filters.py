"""Which rows a filter lets through: to the day, by today's place, by the record that counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from isotrain import clock
from isotrain.accounts import registering
from isotrain.assignments import assigning
from isotrain.attempts.models import Attempt, Form, Result
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.people.models import Placement, Site
from isotrain.records import recording, register
from isotrain.records.filters import Filter
from isotrain.records.models import CompletionRecord
from isotrain.settings import house
from tests.assignments.making import Made, a_course, a_unit, bind, place, sit
from tests.factories import BY, a_user, committed
from tests.listening import finished
from tests.sittings import certificate_of
from tests.walking import rows_of


def listed(**wanted) -> list[tuple[int, int]]:
    return [(row.user_id, row.course_id) for row in rows_of(register.listing(Filter(**wanted)))]


def people(**wanted) -> set[int]:
    return {user for user, _course in listed(**wanted)}


def in_days(days: int) -> date:
    return house.today() + timedelta(days=days)


def test_days_that_are_asked_for_belong_to_what_is_found(each_app):
    course = a_course()
    users = {due_in: a_user() for due_in in (-1, 0, 1, 7, 8)}
    for due_in, user in users.items():
        bind(user, course, due_in=due_in)
    sit(a_user(), course)  # was never due
    for first, last, expected in ((0, 7, (0, 1, 7)), (1, None, (1, 7, 8)), (None, 0, (-1, 0)),
                                  (7, 7, (7,)), (2, 6, ())):
        found = people(due_from=None if first is None else in_days(first),
                       due_to=None if last is None else in_days(last))
        assert found == {users[due_in] for due_in in expected}, (first, last)


def test_a_course_is_asked_for_alone_and_each_pair_is_a_row(each_app):
    first, second = a_course(), a_course()
    both, one = a_user(), a_user()
    for user, made in ((both, first), (both, second), (one, first)):
        bind(user, made)
    assert sorted(listed()) == sorted([
        (both, first.course), (both, second.course), (one, first.course)])
    assert set(listed(course=second.slug)) == {(both, second.course)}


@pytest.fixture
def placed(each_app):
    """People who move yesterday, today, tomorrow; the new place has a site and a manager."""
    course, old, new, boss = a_course(), a_unit("OLD"), a_unit("NEW"), a_user()
    with committed():
        site = Site(code="S", name="South")
        db.session.add(site)
        db.session.flush()
        site_id = site.id
    moved = {days: a_user() for days in (-1, 0, 1)}
    for days, user in moved.items():
        bind(user, course)
        place(user, old, valid_to=in_days(days))
        place(user, new, days_ago=-days, site_id=site_id, manager_id=boss)
    return moved, boss


def test_people_stand_in_the_unit_the_site_and_the_team_of_today(placed):
    moved, boss = placed
    for wanted in ({"unit": "NEW"}, {"site": "S"}, {"manager_id": boss}):
        assert people(**wanted) == {moved[-1], moved[0]}, wanted
    assert people(unit="OLD") == {moved[1]}
    assert people(unit="OLD", site="S") == people(manager_id=moved[0]) == set()
    assert len(listed()) == 3
    with clock.moved_by(timedelta(days=1)):
        assert people(unit="NEW") == set(moved.values()) and people(unit="OLD") == set()


def test_what_was_completed_stays_when_the_assignment_ends_and_stands_once_while_it_binds(each_app):
    course, user = a_course(), a_user()
    rule = bind(user, course)
    sit(user, course)
    [row] = rows_of(register.listing(Filter()))
    assert row.requirement_id == rule
    with committed():
        assigning.withdraw(rule, by=BY)
    [row] = rows_of(register.listing(Filter()))
    assert (row.requirement_id, row.due_on, row.status) == (None, None, "completed_pass")


def test_who_left_is_asked_for_apart_and_keeps_what_they_completed(each_app):
    course, here, gone = a_course(), a_user(), a_user()
    for user in (here, gone):
        bind(user, course)
        sit(user, course)
    with committed():
        registering.deactivate([gone], by=BY)
    assert (people(), people(people="left"), people(people="all")) == (
        {here}, {gone}, {here, gone})


def test_the_newest_pass_that_stands_counts_before_any_failure(each_app):
    course, other, user = a_course(), a_course(), a_user()
    tries = [sit(user, course, passed=passed, number=n, days_ago=days) for n, passed, days in (
        (1, True, 9), (2, True, 6), (3, False, 3), (4, False, 1))]
    sit(user, other, passed=False)

    def counting() -> int:
        [row] = rows_of(register.listing(Filter(course=course.slug)))
        return row.attempt_id

    assert counting() == tries[1]
    for attempt, expected in ((tries[1], tries[0]), (tries[0], tries[3])):
        with committed():
            revoking.revoke(certificate_of(attempt).id, reason="Sat by somebody else", by=BY)
        assert counting() == expected


def ended_at_its_deadline(user: int, made: Made, *, days_ago: int) -> CompletionRecord:
    """Let an attempt whose time was over some days ago be closed and recorded now."""
    with committed():
        ended = clock.now() - timedelta(days=days_ago)
        attempt = Attempt(user_id=user, quiz_id=made.quiz, quiz_version_id=made.quiz_version,
                          course_version_id=made.version, number=1, state="expired",
                          started_at=ended - timedelta(minutes=20), closed_at=ended)
        db.session.add(attempt)
        db.session.flush()
        result = Result(attempt_id=attempt.id, score="9", out_of="20", percent="45.0",
                        passed=False, marked_at=clock.now())
        form = Form(attempt_id=attempt.id, algorithm="a", seed="0", pools=[], history={},
                    hash="0" * 64, receipt={}, marking="shares-1")
        db.session.add_all([result, form])
        db.session.flush()
        record = recording.record(finished(attempt, result), None)
    assert record is not None
    return record


@pytest.mark.parametrize(("days_ago", "unit"), [(3, "OLD"), (2, "NEW"), (0, "NEW")])
def test_a_record_names_the_place_of_the_day_the_exam_ended(each_app, days_ago, unit):
    user, old, new = a_user(), a_unit("OLD"), a_unit("NEW")
    place(user, old, valid_to=in_days(-2))
    place(user, new, days_ago=2)
    record = ended_at_its_deadline(user, a_course(), days_ago=days_ago)
    assert record.frozen["place"]["unit_code"] == unit
    assert record.completed_at.date() == in_days(-days_ago)
    assert db.session.query(Placement).count() == 2
