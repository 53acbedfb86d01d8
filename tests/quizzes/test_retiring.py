"""Closing a quiz for good: what ends, what goes on, and what can no longer be done."""

from __future__ import annotations

import pytest

from isotrain.attempts.models import Attempt
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.errors import Conflict, NotFound
from isotrain.quizzes import composing, confirming, retiring
from isotrain.quizzes.models import Quiz
from tests.attempts import sitting
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import BY, a_user, client_of, committed, post
from tests.quizzes.test_composing import a_trainer
from tests.quizzes.test_composing_pages import save, text_of


@pytest.fixture
def browser(course_app):
    return client_of(course_app, a_trainer())


def close(browser, quiz_id):
    return post(browser, f"/quizzes/{quiz_id}", to=f"/quizzes/{quiz_id}/close")


def test_a_quiz_that_is_closed_is_offered_to_nobody_and_says_so(course_app, browser):
    learner = client_of(course_app, a_user())
    exam, practice = sitting.quiz_of(EXAM), sitting.quiz_of(PRACTICE)
    led = close(browser, exam.id)
    assert led.status_code == 303
    page = text_of(browser.get(led.location))
    assert "The quiz is closed" in page and "Nobody can start it any more" in page
    assert "Save the draft" not in page and "Yes, close" not in page
    assert text_of(browser.get("/quizzes")).count("Closed") == 1
    assert learner.get(f"/quiz/{EXAM}").status_code == 404
    assert learner.get(f"/quiz/{PRACTICE}").status_code == 200
    event = db.session.query(Event).filter_by(action="quiz.closed").one()
    assert event.object_id == str(exam.id) and event.actor_id is not None
    assert db.session.get_one(Quiz, practice.id).retired_at is None


def test_what_was_begun_before_is_handed_in_and_counts(course_app):
    person = a_user()
    attempt = sitting.start(person)
    sitting.close_quiz(EXAM)
    sitting.answer_all(attempt, person, right=20)
    assert sitting.submit(attempt, person).state == "submitted"
    assert sitting.result_of(attempt).passed
    with pytest.raises(NotFound):
        sitting.start(a_user())
    assert db.session.query(Attempt).count() == 1


def test_a_closed_quiz_is_neither_saved_nor_published_nor_closed_again(course_app, browser):
    quiz = sitting.quiz_of(EXAM)
    assert save(browser, quiz.id, pass_mark="90").status_code == 303
    base = composing.workbench(quiz).base
    sitting.close_quiz(EXAM)
    member = db.session.query(Event).filter_by(action="quiz.draft_saved").one().actor_id
    by = type(BY)("user", member)
    for act in (lambda: composing.publish(quiz.id, base=base, by=by),
                lambda: composing.save(quiz.id, composing.workbench(quiz).composition,
                                       base=base, by=by),
                lambda: retiring.retire(quiz.id, by=BY)):
        with pytest.raises(Conflict, match="is closed"), committed():
            act()
    assert close(browser, quiz.id).status_code == 409
    assert "is closed" in text_of(close(browser, quiz.id))


def test_a_weaker_draft_of_a_closed_exam_waits_for_nobody(course_app):
    quiz = sitting.quiz_of(EXAM)
    trainer = client_of(course_app, a_trainer())
    assert save(trainer, quiz.id, pass_mark="10").status_code == 303
    assert [each.quiz_id for each in confirming.list_waiting()] == [quiz.id]
    base = composing.workbench(quiz).base
    sitting.close_quiz(EXAM)
    assert confirming.list_waiting() == []
    with pytest.raises(Conflict, match="is closed"):
        confirming.confirm(quiz.id, base=base, by=type(BY)("user", a_user("admin")))


def test_who_does_not_look_after_the_course_cannot_close_its_quiz(course_app):
    stranger = client_of(course_app, a_trainer(member=False))
    quiz = sitting.quiz_of(EXAM)
    assert post(stranger, "/quizzes", to=f"/quizzes/{quiz.id}/close").status_code == 404
    assert db.session.get_one(Quiz, quiz.id).retired_at is None


def test_a_course_whose_exam_is_closed_gets_another_one(course_app):
    exam = sitting.quiz_of(EXAM)
    trainer = a_trainer()
    sitting.close_quiz(EXAM)
    with committed():
        second = composing.create(exam.course_id, "exam", "Exam of next year",
                                  by=type(BY)("user", trainer))
    assert second.id != exam.id and second.retired_at is None


def test_the_command_lists_quizzes_and_closes_one(course_app):
    run = course_app.test_cli_runner().invoke
    assert f"{EXAM:<28} ISO standards and certification awareness exam (published)" in run(
        args=["course", "quizzes"]).output
    done = run(args=["course", "close-quiz", EXAM])
    assert (done.exit_code, done.output) == (0, "Closed.\n")
    assert run(args=["course", "quizzes"]).output.splitlines()[-1].endswith("(closed)")
    again = run(args=["course", "close-quiz", EXAM])
    assert again.exit_code == 1 and "This quiz is closed" in again.output
    assert "There is no quiz nothing." in run(args=["course", "close-quiz", "nothing"]).output
