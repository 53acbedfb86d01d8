"""Records: frozen as it happens, provable, corrected by a newer one only."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DatabaseError

from isotrain.accounts import registering
from isotrain.accounts.models import Identity
from isotrain.assignments import assigning
from isotrain.attempts.models import Attempt, Result
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db, writing
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.ledger.hashing import hash_of
from isotrain.people.models import Employment, JobRole, Site, Unit
from isotrain.records import correcting, explanation, recording, register
from isotrain.records.filters import Filter
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.seconding import settling, waiting
from isotrain.settings import house
from isotrain.settings.definitions import TWO_PERSON_IDENTITY
from tests.assignments.making import a_course, a_unit, bind, place, sit
from tests.counting import counted
from tests.factories import BY, a_setting, a_user, committed
from tests.listening import finished
from tests.sittings import certificate_of
from tests.walking import rows_of

REASON = "The personnel file was wrong that week."


def the_record() -> CompletionRecord:
    return db.session.scalars(sa.select(CompletionRecord)).one()


@pytest.fixture
def sat(each_app) -> CompletionRecord:
    """A record of a passed exam of a person who is placed, hired and assigned."""
    course, user = a_course(), a_user(name="Ada Lee", number="N-1")
    boss = a_user(name="Boss Bo", number="B-1")
    with committed():
        site, role = Site(code="S", name="Harbour"), JobRole(code="OP", title="Operator")
        db.session.add_all([site, role, Employment(
            user_id=user, hired_on=house.today() - timedelta(days=99))])
        db.session.flush()
    place(user, a_unit("U"), site_id=site.id, job_role_id=role.id, manager_id=boss)
    bind(user, course)
    sit(user, course)
    return the_record()


def test_a_record_freezes_everything_that_was_true(sat):
    frozen, today = sat.frozen, house.today()
    assert frozen["place"] == {
        "unit": "Unit U", "unit_code": "U", "site": "Harbour", "job_role": "Operator",
        "job_role_code": "OP", "employment_type": "employee",
        "hired_on": (today - timedelta(days=99)).isoformat()}
    rule = frozen["requirement"]
    assert (rule["version"], rule["level"], rule["target"]) == (1, "aware", "person")
    assert rule["due_on"] == (today + timedelta(days=10)).isoformat()
    course = frozen["course"]
    assert (course["title"], course["version"], course["number"]) == ("ISO awareness", "2026.1", 3)
    assert (course["approved_by"], course["approved_alone"]) == ("Ada Byron", True)
    assert course["approved_at"] and course["language"] == "en"
    assert frozen["standards"] == ["ISO 9001:2015"]
    assert frozen["quiz"]["pass_mark"] == 80
    assert frozen["quiz"]["pass_mark_basis"] == "Agreed by three trainers"
    assert frozen["attempt"]["state"] == "submitted" and frozen["attempt"]["number"] == 1
    assert len(frozen["attempt"]["form"]) == 64
    assert frozen["result"] == {"result": "passed", "score": "18", "out_of": "20",
                                "percent": "90.0"}


def test_a_record_names_its_certificate(sat):
    certificate = certificate_of(sat.attempt_id)
    assert (sat.certificate_id, sat.valid_until) == (certificate.id, certificate.valid_until)
    assert sat.frozen["certificate"]["number"] == certificate.number


def test_personal_data_stands_beside_the_record_and_as_salted_hashes_in_it(sat):
    person = db.session.get(RecordPerson, sat.id)
    assert (person.name, person.personnel_no) == ("Ada Lee", "N-1")
    assert (person.manager_name, person.manager_personnel_no) == ("Boss Bo", "B-1")
    assert "Ada Lee" not in str(sat.frozen) and "Boss" not in str(sat.frozen)
    assert sat.hash == hash_of(sat.frozen)


def test_a_failed_exam_is_recorded_too_and_practice_is_not(each_app):
    user = a_user()
    sit(user, a_course(), passed=False)
    sit(user, a_course(kind="practice"), passed=False)
    record = the_record()
    assert (record.result, record.certificate_id, record.valid_until) == ("failed", None, None)


def test_an_expired_attempt_is_recorded_as_such(app):
    sit(a_user(), a_course(), passed=False, state="expired")
    assert the_record().frozen["attempt"]["state"] == "expired"


def test_of_several_rules_the_one_that_is_due_first_is_recorded(each_app):
    user, course, other = a_user(), a_course(), a_course()
    later, first = bind(user, course, due_in=30), bind(user, course, due_in=10)
    ended = bind(user, course, due_in=5)
    bind(user, other, due_in=2)
    with committed():
        assigning.withdraw(ended, by=BY)
    sit(user, course)
    rule = the_record().frozen["requirement"]
    assert (rule["id"], rule["due_on"]) == (
        first, (house.today() + timedelta(days=10)).isoformat())
    assert later != first


def test_who_was_bound_by_nothing_has_a_record_without_a_rule(app):
    sit(a_user(), a_course())
    assert the_record().frozen["requirement"] is None
    assert the_record().frozen["place"]["unit"] is None


def test_closing_an_exam_records_it_with_few_statements(app):
    course, user = a_course(), a_user()
    sit(user, course, passed=False)
    with counted() as statements:
        sit(user, course, passed=False, number=2)
    of_records = [s for s in statements if "completion_record" in s or "record_person" in s]
    assert len(of_records) == 2
    assert len(statements) <= 14


@pytest.mark.parametrize("statement", [
    "UPDATE completion_record SET score_percent = '100.0'",
    "UPDATE completion_record SET result = 'failed'", "DELETE FROM completion_record",
])
def test_the_database_refuses_to_change_or_delete_a_record(sat, statement):
    db.session.rollback()
    with writing(), pytest.raises(DatabaseError):
        db.session.execute(sa.text(statement))
    db.session.rollback()
    assert the_record().score_percent == "90.0"


def test_a_second_record_of_an_attempt_breaks_a_constraint(sat):
    db.session.rollback()
    attempt = db.session.get_one(Attempt, sat.attempt_id)
    result = db.session.get_one(Result, sat.attempt_id)
    with writing(), pytest.raises(DatabaseError):
        recording.record(finished(attempt, result), None)
    db.session.rollback()


def test_an_untouched_record_has_no_problems_and_a_changed_name_is_noticed(sat):
    assert explanation.get(sat.id).problems == []
    with committed():
        db.session.get(RecordPerson, sat.id).name = "Somebody Else"
    assert explanation.get(sat.id).problems == ["name"]


def test_an_erased_person_leaves_a_record_that_still_proves_itself(sat):
    with committed():
        db.session.execute(sa.delete(RecordPerson))
    found = explanation.get(sat.id)
    assert found.person is None and found.problems == []


def test_every_changed_part_of_what_was_frozen_is_noticed(sat):
    person = db.session.get(RecordPerson, sat.id)
    copy = {name: getattr(sat, name) for name in (
        "result", "score_percent", "attempt_id", "completed_at", "recorded_at", "valid_until",
        "frozen", "hash")}
    assert recording.problems(CompletionRecord(**copy), person) == []
    for part in sat.frozen:
        changed = {**sat.frozen, part: "changed"} if part not in (
            "result", "certificate", "attempt", "person") else {
            **sat.frozen, part: {**sat.frozen[part], "added": 1}}
        assert "record" in recording.problems(CompletionRecord(**{**copy, "frozen": changed}),
                                              person)
    for name, value in (("score_percent", "99.0"), ("valid_until", None), ("result", "failed")):
        assert recording.problems(CompletionRecord(**{**copy, name: value}), person) == ["columns"]


def correct(record_id: int, reason: str = REASON, by: Actor = BY, **right) -> CompletionRecord:
    """Correct a record; where a second person is asked, one confirms."""
    with committed():
        newer = correcting.correct(record_id, replace(correcting.present(record_id), **right),
                                   reason=reason, by=by)
    if newer is None:
        second = Actor("user", a_user("hr"))
        with committed():
            [waits] = waiting.list_confirmable(by=second)
            assert settling.confirm(waits.proposal.id, by=second)
        newer = explanation.get(record_id).corrected_by
    return newer


def rename(record: CompletionRecord, *names: str) -> None:
    """Call the person of a record one name after the other."""
    for name in names:
        with committed():
            registering.change({record.user_id: registering.Person("N-1", name)}, by=BY)


def test_a_correction_is_a_new_record_that_names_the_old_and_lists_show_it(sat):
    with committed():
        db.session.add_all([Unit(code="V", name="Unit V"), Site(code="T", name="Tower")])
    rename(sat, "Ada Leigh")
    newer = correct(sat.id, unit="V", site="T", name="Ada Leigh", employment_type="contractor",
                    job_role="", manager_no="")
    assert (newer.corrects_id, newer.frozen["corrects"]) == (sat.id, sat.hash)
    [row] = rows_of(register.listing(Filter()))
    assert (row.record_id, row.name_then, row.manager_then) == (newer.id, "Ada Leigh", None)
    assert row.frozen["place"] == {
        **sat.frozen["place"], "unit": "Unit V", "unit_code": "V", "site": "Tower",
        "job_role": None, "job_role_code": None, "employment_type": "contractor"}
    assert row.frozen["result"] == sat.frozen["result"]
    old = explanation.get(sat.id)
    assert old.person.name == "Ada Lee" and old.corrected_by.id == newer.id
    assert explanation.get(newer.id).problems == old.problems == []
    event = db.session.scalars(sa.select(Event).where(Event.action == "record.corrected")).one()
    assert event.reason == REASON and "Ada" not in str(event.details)


def test_a_correction_can_be_corrected_but_a_record_only_once(sat):
    rename(sat, "Ada Leigh", "Ada Leah", "Ada Low")
    newer = correct(sat.id, name="Ada Leigh")
    newest = correct(newer.id, name="Ada Leah")
    [row] = rows_of(register.listing(Filter()))
    assert (row.record_id, row.status) == (newest.id, "completed_pass")
    with pytest.raises(Conflict, match="corrected before"):
        correct(sat.id, name="Ada Low")


def test_two_corrections_at_once_make_one(sat, monkeypatch):
    rename(sat, "First One", "Second One")
    a_setting(TWO_PERSON_IDENTITY, False)
    seen = correcting.explanation.get
    before = seen(sat.id)
    correct(sat.id, name="First One")
    monkeypatch.setattr(correcting.explanation, "get", lambda _id: before)
    with pytest.raises(Conflict, match="in the meantime"):
        correct(sat.id, name="Second One")


@pytest.mark.parametrize(("right", "field"), [
    ({"name": ""}, "name"), ({"personnel_no": ""}, "name"), ({"unit": "NONE"}, "unit"),
    ({"site": "NONE"}, "site"), ({"job_role": "NONE"}, "job_role"),
    ({"employment_type": "king"}, "employment_type"), ({"manager_no": "nobody"}, "manager_no"),
    ({"name": "Ada lee", "reason": "short"}, "reason"), ({}, None),
    ({"name": "Boss Bo"}, "name"), ({"personnel_no": "B-1"}, "personnel_no"),
    ({"personnel_no": "N-9"}, "personnel_no"),
])
def test_a_correction_that_makes_no_sense_is_refused_at_its_field(sat, right, field):
    with pytest.raises(Refusal) as refused:
        correct(sat.id, **right)
    assert refused.value.field == field


def test_nobody_corrects_their_own_record(sat):
    with pytest.raises(Refusal, match="your own"):
        correct(sat.id, name="Ada Leigh", by=Actor("user", sat.user_id))


def test_a_record_of_an_erased_person_cannot_be_corrected(sat):
    with committed():
        db.session.execute(sa.delete(RecordPerson))
    with pytest.raises(Refusal, match="deleted"):
        correct(sat.id, name="Ada Leigh")


def test_a_missing_record_is_not_found(app):
    with pytest.raises(NotFound):
        explanation.get(1)


def test_a_record_keeps_the_rule_and_name_of_its_day(sat):
    with committed():
        assigning.change_due(sat.frozen["requirement"]["id"],
                             house.today() + timedelta(days=50), by=BY)
        registering.change({sat.user_id: registering.Person("N-2", "Ada New", None)}, by=BY)
        db.session.get(Identity, sat.user_id)
    db.session.expire_all()
    found = explanation.get(sat.id)
    assert found.frozen["requirement"]["version"] == 1
    assert (found.person.name, found.person.personnel_no) == ("Ada Lee", "N-1")
