"""No part of a key on any page before the quiz lets it be seen."""

from __future__ import annotations

from html import unescape

from isotrain.attempts.models import Form
from isotrain.banks import versions
from isotrain.db import db
from tests.attempts import sitting
from tests.attempts.browsing import begin, press, read_of, squeezed, tell, text_of
from tests.attempts.sitting import EXAM, PRACTICE


def secrets_of(attempt) -> list[str]:
    """Return every text that only the key of an attempt's questions holds."""
    ids = [item[0] for item in sitting.items_of(attempt)]
    found = []
    for question in versions.questions(ids).values():
        found += [question.explanation, *feedback_of(question)]
    return [*found, *map(squeezed, found)]


def feedback_of(question) -> list[str]:
    return [option.feedback for option in question.draft().options if option.feedback]


def crawl(browser, attempt, paths):
    pages = [browser.get(path) for path in paths]
    pages += [tell(browser, attempt, 1, ["0"]), tell(browser, attempt, 1, ["1"])]
    return "\n".join(unescape(page.text) + read_of(page) + str(page.headers) for page in pages)


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


def test_the_result_of_a_closed_exam_explains_but_marks_nothing_unless_it_shows_answers(
        browser, learner):
    attempt = sitting.sit(learner, right=0)
    sitting.close_exams()
    result = browser.get(f"/attempt/{attempt}/result")
    page = unescape(result.text)
    question = versions.questions([sitting.items_of(attempt)[0][0]]).popitem()[1]
    assert squeezed(question.explanation) in read_of(result)
    ids = [item[0] for item in sitting.items_of(attempt)]
    told = [text for each in versions.questions(ids).values() for text in feedback_of(each)]
    assert told and [each for each in told if squeezed(each) in read_of(result)] == []
    assert "Right answer" not in page
    assert 'class="right"' not in page and 'class="wrong"' not in page
    assert "Read the paragraph on it" in page


def test_a_quiz_that_shows_answers_marks_them(browser, learner):
    sitting.change_rules(feedback="answers")
    attempt = sitting.sit(learner, right=3)
    sitting.close_exams()
    page = browser.get(f"/attempt/{attempt}/result").text
    assert "Right answer" in page and 'class="wrong"' in page
    assert page.count('<article class="card">') == 17


def test_a_quiz_that_shows_topics_shows_nothing_else(browser, learner):
    sitting.change_rules(feedback="topics")
    attempt = sitting.sit(learner, right=3)
    result = browser.get(f"/attempt/{attempt}/result")
    page = unescape(result.text) + read_of(result)
    assert "This quiz shows the score by topic only." in page
    assert [s for s in secrets_of(attempt) if s in page] == []
    question = versions.questions([sitting.items_of(attempt)[5][0]]).popitem()[1]
    assert squeezed(question.stem) not in page


def test_practice_shows_the_solution_of_an_answered_question(browser):
    attempt = begin(browser, PRACTICE)
    item = sitting.items_of(attempt)[0]
    led = press(browser, attempt, 1, "reveal", sitting.values_for(item))
    assert led.location == f"/attempt/{attempt}/1?solution=yes"
    page = browser.get(led.location)
    assert squeezed(versions.questions([item[0]])[item[0]].explanation) in read_of(page)
    assert "Right answer" in page.text


def test_practice_shows_no_solution_before_an_answer(browser):
    attempt = begin(browser, PRACTICE)
    page = read_of(browser.get(f"/attempt/{attempt}/1?solution=yes"))
    version = sitting.items_of(attempt)[0][0]
    assert squeezed(versions.questions([version])[version].explanation) not in page


def test_partial_credit_is_shown_as_a_part_of_the_mark(browser, learner):
    from tests.attempts.test_closing import _with_multiple_choice

    attempt, position, right = _with_multiple_choice(learner)
    sitting.save(attempt, learner, position, right[:1])
    sitting.submit(attempt, learner)
    sitting.close_exams()
    text = text_of(browser.get(f"/attempt/{attempt}/result"))
    assert f"1/{len(right)} of the mark" in text
    assert f"1/{len(right)} of 20 marks" in text
