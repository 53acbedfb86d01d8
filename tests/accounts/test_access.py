"""First access and forgotten passwords: one-time links."""

from __future__ import annotations

import io
import re
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import linking, passwords, registering
from isotrain.accounts.models import OneTimeLink
from isotrain.accounts.registering import Person
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.web import journal
from tests.factories import BY, a_user, client_of, committed, post

WORDS = "seven green umbrellas marching"
OTHER = "seven green umbrellas marching"


def a_link(user):
    with committed():
        return linking.make([user], by=BY)[user]


def works(client, link):
    return client.get(f"/access/{link.token}").status_code == 200


def test_a_first_link_sets_the_password_and_signs_in(app):
    user = a_user(name="Ada Byron", number="A-17")
    link = a_link(user)
    assert link.url == f"http://localhost/access/{link.token}" and link.purpose == "first_access"
    client = app.test_client()
    page = client.get(f"/access/{link.token}")
    assert "Ada Byron" in page.text and "A-17" in page.text and "15 characters" in page.text
    assert page.headers["Referrer-Policy"] == "no-referrer"
    answer = post(client, f"/access/{link.token}", {"password": WORDS})
    assert answer.status_code == 303 and client.get("/account").status_code == 200
    again = post(app.test_client(), "/sign-in", {"name": "a-17", "password": WORDS})
    assert again.status_code == 303


def test_a_used_link_says_in_words_that_it_is_gone(app):
    link = a_link(a_user())
    client = app.test_client()
    post(client, f"/access/{link.token}", {"password": WORDS})
    answer = app.test_client().get(f"/access/{link.token}")
    assert answer.status_code == 410 and "no longer works" in answer.text
    assert app.test_client().get("/access/never-made").status_code == 410


@pytest.mark.parametrize(("password", "life"), [(None, timedelta(days=14)),
                                                (WORDS, timedelta(minutes=30))])
def test_a_link_expires(app, password, life):
    client = app.test_client()
    link = a_link(a_user(password=password))
    with clock.moved_by(life - timedelta(minutes=1)):
        assert works(client, link)
    with clock.moved_by(life + timedelta(minutes=1)):
        assert not works(client, link)


def test_a_newer_link_a_new_address_and_a_new_password_end_a_link(app):
    client = app.test_client()
    user = a_user(number="A1", name="Ada")
    first = a_link(user)
    second = a_link(user)
    assert not works(client, first) and works(client, second)
    with committed():
        registering.change({user: Person("A1", "Ada", "ada@example.com")}, by=BY)
    assert not works(client, second)
    third = a_link(user)
    with committed():
        linking.set_password(user, passwords.hash_password(WORDS), by=BY)
    assert not works(client, third)


def test_a_deactivated_person_gets_no_link_and_an_older_one_is_dead(app):
    user = a_user()
    link = a_link(user)
    with committed():
        registering.deactivate([user], by=BY)
    assert not works(app.test_client(), link)
    with pytest.raises(Refusal, match="not active"):
        a_link(user)


def test_using_a_link_ends_every_other_session(app):
    user = a_user(password=WORDS)
    elsewhere = client_of(app, user)
    post(app.test_client(), f"/access/{a_link(user).token}", {"password": OTHER})
    assert elsewhere.get("/account").status_code == 303


def test_who_was_signed_in_on_that_browser_before_is_signed_out_on_the_server(app):
    hr = a_user("hr")
    browser = client_of(app, hr)
    cookie = browser.get_cookie("isotrain").value
    post(browser, f"/access/{a_link(a_user()).token}", {"password": WORDS})
    assert browser.get("/account").status_code == 200
    copied = app.test_client()
    copied.set_cookie("isotrain", cookie)
    assert copied.get("/account").status_code == 303


def test_a_weak_password_is_refused_and_the_link_stays_good(app):
    link = a_link(a_user(name="Ada Byron"))
    client = app.test_client()
    answer = post(client, f"/access/{link.token}", {"password": "short"})
    assert answer.status_code == 422 and "at least 15" in answer.text
    assert works(client, link)


def test_of_many_uses_at_once_one_succeeds(each_app):
    user = a_user()
    link = a_link(user)
    hashes = [passwords.hash_password(f"{WORDS} {n}") for n in range(6)]
    outcomes = []
    together = threading.Barrier(6)

    def use(hashed):
        with each_app.app_context():
            together.wait()
            try:
                with committed():
                    linking.use(linking.get(link.token), hashed, request_id=None)
                outcomes.append(hashed)
            except Refusal:
                outcomes.append(None)
            db.session.remove()

    threads = [threading.Thread(target=use, args=(hashed,)) for hashed in hashes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    assert outcomes.count(None) == 5
    assert passwords.find_hash(user) == next(filter(None, outcomes))


def test_a_link_that_was_used_since_it_was_looked_up_is_gone(app):
    user = a_user()
    link = a_link(user)
    found = linking.get(link.token)
    with committed():
        linking.use(linking.get(link.token), passwords.hash_password(WORDS), request_id=None)
    kept = passwords.find_hash(user)
    with pytest.raises(Refusal), committed():
        linking.use(found, passwords.hash_password("another " + WORDS), request_id=None)
    db.session.rollback()
    assert passwords.find_hash(user) == kept


def test_the_database_keeps_no_token(app):
    link = a_link(a_user())
    kept = db.session.scalars(sa.select(OneTimeLink.token_hash)).all()
    assert len(kept) == 1 and link.token not in kept[0]


def test_the_log_names_no_token(app, monkeypatch):
    said = io.StringIO()
    monkeypatch.setattr(journal.logger.handlers[0], "stream", said)
    link = a_link(a_user())
    client = app.test_client()
    post(client, f"/access/{link.token}", {"password": WORDS})
    client.get(f"/access/{link.token}")
    assert link.token not in said.getvalue() and "/access/<token>" in said.getvalue()


def test_access_works_behind_https_though_its_page_sends_no_referrer(app):
    link = a_link(a_user())
    client = app.test_client()
    base = {"base_url": "https://localhost"}
    page = client.get(f"/access/{link.token}", **base)
    token = re.search(r'csrf_token" value="([^"]+)"', page.text).group(1)
    answer = client.post(f"/access/{link.token}", data={"csrf_token": token, "password": WORDS},
                         **base)
    assert answer.status_code == 303


def test_a_person_cannot_be_named_by_a_shortened_or_foreign_link(app):
    link = a_link(a_user())
    for token in (link.token[:-1], link.token.swapcase(), link.token + "x", "%00", "é" * 300):
        assert app.test_client().get(f"/access/{token}").status_code == 410
