"""The pages and the command of assigning."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain.accounts import registering
from isotrain.assignments import oversight
from isotrain.assignments.models import Assignment
from isotrain.db import db
from isotrain.settings import house
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.counting import counted
from tests.factories import BY, a_user, client_of, committed, post
from tests.walking import rows_of

NEW = "/assignments/new"


@pytest.fixture
def hr(each_app):
    return client_of(each_app, a_user("employee", "hr", name="Helen Resource", number="HR-1"))


def soon() -> str:
    return (house.today() + timedelta(days=9)).isoformat()


def words(response) -> str:
    return " ".join(response.text.split())


def bound() -> set[int]:
    db.session.rollback()
    query = sa.select(Assignment.user_id).where(Assignment.ended_on.is_(None))
    return set(db.session.scalars(query))


def test_hr_assigns_a_course_to_everybody_and_finds_it_in_the_list(hr):
    course, other = a_course("Awareness"), a_user()
    done = post(hr, NEW, {"course": course.slug, "target": "everybody", "due_on": soon(),
                          "joiner_days": "30"})
    assert done.status_code == 303
    assert other in bound() and len(bound()) == 2
    text = words(hr.get(done.location))
    assert "Assigned to 2 people" in text and "Awareness" in text and "0 of 2" in text


def test_hr_assigns_a_course_to_a_unit(hr):
    course, unit, user = a_course(), a_unit("U"), a_user()
    place(user, unit)
    post(hr, NEW, {"course": course.slug, "target": "unit", "unit": "U", "due_on": soon(),
                   "joiner_days": "0"})
    assert bound() == {user}
    assert "Unit U" in hr.get("/assignments").text


def test_hr_assigns_a_course_to_single_people_named_in_lines_or_with_commas(hr):
    course = a_course()
    users = [a_user(number=f"Q{n}", email=f"q{n}@example.com") for n in range(3)]
    post(hr, NEW, {"course": course.slug, "target": "person", "due_on": soon(), "joiner_days": "0",
                   "people": "q0\nq1@example.com, Q2; q2"})
    assert bound() == set(users)
    assert oversight.listing().count().number == 3


@pytest.mark.parametrize(("wrong", "said"), [
    ({"course": ""}, "Choose a course"), ({"course": "none"}, "There is no course"),
    ({"target": "unit", "unit": ""}, "Choose a unit"),
    ({"target": "unit", "unit": "NONE"}, "There is no unit"),
    ({"target": "person", "people": " , \n"}, "Enter at least one personnel number"),
    ({"target": "person", "people": "HR-1, ghost"}, "account is called ghost"),
    ({"due_on": ""}, "Enter the due date"),
    ({"due_on": "2020-01-01"}, "not past"),
    ({"joiner_days": "999"}, "Enter 0 to 365 days"),
    ({"joiner_days": "x"}, "has-error"),
    ({"target": "world"}, "has-error"),
])
def test_what_cannot_be_assigned_is_said_at_its_field_and_nothing_is_stored(hr, wrong, said):
    course = a_course()
    right = {"course": course.slug, "target": "everybody", "due_on": soon(), "joiner_days": "30"}
    answer = post(hr, NEW, {**right, **wrong})
    assert answer.status_code == 422
    assert said in words(answer)
    assert bound() == set() and rows_of(oversight.listing()) == []


def test_a_person_who_left_cannot_be_assigned(hr):
    course, user = a_course(), a_user(number="L1")
    with committed():
        registering.deactivate([user], by=BY)
    answer = post(hr, NEW, {"course": course.slug, "target": "person", "people": "L1",
                            "due_on": soon(), "joiner_days": "30"})
    assert answer.status_code == 422 and bound() == set()


def test_empty_pages_say_what_to_do_next(hr):
    assert "Nothing is assigned yet" in hr.get("/assignments").text
    assert "flask course load" in hr.get(NEW).text
    assert "Nothing matches" in hr.get("/assignments?state=withdrawn").text


def test_one_assignment_is_shown_with_its_people_and_progress(hr):
    course, done, late = a_course(), a_user(name="Done One"), a_user(name="Late One")
    for user in (done, late):
        bind(user, course, due_in=-2)
    sit(done, course)
    rule = rows_of(oversight.listing())[0].requirement.id
    text = words(hr.get(f"/assignments/{rule}"))
    assert "Late One" in text and "Overdue" in text and "Rule" in text
    progress = {(row.assigned, row.done, row.overdue) for row in rows_of(oversight.listing())}
    assert progress == {(1, 1, 0), (1, 0, 1)}


def test_who_left_is_not_counted(app):
    user = a_user()
    rule = bind(user, a_course(), due_in=-2)
    assert (oversight.get(rule).assigned, oversight.get(rule).overdue) == (1, 1)
    with committed():
        registering.deactivate([user], by=BY)
    assert (oversight.get(rule).assigned, oversight.get(rule).overdue) == (0, 0)


def test_the_due_date_is_moved_on_the_page(hr):
    rule = bind(a_user(), a_course())
    page = f"/assignments/{rule}"
    for due_on, said in (("", "Enter the due date"), ("2020-01-01", "not past")):
        answer = post(hr, page, {"due_on": due_on}, to=f"{page}/due")
        assert answer.status_code == 422 and said in answer.text
    assert post(hr, page, {"due_on": soon()}, to=f"{page}/due").status_code == 303
    assert "version 2" in words(hr.get(page))


def test_an_assignment_is_withdrawn_on_the_page_once(hr):
    user = a_user()
    rule = bind(user, a_course())
    page = f"/assignments/{rule}"
    assert post(hr, page, to=f"{page}/withdraw").status_code == 303
    assert bound() == set()
    text = words(hr.get(page))
    assert "Withdrawn on" in text and "No longer assigned" in text
    assert post(hr, NEW, to=f"{page}/withdraw").status_code == 422


@pytest.mark.parametrize("path", ["", "/due", "/withdraw"])
@pytest.mark.parametrize("number", ["99", "99999999999999999999999"])
def test_an_assignment_that_does_not_exist_is_not_found(hr, path, number):
    a_course()
    page = f"/assignments/{number}{path}"
    answer = post(hr, NEW, {"due_on": soon()}, to=page) if path else hr.get(page)
    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["employee", "trainer", "manager", "auditor", "admin"])
def test_only_hr_assigns(app, role):
    rule = bind(a_user(), a_course())
    client = client_of(app, a_user(role))
    for path in ("/assignments", NEW, f"/assignments/{rule}"):
        assert client.get(path).status_code == 403
    for act in ("due", "withdraw"):
        answer = post(client, "/account", {"due_on": soon()}, to=f"/assignments/{rule}/{act}")
        assert answer.status_code == 403
    assert len(bound()) == 1


def test_the_list_takes_the_same_statements_for_few_and_for_many(app):
    counts = []
    for many in (2, 20):
        for _n in range(many):
            bind(a_user(), a_course())
        with counted() as statements:
            rows_of(oversight.listing())
        counts.append(len(statements))
    assert counts == [2, 2]


@pytest.fixture
def run(app):
    def invoke(*words: str) -> tuple[int, str]:
        result = app.test_cli_runner().invoke(args=["assign", *words])
        assert result.exception is None or isinstance(result.exception, SystemExit), \
            result.exception
        return result.exit_code, result.output

    return invoke


@pytest.mark.parametrize(("target", "count"), [
    (["--everybody"], 3), (["--unit", "U"], 1), (["--person", "X1", "--person", "x2@example.com"],
                                                 2)])
def test_the_command_assigns_as_the_page_does(run, target, count):
    course = a_course()
    place(a_user(number="X1"), a_unit("U"))
    a_user(email="x2@example.com")
    a_user()
    code, said = run(course.slug, *target, "--due", soon())
    people = "person" if count == 1 else "people"
    assert code == 0 and f"Assigned to {count} {people}" in said
    assert len(bound()) == count


@pytest.mark.parametrize(("options", "said"), [
    ([], "Name exactly one"), (["--everybody", "--unit", "U"], "Name exactly one"),
    (["--unit", "NONE"], "There is no unit 'NONE'"), (["--person", "ghost"], "ghost"),
])
def test_the_command_refuses_in_words(run, options, said):
    course = a_course()
    code, printed = run(course.slug, *options, "--due", soon())
    assert code == 1 and said in printed and bound() == set()


def test_the_command_refuses_an_unknown_course_and_a_past_day(run):
    assert "There is no course 'nosuch'" in run("nosuch", "--everybody", "--due", soon())[1]
    assert "not past" in run(a_course().slug, "--everybody", "--due", "2020-01-01")[1]
