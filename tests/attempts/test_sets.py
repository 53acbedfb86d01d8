"""Sitting an exam with a set: a text with questions that stand in a form together."""

from __future__ import annotations

import re

import pytest

from isotrain.attempts import replaying
from isotrain.banks import approving, editing
from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.attempts.browsing import begin, form_fields, text_of
from tests.attempts.sitting import EXAM, PRACTICE
from tests.banks.making import NOBODY, a_bank, a_draft, a_set
from tests.factories import client_of, committed, csrf, post

SET = "3"  # the position of the set: after two single questions


@pytest.fixture
def browser(course_app, learner):
    """Somebody before an exam and a practice of two single questions and one set of three."""
    bank_id = a_bank()
    with committed():
        drafts = [make(stem, use=use, facts=("A05",)) for use in ("exam", "practice")
                  for make, stem in ((a_draft, "Who?"), (a_draft, "What?"), (a_set, "A depot."),
                                     (a_set, "A hall."))]
        made = [editing.add(bank_id, draft, by=NOBODY).id for draft in drafts]
    with committed():
        approving.approve_many(bank_id, made, by=NOBODY, transaction=inside)
        course = db.session.get_one(Course, sitting.quiz_of().course_id)
        db.session.get_one(Bank, bank_id).library_id = course.library_id
    slug = db.session.get_one(Bank, bank_id).slug
    cell = {"bank": slug, "topic": "audits", "difficulty": 1}
    for quiz in (EXAM, PRACTICE):
        sitting.change_rules(quiz, [{**cell, "count": 2}, {**cell, "count": 1, "set": 3}],
                             order="blueprint", feedback="explanations", pass_mark=60)
    return client_of(course_app, learner)


def answers(attempt, *wanted):
    """The fields that answer the named questions of the set rightly."""
    version, arrangement = sitting.items_of(attempt)[2]
    question = sitting.versions.questions([version])[version]
    solution = {id_: given for id_, given in question.solution().items() if id_ in wanted}
    return {name: values[0] for name, values in question.filled(solution, arrangement).items()}


def press(browser, attempt, position, go, fields):
    page = browser.get(f"/attempt/{attempt}/{position}").text
    return browser.post(f"/attempt/{attempt}/{position}",
                        data={**form_fields(page), **fields, "go": go})


def answer_singles(browser, attempt):
    for position in (1, 2):
        right = sitting.values_for(sitting.items_of(attempt)[position - 1])
        press(browser, attempt, position, "next", {"answer": right[0]})


def test_the_first_page_counts_a_set_as_its_questions(browser):
    for quiz in (EXAM, PRACTICE):
        assert "5 questions" in text_of(browser.get(f"/quiz/{quiz}"))


def test_the_text_stands_once_above_questions_with_numbers_and_fields_of_their_own(browser):
    attempt = begin(browser)
    page = browser.get(f"/attempt/{attempt}/{SET}")
    assert "Questions 3–5 of 5" in text_of(page)
    assert re.findall(r'<b class="part-number">(\d)', page.text) == ["3", "4", "5"]
    assert set(re.findall(r'name="(answer[^"]*)"', page.text)) == {"answer-a", "answer-b",
                                                                    "answer-c"}
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids)), "every id names one thing"
    assert page.text.count('<fieldset class="answers"') == 3
    assert "Canary" not in page.text and "So it is" not in page.text
    assert "Question 2 of 5" in text_of(browser.get(f"/attempt/{attempt}/2"))


