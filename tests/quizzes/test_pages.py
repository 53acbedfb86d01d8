"""The pages of sitting a quiz, used as a browser without script uses them."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest

from isotrain import clock
from isotrain.banks import versions
from isotrain.db import db
from isotrain.quizzes.models import Answer, Attempt, Form, LateAnswer, Result
from tests.counting import counted
from tests.factories import a_user, client_of, csrf, post
from tests.quizzes import sitting
from tests.quizzes.sitting import EXAM, PRACTICE


@pytest.fixture
def learner(course_app):
    return a_user()


@pytest.fixture
def browser(course_app, learner):
    return client_of(course_app, learner)


def text_of(response) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def form_fields(page: str) -> dict[str, str]:
    """Return the hidden fields of the exam's form."""
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page))
    return {name: unescape(value) for name, value in fields.items()}


def press(browser, attempt, position, go, values=None):
    """Fill in the page of a question and press a button, as a browser without script would."""
    url = f"/attempt/{attempt}/{position}"
    page = browser.get(url).text
    ticked = re.findall(r'name="answer" value="(\d+)" checked', page)
    answer = ticked if values is None else values
    return browser.post(url, data={**form_fields(page), "answer": answer, "go": go})


def begin(browser, slug=EXAM) -> int:
    response = post(browser, f"/quiz/{slug}")
    assert response.status_code == 303, response.text
    return int(response.location.rsplit("/", 1)[1])


def rows(attempt):
    db.session.rollback()
    return {a.position: a for a in db.session.query(Answer).filter_by(attempt_id=attempt)}


def test_the_course_leads_to_its_exam_and_its_practice(browser):
    assert browser.get("/courses/iso-certification/exam").location == f"/quiz/{EXAM}"
    assert browser.get("/courses/iso-certification/practice").location == f"/quiz/{PRACTICE}"
    assert browser.get("/courses/nothing/exam").status_code == 404


