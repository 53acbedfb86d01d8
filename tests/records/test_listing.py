"""The list of who has completed what and who has not."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.models import Identity, SignInName
from isotrain.assignments import assigning, rules
from isotrain.assignments import training as own
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.lists import Asked
from isotrain.records import register
from isotrain.records.filters import EXPIRING, TO_DO, Filter
from tests.assignments.making import a_course, a_unit, begin, bind, place, read, sit
from tests.counting import counted
from tests.factories import BY, a_user, committed
from tests.sittings import certificate_of
from tests.walking import rows_of, walk

DAYS = st.sampled_from((-30, -1, 0, 1, 30))
ACTS = st.one_of(
    st.tuples(st.just("bind"), DAYS),
    st.tuples(st.just("read"), st.just(0)),
    st.tuples(st.just("begin"), st.just(0)),
    st.tuples(st.just("pass"), st.sampled_from((0, 600, 729, 732, 731, 730, 900))),
    st.tuples(st.just("fail"), st.sampled_from((0, 10, 800))),
    st.tuples(st.just("revoke"), st.just(0)),
)


def live(user: int, course, acts) -> None:
    """Let a user live through acts, oldest exam first as it happens in earnest."""
    exams = sorted((a for a in acts if a[0] in ("pass", "fail")), key=lambda act: -act[1])
    last = None
    for number, (act, days_ago) in enumerate(exams, start=1):
        last = sit(user, course, passed=act == "pass", days_ago=days_ago, number=number)
    others = {act: value for act, value in acts if act not in ("pass", "fail")}
    if "bind" in others:
        bind(user, course, due_in=others["bind"])
    if "read" in others:
        read(user, course, 1, finished=False)
    if "begin" in others:
        begin(user, course, number=len(exams) + 1)
    if "revoke" in others and last and (earned := certificate_of(last)):
        with committed():
            revoking.revoke(earned.id, reason="Sat by somebody else", by=BY)


def listed(sort: str = "", **wanted) -> list:
    return rows_of(register.listing(Filter(**wanted), sort), sort)


def statuses(**wanted) -> dict[tuple[int, int], str]:
    return {(row.user_id, row.course_id): row.status for row in listed(**wanted)}


@given(st.lists(ACTS, max_size=5))
@example([("bind", -1), ("pass", 0)])
@example([("bind", -1), ("pass", 900)])
@example([("bind", -1), ("fail", 0)])
@example([("bind", 30), ("pass", 900), ("fail", 0)])
@example([("pass", 731), ("revoke", 0), ("read", 0)])
@settings(max_examples=20, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_database_decides_the_status_as_the_rule_does(each_app, acts):
    course, user = a_course(), a_user()
    live(user, course, acts)
    row = statuses().get((user, course.course))
    dues = {due.course.id: due for due in own.due_for(user)}
    due = dues.get(course.course)
    if row is None:
        assert due is None or due.status in (rules.IN_PROGRESS, rules.NOT_ASSIGNED)
    elif due is None:
        assert row == rules.NOT_ASSIGNED
    else:
        assert row == due.status


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
    assert row.due_on == clock.today() + timedelta(days=5)


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
    today = clock.today()
    assert names(due_from=today, due_to=today + timedelta(days=30)) == ["Bob Plant"]
    assert names(status=rules.OVERDUE) == ["Ann Line"]
    assert names(status=TO_DO) == ["Bob Plant", "Cy Office"]
    sit(people["Cy Office"], course, days_ago=700)
    assert names(status=EXPIRING) == ["Cy Office"]
    assert names(course="nowhere") == []
    assert names(course=course.slug) == ["Ann Line", "Bob Plant", "Cy Office"]


@pytest.mark.parametrize("sort", register.SORTS)
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
    found = walk(lambda sort: register.listing(Filter(), sort))
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
                             due_on=clock.today() + timedelta(days=9), by=BY)
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
