"""Signing in and out in a browser."""

from __future__ import annotations

import threading

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher, Type

from isotrain.accounts import passwords, registering, throttling
from isotrain.accounts.models import Password, Session
from isotrain.accounts.permissions import Role
from isotrain.db import db
from tests.conftest import OURS
from tests.factories import BY, a_user, client_of, committed, csrf, post

WORDS = "seven green umbrellas marching"


def try_to_sign_in(client, name, password, **more):
    return post(client, "/sign-in", {"name": name, "password": password}, **more)


def test_number_or_address_and_password_open_the_door(app):
    a_user(name="Ada Byron", number="A-17", email="ada@example.com", password=WORDS)
    for name in ("a-17", "ADA@example.com"):
        client = app.test_client()
        answer = try_to_sign_in(client, name, WORDS)
        assert answer.status_code == 303
        page = client.get("/account")
        assert page.status_code == 200 and "Ada Byron" in page.text


def test_a_password_is_the_same_however_the_keyboard_composes_it(app):
    a_user(number="A1", password="gr\u00fcne \u00c4pfel am Fenster")
    answer = try_to_sign_in(app.test_client(), "A1", "gru\u0308ne A\u0308pfel am Fenster")
    assert answer.status_code == 303


def strangers(app):
    """Return names that must be answered alike: wrong, unknown, no password yet, deactivated."""
    a_user(number="KNOWN", password=WORDS)
    a_user(number="FRESH")
    gone = a_user(number="GONE", password=WORDS)
    with committed():
        registering.deactivate([gone], by=BY)
    return ("KNOWN", "UNKNOWN", "FRESH", "GONE")


def test_whoever_may_not_come_in_gets_the_same_answer_for_the_same_work(app, monkeypatch):
    names = strangers(app)
    work = []
    verify = PasswordHasher.verify
    monkeypatch.setattr(PasswordHasher, "verify",
                        lambda self, *a: work.append(a) or verify(self, *a))
    answers = set()
    for name in names:
        work.clear()
        password = WORDS if name == "GONE" else "not the password at all"
        answer = try_to_sign_in(app.test_client(), name, password)
        lines = [line for line in answer.text.splitlines()
                 if "csrf_token" not in line and f'value="{name}"' not in line]
        answers.add((answer.status_code, len(work), "\n".join(lines)))
    assert len(answers) == 1
    status, verified, text = answers.pop()
    assert (status, verified) == (422, 1) and "not right" in text


@pytest.mark.parametrize(("given", "words"), [
    ({"name": "", "password": "x"}, "Enter your personnel number"),
    ({"name": "A1", "password": ""}, "Enter your password"),
    ({"name": "x" * 255, "password": "x"}, "at most 254"),
    ({"name": "\x00", "password": "x\x00"}, "Enter your personnel number"),
])
def test_an_incomplete_sign_in_is_answered_in_words(app, given, words):
    answer = post(app.test_client(), "/sign-in", given)
    assert answer.status_code == 422 and words in answer.text


def test_the_eleventh_try_is_refused_known_or_not_and_even_with_the_right_password(app):
    a_user(number="A1", password=WORDS)
    for name in ("A1", "NOBODY"):
        client = app.test_client()
        for _ in range(throttling.PER_ACCOUNT):
            assert try_to_sign_in(client, name, "wrong").status_code == 422
        answer = try_to_sign_in(client, name, WORDS)
        assert answer.status_code == 429 and "Wait 15 minutes" in answer.text


def test_an_address_is_slowed_down_too_but_successes_do_not_count(app, monkeypatch):
    monkeypatch.setattr(throttling, "PER_ADDRESS", 3)
    a_user(number="A1", password=WORDS)
    for _ in range(5):
        assert try_to_sign_in(app.test_client(), "A1", WORDS).status_code == 303
    for n in range(3):
        assert try_to_sign_in(app.test_client(), f"N{n}", "wrong").status_code == 422
    assert try_to_sign_in(app.test_client(), "A1", WORDS).status_code == 429


def test_refused_tries_count_for_the_address_as_well(app, monkeypatch):
    monkeypatch.setattr(throttling, "PER_ADDRESS", throttling.PER_ACCOUNT + 2)
    for _ in range(throttling.PER_ADDRESS):
        try_to_sign_in(app.test_client(), "A1", "wrong")
    assert try_to_sign_in(app.test_client(), "SOMEBODY ELSE", "wrong").status_code == 429


