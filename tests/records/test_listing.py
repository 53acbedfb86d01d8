"""The list of who has completed what and who has not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain.accounts import registering
from isotrain.accounts.models import Identity, SignInName
from isotrain.assignments import assigning, rules
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.lists import Asked
from isotrain.records import register
from isotrain.records.filters import EXPIRING, TO_DO, Filter
from isotrain.settings import house
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.counting import counted
from tests.factories import BY, a_user, committed
from tests.walking import rows_of, walk


def listed(sort: str = "", **wanted) -> list:
    return rows_of(register.listing(Filter(**wanted), sort), sort)


def statuses(**wanted) -> dict[tuple[int, int], str]:
    return {(row.user_id, row.course_id): row.status for row in listed(**wanted)}


def test_people_who_have_not_started_are_listed_and_so_is_what_nobody_asked_for(each_app):
    course = a_course()
    waiting, late, done, free = (a_user() for _ in range(4))
    bind(waiting, course)
    bind(late, course, due_in=-3)
    bind(done, course)
    sit(done, course)
    sit(free, course)
    assert statuses() == {
        (waiting, course.course): rules.ASSIGNED, (late, course.course): rules.OVERDUE,
        (done, course.course): rules.COMPLETED_PASS, (free, course.course): rules.COMPLETED_PASS,
    }


def test_two_rules_for_one_course_make_one_row_with_the_earlier_day(each_app):
    course, user = a_course(), a_user()
    bind(user, course, due_in=20)
    bind(user, course, due_in=5)
    [row] = listed()
    assert row.due_on == house.today() + timedelta(days=5)


def test_who_left_is_bound_to_nothing_but_what_they_completed_stays(each_app):
    course = a_course()
    gone, graduate = a_user(), a_user()
    for user in (gone, graduate):
        bind(user, course, due_in=-1)
    sit(graduate, course)
    with committed():
        registering.deactivate([gone], by=BY)
        registering.deactivate([graduate], by=BY)
    assert statuses() == {}
    assert statuses(people="left") == {(graduate, course.course): rules.COMPLETED_PASS}
    assert statuses(people="all") == statuses(people="left")


def test_a_withdrawn_rule_takes_its_rows_away(each_app):
    course, user = a_course(), a_user()
    rule = bind(user, course)
    with committed():
        assigning.withdraw(rule, by=BY)
    assert statuses() == {}


@pytest.fixture
def plant(each_app):
    """Three people in a tree of units, with a course due for each."""
    course = a_course()
    top = a_unit("PLANT")
    line, office = a_unit("LINE", top), a_unit("OFFICE")
    people = {}
    for name, unit, due_in in (("Ann Line", line, -2), ("Bob Plant", top, 5),
                               ("Cy Office", office, 40)):
        user = people[name] = a_user(name=name, number=f"N-{name[:3]}")
        place(user, unit)
        bind(user, course, due_in=due_in)
    return course, people


def names(**wanted) -> list[str]:
    return [row.name for row in listed(**wanted)]


def test_a_unit_stands_for_the_units_below_it(plant):
    assert names(unit="PLANT") == ["Ann Line", "Bob Plant"]
    assert names(unit="LINE") == ["Ann Line"]
    assert names(unit="NONE") == []


def test_the_search_finds_parts_of_names_and_whole_numbers(plant):
    assert names(text="ann") == ["Ann Line"]
    assert names(text="n-bob") == ["Bob Plant"]
    assert names(text="100%") == []


def test_due_days_and_states_narrow_the_list(plant):
    course, people = plant
    today = house.today()
    assert names(due_from=today, due_to=today + timedelta(days=30)) == ["Bob Plant"]
    assert names(status=rules.OVERDUE) == ["Ann Line"]
    assert names(status=TO_DO) == ["Bob Plant", "Cy Office"]
    sit(people["Cy Office"], course, days_ago=710)
    assert names(status=EXPIRING) == ["Cy Office"]
    assert names(course="nowhere") == []
    assert names(course=course.slug) == ["Ann Line", "Bob Plant", "Cy Office"]


@pytest.mark.parametrize("sort", ["name", "course", "unit", "due", "completed"])
def test_every_sort_has_two_directions(plant, sort):
    course, people = plant
    sit(people["Ann Line"], course, days_ago=3)
    sit(people["Bob Plant"], course, days_ago=1)
    sit(people["Cy Office"], course, days_ago=2)
    up, down = ([row.name for row in listed(way)] for way in (sort, f"-{sort}"))
    assert sorted(up) == sorted(down) == ["Ann Line", "Bob Plant", "Cy Office"]
    if sort != "course":
        assert up == down[::-1]


def test_a_walk_through_the_list_meets_every_row_once_in_every_order(each_app):
    """Namesakes, ties of days, people without a unit, a name that was erased, two courses."""
    first, second = a_course("Beta"), a_course("Alpha")
    unit = a_unit("U")
    users = [a_user(name=name) for name in ("Ann", "Ann", "Bo", "Cy", "Di")]
    for user in users[:2]:
        place(user, unit)
    for user in users[:4]:
        bind(user, first, due_in=5)
    bind(users[0], second, due_in=5)
    bind(users[2], second, due_in=-5)
    sit(users[1], first)
    sit(users[3], second)
    sit(users[4], second, passed=False)
    with committed():
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id == users[4]))
        db.session.execute(sa.delete(Identity).where(Identity.user_id == users[4]))
    found = walk(lambda sort: register.listing(Filter(), sort), size=3)
    assert len({(row.user_id, row.course_id) for row in found}) == len(found) == 8
    assert [row.name for row in found[-2:]] == ["Cy", None]


def test_the_list_takes_the_same_statements_for_10_and_for_300_rows(app):
    counts = []
    course = a_course()
    for people in (10, 290):
        for _n in range(people):
            a_user()
        with committed():
            assigning.assign(course_id=course.course, target="everybody",
                             due_on=house.today() + timedelta(days=9), by=BY, transaction=inside)
        with counted() as statements:
            page = register.listing(Filter()).page(Asked())
        counts.append((page.count.number, len(statements)))
    assert counts == [(10, 2), (300, 3)]


def test_a_moved_person_keeps_the_old_unit_in_the_old_record(each_app):
    course, user = a_course(), a_user(name="Old Name")
    place(user, a_unit("OLD"))
    sit(user, course)
    with committed():
        registering.change({user: registering.Person("NEW-1", "New Name", None)}, by=BY)
    [row] = listed(text="new name")
    assert (row.name, row.name_then, row.frozen["place"]["unit_code"]) == (
        "New Name", "Old Name", "OLD")
