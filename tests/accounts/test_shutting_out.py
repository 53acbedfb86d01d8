"""Nobody shuts anybody else out by guessing, and who is refused is told how long to wait."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import signing_in, throttling
from isotrain.accounts.models import Session
from isotrain.audit.models import Event
from isotrain.db import db
from tests.factories import BY, a_user, client_of, committed, post

WORDS = "seven green umbrellas marching"


def enter(app, name, password, *, address="10.0.0.1", client=None):
    """Try to sign in from an address, with a browser of one's own or a fresh one."""
    client = client or app.test_client()
    client.environ_base = {**client.environ_base, "REMOTE_ADDR": address}
    return post(client, "/sign-in", {"name": name, "password": password})


def guess(app, name, times, **more):
    return [enter(app, name, "wrong", **more).status_code for _ in range(times)]


@pytest.fixture
def people(each_app):
    for n in (1, 2):
        a_user(number=f"A{n}", email=f"a{n}@example.com", password=WORDS)
    return each_app


def test_whoever_guesses_from_one_address_shuts_out_that_address_alone(people):
    guess(people, "A1", 12, address="10.9.9.9")
    assert enter(people, "A1", WORDS, address="10.9.9.9").status_code == 429
    assert enter(people, "A1", WORDS, address="10.0.0.1").status_code == 303
    assert enter(people, "A2", WORDS, address="10.9.9.9").status_code == 303


def test_an_address_that_is_refused_counts_against_nobody_any_more(people, monkeypatch):
    monkeypatch.setattr(throttling, "PER_ADDRESS", 4)
    assert guess(people, "A1", 30, address="10.9.9.9").count(429) == 26
    monkeypatch.setattr(throttling, "PER_PERSON", 5)
    assert enter(people, "A1", WORDS).status_code == 303


def test_a_device_that_has_signed_in_before_is_never_shut_out_by_others(people, monkeypatch):
    monkeypatch.setattr(throttling, "PER_PERSON", 20)
    mine = people.test_client()
    assert enter(people, "A1", WORDS, client=mine).status_code == 303
    post(mine, "/account", to="/sign-out")
    for n in range(4):
        guess(people, "A1", 11, address=f"10.9.9.{n}")
    guess(people, "A1", 11)  # from my own address, too
    assert enter(people, "A1", WORDS, address="10.7.7.7").status_code == 429  # another device
    assert enter(people, "A1", WORDS, client=mine).status_code == 303


def test_guessing_on_a_known_device_is_slowed_down_by_itself(people):
    mine = people.test_client()
    enter(people, "A1", WORDS, client=mine)
    post(mine, "/account", to="/sign-out")
    assert guess(people, "A1", 11, client=mine) == [422] * 10 + [429]
    assert enter(people, "A1", WORDS, client=mine).status_code == 429
    assert enter(people, "A1", WORDS).status_code == 303


def test_number_and_address_of_one_person_are_counted_together(people):
    guess(people, "A1", 5)
    guess(people, "a1@EXAMPLE.com", 5)
    assert enter(people, "A1", WORDS).status_code == 429
    assert enter(people, "A1@example.com", WORDS).status_code == 429


def test_who_has_a_network_of_ipv6_counts_as_one(people):
    for n in range(10):
        assert guess(people, "A1", 1, address=f"2001:db8::{n:x}") == [422]
    assert enter(people, "A1", WORDS, address="2001:db8::abcd").status_code == 429
    assert enter(people, "A1", WORDS, address="2001:db8:0:1::1").status_code == 303


def test_who_is_refused_is_told_how_long_to_wait(people):
    with clock.frozen_at(clock.now()):
        guess(people, "A1", 10)
        answer = enter(people, "A1", WORDS)
    assert answer.status_code == 429 and "Wait 15 minutes" in answer.text
    assert answer.headers["Retry-After"] == "900"
    with clock.moved_by(throttling.WINDOW):
        assert enter(people, "A1", WORDS).status_code == 303


def test_asking_for_links_and_checking_codes_say_it_too(people):
    for _ in range(6):
        answer = post(people.test_client(), "/sign-in", {"name": "A1"}, to="/forgotten")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 60
    for _ in range(70):
        checked = people.test_client().get("/verify/NOSUCHCODE1234567")
        if checked.status_code == 429:
            break
    assert 1 <= int(checked.headers["Retry-After"]) <= 60


def test_the_owner_learns_how_often_somebody_tried_in_vain(people):
    for _ in range(3):
        enter(people, "A1", "wrong", address="10.9.9.9")
    mine = people.test_client()
    enter(people, "A1", WORDS, client=mine)
    assert "3 tries to sign in as you failed since you were last here" in mine.get("/account").text
    assert "after 3 failed tries" in mine.get("/account").text
    enter(people, "A1", "wrong", address="10.9.9.9")
    assert "1 try has failed since you signed in" in mine.get("/account").text
    second = people.test_client()
    enter(people, "A1", WORDS, client=second)
    assert "1 try to sign in as you failed" in second.get("/account").text
    third = people.test_client()
    enter(people, "A1", WORDS, client=third)
    assert "failed since you were last here" not in third.get("/account").text
    assert db.session.scalars(sa.select(Session.failed_before).order_by(Session.id)).all() == [
        3, 1, 0]


def test_a_person_who_must_wait_is_shown_to_hr_who_lets_them_try_again(people):
    user = signing_in.find_candidate("A1").user_id
    hr = client_of(people, a_user("hr"))
    assert "Let them try again" not in hr.get(f"/people/{user}").text
    guess(people, "A1", 11)
    page = hr.get(f"/people/{user}").text
    assert "Let them try again" in page and "10, the last on" in page
    assert post(hr, f"/people/{user}", to=f"/people/{user}/forgive").status_code == 303
    assert enter(people, "A1", WORDS).status_code == 303


def test_the_command_lets_somebody_try_again(people):
    guess(people, "A1", 11)
    told = people.test_cli_runner().invoke(args=["user", "unlock", "a1@example.com"])
    assert told.exit_code == 0 and "They can try again now." in told.output
    assert enter(people, "A1", WORDS).status_code == 303
    unknown = people.test_cli_runner().invoke(args=["user", "unlock", "NOBODY"])
    assert unknown.exit_code == 1 and "Nobody has" in unknown.output


def test_the_first_refusal_signing_out_and_forgiving_are_events_and_each_guess_is_none(people):
    guess(people, "A1", 14)
    guess(people, "NOBODY", 14)
    with committed():
        signing_in.let_try_again(signing_in.find_candidate("A1").user_id, by=BY)
    mine = people.test_client()
    enter(people, "A1", WORDS, client=mine)
    post(mine, "/account", to="/sign-out")
    told = db.session.execute(sa.select(Event.action, Event.scope, Event.details)
                              .where(Event.object_type == "user", Event.scope == "technical")
                              .order_by(Event.id)).all()
    assert [row.action for row in told] == [
        "sign_in.refused", "sign_in.forgiven", "session.started", "session.ended"]
    assert told[2].details == {"failed_before": 10}


def test_a_success_without_tries_takes_back_nothing(each_app):
    user = a_user()
    with committed():
        throttling.count_failed(user)
        started = signing_in.start(user, browser="", by_request=None)  # by a link
    assert started.failed.count == 1 and throttling.find_failed(user).count == 0
