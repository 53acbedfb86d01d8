"""What the pages say of exams and practice is what the database holds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.attempts.models import Attempt
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.quizzes.models import QuizVersion
from tests.attempts import sitting
from tests.attempts.browsing import text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import a_user, client_of

OVER = timedelta(minutes=31)


def test_after_a_pass_nothing_is_left_to_count_down(course_app, browser, learner):
    sitting.sit(learner, right=20)
    text = text_of(browser.get(f"/quiz/{EXAM}"))
    assert "You passed on" in text and "renew" in text
    assert "Next attempt from" not in text and "attempts left" not in text
    with clock.moved_by(timedelta(days=2)):
        later = client_of(course_app, learner)
        assert "Sit it again" in text_of(later.get(f"/quiz/{EXAM}"))


def test_my_training_names_the_end_of_an_exam_only_until_then(course_app, browser, learner):
    sitting.start(learner)
    before = text_of(browser.get("/my-training"))
    assert "Your exam is open until" in before and "so far is saved" not in before
    with clock.moved_by(OVER):
        after = text_of(client_of(course_app, learner).get("/my-training"))
    assert "The time of your exam was over on" in after and "is open until" not in after
    assert "See the result" in after and "Go on with the exam" not in after


def test_with_an_exam_open_not_everything_is_done(browser, learner):
    sitting.change_rules(wait_hours=0)
    sitting.sit(learner, right=20)
    assert "Nothing is due" in text_of(browser.get("/my-training"))
    sitting.start(learner)
    text = text_of(browser.get("/my-training"))
    assert "Nothing is due" not in text and "Go on with the exam" in text
    assert "1 exam open" in text and "due soon" not in text


def test_after_a_fail_the_next_attempt_is_named_beside_the_module(course_app, browser, learner):
    sitting.sit(learner, right=0)
    waiting = text_of(browser.get("/my-training"))
    assert "Start with" in waiting or "Go on with" in waiting
    assert "Your next attempt can start on" in waiting and "About the exam" in waiting
    with clock.moved_by(timedelta(days=2)):
        later = client_of(course_app, learner)
        assert "Your next attempt can start now" in text_of(later.get("/my-training"))


def test_an_old_result_knows_of_a_later_pass_and_of_an_open_attempt(browser, learner):
    sitting.change_rules(wait_hours=0)
    first = sitting.sit(learner, right=0)
    running = sitting.start(learner)
    text = text_of(browser.get(f"/attempt/{first}/result"))
    assert "An attempt of yours is open" in text and "sit the exam again" not in text
    sitting.answer_all(running, learner, right=20)
    sitting.submit(running, learner)
    text = text_of(browser.get(f"/attempt/{first}/result"))
    assert "You have passed this exam since" in text
    assert "sit the exam again" not in text and "attempts are left" not in text


def test_the_list_of_attempts_knows_whose_time_is_over(course_app, browser, learner):
    sitting.start(learner)
    assert "In progress" in text_of(browser.get("/attempts"))
    with clock.moved_by(OVER):
        text = text_of(client_of(course_app, learner).get("/attempts"))
    assert "Time was over" in text and "In progress" not in text and "Go on" not in text


def test_less_than_a_minute_is_said_so(browser, learner):
    sitting.start(learner)
    with clock.moved_by(timedelta(minutes=29, seconds=30)):
        assert "Less than a minute is left" in text_of(browser.get(f"/quiz/{EXAM}"))


@pytest.mark.parametrize(("minutes", "words"), [(1, "1 minute "), (2, "2 minutes "),
                                                (0, "No time limit")])
def test_numbers_and_their_words_agree(browser, minutes, words):
    published = db.session.get_one(QuizVersion, sitting.quiz_of().published_version_id)
    sitting.change_rules(minutes=minutes, cells=[{**published.cells[0], "count": 1}])
    text = text_of(browser.get(f"/quiz/{EXAM}"))
    assert words in text and "1 question " in text


def test_no_limit_means_the_most_of_a_day(browser):
    sitting.change_rules(attempts=0)
    assert "100 attempts in 24 hours" in text_of(browser.get(f"/quiz/{EXAM}"))


def test_practice_says_that_it_is_kept_and_who_sees_what(course_app, browser, learner):
    text = text_of(browser.get(f"/quiz/{PRACTICE}"))
    assert "Nothing is recorded" not in text and "HR and auditors that you practised" in text
    sitting.sit(learner, right=20, slug=PRACTICE)
    sitting.sit(learner, right=20)
    closed = db.session.query(Event).filter_by(action="attempt.closed").order_by(Event.id).all()
    kinds = [db.session.get_one(Attempt, int(each.object_id)).quiz_id for each in closed]
    assert kinds == [sitting.quiz_of(PRACTICE).id, sitting.quiz_of(EXAM).id]
    assert "passed" not in closed[0].details and closed[1].details["passed"] is True
    hr = client_of(course_app, a_user("hr"))
    assert "passed" not in text_of(hr.get(f"/events/{closed[0].id}"))


def test_a_practice_with_limits_says_them(browser):
    sitting.change_rules(PRACTICE, minutes=5)
    assert "No time limit" not in text_of(browser.get("/courses/iso-certification/practice",
                                                      follow_redirects=True))


@pytest.mark.parametrize(("role", "path"), [("hr", "/events"), ("admin", "/events/technical")])
def test_events_promise_no_more_than_holds(course_app, role, path):
    text = text_of(client_of(course_app, a_user(role)).get(path))
    assert "No page and no command changes or deletes them" in text
    assert "Nobody can change" not in text
