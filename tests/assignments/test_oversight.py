"""The list of assignments, the people of one: filtered, sorted, walked, with their progress."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering
from isotrain.accounts.models import Identity, SignInName
from isotrain.assignments import assigning, oversight, rules
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.jobs.stepping import inside
from isotrain.settings import house
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.factories import BY, a_user, client_of, committed
from tests.walking import rows_of, walk


@pytest.fixture
def assigned(each_app):
    """Two courses, two rules due on one day, one for a unit, one for a person, one withdrawn."""
    alpha, beta = a_course("Alpha"), a_course("Beta")
    unit, people = a_unit("U"), [a_user(name=name) for name in ("Zoe", "Ann", "Ann", "Bo")]
    for user in people[:2]:
        place(user, unit)
    made = {}
    for name, course, target, due_in, more in (
            ("all", beta, "everybody", 9, {}), ("unit", alpha, "unit", 5, {"unit_id": unit}),
            ("one", beta, "person", 5, {"user_id": people[3]}),
            ("gone", alpha, "everybody", 7, {})):
        with committed():
            made[name] = assigning.assign(course_id=course.course, target=target, by=BY,
                                          due_on=house.today() + timedelta(days=due_in),
                                          transaction=inside, **more).id
    with committed():
        assigning.withdraw(made["gone"], by=BY)
    return made, people, alpha, beta


def ids(sort: str = "", **wanted) -> list[int]:
    return [rule.requirement.id for rule in rows_of(oversight.listing(**wanted), sort)]


def test_a_walk_through_the_rules_meets_each_once_in_every_order(assigned):
    made, *_rest = assigned
    found = walk(lambda _sort: oversight.listing(state="all"))
    assert [rule.requirement.id for rule in found] == [
        made["gone"], made["one"], made["unit"], made["all"]]


def test_rules_are_filtered_by_course_and_state_and_sorted(assigned):
    made, _people, alpha, beta = assigned
    assert ids() == ids(state="open") == [made["one"], made["unit"], made["all"]]
    assert ids(state="withdrawn") == [made["gone"]]
    assert ids(course=beta.slug) == [made["one"], made["all"]]
    assert ids(course=alpha.slug, state="all") == [made["gone"], made["unit"]]
    assert ids(course="none") == []
    assert ids("due") == [made["unit"], made["one"], made["all"]]
    assert ids("course") == [made["unit"], made["one"], made["all"]]


def test_a_rule_says_for_whom_it_is_and_how_far_they_are(assigned):
    made, people, alpha, beta = assigned
    sit(people[0], alpha)
    sit(people[0], beta)
    unit, one, everybody = (oversight.get(made[name]) for name in ("unit", "one", "all"))
    assert (unit.unit, unit.unit_code, unit.person, unit.course, unit.course_slug) == (
        "Unit U", "U", None, "Alpha", alpha.slug)
    assert (one.person, one.unit) == ("Bo", None)
    assert (unit.assigned, unit.done, unit.overdue) == (2, 1, 0)
    assert (everybody.assigned, everybody.done, everybody.overdue) == (4, 1, 0)
    with clock.moved_by(timedelta(days=5)):
        assert oversight.get(made["unit"]).overdue == 0
    with clock.moved_by(timedelta(days=6)):
        assert oversight.get(made["unit"]).overdue == 1
        # Bo is late for Beta by the rule of their own, so late for Beta altogether.
        assert (oversight.get(made["one"]).overdue, oversight.get(made["all"]).overdue) == (1, 1)
    assert oversight.get(made["unit"]).open and not oversight.get(made["gone"]).open


def test_a_walk_through_the_people_of_a_rule_meets_each_once_in_every_order(assigned):
    made, people, *_courses = assigned
    with committed():
        db.session.execute(sa.delete(SignInName).where(SignInName.user_id == people[3]))
        db.session.execute(sa.delete(Identity).where(Identity.user_id == people[3]))
    found = walk(lambda _sort: oversight.people(made["all"]))
    assert [bound.user_id for bound in found] == [people[1], people[2], people[0], people[3]]
    assert [bound.name for bound in found] == ["Ann", "Ann", "Zoe", None]


def test_the_people_of_a_rule_are_searched_and_told_with_their_state(assigned):
    made, people, _alpha, beta = assigned
    sit(people[2], beta, passed=False)
    found = {bound.user_id: bound.state for bound in rows_of(oversight.people(made["all"]))}
    assert found == {people[0]: rules.ASSIGNED, people[1]: rules.ASSIGNED,
                     people[2]: rules.COMPLETED_FAIL, people[3]: rules.ASSIGNED}
    number = db.session.scalar(sa.select(Identity.personnel_no).where(
        Identity.user_id == people[0]))
    for text, expected in (("ann", [people[1], people[2]]), (number, [people[0]]), ("x", [])):
        found = rows_of(oversight.people(made["all"], text=text))
        assert [bound.user_id for bound in found] == expected
    gone = rows_of(oversight.people(made["gone"]))
    assert {bound.state for bound in gone} == {"ended"} and len(gone) == 4


def test_who_completed_before_the_rule_ended_has_completed(each_app):
    course, user = a_course(), a_user()
    rule = bind(user, course)
    sit(user, course)
    with committed():
        assigning.withdraw(rule, by=BY)
    assert rows_of(oversight.people(rule))[0].state == rules.COMPLETED_PASS


def test_a_rule_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        oversight.get(99)


def test_units_and_courses_are_offered_by_name(assigned):
    _made, _people, alpha, beta = assigned
    a_unit("A")
    assert oversight.units() == [("A", "Unit A"), ("U", "Unit U")]
    assert oversight.courses() == [(alpha.slug, "Alpha"), (beta.slug, "Beta")]


def test_both_lists_are_handed_out_as_files_of_what_they_show(assigned, each_app):
    made, _people, alpha, _beta = assigned
    hr = client_of(each_app, a_user("hr"))
    text = hr.get(f"/assignments?course={alpha.slug}&state=all&as=csv").data.decode("utf-8-sig")
    lines = text.splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == [str(made["gone"]), str(made["unit"])]
    text = hr.get(f"/assignments/{made['all']}?q=ann&sort=-name&as=csv").data.decode("utf-8-sig")
    assert [line.split(",")[0] for line in text.splitlines()] == ["Person", "Ann", "Ann"]
    assert hr.get("/assignments/99?as=csv").status_code == 404


def test_progress_is_that_of_people_who_are_here_and_still_bound(assigned):
    made, people, _alpha, beta = assigned
    for user in people[:2]:
        sit(user, beta)
    with committed():
        registering.deactivate([people[0], people[2]], by=BY)
    everybody = oversight.get(made["all"])
    assert (everybody.assigned, everybody.done, everybody.overdue) == (2, 1, 0)
    gone = oversight.get(made["gone"])
    assert (gone.assigned, gone.done, gone.overdue) == (0, 0, 0)
    assert len(rows_of(oversight.people(made["all"]))) == 4
