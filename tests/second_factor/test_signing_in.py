"""Signing in with a second step: nothing is open before it, and nothing goes around it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.accounts import linking, signing_in, throttling
from isotrain.accounts.permissions import PERMISSIONS, Permission, Role
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.people import employing
from isotrain.second_factor import arriving, enrolling, proving
from isotrain.second_factor.models import HalfWay
from isotrain.settings import house
from isotrain.settings.definitions import FACTOR_HR, FACTOR_TRAINER
from tests.banks.making import at_once
from tests.factories import BY, a_setting, a_user, client_of, committed, csrf, post
from tests.house import policy
from tests.second_factor.making import (
    App,
    a_stranger,
    an_app,
    another_key,
    begun,
    forget_steps,
    proves,
)
from tests.second_factor.test_passkeys import a_passkey

WORDS = "correct horse battery staple"
SHORT = "plum Kestrel"
STEP = "/second-step"


def enter(app, number: str = "A1", password: str = WORDS, client=None, to: str = "/sign-in"):
    """Get past the password; return the browser and the answer."""
    client = client or app.test_client()
    return client, post(client, to, {"name": number, "password": password})


def signed_in(client) -> bool:
    return client.get("/account").status_code == 200


@pytest.fixture
def ada(app):
    """Somebody with an app, beside a namesake who has another."""
    user = a_user(name="Ada", number="A1", email="ada@example.com", password=WORDS)
    an_app(a_user(name="Ada", number="A2", password=WORDS))
    return (user, *an_app(user))


# -- the way in

def test_after_the_password_comes_the_code_and_then_the_page_one_wanted(app, ada):
    _user, shown, _codes = ada
    client, first = enter(app, to="/sign-in?next=/account/password")
    assert first.status_code == 303 and first.location.startswith(STEP)
    assert not signed_in(client)
    page = client.get(first.location).text
    assert 'autocomplete="one-time-code"' in page and 'inputmode="numeric"' in page
    assert "passkey" not in page
    second = post(client, first.location, {"code": shown.code()})
    assert second.status_code == 303 and second.location == "/account/password"
    assert signed_in(client)
    event = db.session.query(Event).filter_by(action="session.started").one()
    assert event.details["second_factor"] == "app"


def test_a_recovery_code_lets_in_once(app, ada):
    _user, _shown, codes = ada
    for right in (True, False):
        client, _answer = enter(app)
        assert (post(client, STEP, {"recovery": codes[0]}).status_code == 303) is right
        assert signed_in(client) is right


def test_who_has_no_factor_and_needs_none_goes_straight_in(app, ada):
    a_user(number="B1", password=WORDS)
    client, answer = enter(app, "B1")
    assert answer.location == "/" and signed_in(client)
    assert client.get(STEP).location == "/"


@pytest.mark.parametrize(("sent", "words"), [
    ({"code": "000"}, "not right"), ({"code": ""}, "Enter the six digits"),
    ({"recovery": "no"}, "not right"), ({"recovery": ""}, "Enter one of your recovery codes"),
    ({"passkey": "{}"}, "not accepted"), ({"passkey": ""}, "did not answer"),
    ({"passkey": "x" * 30_000}, "at most"), ({}, "Enter the six digits"),
])
def test_what_is_not_right_is_said_and_lets_nobody_in(app, ada, sent, words):
    client, _answer = enter(app)
    answer = post(client, STEP, sent)
    assert answer.status_code == 422 and words in answer.text
    assert not signed_in(client)


def test_one_code_lets_in_once_also_in_another_browser(app, ada):
    _user, shown, _codes = ada
    one, other = enter(app)[0], enter(app)[0]
    assert post(one, STEP, {"code": shown.code()}).status_code == 303
    assert "used already" in post(other, STEP, {"code": shown.code()}).text


def test_the_code_of_another_lets_nobody_in(app, ada):
    client, _answer = enter(app, "A2")
    assert post(client, STEP, {"code": ada[1].code()}).status_code == 422


# -- what stands half way

def test_half_way_nothing_is_open(app, ada):
    client, _answer = enter(app)
    token = csrf(client, STEP)
    for endpoint, methods in policy.read().rules.items():
        if "anon" in methods.get("GET", {}) or "GET" not in methods:
            continue
        rule = next(r for r in app.url_map.iter_rules(endpoint) if "GET" in r.methods)
        values = dict.fromkeys(rule.arguments, 1)
        answer = client.get(app.url_map.bind("localhost").build(endpoint, values))
        assert answer.status_code == 303 and answer.location.startswith("/sign-in"), endpoint
    assert client.post("/sign-out", data={"csrf_token": token}).location == "/sign-in?next=/"


@pytest.mark.parametrize("path", [STEP, f"{STEP}/passkey"])
def test_who_is_not_half_way_is_sent_back(app, ada, path):
    client = app.test_client()
    token = csrf(client, "/sign-in")
    answer = client.post(path, data={"csrf_token": token, "code": "123456"})
    assert answer.status_code == (303 if path == STEP else 409)
    assert client.get(STEP).location.startswith("/sign-in")


def test_it_lasts_ten_minutes(app, ada):
    _user, shown, _codes = ada
    client, _answer = enter(app)
    token = csrf(client, STEP)
    with clock.moved_by(timedelta(minutes=11)):
        answer = client.post(STEP, data={"csrf_token": token, "code": shown.code()})
        assert answer.location.startswith("/sign-in")
        assert "Enter your password again" in client.get("/sign-in").text


def test_it_is_of_one_browser(app, ada):
    enter(app)
    assert app.test_client().get(STEP).location.startswith("/sign-in")


def half_way(user: int) -> arriving.Waiting:
    with committed():
        token = arriving.wait(user)
    found = arriving.find(token)
    assert found is not None
    return found


def arrive(waiting: arriving.Waiting, text: str):
    with committed():
        return arriving.by_code(waiting, text, tries=a_stranger(waiting.user_id), browser="",
                                address=None, request_id=None)


def test_it_is_gone_once_it_was_used(each_app):
    user = a_user(password=WORDS)
    app, codes = an_app(user)
    waiting = half_way(user)
    assert arrive(waiting, app.code()) is not None
    with pytest.raises(Refusal, match="from the beginning"):
        arrive(waiting, codes[0])
    assert proves(user, codes[0]) == "recovery"


def test_of_two_who_go_on_at_once_one_arrives(each_app):
    user = a_user(password=WORDS)
    _app, codes = an_app(user)
    waiting = half_way(user)
    found = at_once(each_app, [lambda code=code: arriving.by_code(
        waiting, code, tries=a_stranger(user), browser="", address=None, request_id=None)
        for code in codes[:2]])
    assert sorted(type(each).__name__ for each in found) == ["Refusal", "Started"]


def test_it_falls_with_the_password_and_with_the_account(each_app):
    user, other = a_user(password=WORDS), a_user(password=WORDS)
    for each in (user, other):
        an_app(each)
    with committed():
        mine, theirs = arriving.wait(user), arriving.wait(other)
    with clock.moved_by(timedelta(seconds=1)), committed():
        linking.set_password(user, "x", by=BY)
        employing.leave({other: house.today()}, by=BY)
    assert arriving.find(mine) is arriving.find(theirs) is None


def test_what_is_over_is_purged(each_app):
    user = a_user(password=WORDS)
    with committed():
        arriving.wait(user)
    with clock.moved_by(timedelta(minutes=5)), committed():
        token = arriving.wait(user)
    with clock.moved_by(timedelta(minutes=11)):
        with committed():
            assert arriving.purge_some() == 1
        assert arriving.find(token) is not None
    assert db.session.query(HalfWay).count() == 1


# -- who tries often, and who is told

def test_the_eleventh_wrong_code_waits_and_the_right_one_with_it(app, ada):
    _user, shown, _codes = ada
    client, _answer = enter(app)
    tried = [post(client, STEP, {"code": shown.wrong()}).status_code for _time in range(11)]
    assert tried == [422] * 10 + [429]
    answer = post(client, STEP, {"code": shown.code()})
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


def test_the_password_again_gives_no_more_tries(app, ada):
    _user, shown, _codes = ada
    for _time in range(5):
        client, _answer = enter(app)
        for _try in range(2):
            post(client, STEP, {"code": shown.wrong()})
    client, _answer = enter(app)
    assert post(client, STEP, {"code": shown.code()}).status_code == 429


def test_a_device_that_knows_its_owner_is_not_shut_out_by_a_stranger(app, ada):
    user, shown, _codes = ada
    mine, _answer = enter(app)
    post(mine, STEP, {"code": shown.code()})
    post(mine, "/account", to="/sign-out")
    stranger, _answer = enter(app)
    for _try in range(11):
        post(stranger, STEP, {"code": shown.wrong()})
    forget_steps(user)
    enter(app, client=mine)
    assert post(mine, STEP, {"code": shown.code()}).status_code == 303


def test_the_owner_is_told_of_who_knew_the_password(app, ada):
    user, shown, _codes = ada
    stranger, _answer = enter(app)
    post(stranger, STEP, {"code": shown.wrong()})
    assert throttling.find_failed(user).count == 2
    mine, _answer = enter(app)
    answer = post(mine, STEP, {"code": shown.code()}, follow_redirects=True)
    assert "2 tries to sign in as you failed" in answer.text
    assert throttling.find_failed(user).count == 0


def test_who_signs_in_at_once_is_told_of_nothing(app, ada):
    mine, _answer = enter(app)
    answer = post(mine, STEP, {"code": ada[1].code()}, follow_redirects=True)
    assert "failed since" not in answer.text


def test_a_wrong_code_is_a_line_in_the_log(app, ada, caplog):
    client, _answer = enter(app)
    post(client, STEP, {"code": ada[1].wrong()})
    [line] = [each for each in caplog.records if each.message == "second step failed"]
    assert line.fields["user"] == ada[0]


# -- the key file

def test_without_the_key_file_the_page_says_so_and_a_recovery_code_works(app, ada):
    _user, shown, codes = ada
    client, _answer = enter(app)
    with another_key(None):
        answer = post(client, STEP, {"code": shown.code()})
        assert answer.status_code == 503 and "key file second-factor.key is missing" in answer.text
        admin = client_of(app, a_user("admin"))
        health = admin.get("/health").text
        assert "Second factors cannot be checked" in health and "is missing" in health
        refused = post(admin, "/account/second-factor", to="/account/second-factor/app/begin",
                       follow_redirects=True)
        assert refused.status_code == 200 and "is missing" in refused.text
        assert post(client, STEP, {"recovery": codes[0]}).status_code == 303


def test_without_the_key_file_an_app_that_was_begun_is_not_shown(app):
    user = a_user()
    begun(user)
    page = client_of(app, user)
    with another_key("damaged"):
        answer = page.get("/account/second-factor/app", follow_redirects=True)
        assert answer.status_code == 200 and "cannot be read" in answer.text


# -- links and passwords

def link_of(user: int) -> str:
    with committed():
        return f"/access/{linking.make([user], by=BY)[user].token}"


def test_a_link_does_not_go_around_the_factor(app, ada):
    user, shown, _codes = ada
    client, link = app.test_client(), link_of(user)
    answer = post(client, link, {"password": "seven green umbrellas"})
    assert answer.location.startswith(STEP) and not signed_in(client)
    assert "Your password is set" in client.get(STEP).text
    assert post(client, STEP, {"code": shown.code()}).status_code == 303 and signed_in(client)


def test_by_a_link_who_has_none_and_must_have_one_comes_as_far_as_setting_it_up(app):
    a_setting(FACTOR_TRAINER, True)
    user, client = a_user("trainer"), app.test_client()
    answer = post(client, link_of(user), {"password": "seven green umbrellas"})
    assert answer.location == "/" and not signed_in(client)
    page = client.get("/", follow_redirects=True)
    assert page.request.path == "/account/second-factor"


@pytest.mark.parametrize("by_link", [True, False])
def test_twelve_characters_do_with_a_factor_and_fifteen_without(app, by_link):
    with_one, without = (a_user(password=WORDS) for _n in range(2))
    an_app(with_one)
    for user, least in ((with_one, 12), (without, 15)):
        with committed():
            client = client_of(app, user) if user == without else _proven_client(app, user)
        path = link_of(user) if by_link else "/account/password"
        assert f"At least {least} characters" in client.get(path).text
        for length, good in ((least - 1, False), (least, True)):
            text = "Quick plum kestrels"[:length]
            answer = post(client, path, {"current": WORDS, "password": text})
            assert (answer.status_code == 303) is good, (user == with_one, length)
            assert good or f"at least {least} characters" in answer.text


def _proven_client(app, user: int):
    with committed():
        token = signing_in.start(user, browser="", by_request=None, proven="app").signed_in.token
    client = app.test_client()
    with client.session_transaction() as session:
        session["_user_id"], session["_fresh"] = token, True
    return client


def test_a_password_that_became_too_short_lets_its_owner_set_a_factor_up(app):
    """Its factor was reset: the password alone is too short for everything else."""
    user = a_user(number="A1", password=SHORT)
    client, _answer = enter(app, password=SHORT)
    assert not signed_in(client)
    page = client.get("/", follow_redirects=True)
    assert "fewer than 15 characters" in page.text
    app_of = begun(user)
    post(client, "/account/second-factor/app", {"code": app_of.code()})
    assert signed_in(client)


# -- who must have one

def test_until_it_is_set_up_every_page_leads_to_setting_it_up(app):
    a_setting(FACTOR_HR, True)
    user = a_user(*Role, number="A1", password=WORDS)
    client, _answer = enter(app)
    token = csrf(client, "/account/second-factor")
    open_ = {"second_factor.index", "second_factor.begin_app", "second_factor.app",
             "second_factor.new_passkey", "second_factor.ask_new_passkey", "accounts.sign_out",
             "time_zone.choose"}
    adapter, asked = app.url_map.bind("localhost"), 0
    for endpoint, methods in policy.read().rules.items():
        for method in methods:
            if endpoint in open_ or "anon" in methods[method]:
                continue
            rule = next(r for r in app.url_map.iter_rules(endpoint) if method in r.methods)
            path = adapter.build(endpoint, dict.fromkeys(rule.arguments, 1))
            answer = client.open(path, method=method, data={"csrf_token": token})
            assert (answer.status_code, answer.location) == (303, "/account/second-factor"), path
            asked += 1
            json = client.open(path, method=method, data={"csrf_token": token},
                               headers={"Accept": "application/json"})
            assert json.status_code == 403, path
    assert asked > 100
    marks = {endpoint for endpoint, view in app.view_functions.items()
             if getattr(view, "permission", "") == Permission.ENROL}
    assert marks == open_
    app_of = begun(user)
    answer = post(client, "/account/second-factor/app", {"code": app_of.code()})
    assert len(re.findall(r"<code>[0-9a-z]{4}(?:-[0-9a-z]{4}){6}</code>", answer.text)) == 10
    assert client.get("/people").status_code == 200


def test_what_is_public_stays_public_and_shows_nothing_of_ones_own(app):
    a_setting(FACTOR_HR, True)
    a_user("hr", number="A1", password=WORDS)
    client, _answer = enter(app)
    assert client.get("/").status_code == 303
    page = client.get("/verify").text
    assert 'href="/people"' not in page and 'href="/records"' not in page
    client.get("/account/time-zone")
    answer = post(client, "/account/time-zone", {"time_zone": "Europe/Paris"})
    assert answer.status_code == 303
    assert post(client, "/account/second-factor", to="/sign-out").status_code == 303


def test_every_role_may_set_a_factor_up_and_only_administrators_reset_one():
    assert all(Permission.ENROL in held for held in PERMISSIONS.values())
    assert [role for role in Role if Permission.FACTOR_RESET in PERMISSIONS[role]] == [Role.ADMIN]


# -- the own account

@pytest.fixture
def mine(app):
    """Somebody's browser, whose password is known."""
    user = a_user(number="A1", password=WORDS)
    client, _answer = enter(app)
    return user, client


