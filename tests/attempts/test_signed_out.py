"""Who is signed out in the middle of a sitting signs in and goes on at the same question."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.attempts.models import Attempt, LateAnswer
from isotrain.db import db
from isotrain.web import gate
from tests.attempts import sitting
from tests.attempts.browsing import begin, form_fields, rows, text_of
from tests.factories import a_user, client_of, post

WORDS, OURS = "correct horse battery staple", {"Origin": "http://localhost"}
UNSAVED = "This answer is not saved yet"
ENDINGS = ("signed out", "too old", "another session")


@pytest.fixture
def person(each_course_app):
    return a_user(number="A1", password=WORDS)


def answer(browser, attempt, position, value, fields, **more):
    data = {**fields, "answer": value, "go": "next"}
    return browser.post(f"/attempt/{attempt}/{position}", data=data, **more)


def ended(browser, how):
    """End the session of a browser in one of the ways they end."""
    if how == "too old":
        return clock.moved_by(timedelta(hours=13))
    post(browser, "/my-training", to="/sign-out")
    if how == "another session":
        sign_in(browser, "/sign-in")
    return clock.moved_by(timedelta(0))


def sign_in(browser, page, number="A1"):
    return post(browser, page, {"name": number, "password": WORDS})


def long_sitting(app, person):
    sitting.change_rules(minutes=None)
    browser = client_of(app, person)
    attempt = begin(browser)
    return browser, attempt, form_fields(browser.get(f"/attempt/{attempt}/3").text)


@pytest.mark.parametrize("how", ENDINGS)
def test_an_answer_sent_while_signed_out_comes_back_to_its_question(each_course_app, person, how):
    browser, attempt, fields = long_sitting(each_course_app, person)
    with ended(browser, how):
        sent = answer(browser, attempt, 3, "1", fields, headers=OURS)
        assert sent.status_code == 303
        if how != "another session":
            assert sent.location == f"/sign-in?next=/attempt/{attempt}/3"
            sent = sign_in(browser, sent.location)
        assert sent.location == f"/attempt/{attempt}/3"
        page = browser.get(sent.location)
        assert UNSAVED in text_of(page) and 'value="1" checked' in page.text
        assert rows(attempt) == {}  # its sender saves it
        assert UNSAVED not in text_of(browser.get(sent.location))  # it comes back once
        again = answer(browser, attempt, 3, "1", form_fields(page.text))
        assert again.location == f"/attempt/{attempt}/4"
        assert rows(attempt)[3].rev == 1


@pytest.mark.parametrize("headers", [{}, {"Origin": "http://evil.example"}, {"Origin": "null"}],
                         ids=["nowhere", "elsewhere", "hidden"])
def test_what_another_site_sends_comes_back_to_nobody(each_course_app, person, headers):
    browser, attempt, fields = long_sitting(each_course_app, person)
    stranger = each_course_app.test_client()
    sent = answer(stranger, attempt, 3, "1", fields, headers=headers)
    assert sent.location == "/sign-in?next=/"
    sign_in(stranger, sent.location)
    assert UNSAVED not in text_of(stranger.get(f"/attempt/{attempt}/3"))
    post(browser, "/my-training", to="/sign-out")
    sign_in(browser, "/sign-in")
    assert answer(browser, attempt, 3, "1", fields, headers=headers).status_code == 400


def test_who_signs_in_instead_sees_nothing_of_it(each_course_app, person):
    a_user(number="B2", password=WORDS)
    browser, attempt, fields = long_sitting(each_course_app, person)
    post(browser, "/my-training", to="/sign-out")
    sent = answer(browser, attempt, 3, "1", fields, headers=OURS)
    onward = sign_in(browser, sent.location, "B2")
    with browser.session_transaction() as kept:
        assert gate.CARRIED not in kept  # nor does their cookie hold it
    assert onward.location == "/"
    assert browser.get(sent.location.partition("next=")[2]).status_code == 404
    other = begin(browser)
    assert UNSAVED not in text_of(browser.get(f"/attempt/{other}/3"))


def test_it_waits_while_another_browser_sits_there(each_course_app, person):
    browser, attempt, fields = long_sitting(each_course_app, person)
    other = client_of(each_course_app, person)
    post(browser, "/my-training", to="/sign-out")
    post(other, f"/attempt/{attempt}/3", to=f"/attempt/{attempt}/here")
    sent = answer(browser, attempt, 3, "1", fields, headers=OURS)
    onward = sign_in(browser, sent.location)
    elsewhere = browser.get(onward.location)
    assert "Open in another browser" in text_of(elsewhere)
    here = post(browser, onward.location, to=f"/attempt/{attempt}/here", data={"position": "3"})
    page = browser.get(here.location)
    assert UNSAVED in text_of(page) and 'value="1" checked' in page.text


def test_a_newer_answer_of_another_browser_is_not_laid_over(each_course_app, person):
    browser, attempt, fields = long_sitting(each_course_app, person)
    other = client_of(each_course_app, person)
    post(other, f"/attempt/{attempt}/3", to=f"/attempt/{attempt}/here")
    answer(other, attempt, 3, "0", form_fields(other.get(f"/attempt/{attempt}/3").text))
    post(other, "/my-training", to="/sign-out")
    post(browser, "/my-training", to="/sign-out")
    sent = answer(browser, attempt, 3, "1", fields, headers=OURS)
    page = browser.get(sign_in(browser, sent.location).location)
    conflict = answer(browser, attempt, 3, "1", form_fields(page.text))
    assert conflict.status_code == 409 and rows(attempt)[3].rev == 1


def test_what_came_back_after_the_end_is_kept_as_late(each_course_app, person):
    browser, attempt, fields = long_sitting(each_course_app, person)
    post(browser, "/my-training", to="/sign-out")
    sent = answer(browser, attempt, 3, "1", fields, headers=OURS)
    sitting.submit(attempt, person)
    result = browser.get(sign_in(browser, sent.location).location, follow_redirects=True)
    assert result.request.path == f"/attempt/{attempt}/result"
    db.session.rollback()
    assert [late.position for late in db.session.query(LateAnswer)] == [3]
    assert "Some answers came after the end" in text_of(result)


def test_an_answer_too_long_for_a_cookie_is_not_carried_and_the_page_is_found_again(
        each_course_app, person):
    browser, attempt, fields = long_sitting(each_course_app, person)
    post(browser, "/my-training", to="/sign-out")
    sent = answer(browser, attempt, 3, "1" * 3000, fields,
                  headers={**OURS, "Referer": f"http://localhost/attempt/{attempt}/3"})
    assert sent.location == f"/sign-in?next=/attempt/{attempt}/3"
    page = browser.get(sign_in(browser, sent.location).location)
    assert page.status_code == 200 and UNSAVED not in text_of(page)


def test_whoever_sent_another_form_while_signed_out_comes_back_to_its_page(each_course_app, person):
    browser = client_of(each_course_app, person)
    post(browser, "/my-training", to="/sign-out")
    sent = browser.post("/account/password", data={"current": "x"},
                        headers={"Referer": "http://localhost/account?x=1"})
    assert sent.location.startswith("/sign-in?next=/account")


@pytest.mark.parametrize("how", ENDINGS[:2])
def test_whoever_hands_in_while_signed_out_is_told_that_it_did_not_happen(
    each_course_app, person, how
):
    browser, attempt, fields = long_sitting(each_course_app, person)
    check = f"/attempt/{attempt}/check"
    with ended(browser, how):
        sent = browser.post(f"/attempt/{attempt}/submit", data=fields,
                            headers={"Referer": f"http://localhost{check}"})
        assert sent.location == f"/sign-in?next={check}"
        assert "What you sent last was not done" in text_of(browser.get(sent.location))
        back = browser.get(sign_in(browser, sent.location).location)
        assert back.status_code == 200 and "Hand in" in text_of(back)
    assert db.session.get_one(Attempt, attempt).state == "open"


def test_whoever_signs_out_twice_is_told_of_nothing_undone(each_course_app, person):
    browser = client_of(each_course_app, person)
    post(browser, "/my-training", to="/sign-out")
    sent = browser.post("/sign-out")
    assert "was not done" not in text_of(browser.get(sent.location))
