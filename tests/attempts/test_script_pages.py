"""What the script of a question page is told, and how much a page costs."""

from __future__ import annotations

import re
from datetime import timedelta

from isotrain import clock
from tests.attempts import sitting
from tests.attempts.browsing import begin, press, tell
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
    assert told.json == {"state": "stale", "rev": 1, "fields": {"answer": ["1"]},
                         "flagged": False}


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
