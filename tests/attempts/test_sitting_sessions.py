"""The session in which an exam is sat outlives the limits of sessions; no other one does."""

from __future__ import annotations

from datetime import timedelta

from isotrain import clock
from tests.attempts import sitting
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import a_user, client_of, post

IDLE, ABSOLUTE = timedelta(minutes=31), timedelta(hours=12, minutes=1)


def begin(app, user, quiz):
    client = client_of(app, user)
    answer = post(client, f"/quiz/{quiz}")
    assert answer.status_code == 303
    return client, answer.location


def signed_in(client):
    return client.get("/account").status_code == 200


def test_who_sits_an_exam_with_an_end_is_signed_in_until_then_and_not_elsewhere(each_course_app):
    user = a_user()
    sitting.change_rules(minutes=16 * 60)
    elsewhere = client_of(each_course_app, user)
    client, address = begin(each_course_app, user, EXAM)
    with clock.moved_by(IDLE):
        assert not signed_in(elsewhere)
        assert client.get(address, follow_redirects=True).status_code == 200
    with clock.moved_by(ABSOLUTE):
        assert signed_in(client) and not signed_in(elsewhere)
    attempt = int(address.split("/")[2])
    sitting.submit(attempt, user)
    with clock.moved_by(ABSOLUTE + IDLE):
        assert not signed_in(client)


def test_an_exam_without_an_end_spares_the_pause_but_not_the_day(each_course_app):
    user = a_user()
    sitting.change_rules(minutes=None)
    client, _address = begin(each_course_app, user, EXAM)
    with clock.moved_by(ABSOLUTE - timedelta(minutes=2)):
        assert signed_in(client)
    with clock.moved_by(ABSOLUTE):
        assert not signed_in(client)


def test_a_session_does_not_come_back_to_life_by_a_practice_or_an_exam_begun_elsewhere(
        each_course_app):
    user = a_user()
    old = client_of(each_course_app, user)
    practising, _address = begin(each_course_app, user, PRACTICE)
    begin(each_course_app, user, EXAM)
    with clock.moved_by(IDLE):
        assert not signed_in(old) and not signed_in(practising)
    assert not signed_in(old) and not signed_in(practising)  # ended, not only too old


def test_the_browser_that_takes_an_exam_over_is_the_one_that_is_spared(each_course_app):
    user = a_user()
    sitting.change_rules(minutes=120)
    first, address = begin(each_course_app, user, EXAM)
    second = client_of(each_course_app, user)
    taken = post(second, f"{address}/1", to=f"{address}/here")
    assert taken.status_code == 303 and taken.location.endswith("/1")
    with clock.moved_by(IDLE):
        assert signed_in(second)
        assert not signed_in(first)  # it began the same exam, and gave it up


def test_practice_begun_and_answered_beside_an_exam_does_not_take_its_session(each_course_app):
    user = a_user()
    sitting.change_rules(minutes=120)
    client, address = begin(each_course_app, user, EXAM)
    practice = post(client, f"/quiz/{PRACTICE}").location
    page = client.get(practice, follow_redirects=True)
    assert post(client, page.request.path, {"rev": "1", "go": "flag"}).status_code == 303
    with clock.moved_by(IDLE):
        assert signed_in(client)
        assert client.get(address, follow_redirects=True).status_code == 200
