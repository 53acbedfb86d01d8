"""Assigning: who is bound by a rule, from when, and until when."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.assignments import assigning
from isotrain.assignments.models import Assignment
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.jobs.stepping import inside
from isotrain.people import employing, granting
from isotrain.people.models import Employment, Placement, Unit
from isotrain.people.news import moving
from isotrain.settings import house
from isotrain.study.models import Course, CourseVersion
from tests.factories import BY, a_library, a_user, committed


@pytest.fixture
def course(each_app) -> int:
    with committed():
        course = Course(slug="c", library_id=a_library(), created_at=clock.now())
        db.session.add(course)
        db.session.flush()
        version = CourseVersion(course_id=course.id, number=1, label="1", title="C", summary="",
                                language="en", topics=[], editions=[], content_hash="h",
                                created_at=clock.now())
        db.session.add(version)
        db.session.flush()
        course.current_version_id = version.id
        return course.id


def a_unit(code: str, parent: int | None = None) -> int:
    with committed():
        unit = Unit(code=code, name=code, parent_id=parent)
        db.session.add(unit)
        db.session.flush()
        return unit.id


def place(user: int, unit: int, since: date | None = None) -> None:
    since = since or house.today()
    with committed():
        db.session.execute(
            sa.update(Placement).where(Placement.user_id == user, Placement.valid_to.is_(None))
            .values(valid_to=since)
        )
        db.session.add(Placement(user_id=user, unit_id=unit, employment_type="employee",
                                 valid_from=since))
        db.session.flush()
        with moving(by=BY) as moved:
            moved.add(user)


def bound() -> dict[int, date]:
    query = sa.select(Assignment).where(Assignment.ended_on.is_(None))
    return {row.user_id: row.due_on for row in db.session.scalars(query)}


def soon() -> date:
    return house.today() + timedelta(days=10)


def assign(**wanted) -> int:
    with committed():
        return assigning.assign(transaction=inside, **{"due_on": soon(), "by": BY, **wanted}).id


def test_everybody_who_is_active_is_bound(course):
    active, gone = a_user(), a_user()
    with committed():
        registering.deactivate([gone], by=BY)
    assign(course_id=course, target="everybody")
    assert bound() == {active: soon()}


def test_who_cannot_learn_here_is_not_bound(course):
    learner, _auditor, _admin = a_user("employee", "admin"), a_user("auditor"), a_user("admin")
    assign(course_id=course, target="everybody")
    assert set(bound()) == {learner}


def test_a_unit_binds_its_subunits_and_nobody_else(course):
    plant = a_unit("plant")
    line = a_unit("line", plant)
    office = a_unit("office")
    people = [a_user() for _ in range(3)]
    for user, unit in zip(people, (plant, line, office), strict=True):
        place(user, unit, house.today() - timedelta(days=90))
    assign(course_id=course, target="unit", unit_id=plant)
    assert set(bound()) == set(people[:2])


def test_one_person_can_be_bound_alone(course):
    one, _other = a_user(), a_user()
    assign(course_id=course, target="person", user_id=one)
    assert set(bound()) == {one}


def test_who_joins_later_gets_days_of_grace(course):
    assign(course_id=course, target="everybody", joiner_days=30)
    with clock.moved_by(timedelta(days=5)):
        joiner = a_user()
        with committed():
            db.session.add(Employment(user_id=joiner, hired_on=house.today()))
            db.session.flush()
            with moving(by=BY) as moved:
                moved.add(joiner)
        assert bound()[joiner] == house.today() + timedelta(days=30)


def test_who_leaves_the_unit_is_no_longer_bound_and_is_again_on_return(course):
    plant, office = a_unit("plant"), a_unit("office")
    user = a_user()
    place(user, plant, house.today() - timedelta(days=9))
    assign(course_id=course, target="unit", unit_id=plant)
    place(user, office, house.today() - timedelta(days=1))
    assert bound() == {}
    with clock.moved_by(timedelta(days=3)):
        place(user, plant)
        assert set(bound()) == {user}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Assignment)) == 1


def test_applying_a_rule_again_changes_nothing(course):
    user = a_user()
    rule = assign(course_id=course, target="everybody")
    for _ in range(3):
        with committed():
            assigning.apply(assigning.get(rule))
    assert bound() == {user: soon()}


def test_a_withdrawn_rule_binds_nobody_and_cannot_be_withdrawn_twice(course):
    a_user()
    rule = assign(course_id=course, target="everybody")
    with committed():
        assigning.withdraw(rule, by=BY)
    assert bound() == {}
    with pytest.raises(Refusal, match="withdrawn before"), committed():
        assigning.withdraw(rule, by=BY)
    with pytest.raises(Refusal, match="withdrawn before"), committed():
        assigning.change_due(rule, soon(), by=BY)


def test_moving_the_due_date_moves_open_assignments_and_the_version(course):
    user = a_user()
    rule = assign(course_id=course, target="everybody")
    later = soon() + timedelta(days=7)
    with committed():
        assigning.change_due(rule, later, by=BY)
    assert bound() == {user: later}
    assert assigning.get(rule).version == 2


@pytest.mark.parametrize(("wanted", "field"), [
    ({"course_id": 999, "target": "everybody"}, "course"),
    ({"target": "nobody"}, "target"),
    ({"target": "unit"}, "unit"),
    ({"target": "unit", "unit_id": 999}, "unit"),
    ({"target": "person", "user_id": 999}, "person"),
    ({"target": "everybody", "due_on": date(2020, 1, 1)}, "due_on"),
    ({"target": "everybody", "joiner_days": -1}, "joiner_days"),
])
def test_a_rule_that_makes_no_sense_is_refused_at_its_field(course, wanted, field):
    with pytest.raises(Refusal) as refused:
        assign(**{"course_id": course, **wanted})
    assert refused.value.field == field


def test_who_cannot_study_is_not_bound_until_they_can(course):
    guest, learner = a_user("auditor"), a_user()
    assign(course_id=course, target="everybody")
    assert set(bound()) == {learner}
    with committed():
        granting.give_roles(guest, frozenset({Role.AUDITOR, Role.EMPLOYEE}), by=BY)
    assert set(bound()) == {learner, guest}
    with committed():
        granting.give_roles(guest, frozenset({Role.AUDITOR}), by=BY)
    assert set(bound()) == {learner}


def test_a_person_who_cannot_study_is_refused_by_name(course):
    guest = a_user("auditor", name="Grace Guest")
    with pytest.raises(Refusal, match="Grace Guest has no role that studies"):
        assign(course_id=course, target="person", user_id=guest)


def test_a_person_who_left_and_a_course_without_content_are_refused(course):
    user = a_user()
    with committed():
        employing.leave({user: house.today()}, by=BY)
        empty = Course(slug="e", library_id=a_library("e"), created_at=clock.now())
        db.session.add(empty)
    with pytest.raises(Refusal, match="an active account"):
        assign(course_id=course, target="person", user_id=user)
    with pytest.raises(Refusal, match="nothing to study yet"):
        assign(course_id=empty.id, target="everybody")


def test_a_missing_rule_is_not_found(course):
    with pytest.raises(NotFound):
        assigning.get(999)
