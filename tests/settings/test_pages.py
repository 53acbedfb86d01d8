"""The administrator's page and the commands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import kept
from isotrain.settings import history, seeding, values
from isotrain.settings.definitions import (
    DEFINITIONS,
    MAIL_HOST,
    ORGANIZATION,
    SESSION_IDLE,
    TWO_PERSON_QUIZZES,
)
from tests.factories import BY, a_setting, a_user, client_of, committed, post

WHY = "The board has decided so."


@pytest.fixture
def admin(app):
    return client_of(app, a_user("admin", name="Ada Admin"))


def save(client, setting, value, *, base=0, reason=WHY):
    page = f"/settings/{setting.name}"
    return post(client, page, {"value": value, "base": base, "reason": reason})


def test_the_page_lists_every_setting_with_what_it_holds_and_since_when(admin):
    a_setting(MAIL_HOST, "mail.example.com")
    text = admin.get("/settings").text
    for each in DEFINITIONS:
        assert f'href="/settings/{each.name}"' in text and str(each.label) in text
    assert "Example Works" in text and "mail.example.com" in text and "from the start" in text
    assert "30</bdi> minutes" in text and "since" in text


def test_a_change_is_saved_with_its_reason_and_shown_with_who_made_it(admin):
    answer = save(admin, SESSION_IDLE, "10")
    assert answer.status_code == 303
    text = admin.get(answer.location).text
    assert "Saved." in text and "Ada Admin" in text and WHY in text
    assert values.value_of(SESSION_IDLE) == timedelta(minutes=10)


def test_the_page_says_truthfully_when_a_change_holds(admin, monkeypatch):
    monkeypatch.setattr(kept, "REREAD_SECONDS", 5.0)
    assert "within 5 seconds" in admin.get("/settings").text
    assert "within 5 seconds" in admin.get(save(admin, TWO_PERSON_QUIZZES, "on").location).text


@pytest.mark.parametrize(("value", "reason", "words"), [
    ("4", WHY, "from 5 to 480"), ("", WHY, "from 5 to 480"), ("10", "", "Enter the reason"),
    ("30", WHY, "holds already"),
])
def test_what_is_refused_is_said_at_its_field(admin, value, reason, words):
    answer = save(admin, SESSION_IDLE, value, reason=reason)
    assert answer.status_code == 422 and words in answer.text
    assert history.list_changes(SESSION_IDLE) == []


def test_a_switch_without_a_choice_is_refused(admin):
    answer = post(admin, "/settings/two_person_quizzes", {"base": 0, "reason": WHY})
    assert answer.status_code == 422 and "Choose on or off" in answer.text


def test_who_was_overtaken_sees_what_holds_and_can_decide_again(admin):
    a_setting(SESSION_IDLE, timedelta(minutes=20))
    answer = save(admin, SESSION_IDLE, "10", base=0)
    assert answer.status_code == 409 and "in the meantime" in answer.text
    assert 'name="base" value="1"' in answer.text and 'value="10"' in answer.text
    assert save(admin, SESSION_IDLE, "10", base=1).status_code == 303


def test_what_was_typed_is_shown_as_text(admin):
    save(admin, ORGANIZATION, "<b>Works</b>", reason="<i>Because we can</i>")
    for page in ("/settings", "/settings/organization"):
        text = admin.get(page).text
        assert "<b>Works" not in text and "&lt;b&gt;Works" in text
    assert "&lt;i&gt;Because" in text


def test_an_unknown_setting_is_not_found(admin):
    assert admin.get("/settings/no_such").status_code == 404
    assert post(admin, "/settings", to="/settings/no_such").status_code == 404


@pytest.mark.parametrize("role", ["employee", "trainer", "hr", "manager", "auditor"])
def test_settings_are_for_the_administrator_alone(app, role):
    client = client_of(app, a_user(role))
    for page in ("/settings", "/settings/organization"):
        assert client.get(page).status_code == 403


def test_another_name_of_the_organization_is_shown_at_once(app, admin):
    save(admin, ORGANIZATION, "Other Works")
    assert "Training of Other Works" in app.test_client().get("/sign-in").text


def test_the_commands_list_show_and_set(app):
    run = app.test_cli_runner().invoke
    with committed():
        seeding.seed(by=BY)
    assert "session_idle         30 minutes" in run(args=["settings", "list"]).output
    assert "mail_host            (empty)" in run(args=["settings", "list"]).output
    done = run(args=["settings", "set", "two_person_quizzes", "on", "--reason", WHY])
    assert (done.exit_code, done.output) == (0, "two_person_quizzes: off > on\n")
    shown = run(args=["settings", "show", "two_person_quizzes"]).output.splitlines()
    assert shown[0].startswith("Two persons for publishing quizzes. Who saved the draft")
    assert shown[1].endswith(f"UTC  command: off > on. {WHY}")
    assert shown[2].endswith("command: - > off. First value, from the default.")


@pytest.mark.parametrize(("arguments", "words"), [
    (["set", "session_idle", "4", "--reason", WHY], "from 5 to 480"),
    (["set", "session_idle", "10"], "--reason"),
    (["set", "no_such", "10", "--reason", WHY], "no_such"),
    (["show", "no_such"], "no_such"),
])
def test_a_command_refuses_in_words(app, arguments, words):
    done = app.test_cli_runner().invoke(args=["settings", *arguments])
    assert done.exit_code != 0 and words in done.output


def test_upgrading_gives_settings_their_first_value(app):
    done = app.test_cli_runner().invoke(args=["db", "upgrade"])
    assert done.exit_code == 0
    assert [each.number for each in history.list_present()] == [1] * len(DEFINITIONS)