def test_an_app_is_set_up_on_the_account_page(app, mine):
    user, client = mine
    assert 'href="/account/second-factor"' in client.get("/account").text
    assert client.get("/account/second-factor/app").location == "/account/second-factor"
    post(client, "/account/second-factor", to="/account/second-factor/app/begin")
    page = client.get("/account/second-factor/app")
    secret = re.search(r"<code>([A-Z2-7 ]{39})</code>", page.text)[1].replace(" ", "")
    assert "<svg" in page.text and page.headers["Referrer-Policy"] == "no-referrer"
    answer = post(client, "/account/second-factor/app",
                  {"code": App(secret).code(), "current": WORDS})
    assert "Your recovery codes" in answer.text and proving.has_factor(user)
    assert "10 codes are left" in client.get("/account/second-factor").text


@pytest.mark.parametrize(("code", "password", "words"), [
    ("right", "wrong", "not your present password"), ("right", "", "Enter your password"),
    ("wrong", WORDS, "code is not right"), ("", WORDS, "Enter the six digits"),
])
def test_neither_a_wrong_code_nor_a_wrong_password_sets_it_up(app, mine, code, password, words):
    user, client = mine
    app_of = begun(user)
    sent = {"right": app_of.code(), "wrong": app_of.wrong()}.get(code, code)
    answer = post(client, "/account/second-factor/app", {"code": sent, "current": password})
    assert answer.status_code == 422 and words in answer.text and not proving.has_factor(user)