def test_a_set_is_answered_in_parts_checked_handed_in_and_counts_as_its_questions(browser):
    attempt = begin(browser)
    answer_singles(browser, attempt)
    led = press(browser, attempt, SET, "check", answers(attempt, "a", "b"))
    assert led.location.endswith("/check")
    text = text_of(browser.get(led.location))
    assert "1 question is not answered" in text and "2 of 3 answered" in text
    assert "4 of 5 answered" in text and "Hand in 4 answers" in text
    assert browser.get(f"/attempt/{attempt}").location.endswith(f"/{SET}"), "it is still open"
    again = browser.get(f"/attempt/{attempt}/{SET}").text
    assert 'data-done="2"' in again and 'class="partly"' in again
    done = post(browser, led.location, to=f"/attempt/{attempt}/submit")
    text = text_of(browser.get(done.location))
    assert "4 of 5 marks" in text and "You passed" in text and "Canary" not in text
    sitting.close_quiz(EXAM)  # nobody is asked these questions any more
    text = text_of(browser.get(done.location))
    assert "Questions 3–5" in text and "2 of 3 marks" in text
    assert "3 questions to look at again" in text and "3 missed" in text
    assert "5. Canary 3." in text and "You answered 2 questions in full." in text
    kept = replaying.get_kept(attempt)
    assert (kept.answered(), replaying.replay(kept), replaying.remark(kept)) == ((4, 5), (), ())
    assert sitting.result_of(attempt).score == "4" and sitting.shares_of(attempt)[2] == "2/3"


def test_all_of_a_set_answered_rightly_earns_all(browser):
    attempt = begin(browser)
    answer_singles(browser, attempt)
    press(browser, attempt, SET, "check", answers(attempt, "a", "b", "c"))
    text = text_of(browser.get(f"/attempt/{attempt}/check"))
    assert "All 5 questions are answered." in text
    post(browser, f"/attempt/{attempt}/check", to=f"/attempt/{attempt}/submit")
    assert "5 of 5 marks" in text_of(browser.get(f"/attempt/{attempt}/result"))


def tell(browser, attempt, fields, *, rev):
    token = csrf(browser, f"/attempt/{attempt}/{SET}")
    return browser.post(f"/attempt/{attempt}/{SET}", headers={"Accept": "application/json"},
                        data={"csrf_token": token, "rev": rev, "base": rev - 1, "flagged": "0",
                              **fields})


def test_a_script_saves_a_set_as_it_stands_and_hears_of_a_newer_one(browser):
    attempt = begin(browser)
    one, two = answers(attempt, "a"), answers(attempt, "a", "b")
    assert tell(browser, attempt, two, rev=1).get_json()["state"] == "saved"
    told = tell(browser, attempt, one, rev=1).get_json()
    assert {name: values[0] for name, values in told["fields"].items()} == two
    assert tell(browser, attempt, {"answer-a": "9"}, rev=2).status_code == 422
    assert tell(browser, attempt, {}, rev=2).get_json()["state"] == "saved"
    assert "5 questions are not answered" in text_of(browser.get(f"/attempt/{attempt}/check"))


def test_a_newer_answer_to_a_set_is_chosen_by_the_numbers_of_its_questions(browser):
    attempt = begin(browser)
    old = form_fields(browser.get(f"/attempt/{attempt}/{SET}").text)
    press(browser, attempt, SET, "stay", answers(attempt, "a"))
    asked = browser.post(f"/attempt/{attempt}/{SET}",
                         data={**old, **answers(attempt, "b"), "go": "next"})
    assert asked.status_code == 409
    assert "a newer answer to questions 3–5" in text_of(asked)
    assert 'name="answer-b"' in asked.text and 'name="answer-a"' not in asked.text


def test_the_whole_form_holds_the_set_without_its_key(browser):
    attempt = begin(browser)
    page = browser.get(f"/attempt/{attempt}/paper").text
    assert re.search(r'data-question="3" data-label="3–5" data-size="3"', page)
    assert "Canary" not in page


def test_practice_shows_what_each_question_of_a_set_earned(browser):
    attempt = begin(browser, PRACTICE)
    led = press(browser, attempt, SET, "reveal", answers(attempt, "a"))
    text = text_of(browser.get(led.location))
    assert "Partly right" in text and "Not answered" in text and "3. Canary 1." in text
