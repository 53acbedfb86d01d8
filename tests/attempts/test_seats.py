"""One browser shows the questions of an exam; another one is told, and can take it over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import clock
from tests.attempts import sitting
from tests.attempts.browsing import begin, rows, tell, text_of
from tests.attempts.sitting import PRACTICE
from tests.counting import counted
from tests.factories import a_user, client_of, csrf, post

QUESTION_PAGES = ("1", "7", "check", "paper")


@pytest.fixture
def two(each_course_app):
    """An exam that is sat in one browser, and another browser of the same person."""
    user = a_user()
    first, second = (client_of(each_course_app, user) for _ in range(2))
    return first, second, begin(first), user


@pytest.mark.parametrize("page", QUESTION_PAGES)
def test_a_second_browser_is_told_where_the_exam_is_sat_and_shows_no_question(two, page):
    first, second, attempt, _user = two
    told = second.get(f"/attempt/{attempt}/{page}")
    assert told.status_code == 409
    assert "You are sitting this exam in another browser" in text_of(told)
    assert 'name="answer' not in told.text and "stem" not in told.text
    assert first.get(f"/attempt/{attempt}/{page}").status_code == 200


def test_whoever_goes_on_in_a_second_browser_comes_to_the_question_it_asked_for(two):
    first, second, attempt, _user = two
    went = post(second, f"/attempt/{attempt}/7", {"position": "7"}, to=f"/attempt/{attempt}/here")
    assert went.location == f"/attempt/{attempt}/7"
    assert second.get(went.location).status_code == 200
    assert first.get(went.location).status_code == 409


def test_starting_again_from_the_page_of_the_quiz_takes_the_exam_over(two):
    first, second, attempt, _user = two
    assert begin(second) == attempt
    assert first.get(f"/attempt/{attempt}/1").status_code == 409


def test_an_answer_from_the_browser_that_gave_up_is_saved_and_answered_with_who_sits(two):
    first, second, attempt, _user = two
    token = csrf(first, f"/attempt/{attempt}/1")
    post(second, f"/attempt/{attempt}/1", to=f"/attempt/{attempt}/here")
    told = tell(first, attempt, 1, ["0"], token=token)
    assert told.status_code == 200 and told.json["state"] == "saved"
    assert told.json["elsewhere"].startswith("You are sitting this exam in another browser")
    assert rows(attempt)[1].rev == 1
    assert tell(second, attempt, 2, ["0"]).json["elsewhere"] is None
    assert first.get(f"/attempt/{attempt}/1").status_code == 409  # its answer took nothing back


@pytest.mark.parametrize(("minutes", "status"), [(29, 409), (31, 200)])
def test_a_browser_not_seen_for_as_long_as_a_session_may_rest_holds_no_seat(
        each_course_app, minutes, status):
    sitting.change_rules(minutes=120)
    user = a_user()
    attempt = begin(client_of(each_course_app, user))
    with clock.moved_by(timedelta(minutes=minutes)):
        later = client_of(each_course_app, user)
        assert later.get(f"/attempt/{attempt}/1").status_code == status


def test_signing_out_gives_the_seat_up(two):
    first, second, attempt, _user = two
    post(first, "/my-training", to="/sign-out")
    assert second.get(f"/attempt/{attempt}/1").status_code == 200


def test_another_exam_and_another_person_hold_no_seat_here(each_course_app, two):
    _first, second, _attempt, user = two
    other = a_user()
    foreign = begin(client_of(each_course_app, other))
    assert client_of(each_course_app, user).get(f"/attempt/{foreign}/1").status_code == 404
    assert client_of(each_course_app, other).get(f"/attempt/{foreign}/1").status_code == 409
    practice = begin(second, PRACTICE)
    assert client_of(each_course_app, user).get(f"/attempt/{practice}/1").status_code == 200


def test_practice_can_be_gone_on_with_anywhere_and_takes_no_seat(two):
    first, second, attempt, _user = two
    practice = begin(second, PRACTICE)
    assert post(second, f"/quiz/{PRACTICE}", to=f"/attempt/{practice}/here").status_code == 303
    assert first.get(f"/attempt/{attempt}/1").status_code == 200


def test_nobody_takes_over_what_is_not_theirs_or_over(each_course_app, two):
    _first, second, attempt, user = two
    stranger = client_of(each_course_app, a_user())
    assert post(stranger, "/my-training", to=f"/attempt/{attempt}/here").status_code == 404
    sitting.submit(attempt, user)
    ended = post(second, "/my-training", to=f"/attempt/{attempt}/here")
    assert ended.location == f"/attempt/{attempt}/result"


def test_who_sits_is_asked_of_the_database_by_a_second_browser_alone(two):
    first, second, attempt, _user = two
    first.get(f"/attempt/{attempt}/1")

    def asked(browser) -> int:
        with counted() as queries:
            browser.get(f"/attempt/{attempt}/1")
        return len(queries)

    assert asked(second) <= asked(first) + 1
