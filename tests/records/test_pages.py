"""The pages of records: what they say, to whom, and in how many statements."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain.accounts import registering
from isotrain.assignments import assigning, rules
from isotrain.certificates import revoking
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.people.models import Employment
from isotrain.records import correcting, register, summary, timeline
from isotrain.records.filters import EXPIRING, TO_DO, Filter
from isotrain.records.models import CompletionRecord
from isotrain.settings import house
from isotrain.settings.definitions import TWO_PERSON_IDENTITY
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.counting import counted
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.sittings import certificate_of


@pytest.fixture
def hr(each_app):
    return client_of(each_app, a_user("employee", "hr", name="Helen Resource"))


def count(wanted: Filter) -> int:
    return register.listing(wanted).count().number


def words(response) -> str:
    return " ".join(response.text.split())


@pytest.fixture
def works(each_app):
    """A plant with a line below it, an office, and people in all states."""
    course = a_course()
    plant = a_unit("PLANT")
    line, office = a_unit("LINE", plant), a_unit("OFFICE")
    people = {}
    for name, unit, due_in in (("late", line, -3), ("soon", plant, 9), ("later", office, 60),
                               ("done", line, 9), ("expiring", plant, 9), ("failed", office, 9)):
        people[name] = user = a_user(name=f"Person {name}")
        place(user, unit)
        bind(user, course, due_in=due_in)
    sit(people["done"], course)
    sit(people["expiring"], course, days_ago=710)
    sit(people["failed"], course, passed=False)
    return course, people


def test_the_four_numbers_are_those_of_the_lists_they_lead_to(works):
    today = house.today()
    numbers = summary.summary().numbers
    soon = Filter(status=TO_DO, due_from=today, due_to=today + timedelta(days=30))
    assert numbers == summary.Progress(total=6, done=2, overdue=1, soon=2, expiring=1)
    assert numbers.overdue == count(Filter(status=rules.OVERDUE))
    assert numbers.soon == count(soon)
    assert numbers.done == count(Filter(status=rules.COMPLETED_PASS))
    assert numbers.expiring == count(Filter(status=EXPIRING))
    assert numbers.total == count(Filter())


def test_a_unit_is_summed_with_the_units_below_it(works):
    _course, _people = works
    units = {unit.code: unit.progress for unit in summary.summary().units}
    assert [*units] == ["OFFICE", "PLANT", "LINE"]
    assert (units["PLANT"].total, units["PLANT"].done, units["PLANT"].overdue) == (4, 2, 1)
    assert (units["LINE"].total, units["LINE"].percent) == (2, 50)
    assert units["OFFICE"].done == 0


def test_the_overview_shows_links_and_bars(works, hr):
    text = words(hr.get("/records/overview"))
    assert "/records?status=overdue" in text and "2 of 4" in text
    assert "/records?unit=PLANT&amp;status=overdue" in text


def test_empty_pages_say_what_to_do_next(hr):
    assert "Assign a course" in hr.get("/records/overview").text
    assert "No records yet" in hr.get("/records").text
    assert "Nothing matches" in hr.get("/records?q=nobody").text


def test_the_list_shows_every_person_with_a_state_in_words(works, hr):
    text = words(hr.get("/records"))
    for name in works[1]:
        assert f"Person {name}" in text
    for state in ("Overdue", "Not started", "Completed", "Not passed"):
        assert state in text
    assert "6 records" in text


def test_the_filter_stays_in_the_address_and_on_the_page(works, hr):
    text = words(hr.get("/records?status=overdue&q=person&unit=PLANT&sort=-due"))
    assert "1 record" in text and "Person late" in text and "Person soon" not in text
    assert "/records/exports?q=person&amp;unit=PLANT&amp;status=overdue" in text
    assert "q=person&amp;unit=PLANT&amp;status=overdue&amp;sort=due" in text


@pytest.mark.parametrize("address", [
    "?after=999999999999999999999", "?before=-1", "?after=WyJ4Il0", "?unit=%00",
    "?q=%25%27%22%5C", "?q=%00", "?course=%ff", "?sort=-due&before=W251bGxd&after=%00",
])
def test_whatever_the_address_says_the_list_answers(works, hr, address):
    assert hr.get(f"/records{address}").status_code == 200


@pytest.mark.parametrize("address", [
    "?sort=password", "?status=king", "?due_from=tomorrow", "?people=dead", "?due_to=99999-01-01",
    "?state=overdue",
])
def test_what_the_address_asks_for_and_nobody_knows_is_refused(works, hr, address):
    assert hr.get(f"/records{address}").status_code == 400


def test_who_changed_units_is_shown_with_the_unit_of_then(each_app, hr):
    course, user = a_course(), a_user()
    place(user, a_unit("OLD"))
    sit(user, course)
    assert "on completion" not in hr.get("/records").text
    with committed():
        db.session.execute(sa.text("UPDATE unit SET name = 'Renamed'"))
    assert "on completion: Unit OLD" in words(hr.get("/records"))


def test_one_person_is_told_as_a_timeline(each_app, hr):
    course, user = a_course(), a_user(name="Tim Line")
    with committed():
        db.session.add(Employment(user_id=user, hired_on=house.today() - timedelta(days=200)))
    place(user, a_unit("U"))
    rule = bind(user, course)
    sit(user, course, passed=False, days_ago=5)
    attempt = sit(user, course, number=2, days_ago=2)
    record = db.session.scalars(sa.select(CompletionRecord).where(
        CompletionRecord.attempt_id == attempt)).one()
    with committed():
        revoking.revoke(certificate_of(attempt).id, reason="Sat by a friend", by=BY)
        assigning.withdraw(rule, by=BY)
        registering.deactivate([user], by=BY)
    text = words(hr.get(f"/records/people/{user}"))
    for said in ("Hired", "Placed: Unit U", "Assigned: ISO awareness", "Exam not passed",
                 "Exam passed", "issued", "revoked", "Sat by a friend", "No longer assigned",
                 "was deactivated", "attempt 2", f"/records/{record.id}"):
        assert said in text, said
    entries = [entry.order for entry in timeline.trace(user).entries]
    assert entries == sorted(entries, reverse=True) and len(entries) == 8


def test_a_person_without_anything_is_told_too(each_app, hr):
    text = words(hr.get(f"/records/people/{a_user()}"))
    assert "Nothing is assigned to this person" in text and "Nothing has happened yet" in text


def test_a_record_is_explained(works, hr):
    record = db.session.scalars(sa.select(CompletionRecord).where(
        CompletionRecord.user_id == works[1]["done"])).one()
    text = words(hr.get(f"/records/{record.id}"))
    for said in ("Why it was due", "One person", "Agreed by three trainers", "Ada Byron", "alone",
                 "ISO 9001:2015", record.hash, record.frozen["attempt"]["form"],
                 "90.0 % (18 of 20)", "Unit LINE"):
        assert said in text, said


def test_a_record_is_corrected_by_hr_on_a_page(works, hr):
    record = db.session.scalars(sa.select(CompletionRecord).where(
        CompletionRecord.user_id == works[1]["done"])).one()
    page = f"/records/{record.id}/correct"
    a_setting(TWO_PERSON_IDENTITY, False)
    right = {"name": "PERSON DONE", "personnel_no": correcting.present(record.id).personnel_no,
             "unit": "OFFICE", "employment_type": "contractor"}
    refused = post(hr, page, {**right, "reason": ""})
    assert refused.status_code == 422 and "Enter the reason in a sentence" in refused.text
    assert "PERSON DONE" in refused.text
    done = post(hr, page, {**right, "reason": "Entered for somebody else."})
    assert done.status_code == 303
    text = words(hr.get(done.location))
    assert "This record is a correction" in text and "PERSON DONE" in text
    assert "Contractor" in text and "Unit OFFICE" in text and "One person acted alone" in text
    old = words(hr.get(f"/records/{record.id}"))
    assert "This record was corrected" in old and "Person done" in old
    assert post(hr, page, {**right, "reason": "Once more, for luck."}).status_code == 409


@pytest.mark.parametrize("path", ["/records/99", "/records/99/correct", "/records/people/99",
                                  "/records/99999999999999999999999"])
def test_what_does_not_exist_is_not_found(hr, path):
    assert hr.get(path).status_code == 404


@pytest.mark.parametrize(("role", "pages"), [
    ("hr", {"overview", "", "people", "record", "correct"}),
    ("auditor", {"overview", "", "people", "record"}),
    ("manager", {"team"}), ("trainer", set()), ("admin", set()), ("employee", set()),
])
def test_each_role_opens_its_own_pages(app, role, pages):
    user = a_user()
    sit(user, a_course())
    client = client_of(app, a_user(role))
    paths = {"overview": "/records/overview", "": "/records", "team": "/records/team",
             "people": f"/records/people/{user}", "record": "/records/1",
             "correct": "/records/1/correct"}
    opened = {name for name, path in paths.items() if client.get(path).status_code == 200}
    assert opened == pages


def test_the_auditor_is_offered_nothing_that_changes_anything(app):
    user = a_user()
    sit(user, a_course())
    client = client_of(app, a_user("auditor"))
    for path in ("/records", "/records/overview", "/records/1", f"/records/people/{user}"):
        text = client.get(path).text
        assert "/correct" not in text and "/assignments/new" not in text
        assert f"/people/{user}\"" not in text.replace(f"/records/people/{user}", "")


@pytest.fixture
def team(each_app):
    """A manager with two reports, one of whom failed, and a stranger."""
    course, boss = a_course(), a_user("employee", "manager")
    people = {name: a_user(name=f"Team {name}") for name in ("ann", "bob", "eve")}
    for name, user in people.items():
        place(user, manager_id=None if name == "eve" else boss)
        bind(user, course)
    sit(people["ann"], course, passed=False)
    return client_of(each_app, boss)


def test_a_manager_sees_direct_reports_and_no_scores(team):
    text = words(team.get("/records/team"))
    assert "Team ann" in text and "Team bob" in text and "Team eve" not in text
    assert "45\N{NO-BREAK SPACE}%" not in text and "45.0" not in text
    assert "Not passed" not in text and "In progress" in text


@pytest.mark.parametrize("status", ["completed_fail", "in_progress", "assigned"])
def test_no_address_tells_a_manager_who_failed(team, status):
    text = words(team.get(f"/records/team?status={status}"))
    assert "Team ann" in text and "Team bob" in text


def test_a_manager_without_reports_is_told_why_the_page_is_empty(app):
    boss = client_of(app, a_user("employee", "manager"))
    assert "Your direct reports appear here" in boss.get("/records/team").text
    assert "Nothing matches" in boss.get("/records/team?status=overdue").text


def test_every_page_takes_the_same_statements_for_few_and_for_many(app):
    course, boss = a_course(), a_user("employee", "manager")
    reader, manager = client_of(app, a_user("hr")), client_of(app, boss)
    counts = []
    for people in (10, 100):
        for _n in range(people):
            place(a_user(), manager_id=boss)
        with committed():
            assigning.assign(course_id=course.course, target="everybody",
                             due_on=house.today() + timedelta(days=9), by=BY, transaction=inside)
        pages = (reader, "/records"), (reader, "/records/overview"), \
            (manager, "/records/team")
        for client, path in pages:
            client.get(path)
            with counted() as statements:
                assert client.get(path).status_code == 200
            counts.append(len(statements))
    assert max(counts) <= 12
    few, many = counts[:3], counts[3:]
    # One more counts the rows once they fill more than a page.
    assert all(more - less <= 1 for less, more in zip(few, many, strict=True))
