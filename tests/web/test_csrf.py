"""What is sent needs a token of the session; no two answers show the same one."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from isotrain.web import csrf
from tests.factories import a_user, client_of
from tests.factories import csrf as shown

SENDING = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def client():
    app = Flask("forms")
    app.secret_key = "for tests"
    csrf.install(app)
    page = app.jinja_env.from_string("{{ csrf_token() }} {{ csrf_token() }}")
    app.add_url_rule("/", "page", page.render, methods=["GET", *SENDING])
    return app.test_client()


def tokens(client):
    return client.get("/").text.split()


def send(client, token, method="POST"):
    """Return the status of what is sent with a token."""
    return client.open("/", method=method, data={"csrf_token": token}).status_code


@given(st.text("0123456789abcdefx-_", min_size=1))
def test_what_was_masked_is_unmasked_and_masked_otherwise_each_time(secret):
    tokens = {csrf.masked(secret) for _ in range(5)}
    assert len(tokens) == 5 or len(secret) < 6  # a short pad may come twice
    assert {csrf.unmasked(token) for token in tokens} == {secret.encode()}


@given(st.text())
def test_whatever_is_sent_is_read_as_some_bytes(sent):
    assert isinstance(csrf.unmasked(sent), bytes)


def test_the_forms_of_one_answer_share_a_token_and_each_answer_has_its_own(client):
    answers = [tokens(client) for _ in range(20)]
    assert all(one == other for one, other in answers)
    assert len({one for one, _other in answers}) == 20


def test_no_two_tokens_begin_or_end_alike(client):
    """A pad that stayed the same in part would leave that part of the secret to be guessed."""
    several = [tokens(client)[0] for _ in range(40)]
    assert len({each[:8] for each in several}) == len({each[-8:] for each in several}) == 40
    with client.session_transaction() as session:
        assert not any(session["csrf_token"] in each for each in several)


@pytest.mark.parametrize("method", SENDING)
def test_each_token_of_a_session_is_good_for_all_of_its_tabs(client, method):
    first, second, third = (tokens(client)[0] for _ in range(3))
    assert [send(client, each, method) for each in (second, first, third, first)] == [200] * 4


@pytest.mark.parametrize("method", SENDING)
def test_without_a_token_nothing_is_taken(client, method):
    tokens(client)
    assert client.open("/", method=method).status_code == 400


def forged(token, secret):
    """Return what somebody might send who does not know the secret, and some who do."""
    return {
        "nothing": "", "zeros": csrf.masked("0" * 40), "bare": secret, "cut": token[:-4],
        "no token": "x", "not ASCII": "ä" * 108, "half": token[:54],
        "another": token[:-2] + ("AA" if token[-2:] != "AA" else "BB"),
        "twice": csrf.masked(secret + secret), "empty": csrf.masked(""),
    }


def test_what_is_forged_is_refused(client):
    token = tokens(client)[0]
    with client.session_transaction() as session:
        secret = session["csrf_token"]
    taken = {name for name, sent in forged(token, secret).items() if send(client, sent) == 200}
    assert taken == set() and send(client, token) == 200


def test_the_token_of_somebody_else_is_refused(client):
    other = client.application.test_client()
    assert send(client, tokens(other)[0]) == 400  # without a session of one's own
    tokens(client)
    assert send(client, tokens(other)[0]) == 400


def test_a_session_without_a_secret_takes_no_empty_token(client):
    assert send(client, "") == send(client, csrf.masked("")) == 400


def test_a_refusal_says_what_to_do(app):
    client = client_of(app, a_user())
    page = client.post("/sign-out")
    assert page.status_code == 400 and "reload the page" in page.text
    told = client.post("/sign-out", headers={"Accept": "application/json"})
    assert (told.status_code, told.json["code"]) == (400, 400)


def test_pages_show_another_token_each_time_and_take_the_first(app):
    client = client_of(app, a_user())
    several = [shown(client, "/account") for _ in range(5)]
    assert len(set(several)) == 5
    assert client.post("/sign-out", data={"csrf_token": several[0]}).status_code == 303