def test_tries_in_parallel_cannot_share_a_count(each_app):
    within = []

    def tries():
        with each_app.app_context():
            for _ in range(5):
                with committed():
                    within.append(throttling.take("account:x")[0] <= 7)
            db.session.remove()

    threads = [threading.Thread(target=tries) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(within) == [False] * 13 + [True] * 7


def test_the_door_leads_back_to_where_one_wanted_to_go_but_never_off_this_site(app):
    a_user(number="A1", password=WORDS)
    client = app.test_client()
    asked = client.get("/account")
    assert asked.status_code == 303 and asked.location == "/sign-in?next=/account"
    answer = post(client, asked.location, {"name": "A1", "password": WORDS})
    assert answer.location == "/account"
    for elsewhere in ("//evil.example", "https://evil.example/", "/\\evil", "/sign-out",
                      "javascript:alert(1)", "/nowhere", "/%0d%0aX: y"):
        client = app.test_client()
        answer = post(client, "/sign-in", {"name": "A1", "password": WORDS},
                      to=f"/sign-in?next={elsewhere}")
        assert answer.status_code == 303 and answer.location == "/"


def test_signing_out_ends_the_session_on_the_server(app):
    client = client_of(app, a_user())
    kept = client.get_cookie("isotrain").value
    assert post(client, "/account", to="/sign-out").location == "/sign-in"
    client.set_cookie("isotrain", kept)
    assert client.get("/account").status_code == 303


def test_signing_in_gives_a_new_session_and_forgets_the_old_one(app):
    a_user(number="A1", password=WORDS)
    client = app.test_client()
    with client.session_transaction() as session:
        session["planted"] = "by somebody else"
    before = csrf(client, "/sign-in")
    try_to_sign_in(client, "A1", WORDS)
    with client.session_transaction() as session:
        assert "planted" not in session and session["_user_id"]
    assert csrf(client, "/account") != before


def test_a_password_is_hashed_as_the_documents_say():
    assert (OURS.type, OURS.memory_cost, OURS.time_cost, OURS.parallelism, OURS.salt_len) == (
        Type.ID, 19 * 1024, 2, 1, 16)


def test_a_weak_hash_is_made_anew_at_sign_in_and_the_password_still_works(app):
    user = a_user(number="A1")
    weak = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(WORDS)
    with committed():
        passwords.store(user, weak)
    assert try_to_sign_in(app.test_client(), "A1", WORDS).status_code == 303
    db.session.rollback()
    assert not passwords.needs_rehash(db.session.get(Password, user).hash)
    assert try_to_sign_in(app.test_client(), "A1", WORDS).status_code == 303


def test_signing_in_holds_no_transaction_while_it_hashes(app, monkeypatch):
    a_user(number="A1", password=WORDS)
    held = []
    verify = PasswordHasher.verify

    def watched(self, *arguments):
        held.append(db.session().in_transaction())
        return verify(self, *arguments)

    monkeypatch.setattr(PasswordHasher, "verify", watched)
    try_to_sign_in(app.test_client(), "A1", WORDS)
    assert held == [False]


def test_the_account_page_lists_live_sessions_and_ends_them(app):
    user = a_user()
    here, there = client_of(app, user), client_of(app, user)
    ids = list(db.session.scalars(sa.select(Session.id).order_by(Session.id)))
    page = here.get("/account")
    assert f"/account/sessions/{ids[1]}/end" in page.text
    assert f"/account/sessions/{ids[0]}/end" not in page.text
    assert post(here, "/account", to=f"/account/sessions/{ids[1]}/end").status_code == 303
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_nobody_ends_the_session_of_somebody_else(app):
    mine, other = client_of(app, a_user()), client_of(app, a_user())
    theirs = db.session.scalars(sa.select(Session.id).order_by(Session.id.desc())).first()
    for session_id in (theirs, 999_999, 2**70):
        answer = post(mine, "/account", to=f"/account/sessions/{session_id}/end")
        assert answer.status_code == 404
    assert other.get("/account").status_code == 200


def test_all_other_sessions_end_with_one_button(app):
    user = a_user()
    here, there = client_of(app, user), client_of(app, user)
    post(here, "/account", to="/account/sessions/end-others")
    assert there.get("/account").status_code == 303
    assert here.get("/account").status_code == 200


def test_changing_the_password_ends_the_other_sessions_and_not_this_one(app):
    user = a_user(number="A1", password=WORDS)
    here, there = client_of(app, user), client_of(app, user)
    new = "nine brown kettles singing"
    answer = post(here, "/account/password", {"current": WORDS, "password": new})
    assert answer.status_code == 303
    assert here.get("/account").status_code == 200
    assert there.get("/account").status_code == 303
    assert try_to_sign_in(app.test_client(), "A1", WORDS).status_code == 422
    assert try_to_sign_in(app.test_client(), "A1", new).status_code == 303


@pytest.mark.parametrize(("current", "new", "words"), [
    ("", "seven green umbrellas marching", "Enter your present password"),
    ("not it at all really", "seven green umbrellas marching", "not your present password"),
    (WORDS, "", "Enter a new password"),
    (WORDS, "short", "at least 15"),
    (WORDS, "x" * 300, "at most 256"),
    (WORDS, "aaaaaaaaaaaaaaaaaaaa", "repeated"),
    (WORDS, "abcdefghijklmnopqrstuvwxyz", "row of keys"),
    (WORDS, "Ada Byron A-17 password", "not your name"),
])
def test_a_password_change_that_will_not_do_says_why(app, current, new, words):
    client = client_of(app, a_user(name="Ada Byron", number="A-17", password=WORDS))
    answer = post(client, "/account/password", {"current": current, "password": new})
    assert answer.status_code == 422 and words in answer.text


def test_guessing_the_present_password_is_slowed_down(app):
    client = client_of(app, a_user(password=WORDS))
    wrong = {"current": "wrong", "password": "seven green umbrellas marching"}
    for _ in range(throttling.PER_ACCOUNT):
        assert "not your present" in post(client, "/account/password", wrong).text
    assert "Wait 15 minutes" in post(client, "/account/password", wrong).text


def test_deactivation_and_lost_roles_show_at_the_next_request(app):
    user = a_user()
    client = client_of(app, user)
    kept = client.get_cookie("isotrain").value
    with committed():
        registering.set_roles(user, frozenset(), by=BY, second=None)
    assert client.get("/account").status_code == 403
    with committed():
        registering.set_roles(user, frozenset({Role.EMPLOYEE}), by=BY, second=None)
        registering.deactivate([user], by=BY)
    assert client.get("/account").status_code == 303
    with committed():
        registering.reactivate([user], by=BY)
    client.set_cookie("isotrain", kept)
    assert client.get("/account").status_code == 303, "an ended session stays ended"


def test_the_start_page_leads_everybody_somewhere(app):
    assert app.test_client().get("/").location == "/sign-in"
    for role in ("employee", "trainer", "hr", "manager", "auditor", "admin"):
        client = client_of(app, a_user(role))
        assert client.get(client.get("/").location).status_code == 200
        assert client.get("/sign-in").location == "/"


def test_a_form_without_its_token_is_refused(app):
    client = client_of(app, a_user())
    for page in ("/sign-in", "/sign-out", "/account/password", "/account/sessions/end-others"):
        assert client.post(page, data={}).status_code == 400
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize(("headers", "status"), [
    ({"Origin": "http://localhost"}, 303), ({}, 400), ({"Origin": "http://evil.example"}, 400),
    ({"Origin": "http://localhost", "Accept": "application/json"}, 400),
])
def test_a_sign_in_page_that_lay_open_while_others_signed_in_asks_once_more(app, headers, status):
    a_user(number="A1", password=WORDS)
    browser = app.test_client()
    stale = csrf(browser, "/sign-in?next=/my-training")
    with browser.session_transaction() as session:
        session.clear()  # somebody else signed in, and out
    sent = {"csrf_token": stale, "name": "A1", "password": WORDS}
    answer = browser.post("/sign-in?next=/my-training", data=sent, headers=headers)
    assert answer.status_code == status
    if status == 303:
        assert answer.location == "/sign-in?next=/my-training"
        page = browser.get(answer.location)
        assert "This page was open for too long. Nothing was done. Try again." in page.text
        sent["csrf_token"] = csrf(browser, "/sign-in?next=/my-training")
        done = browser.post("/sign-in?next=/my-training", data=sent, headers=headers)
        assert done.location == "/my-training"


def test_what_was_typed_into_other_pages_is_not_thrown_away_with_a_stale_token(app):
    browser = client_of(app, a_user("trainer"))
    answer = browser.post("/banks/1/members", data={"csrf_token": "x", "title": "Audits"},
                          headers={"Origin": "http://localhost"})
    assert answer.status_code == 400
