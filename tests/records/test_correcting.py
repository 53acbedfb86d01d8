"""One person's pass never becomes another's: identity is spelled, not exchanged, and by two."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import registering
from isotrain.audit.noting import Actor
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.keeping import verifying
from isotrain.ledger.hashing import commit, hash_of
from isotrain.records import correcting, explanation, spelling
from isotrain.records.models import CompletionRecord
from isotrain.seconding import settling, waiting
from isotrain.seconding.models import Proposal
from isotrain.settings import house
from isotrain.settings.definitions import TWO_PERSON_IDENTITY
from tests.assignments.making import a_course, sit
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.records.test_exporting import as_csv, read

REASON = "Her name was misspelt that week."


def rename(user: int, number: str, name: str) -> None:
    with committed():
        registering.change({user: registering.Person(number, name)}, by=BY)


def correct(record: int, *, by: Actor = BY, **right: str) -> CompletionRecord | None:
    with committed():
        return correcting.correct(record, replace(correcting.present(record), **right),
                                  reason=REASON, by=by)


@pytest.fixture
def passes(each_app):
    """Two who passed and had other names before; another Ada Lee, who passed nothing."""
    course = a_course()
    ada, bob = a_user(name="Ada Leigh", number="N-1b"), a_user(name="Bob Mossy", number="N-2")
    rename(ada, "N-7", "Ada Low")
    rename(ada, "N-1", "Ada Lee")
    rename(bob, "N-2", "Bob Moss")
    a_user(name="ADA  LEE", number="N-3")
    for user in (ada, bob):
        sit(user, course)
    records = db.session.scalars(sa.select(CompletionRecord.id).order_by(CompletionRecord.id))
    return ada, bob, *records


@pytest.mark.parametrize("right", [
    {"name": "Bob Moss"}, {"personnel_no": "N-2"}, {"name": "Bob Moss", "personnel_no": "N-2"},
    {"personnel_no": "N-3"}, {"personnel_no": "N-99"}, {"name": "Somebody New"},
], ids=str)
@pytest.mark.parametrize("two", [True, False])
def test_a_pass_does_not_become_anothers(passes, right, two):
    a_setting(TWO_PERSON_IDENTITY, False)
    if two:
        a_setting(TWO_PERSON_IDENTITY, True)
    with pytest.raises(Refusal), committed():
        correct(passes[2], **right)
    db.session.rollback()
    assert db.session.query(CompletionRecord).count() == 2
    assert db.session.query(Proposal).count() == 0


def test_a_record_may_say_what_the_person_is_or_was_called_and_numbered(passes):
    record = passes[2]
    a_setting(TWO_PERSON_IDENTITY, False)
    for right in ({"name": "Ada Leigh"}, {"name": "Ada Low", "personnel_no": "N-7"},
                  {"name": "ada lee", "personnel_no": "N-1b"}):
        record = correct(record, **right).id
    assert explanation.get(record).person.name == "ada lee"


@pytest.mark.parametrize("right", [{"name": "Bob Moss"}, {"personnel_no": "N-9"}], ids=str)
@pytest.mark.parametrize("two", [True, False])
def test_what_somebody_was_called_only_after_the_pass_no_one_person_writes_into_it(
        passes, right, two):
    """Whoever may rename an account could else make one person's pass another's alone."""
    ada, _bob, record, _other = passes
    if not two:
        a_setting(TWO_PERSON_IDENTITY, False)
    rename(ada, right.get("personnel_no", "N-1"), right.get("name", "Ada Lee"))
    asker, second = Actor("user", a_user("hr")), Actor("user", a_user("hr"))
    assert correct(record, by=asker, **right) is None
    assert correct(passes[3], by=asker, employment_type="contractor") is not None
    [waits] = waiting.list_confirmable(by=second)
    with committed():
        assert settling.confirm(waits.proposal.id, by=second)
    assert explanation.get(record).corrected_by.frozen["correction"]["second"] == second.user_id


def test_a_name_that_was_held_between_two_others_is_known_from_its_first_day_on(passes):
    ada, _bob, record, _other = passes
    then = explanation.get(record).record.completed_at
    rename(ada, "N-8", "Ada Moss")
    rename(ada, "N-1", "Ada Lee")
    known = spelling.had_by(ada, then)
    assert known.names == {"ada leigh", "ada low", "ada lee"}
    assert known.numbers == {"n-1b", "n-7", "n-1"}
    later = spelling.had_by(ada, clock.now())
    assert later.names == known.names | {"ada moss"} and later.has_number("N-8")


def test_a_number_that_somebody_else_was_given_since_is_theirs(passes):
    ada, bob, record, _other = passes
    rename(ada, "N-7", "Ada Lee")
    rename(bob, "N-1", "Bob Moss")
    a_setting(TWO_PERSON_IDENTITY, False)
    correct(record, personnel_no="N-7")
    newest = db.session.scalar(sa.select(sa.func.max(CompletionRecord.id)))
    with pytest.raises(Refusal, match="somebody else has it now"):
        correct(newest, personnel_no="N-1")


def test_a_record_whose_certificate_is_anothers_is_not_corrected(passes):
    ada, bob, record, _other = passes
    rename(ada, "N-1", "Ada Low")
    certificate = explanation.get(record).record.certificate_id
    triggers(False)
    with committed():
        db.session.execute(sa.update(Certificate).where(Certificate.id == certificate)
                           .values(user_id=bob))
    triggers(True)
    with pytest.raises(Refusal, match="not this person's"):
        correct(record, name="Ada Low")


def triggers(standing: bool) -> None:
    """Take the trigger that freezes certificates away, or put it back."""
    from isotrain import schema

    dialect = db.engine.dialect.name
    with committed():
        if not standing:
            end = "" if dialect == "sqlite" else " ON certificate"
            db.session.execute(sa.text(f"DROP TRIGGER freeze_certificate{end}"))
        else:
            [made] = [each for each in schema.trigger_statements(dialect)
                      if "freeze_certificate " in each]
            db.session.execute(sa.text(made))


def test_name_and_number_wait_for_a_second_person(passes):
    ada, _bob, record, _other = passes
    rename(ada, "N-1", "Ada Low")
    asker, second = Actor("user", a_user("hr")), Actor("user", a_user("hr"))
    assert correct(record, by=asker, name="Ada Low") is None
    assert explanation.get(record).corrected_by is None
    assert waiting.list_confirmable(by=asker) == []
    [waits] = waiting.list_confirmable(by=second)
    assert [(each.label, each.before, each.after) for each in waits.told.changes] == [
        ("Name", "Ada Lee", "Ada Low")]
    with committed():
        assert settling.confirm(waits.proposal.id, by=second)
    newer = explanation.get(record).corrected_by
    assert newer.frozen["correction"] == {
        "by": asker.user_id, "second": second.user_id, "fields": ["name"]}
    assert newer.correction_reason == REASON


def test_one_person_acts_alone_where_the_setting_says_so_and_the_record_tells(passes):
    ada, _bob, record, _other = passes
    rename(ada, "N-1", "Ada Low")
    a_setting(TWO_PERSON_IDENTITY, False)
    assert correct(record, name="Ada Low").frozen["correction"] == {
        "by": "command", "alone": True, "fields": ["name"]}


def test_where_somebody_worked_is_corrected_by_one(passes):
    assert correct(passes[2], employment_type="contractor") is not None


def test_nobody_confirms_a_correction_of_the_own_record(passes):
    ada, _bob, record, _other = passes
    with committed():
        from isotrain.people import granting

        granting.give_roles(ada, frozenset({"employee", "hr"}), by=BY)
    rename(ada, "N-1", "Ada Low")
    assert correct(record, name="Ada Low") is None
    [waits] = waiting.list_confirmable(by=Actor("user", ada))
    with pytest.raises(Refusal, match="your own record"), committed():
        settling.confirm(waits.proposal.id, by=Actor("user", ada))


def test_a_correction_that_was_overtaken_is_not_done(passes):
    ada, _bob, record, _other = passes
    rename(ada, "N-1", "Ada Low")
    assert correct(record, name="Ada Low") is None
    assert correct(record, employment_type="contractor") is not None
    second = Actor("user", a_user("hr"))
    [waits] = waiting.list_confirmable(by=second)
    with committed():
        assert settling.confirm(waits.proposal.id, by=second) is False


def test_the_page_and_the_command_ask_a_second_person(app):
    user = a_user(name="Ada Lee", number="N-1")
    sit(user, a_course())
    rename(user, "N-1", "Ada Low")
    record, hr = db.session.scalar(sa.select(CompletionRecord.id)), client_of(app, a_user("hr"))
    page = f"/records/{record}/correct"
    done = post(hr, page, {"name": "Ada Low", "personnel_no": "N-1", "reason": REASON},
                follow_redirects=True).text
    assert "A second person confirms this first" in done
    run = app.test_cli_runner().invoke
    said = run(args=["records", "correct", str(record), "--name", "Ada Low", "--reason", REASON])
    assert "waits for a second person already" in said.output
    other = client_of(app, a_user("hr"))
    proposal = db.session.scalar(sa.select(Proposal.id))
    there = f"/to-confirm/{proposal}"
    assert "Ada Low" in other.get(there).text
    assert post(other, there, to=f"{there}/confirm").status_code == 303
    assert "A second person confirmed it" in " ".join(
        other.get(f"/records/{record + 1}").text.split())


# -- exports

def test_exports_say_what_a_record_corrects_when_by_whom_and_why(passes):
    ada, _bob, record, _other = passes
    rename(ada, "N-1", "Ada Low")
    asker, second = a_user("hr", number="H1"), a_user("hr", number="H2")
    assert correct(record, by=Actor("user", asker), name="Ada Low") is None
    with committed():
        [waits] = waiting.list_confirmable(by=Actor("user", second))
        settling.confirm(waits.proposal.id, by=Actor("user", second))
    rows = {row["person_name"]: row for row in read(as_csv()) if row["result"]}
    columns = ("corrects_record", "corrected_on", "corrected_by", "correction_reason")
    assert [rows["Ada Low"][name] for name in columns] == [
        str(record), house.today().isoformat(), "H1; H2", REASON]
    assert [rows["Bob Moss"][name] for name in columns] == [""] * 4


def test_a_correction_by_command_says_so_in_exports(passes):
    correct(passes[2], employment_type="contractor")
    [row] = [row for row in read(as_csv()) if row["corrects_record"]]
    assert row["corrected_by"] == "command"


# -- flask verify

def found() -> list[str]:
    [check] = [check for check in verifying.verify().checks if check.name == "RECORD"]
    return [f"{each.place}: {each.message}" for each in check.findings]


def test_records_and_honest_corrections_verify(passes):
    ada, bob, record, other = passes
    rename(ada, "N-7", "Ada Low")
    rename(bob, "N-1", "Bob Mossy")
    a_setting(TWO_PERSON_IDENTITY, False)
    correct(record, name="Ada Low", personnel_no="N-7")
    correct(other, name="bob MOSSY")
    assert found() == []


@pytest.mark.parametrize(("right", "said"), [
    ({"personnel_no": "N-2"}, "says the number of user"),
    ({"name": "Bob Moss"}, "was given a name that user"),
])
def test_verify_names_a_record_that_was_turned_into_anothers(passes, monkeypatch, right, said):
    """As if no guard had been there."""
    a_setting(TWO_PERSON_IDENTITY, False)
    with monkeypatch.context() as patch:
        patch.setattr(correcting, "_check_identity", lambda found, changed: None)
        patch.setattr(correcting, "_had_then", lambda record_id, changed: True)
        forged = correct(passes[2], **right).id
    [finding] = found()
    assert finding.startswith(f"record {forged}: ") and said in finding


def test_verify_holds_the_name_of_a_record_against_its_certificate(passes):
    """Somebody who rewrites a record with all its hashes has no key for the certificate."""
    record = explanation.get(passes[2]).record
    with committed():
        db.session.execute(sa.text("DROP TRIGGER freeze_completion_record" + (
            "" if db.engine.dialect.name == "sqlite" else " ON completion_record")))
        db.session.execute(sa.text("DROP TRIGGER keep_completion_record" + (
            "" if db.engine.dialect.name == "sqlite" else " ON completion_record")))
        person, row = explanation.get(record.id).person, explanation.get(record.id).record
        person.name = "Bob Moss"
        row.frozen = {**row.frozen, "person": {**row.frozen["person"], "name": commit(
            "name", "Bob Moss", person.salts["name"])}}
        row.hash = hash_of(row.frozen)
    [finding] = found()
    assert finding.startswith(f"record {record.id}: It names somebody else than its certificate")
