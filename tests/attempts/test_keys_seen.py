"""Who has seen the keys of an exam's banks sits it with a mark in the record, or not at all."""

from __future__ import annotations

import csv
import io

import pytest

from isotrain.accounts import registering
from isotrain.accounts.permissions import Role
from isotrain.attempts.models import Attempt
from isotrain.audit.noting import Actor
from isotrain.banks import tending
from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.records.exporting import Export, csv_parts
from isotrain.records.filters import Filter
from isotrain.records.models import CompletionRecord
from isotrain.settings.definitions import KEY_HOLDERS_SIT
from isotrain.study import membership
from tests.attempts import sitting
from tests.attempts.sitting import EXAM, PRACTICE
from tests.banks.making import a_bank
from tests.factories import BY, a_setting, a_user, client_of, committed, post


def a_trainer(number: str = "T1", name: str = "Tara") -> int:
    return a_user("trainer", "employee", number=number, name=name)


def bank_id() -> int:
    return db.session.query(Bank.id).filter_by(slug="iso-certification").scalar()


def look_after(number: str = "T1") -> None:
    with committed():
        membership.add(tending.BANK, bank_id(), number, by=BY, oversees=True)


def look_after_no_more(user: int) -> None:
    look_after_second()
    with committed():
        membership.hand_over(tending.BANK, bank_id(), "T2", by=BY, oversees=True)
        membership.remove(tending.BANK, bank_id(), user, by=BY)


def look_after_second() -> None:
    a_user("trainer", number="T2")
    look_after("T2")


def saw(attempt: int) -> bool | None:
    db.session.rollback()
    return db.session.get_one(Attempt, attempt, populate_existing=True).saw_keys


def test_a_member_of_a_drawn_bank_sits_with_a_mark_that_nobody_else_has(each_course_app):
    tara = a_trainer()
    look_after()
    other = a_user("trainer", "employee")
    with committed():
        tending.create(tending.Described("Another"), by=Actor("user", other))
    assert [saw(sitting.start(user)) for user in (tara, other, a_user())] == [True, False, False]


def test_a_membership_that_ended_counts(each_course_app):
    tara = a_trainer()
    look_after()
    look_after_no_more(tara)
    assert saw(sitting.start(tara)) is True


def test_who_is_no_trainer_any_more_has_seen_the_keys_all_the_same(course_app):
    tara = a_trainer()
    look_after()
    with committed():
        registering.set_roles(tara, frozenset({Role.EMPLOYEE}), by=BY, second=None)
    assert saw(sitting.start(tara)) is True


def test_keys_seen_while_the_exam_is_open_are_marked_at_its_end(each_course_app):
    tara = a_trainer()
    attempt = sitting.start(tara)
    assert saw(attempt) is False
    look_after()
    sitting.submit(attempt, tara)
    assert saw(attempt) is True
    [record] = db.session.query(CompletionRecord)
    assert record.frozen["attempt"]["saw_keys"] is True


def test_keys_seen_afterwards_change_nothing(course_app):
    tara = a_trainer()
    attempt = sitting.start(tara)
    sitting.submit(attempt, tara)
    look_after()
    assert saw(attempt) is False


def test_practice_shows_its_keys_and_marks_nobody(course_app):
    tara = a_trainer()
    look_after()
    attempt = sitting.start(tara, PRACTICE)
    sitting.submit(attempt, tara)
    assert saw(attempt) is None


def test_where_the_setting_is_off_they_sit_no_exam_and_may_practise(each_course_app):
    tara = a_trainer()
    running = sitting.start(tara)
    sitting.submit(running, tara)
    look_after()
    a_setting(KEY_HOLDERS_SIT, False)
    sitting.change_rules(wait_hours=0)
    with pytest.raises(Refusal, match="You have seen the keys"):
        sitting.start(tara)
    db.session.rollback()
    assert db.session.query(Attempt).count() == 1
    sitting.start(tara, PRACTICE)
    sitting.start(a_user())


def test_an_open_exam_is_handed_in_though_the_setting_was_turned_off_since(course_app):
    tara = a_trainer()
    look_after()
    attempt = sitting.start(tara)
    a_setting(KEY_HOLDERS_SIT, False)
    assert sitting.start(tara) == attempt
    sitting.submit(attempt, tara)
    assert saw(attempt) is True


def test_the_page_says_so_before_the_exam_starts(course_app):
    tara = a_trainer()
    look_after()
    client, url = client_of(course_app, tara), f"/quiz/{EXAM}"
    assert "its record will say so" in client.get(url).text
    assert "its record will say so" not in client.get(f"/quiz/{PRACTICE}").text
    assert "You have seen the keys" not in client_of(course_app, a_user()).get(url).text
    a_setting(KEY_HOLDERS_SIT, False)
    barred = client.get(url).text
    assert "You cannot sit this exam" in barred and "Start the exam" not in barred
    refused = post(client, "/account", to=url)
    assert refused.status_code == 303 and db.session.query(Attempt).count() == 0


def test_the_record_and_its_export_say_it(course_app):
    tara, emil = a_trainer(), a_user(name="Emil")
    look_after()
    for user in (tara, emil):
        sitting.submit(sitting.start(user), user)
    hr = client_of(course_app, a_user("hr"))
    pages = {record.user_id: hr.get(f"/records/{record.id}").text
             for record in db.session.query(CompletionRecord)}
    assert pages[tara].count("Had seen the keys") == 2
    assert pages[emil].count("Had seen the keys") == 1
    db.session.rollback()
    with Export(Filter()) as export:
        text = b"".join(csv_parts(export)).decode()
    told = {row["person_name"]: row["saw_keys"] for row in csv.DictReader(io.StringIO(text))}
    assert (told["Tara"], told["Emil"]) == ("yes", "no")


def test_a_bank_that_the_exam_does_not_draw_from_marks_nobody(course_app):
    tara = a_trainer()
    a_bank(tara)
    assert saw(sitting.start(tara)) is False