def test_the_first_page_says_what_how_long_and_who_sees_it(browser):
    text = text_of(browser.get(f"/quiz/{EXAM}"))
    for words in ("20 questions", "30 minutes", "80 % to pass", "3 attempts left",
                  "never below zero", "HR and auditors", "Your manager", "no score",
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
    assert "The answer to question 4 is kept, but not counted." in text
    assert "The time was over on" in text
    assert db.session.query(LateAnswer).count() == 1


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
    assert "You have used all 1 attempts" in text_of(browser.get(f"/quiz/{EXAM}"))
    assert "You have used all attempts" in text_of(browser.get(f"/attempt/{attempt}/result"))


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


# --- what the script is told -------------------------------------------------------------


def tell(browser, attempt, position, values, *, rev=1, token=None, flagged="0"):
    data = {"csrf_token": token or csrf(browser, f"/attempt/{attempt}/1"), "rev": rev,
            "flagged": flagged, "answer": values}
    return browser.post(f"/attempt/{attempt}/{position}", data=data,
                        headers={"Accept": "application/json"})


def test_the_script_is_told_what_was_saved(browser):
    attempt = begin(browser)
    told = tell(browser, attempt, 1, ["0"])
    assert told.status_code == 200
    assert told.json["state"] == "saved" and told.json["rev"] == 1
    assert 1790 <= told.json["seconds"] <= 1800
    assert told.json["at"].endswith("+00:00")


def test_the_script_is_told_the_newer_answer(browser):
    attempt = begin(browser)
    tell(browser, attempt, 1, ["1"])
    told = tell(browser, attempt, 1, ["0"])
    assert told.status_code == 409
    assert told.json == {"state": "stale", "rev": 1, "fields": {"answer": ["1"]},
                         "flagged": False}


def test_the_script_is_told_that_the_time_is_over_or_the_attempt_closed(browser, learner):
    attempt = begin(browser)
    token = csrf(browser, f"/attempt/{attempt}/1")
    with clock.moved_by(timedelta(hours=1)):
        told = tell(browser, attempt, 1, ["1"], token=token)
        assert (told.status_code, told.json["state"]) == (410, "late")
        assert told.json["url"] == f"/attempt/{attempt}/result"
    second = begin(browser, PRACTICE)
    sitting.submit(second, learner)
    told = tell(browser, second, 1, ["1"], token=token)
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


# --- keys -------------------------------------------------------------------------------


def secrets_of(attempt) -> list[str]:
    """Return every text that only the key of an attempt's questions holds."""
    ids = [item[0] for item in sitting.items_of(attempt)]
    found = []
    for question in versions.questions(ids).values():
        solution = question.solution()
        found.append(solution["explanation"])
        found += [o["feedback"] for o in solution["options"].values() if o["feedback"]]
    return found


def crawl(browser, attempt, paths):
    pages = [browser.get(path) for path in paths]
    pages += [tell(browser, attempt, 1, ["0"]), tell(browser, attempt, 1, ["1"])]
    return "\n".join(unescape(page.text) + str(page.headers) for page in pages)


def test_no_page_of_an_open_exam_holds_any_part_of_the_key(browser):
    attempt = begin(browser)
    paths = [f"/attempt/{attempt}/{n}" for n in range(1, 21)]
    paths += [f"/attempt/{attempt}/{n}?solution=yes" for n in range(1, 21)]
    paths += [f"/attempt/{attempt}/check", f"/attempt/{attempt}/receipt",
              f"/attempt/{attempt}/result", "/attempts", f"/quiz/{EXAM}"]
    press(browser, attempt, 2, "reveal", ["0"])
    seen = crawl(browser, attempt, paths)
    secrets = secrets_of(attempt)
    assert len(secrets) >= 20
    assert [secret for secret in secrets if secret in seen] == []
    assert db.session.get(Form, attempt).seed not in seen


def test_a_result_explains_but_does_not_mark_what_is_still_in_use(browser, learner):
    attempt = sitting.sit(learner, right=0)
    page = unescape(browser.get(f"/attempt/{attempt}/result").text)
    question = versions.questions([sitting.items_of(attempt)[0][0]]).popitem()[1]
    assert question.explanation in page
    ids = [item[0] for item in sitting.items_of(attempt)]
    told = [option["feedback"] for each in versions.questions(ids).values()
            for option in each.solution()["options"].values() if option["feedback"]]
    assert told and [feedback for feedback in told if feedback in page] == []
    assert "Right answer" not in page
    assert 'class="right"' not in page and 'class="wrong"' not in page
    assert "Read the paragraph on it" in page


def test_a_quiz_that_shows_answers_marks_them(browser, learner):
    sitting.change_rules(feedback="answers")
    attempt = sitting.sit(learner, right=3)
    page = browser.get(f"/attempt/{attempt}/result").text
    assert "Right answer" in page and 'class="wrong"' in page
    assert page.count('<article class="card">') == 17


def test_a_quiz_that_shows_topics_shows_nothing_else(browser, learner):
    sitting.change_rules(feedback="topics")
    attempt = sitting.sit(learner, right=3)
    page = unescape(browser.get(f"/attempt/{attempt}/result").text)
    assert "This quiz shows the score by topic only." in page
    assert [s for s in secrets_of(attempt) if s in page] == []
    question = versions.questions([sitting.items_of(attempt)[5][0]]).popitem()[1]
    assert question.stem not in page


def test_practice_shows_the_solution_of_an_answered_question(browser):
    attempt = begin(browser, PRACTICE)
    item = sitting.items_of(attempt)[0]
    led = press(browser, attempt, 1, "reveal", sitting.values_for(item))
    assert led.location == f"/attempt/{attempt}/1?solution=yes"
    page = unescape(browser.get(led.location).text)
    assert versions.questions([item[0]])[item[0]].explanation in page
    assert "Right answer" in page


def test_practice_shows_no_solution_before_an_answer(browser):
    attempt = begin(browser, PRACTICE)
    page = unescape(browser.get(f"/attempt/{attempt}/1?solution=yes").text)
    version = sitting.items_of(attempt)[0][0]
    assert versions.questions([version])[version].explanation not in page


def test_partial_credit_is_shown_as_a_part_of_the_mark(browser, learner):
    from tests.quizzes.test_closing import _with_multiple_choice

    attempt, position, right = _with_multiple_choice(learner)
    sitting.save(attempt, learner, position, right[:1])
    sitting.submit(attempt, learner)
    text = text_of(browser.get(f"/attempt/{attempt}/result"))
    assert f"1/{len(right)} of the mark" in text
    assert f"1/{len(right)} of 20 marks" in text


# --- results, lists, receipts ------------------------------------------------------------


def test_a_failed_result_says_what_to_read_and_when_to_come_back(browser, learner):
    attempt = sitting.sit(learner, right=10)
    text = text_of(browser.get(f"/attempt/{attempt}/result"))
    for words in ("Not passed yet", "10 of 20 marks. The pass mark is 80 %.",
                  "You can sit the exam again from", "2 attempts are left", "Read again",
                  "10 questions to look at again", "Practise with other questions"):
        assert words in text, words


def test_a_percentage_is_rounded_down_so_that_no_missed_mark_looks_met(browser, learner):
    sitting.change_rules(pass_mark=81)
    attempt = sitting.sit(learner, right=16)
    assert "80 %" in text_of(browser.get(f"/attempt/{attempt}/result"))
    assert not db.session.get(Result, attempt).passed


def test_the_list_shows_own_attempts_only(browser, learner):
    sitting.sit(learner, right=20)
    sitting.start(learner, PRACTICE)
    sitting.sit(a_user(), right=3)
    text = text_of(browser.get("/attempts"))
    assert "2 attempts" in text and "100 %" in text and "Passed" in text and "In progress" in text
    assert "1 attempt" in text_of(browser.get("/attempts?kind=practice"))
    assert "No attempt matches" in text_of(browser.get("/attempts?q=nothing+like+it"))


def test_an_empty_list_says_where_to_begin(browser):
    assert "No attempts yet" in text_of(browser.get("/attempts"))


@pytest.mark.parametrize("query", ["page=0", "page=-3", "page=x", "page=99999999999999999999",
                                   "sort=password", "kind=%27", "q=%25_%5C"])
def test_the_list_takes_any_query(browser, query):
    assert browser.get(f"/attempts?{query}").status_code == 200


def test_the_list_is_paged(browser, learner):
    sitting.change_rules(PRACTICE, cells=[{"bank": "iso-certification", "topic": "iso",
                                           "difficulty": 1, "count": 1}])
    for _ in range(27):
        sitting.submit(sitting.start(learner, PRACTICE), learner)
    first, second = (browser.get(f"/attempts?page={n}").text for n in (1, 2))
    assert (first.count('<th scope="row">'), second.count('<th scope="row">')) == (25, 2)


def test_a_receipt_names_everything_the_form_was_drawn_from(browser, learner):
    attempt = sitting.sit(learner, right=1)
    form = db.session.get(Form, attempt)
    page = browser.get(f"/attempt/{attempt}/receipt").text
    for value in (form.seed, form.hash, form.algorithm, *form.pools, *form.receipt["pools"],
                  form.receipt["blueprint"], form.receipt["history"]):
        assert value in page
    assert "Drawn again just now: equal" in page


def test_an_auditor_sees_the_receipt_of_a_closed_attempt_but_no_answers(course_app, learner):
    attempt = sitting.start(learner)
    auditor = client_of(course_app, a_user("auditor"))
    seed = db.session.get(Form, attempt).seed
    assert seed not in auditor.get(f"/receipts/{attempt}").text
    sitting.submit(attempt, learner)
    assert seed in auditor.get(f"/receipts/{attempt}").text
    assert auditor.get(f"/attempt/{attempt}/result").status_code == 403
    assert auditor.get("/receipts/9999").status_code == 404


def test_an_employee_cannot_see_receipts_of_others(browser):
    assert browser.get("/receipts/1").status_code == 403


# --- cost -------------------------------------------------------------------------------


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
    assert queries_of(browser, f"/quiz/{EXAM}") <= 4
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