@pytest.mark.parametrize("path", ["app/remove", "codes", "passkeys/{}/remove"])
def test_changes_ask_for_the_password_and_slow_guessing_down(app, path):
    user = a_user(number="A1", password=WORDS)
    _app, codes = an_app(user)
    a_passkey(user)
    client = _proven_client(app, user)
    address = "/account/second-factor/" + path.format(1)
    assert client.get(address).status_code == 200
    tried = [post(client, address, {"current": "wrong"}).status_code for _time in range(11)]
    assert tried == [422] * 10 + [429]
    assert post(client, address, {"current": WORDS}).status_code == 429
    with clock.moved_by(timedelta(minutes=16)):
        assert post(client, address, {"current": WORDS}).status_code in (200, 303)
    assert (proves(user, codes[0]) is None) is (path == "codes")


def test_the_last_one_of_who_must_have_one_stays(app):
    a_setting(FACTOR_HR, True)
    user = a_user("hr", number="A1", password=WORDS)
    an_app(user)
    answer = post(_proven_client(app, user), "/account/second-factor/app/remove",
                  {"current": WORDS})
    assert answer.status_code == 422 and "Your role needs" in answer.text


def test_who_has_a_short_password_keeps_the_last_one(app):
    user = a_user(number="A1", password=SHORT)
    an_app(user)
    answer = post(_proven_client(app, user), "/account/second-factor/app/remove",
                  {"current": SHORT})
    assert "fewer than 15 characters" in answer.text and proving.has_factor(user)


