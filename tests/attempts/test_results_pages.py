"""Results, the list of attempts, and receipts."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import reviewing, starting, taking
from isotrain.attempts.models import Form, LateAnswer, Result, ResultSeen
from isotrain.db import db
from tests.attempts import sitting
from tests.attempts.browsing import text_of
from tests.attempts.sitting import PRACTICE
from tests.factories import a_user, client_of, committed


def test_a_failed_result_says_what_to_read_and_when_to_come_back(browser, learner):
    attempt = sitting.sit(learner, right=10)
    text = text_of(browser.get(f"/attempt/{attempt}/result"))
    for words in ("Not passed yet", "10 of 20 marks. The pass mark is 80 %.",
                  "You can sit the exam again from", "2 attempts are left", "Read again",
                  "while an exam uses these questions", "Practise these topics"):
        assert words in text, words
    assert "questions to look at again" not in text


def test_once_no_exam_draws_from_its_banks_the_missed_questions_are_shown(browser, learner):
    attempt = sitting.sit(learner, right=10)
    sitting.close_quiz(PRACTICE)  # another quiz of the course changes nothing
    assert "while an exam uses" in text_of(browser.get(f"/attempt/{attempt}/result"))
    sitting.close_exams()
    text = text_of(browser.get(f"/attempt/{attempt}/result"))
    assert "10 questions to look at again" in text and "while an exam uses" not in text
    assert "Right answer" not in text


def test_a_closed_exam_whose_banks_the_exam_of_another_course_draws_from_tells_no_more(
        browser, learner):
    attempt = sitting.sit(learner, right=10)
    sitting.close_quiz(sitting.EXAM)
    assert "while an exam uses" in text_of(browser.get(f"/attempt/{attempt}/result"))


def test_a_closed_exam_tells_no_more_while_somebody_still_sits_it(browser, learner):
    attempt, other = sitting.sit(learner, right=10), a_user()
    running = sitting.start(other)
    practising = sitting.start(a_user(), PRACTICE)
    sitting.close_exams()
    assert "while an exam uses" in text_of(browser.get(f"/attempt/{attempt}/result"))
    sitting.submit(running, other)
    text = text_of(browser.get(f"/attempt/{attempt}/result"))
    assert "10 questions to look at again" in text and taking.owner_of(practising) != learner


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


def test_of_two_attempts_each_has_its_own_result_its_late_answers_and_was_seen_or_not(
        browser, learner):
    other = a_user()
    theirs, mine = sitting.sit(other, right=20), sitting.sit(learner, right=10)
    with committed():
        reviewing.note_seen(theirs)
        db.session.add(LateAnswer(attempt_id=theirs, position=2, response=[], rev=1,
                                  received_at=clock.now(), after_result=True))
    found = reviewing.review(taking.get(mine, learner))
    assert (found.result.attempt_id, found.full, found.seen, found.late) == (mine, 10, False, ())
    found = reviewing.review(taking.get(theirs, other))
    assert (found.result.attempt_id, found.full, found.seen, found.late) == (
        theirs, 20, True, ("2",))


def test_an_empty_list_says_where_to_begin(browser):
    assert "No attempts yet" in text_of(browser.get("/attempts"))


@pytest.mark.parametrize("query", ["after=0", "before=-3", "after=x", "after=99999999999999999999",
                                   "q=%25_%5C"])
def test_the_list_takes_any_place_and_text(browser, query):
    assert browser.get(f"/attempts?{query}").status_code == 200


@pytest.mark.parametrize("query", ["sort=password", "kind=%27", "state=passed"])
def test_the_list_refuses_what_it_does_not_know(browser, query):
    assert browser.get(f"/attempts?{query}").status_code == 400


def test_the_list_is_paged(browser, learner):
    sitting.change_rules(PRACTICE, cells=[{"bank": "iso-certification", "topic": "iso",
                                           "difficulty": 1, "count": 1}])
    for _ in range(27):
        sitting.submit(sitting.start(learner, PRACTICE), learner)
    first = browser.get("/attempts").text
    second = browser.get(re.search(r'rel="next" href="([^"]+)"', first)[1]).text
    back = browser.get(re.search(r'rel="prev" href="([^"]+)"', second)[1]).text
    rows = re.compile(r'<th scope="row">.*?</tr>', re.DOTALL)  # a page's token is told by the clock
    assert rows.findall(back) == rows.findall(first) != rows.findall(second)
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


def test_a_question_that_earned_a_part_of_its_mark_is_looked_at_again(course_app, learner):
    attempt = sitting.sit(learner, right=20)
    with committed():
        db.session.execute(sa.text("DROP TRIGGER freeze_attempt_mark"))
        db.session.execute(sa.text(
            "UPDATE attempt_mark SET share = '1/2' WHERE position IN (3, 17)"))
    sitting.close_exams()
    seen = reviewing.review(taking.get(attempt, learner))
    assert [question.label for question in seen.missed] == ["3", "17"]
    assert seen.full == 18 and sum(topic.score for topic in seen.topics) == 19
    assert sum(topic.out_of for topic in seen.topics) == 20
    assert sum(each.count for each in seen.read_again) == 2


def test_what_to_read_again_begins_with_the_section_that_was_missed_most(
        course_app, learner, monkeypatch):
    monkeypatch.setattr(starting.secrets, "token_hex", lambda size: "0a" * size)
    attempt = sitting.sit(learner, right=3)
    seen = reviewing.review(taking.get(attempt, learner))
    counts = [each.count for each in seen.read_again]
    assert len(set(counts)) > 1 and counts == sorted(counts, reverse=True)
    assert sum(counts) == 17 and seen.missed == ()
    assert all(each.title and each.paragraph for each in seen.read_again)
    places = [(each.module.code, each.paragraph) for each in seen.read_again]
    assert len(set(places)) == len(places) > len({code for code, _paragraph in places})


def test_looking_at_the_result_is_noted_once_and_late_answers_say_that_they_came_after(
        course_app, learner):
    attempt = sitting.start(learner)
    with clock.moved_by(timedelta(minutes=31)):
        browser = client_of(course_app, learner)
        sitting.save(attempt, learner, 3, ["0"])
        browser.get(f"/attempt/{attempt}/result", headers={"Sec-Fetch-Dest": "empty"})
        assert db.session.query(ResultSeen).all() == []  # a script was led there, nobody saw it
        page = text_of(browser.get(f"/attempt/{attempt}/result"))
        assert "The answer to question 3 is kept for some time, but not counted." in page
        assert "had been seen" not in page
        first = db.session.query(ResultSeen).one().seen_at
    with clock.moved_by(timedelta(minutes=32)):
        sitting.save(attempt, learner, 5, ["0"])
        page = text_of(browser.get(f"/attempt/{attempt}/result"))
        assert "The one to question 5 came after this result had been seen." in page
        assert db.session.query(ResultSeen).populate_existing().one().seen_at == first
