"""What the script of a question page is told, and how much a page costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from isotrain import clock
from tests.attempts import sitting
from tests.attempts.browsing import begin, press, tell, text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.counting import counted
from tests.factories import client_of, csrf


def test_the_script_is_told_what_was_saved(browser):
    attempt = begin(browser)
    told = tell(browser, attempt, 1, ["0"])
    assert told.status_code == 200
    assert told.json["state"] == "saved" and told.json["rev"] == 1
    assert 1790 <= told.json["seconds"] <= 1800
    assert re.fullmatch("[0-9]{2}:[0-9]{2}", told.json["time"])


def test_the_script_is_told_the_newer_answer(browser):
    attempt = begin(browser)
    tell(browser, attempt, 1, ["1"])
    told = tell(browser, attempt, 1, ["0"])
    assert told.status_code == 409
    assert told.json == {"state": "stale", "position": 1, "rev": 1, "fields": {"answer": ["1"]},
                         "flagged": False}


def hand_in(browser, attempt, known, *, script=True):
    data = {"csrf_token": csrf(browser, f"/attempt/{attempt}/1"), "known": known}
    accept = "application/json" if script else "text/html"
    return browser.post(f"/attempt/{attempt}/submit", data=data, headers={"Accept": accept})


def test_nobody_hands_in_what_another_device_answered_without_having_seen_it(browser, learner):
    attempt = begin(browser)
    tell(browser, attempt, 1, ["0"])
    sitting.save(attempt, learner, 1, ["1"], rev=2)  # another device
    sitting.save(attempt, learner, 3, ["0"])
    told = hand_in(browser, attempt, "1:1 2:0")
    assert told.status_code == 409
    assert [(each["position"], each["rev"], each["fields"]) for each in told.json["stale"]] == [
        (1, 2, {"answer": ["1"]}), (3, 1, {"answer": ["0"]})]
    page = hand_in(browser, attempt, "1:1 2:0 3:0", script=False)
    assert (page.status_code, page.location) == (303, f"/attempt/{attempt}/check")
    assert "has answered question 1, 3." in browser.get(page.location).text
    done = hand_in(browser, attempt, "1:2 2:0 3:1")
    assert (done.status_code, done.location) == (303, f"/attempt/{attempt}/result")


def test_once_the_time_is_over_nothing_keeps_an_attempt_from_being_handed_in(browser, learner):
    attempt = begin(browser)
    sitting.save(attempt, learner, 1, ["1"], rev=2)
    token = csrf(browser, f"/attempt/{attempt}/1")
    with clock.moved_by(timedelta(hours=1)):
        for _twice in range(2):
            done = browser.post(f"/attempt/{attempt}/submit",
                                data={"csrf_token": token, "known": "1:0"})
            assert done.location == f"/attempt/{attempt}/result"


@pytest.mark.parametrize("known", ["", "1", "1:1 ", "1:x", "1:99999999", " 1:1", "1:1,2:1"])
def test_what_is_no_list_of_answers_is_refused_at_handing_in(browser, known):
    attempt = begin(browser)
    assert hand_in(browser, attempt, known).status_code == 400
    assert browser.get(f"/attempt/{attempt}/1").status_code == 200


def test_a_flag_that_comes_after_the_end_is_no_late_answer(browser, learner):
    attempt = begin(browser)
    tell(browser, attempt, 1, ["1"])
    token = csrf(browser, f"/attempt/{attempt}/1")
    with clock.moved_by(timedelta(hours=1)):
        for position, values in ((1, ["1"]), (2, [])):
            told = tell(browser, attempt, position, values, rev=2, token=token, flagged="1")
            assert (told.status_code, told.json["state"]) == (410, "late")
            assert told.json["message"] == "The attempt is over. Nothing waits any more."
        assert "came after the end" not in text_of(browser.get(f"/attempt/{attempt}/result"))


def test_the_script_is_told_that_the_time_is_over_or_the_attempt_handed_in(
        course_app, browser, learner):
    attempt = begin(browser)
    token = csrf(browser, f"/attempt/{attempt}/1")
    with clock.moved_by(timedelta(hours=1)):
        told = tell(browser, attempt, 1, ["1"], token=token)
        assert (told.status_code, told.json["state"]) == (410, "late")
        assert told.json["url"] == f"/attempt/{attempt}/result"
    second = begin(browser, PRACTICE)
    sitting.submit(second, learner)
    told = tell(browser, second, 1, ["1"], token=token)
    assert (told.status_code, told.json["state"]) == (410, "late")
    assert "handed in" in told.json["message"]
    with clock.moved_by(timedelta(days=15)):
        late = client_of(course_app, learner)
        told = tell(late, second, 1, ["1"], token=csrf(late, "/attempts"))
    assert (told.status_code, told.json["state"]) == (410, "closed")


def test_right_and_wrong_answers_get_the_same_reply(browser):
    attempt = begin(browser)
    token = csrf(browser, f"/attempt/{attempt}/1")
    with clock.frozen_at(clock.now()):
        for position, item in enumerate(sitting.items_of(attempt)[:6], 1):
            told = [tell(browser, attempt, position, sitting.values_for(item, right=right),
                         rev=1 + right, token=token).json for right in (False, True)]
            assert told[0] | {"rev": 2} == told[1]


def test_a_signed_out_script_is_told_so(course_app, browser):
    attempt = begin(browser)
    told = course_app.test_client().post(f"/attempt/{attempt}/1",
                                         headers={"Accept": "application/json"})
    assert told.status_code in (400, 401)
    assert told.is_json


def queries_of(browser, path) -> int:
    browser.get(path)
    with counted() as queries:
        assert browser.get(path).status_code == 200
    return len([q for q in queries if not q.startswith(("SAVEPOINT", "RELEASE"))])


def test_pages_ask_the_database_a_fixed_number_of_times(browser, learner):
    attempt = begin(browser)
    press(browser, attempt, 1, "next", ["0"])
    assert queries_of(browser, f"/attempt/{attempt}/1") <= 3
    assert queries_of(browser, f"/attempt/{attempt}/check") <= 3
    assert queries_of(browser, f"/quiz/{EXAM}") <= 6
    sitting.submit(attempt, learner)
    assert queries_of(browser, f"/attempt/{attempt}/result") <= 11


def test_saving_asks_the_database_three_times(browser):
    attempt = begin(browser)
    token = csrf(browser, f"/attempt/{attempt}/1")
    with counted() as queries:
        tell(browser, attempt, 1, ["0"], token=token)
    assert len(queries) <= 3, queries


def test_the_list_asks_as_often_for_many_attempts_as_for_one(browser, learner):
    sitting.change_rules(wait_hours=0, attempts=0)
    sitting.sit(learner, right=0)
    few = queries_of(browser, "/attempts")
    for _ in range(5):
        sitting.sit(learner, right=0)
    assert queries_of(browser, "/attempts") == few <= 3
