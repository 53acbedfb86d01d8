"""Settings are rows: who, when, before, after, why; the newest holds, everywhere soon."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from isotrain import clock, config, create_app, kept
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.settings import changing, history, seeding, values
from isotrain.settings.definitions import (
    DEFINITIONS,
    MAIL_FROM,
    MAIL_HOST,
    ORGANIZATION,
    SESSION_IDLE,
    TWO_PERSON_QUESTIONS,
    TWO_PERSON_QUIZZES,
)
from isotrain.settings.models import Setting
from tests.banks.making import at_once
from tests.counting import counted
from tests.factories import BY, a_setting, a_user, client_of, committed

WHY = "The board has decided so."


def change(setting, text, *, base=0, reason=WHY, by=BY):
    with committed():
        return changing.change(setting, text, base=base, reason=reason, by=by)


def rows(setting):
    return [(row.number, row.before, row.after) for row in reversed(history.list_changes(setting))]


def test_before_anybody_decides_the_environment_holds_and_then_the_default(each_app):
    assert values.value_of(ORGANIZATION) == "Example Works"
    assert values.value_of(SESSION_IDLE) == timedelta(minutes=30)
    assert values.fresh(TWO_PERSON_QUIZZES) is False
    assert [each.number for each in history.list_present()] == [0] * len(DEFINITIONS)


def test_a_change_is_a_row_with_who_when_before_after_and_why(each_app):
    admin = a_user("admin")
    with clock.frozen_at(clock.now()):
        row = change(ORGANIZATION, "Other Works", by=Actor("user", admin, "r1"))
        assert row.changed_at == clock.now()
    assert (row.before, row.after, row.reason) == ("Example Works", "Other Works", WHY)
    assert (row.actor_kind, row.actor_id) == ("user", admin)
    change(ORGANIZATION, "Third Works", base=1)
    assert rows(ORGANIZATION) == [(1, "Example Works", "Other Works"),
                                  (2, "Other Works", "Third Works")]
    assert rows(MAIL_HOST) == []
    assert history.present(ORGANIZATION).text == values.fresh(ORGANIZATION) == "Third Works"
    assert history.names_of(history.list_changes(ORGANIZATION)).keys() == {admin}


def test_of_two_settings_each_has_its_own_newest_row(each_app):
    a_setting(TWO_PERSON_QUIZZES, True)
    a_setting(TWO_PERSON_QUESTIONS, True)
    a_setting(TWO_PERSON_QUIZZES, False)
    assert (values.value_of(TWO_PERSON_QUIZZES), values.value_of(TWO_PERSON_QUESTIONS)) == (
        False, True)
    assert (values.fresh(TWO_PERSON_QUIZZES), values.fresh(TWO_PERSON_QUESTIONS)) == (False, True)


@pytest.mark.parametrize(("text", "reason", "field"), [
    ("31 minutes", WHY, "value"), ("4", WHY, "value"), ("30", WHY, "value"),
    ("31", "", "reason"), ("31", "too short", "reason"), ("31", " " * 20, "reason"),
    ("31", "x" * 1001, "reason"),
])
def test_what_is_no_value_or_has_no_reason_is_refused(app, text, reason, field):
    with pytest.raises(Refusal) as refused:
        change(SESSION_IDLE, text, reason=reason)
    assert refused.value.field == field
    assert rows(SESSION_IDLE) == [] and values.value_of(SESSION_IDLE) == timedelta(minutes=30)


@pytest.mark.parametrize("reason", ["ten chars.", "x" * 1000])
def test_the_shortest_and_the_longest_reason_are_taken(app, reason):
    assert change(SESSION_IDLE, "31", reason=reason).reason == reason


def test_who_saw_an_older_value_changes_nothing(app):
    a_setting(SESSION_IDLE, timedelta(minutes=10))
    for base in (0, 2):
        with pytest.raises(Conflict):
            change(SESSION_IDLE, "20", base=base)
    assert rows(SESSION_IDLE) == [(1, "30", "10")]


def test_of_many_changes_at_once_one_is_written(each_app):
    acts = [lambda n=n: changing.change(SESSION_IDLE, str(n), base=0, reason=WHY, by=BY)
            for n in (10, 20, 40, 50)]
    came = at_once(each_app, acts)
    assert sum(isinstance(each, Conflict) for each in came) == 3
    (number, before, after), = rows(SESSION_IDLE)
    assert (number, before) == (1, "30") and after in {"10", "20", "40", "50"}


@pytest.mark.parametrize("statement", [sa.update(Setting).values(after="off"), sa.delete(Setting)])
def test_history_is_neither_changed_nor_deleted(each_app, statement):
    a_setting(TWO_PERSON_QUIZZES, True)
    with pytest.raises(DBAPIError, match=r"setting rows are (frozen|kept)"), committed():
        db.session.execute(statement)


def test_a_number_is_given_once_for_each_name(each_app):
    a_setting(TWO_PERSON_QUIZZES, True)
    row = {"number": 1, "before": None, "after": "off", "reason": WHY, "changed_at": clock.now(),
           "actor_kind": "command"}
    with committed():
        db.session.add(Setting(name="two_person_questions", **row))
    with pytest.raises(DBAPIError), committed():
        db.session.add(Setting(name="two_person_quizzes", **row))


def test_a_change_is_an_event_of_those_whom_it_concerns(app):
    a_setting(TWO_PERSON_QUESTIONS, True)
    a_setting(TWO_PERSON_QUIZZES, True)
    a_setting(SESSION_IDLE, timedelta(minutes=10))
    a_setting(MAIL_FROM, "ada@example.com")
    events = {each.object_id: each for each in db.session.scalars(
        sa.select(Event).where(Event.action == "setting.changed"))}
    assert {name: each.scope for name, each in events.items()} == {
        "two_person_questions": "banks", "two_person_quizzes": "training",
        "session_idle": "technical", "mail_from": "technical"}
    assert events["two_person_quizzes"].details == {"before": "off", "after": "on"}
    assert events["mail_from"].details == {}  # events cannot be erased
    assert all(each.reason and each.before_hash != each.after_hash for each in events.values())


def test_a_change_that_is_taken_back_was_never_seen(app):
    assert values.value_of(SESSION_IDLE) == timedelta(minutes=30)
    with pytest.raises(RuntimeError), committed():
        changing.change(SESSION_IDLE, "10", base=0, reason=WHY, by=BY)
        raise RuntimeError
    db.session.rollback()
    assert values.value_of(SESSION_IDLE) == timedelta(minutes=30) and rows(SESSION_IDLE) == []


def test_reading_costs_no_statement_once_it_was_read(app):
    values.value_of(ORGANIZATION)
    with counted() as statements:
        for each in DEFINITIONS:
            values.value_of(each)
    assert statements == []
    a_setting(SESSION_IDLE, timedelta(minutes=10))
    with counted() as statements:
        assert values.value_of(SESSION_IDLE) == timedelta(minutes=10)
        values.value_of(ORGANIZATION)
    assert len(statements) == 1


def test_a_page_asks_for_no_setting_that_this_process_knows(app):
    client = client_of(app, a_user())
    client.get("/my-training")
    with counted() as statements:
        assert client.get("/my-training").status_code == 200
    assert not [each for each in statements if "setting" in each]


@pytest.fixture
def second_process(each_app):
    """Another application on the same database, as another process would be."""
    other = create_app(config.current())
    yield other
    with other.app_context():
        db.session.remove()
        db.engine.dispose()


def test_another_process_follows_within_the_stated_seconds(each_app, second_process, monkeypatch):
    now = [1000.0]
    monkeypatch.setattr(kept, "monotonic", lambda: now[0])
    monkeypatch.setattr(kept, "REREAD_SECONDS", 5.0)

    def there(setting=TWO_PERSON_QUIZZES):
        with second_process.app_context():
            found = values.value_of(setting), values.fresh(setting)
            db.session.remove()
            return found

    assert there() == (False, False)
    a_setting(TWO_PERSON_QUIZZES, True)
    assert values.value_of(TWO_PERSON_QUIZZES) is True
    now[0] += 5.0
    assert there() == (False, True)  # what a setting controls waits for nothing
    now[0] += 0.1
    assert there() == (True, True)


def test_while_the_database_does_not_answer_the_last_values_go_on(app, monkeypatch):
    a_setting(ORGANIZATION, "Other Works")
    assert values.value_of(ORGANIZATION) == "Other Works"

    def broken():
        raise OperationalError("SELECT", {}, Exception("away"))

    monkeypatch.setattr(values, "newest", broken)
    monkeypatch.setattr(kept, "REREAD_SECONDS", -1)
    assert values.value_of(ORGANIZATION) == "Other Works"
    values.KEPT.forget()
    assert values.value_of(ORGANIZATION) == "Example Works"


def test_seeding_writes_what_held_and_nothing_that_was_decided(each_app):
    a_setting(SESSION_IDLE, timedelta(minutes=10))
    before = {each.definition.name: each.text for each in history.list_present()}
    for _again in range(2):
        with committed():
            seeding.seed(by=BY)
    assert [each.number for each in history.list_present()] == [1] * len(DEFINITIONS)
    assert {each.definition.name: each.text for each in history.list_present()} == before
    assert rows(SESSION_IDLE) == [(1, "30", "10")]
    first, = history.list_changes(ORGANIZATION)
    assert (first.before, first.after) == (None, "Example Works")
    assert first.reason == "First value, from ISOTRAIN_ORGANIZATION."
    assert history.list_changes(MAIL_HOST)[0].reason == "First value, from the default."


def test_once_seeded_the_environment_is_not_asked_again(app, monkeypatch):
    with committed():
        seeding.seed(by=BY)
    monkeypatch.setitem(app.config, "INSTALLATION", replace(
        config.current(), seeds={"ORGANIZATION": "Later Works", "MAIL_HOST": "mail.example.com"}))
    values.KEPT.forget()
    assert (values.value_of(ORGANIZATION), values.value_of(MAIL_HOST)) == ("Example Works", "")
    with committed():
        seeding.seed(by=BY)
    assert values.fresh(ORGANIZATION) == "Example Works"


def test_there_is_no_setting_of_another_name(app):
    with pytest.raises(NotFound, match="no_such"):
        history.get_definition("no_such")
