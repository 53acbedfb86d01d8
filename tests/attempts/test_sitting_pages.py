"""The pages of sitting a quiz, used as a browser without script uses them."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.attempts.models import Attempt, LateAnswer
from isotrain.db import db
from isotrain.quizzes.models import Quiz, QuizVersion
from tests.attempts import sitting
from tests.attempts.browsing import begin, form_fields, press, rows, text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.counting import counted
from tests.factories import a_user, client_of, committed, csrf, post


def test_the_course_leads_to_its_exam_and_its_practice(browser):
    assert browser.get("/courses/iso-certification/exam").location == f"/quiz/{EXAM}"
    assert browser.get("/courses/iso-certification/practice").location == f"/quiz/{PRACTICE}"
    assert browser.get("/courses/nothing/exam").status_code == 404


def test_several_practice_quizzes_of_a_course_are_listed(browser):
    with committed():
        course_id = sitting.quiz_of(PRACTICE).course_id
        db.session.add(Quiz(slug="unpublished", course_id=course_id, kind="practice",
                            created_at=clock.now()))
        twin = Quiz(slug="audits-only", course_id=course_id, kind="practice",
                    created_at=clock.now())
        db.session.add(twin)
        db.session.flush()
        cells = [{"bank": "iso-certification", "module": "M3", "difficulty": 1, "count": 3}]
        version = QuizVersion(quiz_id=twin.id, number=1, state="published", title="Audits only",
                              cells=cells, rules={"order": "shuffled"}, created_at=clock.now(),
                              published_at=clock.now())
        db.session.add(version)
        db.session.flush()
        twin.published_version_id = version.id
    page = browser.get("/courses/iso-certification/practice")
    assert f'href="/quiz/{PRACTICE}"' in page.text and 'href="/quiz/audits-only"' in page.text
    assert "unpublished" not in page.text
    assert browser.get("/courses/iso-in-15-minutes/practice").status_code == 302


def test_the_first_page_says_what_how_long_and_who_sees_it(browser):
    text = text_of(browser.get(f"/quiz/{EXAM}"))
    for words in ("20 questions", "30 minutes", "80 % to pass", "3 attempts left",
                  "the question says how", "HR and auditors", "Your manager", "no score",
                  "Start the exam"):
        assert words in text, words


def test_the_first_page_of_practice_promises_no_record(browser):
    text = text_of(browser.get(f"/quiz/{PRACTICE}"))
    assert "No time limit" in text and "in no record" in text
    assert "attempts left" not in text


def test_a_whole_exam_without_script(browser, learner):
    attempt = begin(browser)
    assert browser.get(f"/attempt/{attempt}").location == f"/attempt/{attempt}/1"
    for position, item in enumerate(sitting.items_of(attempt), 1):
        last = position == 20
        led = press(browser, attempt, position, "check" if last else "next",
                    sitting.values_for(item))
        assert led.status_code == 303
        assert led.location == f"/attempt/{attempt}/" + ("check" if last else str(position + 1))
    assert "All 20 questions are answered." in text_of(browser.get(f"/attempt/{attempt}/check"))
    done = post(browser, f"/attempt/{attempt}/check", to=f"/attempt/{attempt}/submit")
    assert (done.status_code, done.location) == (303, f"/attempt/{attempt}/result")
    text = text_of(browser.get(done.location))
    assert "You passed" in text and "20 of 20 marks" in text and "Your certificate" in text


@pytest.mark.parametrize(("go", "leads_to"), [
    ("next", "3"), ("previous", "1"), ("check", "check"), ("17", "17"), ("stay", "2"),
    ("nonsense", "2"), ("", "2"),
])
def test_every_button_saves_and_leads_on(browser, go, leads_to):
    attempt = begin(browser)
    led = press(browser, attempt, 2, go, ["1"])
    assert led.location == f"/attempt/{attempt}/{leads_to}"
    assert rows(attempt)[2].rev == 1


def test_leafing_through_without_a_change_writes_nothing(browser):
    attempt = begin(browser)
    press(browser, attempt, 1, "next", ["0"])
    with counted() as queries:
        press(browser, attempt, 1, "next")
        press(browser, attempt, 2, "previous")
    assert not [query for query in queries if query.startswith(("INSERT", "UPDATE"))]
    assert rows(attempt)[1].rev == 1


def test_an_answer_is_shown_again_and_can_be_changed(browser):
    attempt = begin(browser)
    press(browser, attempt, 1, "next", ["1"])
    page = browser.get(f"/attempt/{attempt}/1").text
    assert re.search(r'value="1" checked', page)
    assert "Saved" in page and "1 of 20 answered" in page
    press(browser, attempt, 1, "next", ["0"])
    assert rows(attempt)[1].rev == 2


def test_the_flag_goes_up_and_down(browser):
    attempt = begin(browser)
    assert press(browser, attempt, 3, "flag").location == f"/attempt/{attempt}/3"
    assert rows(attempt)[3].flagged
    assert 'aria-pressed="true"' in browser.get(f"/attempt/{attempt}/3").text
    press(browser, attempt, 3, "flag")
    assert not rows(attempt)[3].flagged


def test_the_grid_says_what_is_answered_and_flagged(browser):
    attempt = begin(browser)
    press(browser, attempt, 1, "next", ["0"])
    press(browser, attempt, 2, "flag")
    text = text_of(browser.get(f"/attempt/{attempt}/3"))
    assert "Question 1 , answered" in text
    assert "Question 2 , not answered , flagged" in text.replace("answered, flagged",
                                                                 "answered , flagged")


def test_the_check_page_says_what_is_missing(browser):
    attempt = begin(browser)
    press(browser, attempt, 1, "flag", ["0"])
    text = text_of(browser.get(f"/attempt/{attempt}/check"))
    assert "19 questions are not answered" in text
    assert "You flagged 1 question" in text
    assert "Hand in 1 answer" in text


def test_a_second_window_that_only_leafs_does_not_disturb(browser):
    attempt = begin(browser)
    old_page = browser.get(f"/attempt/{attempt}/1").text
    press(browser, attempt, 1, "next", ["1"])
    led = browser.post(f"/attempt/{attempt}/1", data={**form_fields(old_page), "go": "next"})
    assert led.status_code == 303
    assert rows(attempt)[1].rev == 1


def test_two_windows_with_two_answers_are_asked_which_one_counts(browser):
    attempt = begin(browser)
    url = f"/attempt/{attempt}/1"
    old_page = browser.get(url).text
    press(browser, attempt, 1, "next", ["1"])
    refused = browser.post(url, data={**form_fields(old_page), "answer": ["0"], "go": "next"})
    assert refused.status_code == 409
    assert "Changed in another window" in text_of(refused)
    kept = rows(attempt)[1].response
    taken_over = browser.post(url, data={**form_fields(refused.text), "go": "stay"})
    assert taken_over.location == url
    row = rows(attempt)[1]
    assert row.rev == 2 and row.response != kept


def test_an_answer_after_the_end_leads_to_the_result_and_is_shown_there(browser):
    attempt = begin(browser)
    page = browser.get(f"/attempt/{attempt}/4").text
    with clock.moved_by(timedelta(minutes=31)):
        led = browser.post(f"/attempt/{attempt}/4",
                           data={**form_fields(page), "answer": ["0"], "go": "next"})
        assert led.location == f"/attempt/{attempt}/result"
        text = text_of(browser.get(led.location))
    assert "It is kept, but it does not count." in text
    assert "The answer to question 4 is kept for some time, but not counted." in text
    assert "The time was over on" in text
    assert db.session.query(LateAnswer).count() == 1


@pytest.mark.parametrize(("seconds", "told"), [(-2, False), (0, True), (9, True), (16, True)])
def test_the_result_says_that_the_time_was_over_whoever_handed_in(
        browser, learner, seconds, told):
    attempt = begin(browser)
    ends = db.session.get_one(Attempt, attempt).deadline_at
    token = csrf(browser, f"/attempt/{attempt}/check")
    with clock.frozen_at(ends + timedelta(seconds=seconds)):
        browser.post(f"/attempt/{attempt}/submit", data={"csrf_token": token})
        text = text_of(browser.get(f"/attempt/{attempt}/result"))
    assert ("The time was over on" in text) is told


def test_an_answer_to_a_closed_attempt_leads_to_the_result(browser, learner):
    attempt = begin(browser)
    page = browser.get(f"/attempt/{attempt}/1").text
    sitting.submit(attempt, learner)
    led = browser.post(f"/attempt/{attempt}/1",
                       data={**form_fields(page), "answer": ["0"], "go": "next"})
    assert led.location == f"/attempt/{attempt}/result"
    assert not rows(attempt)


@pytest.mark.parametrize("path", ["", "/1", "/check"])
def test_pages_of_a_closed_attempt_lead_to_its_result(browser, learner, path):
    attempt = sitting.sit(learner, right=2)
    assert browser.get(f"/attempt/{attempt}{path}").location == f"/attempt/{attempt}/result"


@pytest.mark.parametrize("path", ["", "/1", "/check", "/result"])
def test_an_attempt_whose_time_is_over_is_closed_at_the_next_look(browser, path):
    attempt = begin(browser)
    with clock.moved_by(timedelta(hours=1)):
        browser.get(f"/attempt/{attempt}{path}")
    assert db.session.get(Attempt, attempt, populate_existing=True).state == "expired"


def test_the_result_of_an_open_attempt_leads_back_to_it(browser):
    attempt = begin(browser)
    assert browser.get(f"/attempt/{attempt}/result").location == f"/attempt/{attempt}"


def test_starting_again_goes_on_with_the_open_attempt(browser):
    attempt = begin(browser)
    assert "Your attempt is open" in text_of(browser.get(f"/quiz/{EXAM}"))
    csrf_of_another_page = csrf(browser, f"/attempt/{attempt}/1")
    led = browser.post(f"/quiz/{EXAM}", data={"csrf_token": csrf_of_another_page})
    assert led.location == f"/attempt/{attempt}"


def test_a_refused_start_says_why_on_the_first_page(browser, learner):
    sitting.sit(learner, right=0)
    page = browser.get(f"/quiz/{EXAM}")
    assert "Next attempt from" in text_of(page)
    token = csrf(browser, "/account")
    led = browser.post(f"/quiz/{EXAM}", data={"csrf_token": token}, follow_redirects=True)
    assert "You can start again on" in text_of(led)


def test_the_first_page_says_when_no_attempt_is_left(browser, learner):
    sitting.change_rules(attempts=1, wait_hours=0)
    attempt = sitting.sit(learner, right=0)
    assert "You have used all your attempts." in text_of(browser.get(f"/quiz/{EXAM}"))
    assert "You have used all your attempts." in text_of(browser.get(f"/attempt/{attempt}/result"))


@pytest.mark.parametrize("path", ["", "/1", "/check", "/result", "/receipt"])
def test_a_foreign_attempt_does_not_exist(course_app, browser, path):
    attempt = sitting.start(a_user())
    foreign = browser.get(f"/attempt/{attempt}{path}")
    missing = browser.get(f"/attempt/{attempt + 1000}{path}")
    assert foreign.status_code == missing.status_code == 404
    strip = re.compile(r"\b[0-9a-f]{16}\b")
    assert strip.sub("", foreign.text) == strip.sub("", missing.text)


@pytest.mark.parametrize("path", ["/1", "/submit"])
def test_a_foreign_attempt_takes_nothing(course_app, browser, path):
    other = a_user()
    attempt = sitting.start(other)
    data = {"csrf_token": csrf(browser, "/account"), "rev": "1", "was": "", "answer": "0"}
    assert browser.post(f"/attempt/{attempt}{path}", data=data).status_code == 404
    assert db.session.get(Attempt, attempt, populate_existing=True).state == "open"
    assert not rows(attempt)


@pytest.mark.parametrize("path", [
    "/attempt/99999999999999999999999", "/attempt/99999999999999999999999/1",
    "/attempt/99999999999999999999999/receipt", "/attempt/1/99999999999999999999999",
])
def test_numbers_too_large_for_a_row_do_not_exist(browser, path):
    begin(browser)
    assert browser.get(path).status_code == 404


@pytest.mark.parametrize("data", [
    {"rev": "0", "answer": "0"}, {"rev": "x", "answer": "0"}, {"rev": "9" * 40, "answer": "0"},
    {"answer": "0"}, {"rev": "1", "answer": "99"}, {"rev": "1", "answer": ["0", "0"]},
    {"rev": "1", "answer": "\x00"}, {"rev": "1", "answer": "é" * 1000},
])
def test_nonsense_is_answered_in_words_and_nothing_is_kept(browser, data):
    attempt = begin(browser)
    token = csrf(browser, f"/attempt/{attempt}/1")
    answered = browser.post(f"/attempt/{attempt}/1", data={"csrf_token": token, **data})
    assert answered.status_code in (400, 422)
    assert not rows(attempt)


@pytest.mark.parametrize("path", [f"/quiz/{EXAM}", "/attempt/1/1", "/attempt/1/submit"])
def test_nothing_is_taken_without_the_token_of_the_page(browser, path):
    begin(browser)
    assert browser.post(path, data={"rev": "1", "answer": "0"}).status_code == 400


def test_strangers_are_asked_to_sign_in_and_those_who_do_not_learn_are_refused(course_app):
    stranger = course_app.test_client()
    assert "/sign-in" in stranger.get(f"/quiz/{EXAM}").location
    admin = client_of(course_app, a_user("admin"))
    assert admin.get(f"/quiz/{EXAM}").status_code == 403