def test_a_passkey_is_asked_for_only_with_the_password(app, mine):
    _user, client = mine
    for password, words in (("", "Enter your password"), ("wrong", "not your present password")):
        answer = post(client, "/account/second-factor/passkeys/new",
                      {"current": password, "label": "Laptop"},
                      to="/account/second-factor/passkeys/ask")
        assert answer.status_code == 422 and words in answer.json["error"]
    answer = post(client, "/account/second-factor/passkeys/new",
                  {"current": WORDS, "label": "Laptop"}, to="/account/second-factor/passkeys/ask")
    assert answer.json["rp"]["id"] == "localhost"


def test_without_an_answer_of_the_browser_no_passkey_is_added(app, mine):
    user, client = mine
    for sent in ({"label": "Laptop"}, {"label": "Laptop", "passkey": "{}"}, {"passkey": "{}"}):
        answer = post(client, "/account/second-factor/passkeys/new", sent)
        assert answer.status_code == 422
    assert not proving.has_factor(user)


def test_no_page_shows_the_secret_or_codes_again(app, mine):
    user, _client = mine
    app_of = begun(user)
    codes = enrolled(user, app_of)
    shown = _proven_client(app, user)
    for path in ("/account", "/account/second-factor", "/account/second-factor/codes"):
        text = shown.get(path).text
        assert not any(code in text for code in codes) and app_of.totp.secret not in text
    assert shown.get("/account/second-factor/app").status_code == 303


def enrolled(user: int, app_of) -> list[str]:
    with committed():
        return enrolling.confirm_app(user, app_of.code(), session_id=0, by=Actor("user", user))


def test_health_counts_who_has_none_and_should(app):
    a_setting(FACTOR_HR, True)
    admin = client_of(app, a_user("admin"))
    assert "whose role needs one" not in admin.get("/health").text
    a_user("hr")
    assert "1 person whose role needs one has none" in admin.get("/health").text
    a_user("hr")
    assert "2 people whose role needs one have none" in admin.get("/health").text
