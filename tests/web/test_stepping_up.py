"""Before acts of consequence whoever is signed in shows again that it is them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from isotrain import clock
from isotrain.accounts import directory
from isotrain.accounts.models import Session
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.settings.definitions import PROVE_AGAIN
from tests.factories import a_setting, a_user, client_of, committed, csrf, post
from tests.house import policy

WORDS = "seven green umbrellas marching"
LATER = timedelta(minutes=16)


def fields(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
    return [(unescape(name), unescape(value)) for name, value in found if name != "csrf_token"]


@pytest.fixture
def admin(each_app):
    user = a_user("admin", number="ADM", password=WORDS)
    return user, client_of(each_app, user)


@pytest.fixture
def ann(each_app):
    return a_user(name="Ann Lee", password=WORDS)


def send(client, path, data):
    token = csrf(client, "/account")
    return client.post(path, data=MultiDict([*data, ("csrf_token", token)]))


def test_what_was_sent_is_kept_and_goes_on_with_the_password(admin, ann):
    _user, client = admin
    sent = [("roles", "employee"), ("roles", "manager")]
    with clock.moved_by(LATER):
        asked = send(client, f"/people/{ann}/roles", sent)
        assert asked.status_code == 403 and "Show that it is you" in asked.text
        assert [pair for pair in fields(asked.text) if pair[0] == "roles"] == sent
        assert directory.roles_of(ann) == {Role.EMPLOYEE}
        done = send(client, f"/people/{ann}/roles", [*fields(asked.text), ("current", WORDS)])
        assert done.status_code == 303
        assert directory.roles_of(ann) == {Role.EMPLOYEE, Role.MANAGER}
        assert send(client, f"/people/{ann}/roles", [("roles", "employee")]).status_code == 303


def test_a_wrong_password_does_nothing_is_counted_and_keeps_what_was_sent(admin, ann):
    _user, client = admin
    with clock.moved_by(LATER):
        for _ in range(5):
            page = send(client, f"/people/{ann}/roles",
                        [("roles", "employee"), ("roles", "hr"), ("current", "wrong words")])
            assert page.status_code in (422, 429)
            assert ("roles", "hr") in fields(page.text)
        for _ in range(20):
            page = send(client, f"/people/{ann}/roles", [("roles", "hr"), ("current", "no")])
        assert page.status_code == 429 and page.headers["Retry-After"]
        right = send(client, f"/people/{ann}/roles", [("roles", "hr"), ("current", WORDS)])
        assert right.status_code == 429
        assert directory.roles_of(ann) == {Role.EMPLOYEE}


def test_the_proof_holds_for_its_session_and_its_time_alone(each_app, admin, ann):
    user, client = admin
    other = client_of(each_app, user)
    roles = [("roles", "employee")]
    with clock.moved_by(LATER):
        assert send(client, f"/people/{ann}/roles", [*roles, ("current", WORDS)]).location
        assert send(other, f"/people/{ann}/roles", roles).status_code == 403
    with clock.moved_by(LATER + timedelta(minutes=14)):
        assert send(client, f"/people/{ann}/roles", roles).status_code == 303
    with clock.moved_by(LATER + LATER):
        assert send(client, f"/people/{ann}/roles", roles).status_code == 403
    assert db.session.query(Event).filter_by(action="session.proved").count() == 1


def test_a_session_of_before_there_was_a_proof_is_asked(admin, ann):
    _user, client = admin
    with committed():
        db.session.query(Session).update({"proved_at": None})
    assert send(client, f"/people/{ann}/roles", [("roles", "employee")]).status_code == 403


def test_how_long_a_proof_holds_is_a_setting(admin, ann):
    _user, client = admin
    a_setting(PROVE_AGAIN, timedelta(minutes=2))
    with clock.moved_by(timedelta(minutes=3)):
        assert send(client, f"/people/{ann}/roles", [("roles", "employee")]).status_code == 403


def test_a_file_that_was_asked_for_is_handed_out_after_the_password(each_app, ann):
    client = client_of(each_app, a_user("hr", password=WORDS))
    with clock.moved_by(LATER):
        client.get("/account")
        asked = client.get("/people/export.csv?q=ann",
                           headers={"Referer": "http://localhost/people?q=ann"})
        assert asked.status_code == 403 and "Ann Lee" not in asked.text
        action = unescape(re.search(r'action="(/account/prove[^"]+)"', asked.text)[1])
        wrong = post(client, "/account", {"current": "wrong words"}, to=action)
        assert wrong.status_code == 422 and "not your present password" in wrong.text
        ready = post(client, "/account", {"current": WORDS}, to=action)
        assert 'href="/people/export.csv?q=ann"' in ready.text
        assert 'href="/people?q=ann"' in ready.text
        with client.get("/people/export.csv?q=ann") as file:
            assert "Ann Lee" in file.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "/nowhere", ""])
def test_nobody_is_led_elsewhere(each_app, target):
    client = client_of(each_app, a_user("hr", password=WORDS))
    answer = post(client, "/account", {"current": WORDS}, to="/account/prove",
                  query_string={"next": target, "back": target})
    assert answer.status_code == 303 and answer.location == "/"


@pytest.mark.parametrize(("referrer", "back"), [
    ("http://localhost/people", "/people"), ("https://evil.exampeople", "/")])
def test_the_way_back_is_a_page_of_ours(admin, ann, referrer, back):
    _user, client = admin
    with clock.moved_by(LATER):
        token = csrf(client, "/account")
        asked = client.post(f"/people/{ann}/roles", data={"csrf_token": token},
                            headers={"Referer": referrer})
    assert asked.status_code == 403
    assert re.findall(r'href="([^"]*)">\s*Cancel', asked.text) == [back]


def test_the_acts_that_ask_are_those_of_the_policy(app):
    marked = {endpoint: view.steps_up for endpoint, view in app.view_functions.items()
              if hasattr(view, "steps_up")}
    assert marked == policy.steps_up()
