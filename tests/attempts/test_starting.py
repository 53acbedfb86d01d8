"""Starting an attempt: the form, the limits, one open attempt per person and quiz."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import starting, taking
from isotrain.attempts.models import Attempt, Form
from isotrain.audit.models import Event
from isotrain.banks import versions
from isotrain.banks.models import QuestionVersion
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.exams.drawing import ALGORITHM
from isotrain.quizzes import forming
from isotrain.quizzes.models import QuizVersion
from isotrain.study.models import Course
from tests.attempts import sitting
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import a_user, committed


def test_a_form_holds_what_the_blueprint_asks_for_and_keeps_its_receipt(each_course_app):
    user = a_user()
    attempt = db.session.get(Attempt, sitting.start(user))
    form = db.session.get(Form, attempt.id)
    cells = db.session.get(QuizVersion, attempt.quiz_version_id).cells
    wanted = sorted((c["topic"], c["difficulty"]) for c in cells for _ in range(c["count"]))
    contents = versions.contents(item[0] for item in sitting.items_of(attempt.id))
    assert sorted((c.topic, c.difficulty) for c in contents.values()) == wanted
    assert {c.use for c in contents.values()} == {"exam"}
    assert form.algorithm == ALGORITHM
    assert re.fullmatch("[0-9a-f]{32}", form.seed)
    assert form.receipt["pools"] == form.pools and len(form.pools) == 1
    assert form.hash == form.receipt["form"]
    assert attempt.deadline_at - attempt.started_at == timedelta(minutes=30)


def test_options_are_kept_in_the_order_they_are_shown_in(course_app):
    for version, arrangement in sitting.items_of(sitting.start(a_user())):
        content = versions.contents([version])[version].content
        if "options" in content:
            assert sorted(arrangement) == sorted(o["id"] for o in content["options"])


def test_who_is_overtaken_by_a_window_that_has_handed_in_is_told(course_app, monkeypatch):
    monkeypatch.setattr(starting, "_begin", lambda *_args, **_more: None)
    with pytest.raises(Conflict, match="handed in in another window"):
        sitting.start(a_user())


def test_a_second_start_finds_the_open_attempt(each_course_app):
    user = a_user()
    assert sitting.start(user) == sitting.start(user)
    assert db.session.query(Attempt).count() == 1


def test_an_exam_and_practice_can_be_open_at_once(course_app):
    user = a_user()
    assert sitting.start(user) != sitting.start(user, PRACTICE)


def test_practice_has_no_deadline_and_draws_from_its_own_pool(course_app):
    attempt = db.session.get(Attempt, sitting.start(a_user(), PRACTICE))
    assert attempt.deadline_at is None
    ids = [item[0] for item in sitting.items_of(attempt.id)]
    assert {c.use for c in versions.contents(ids).values()} == {"practice"}


def test_starting_is_noted_with_the_receipt_hash_and_no_answers(course_app):
    attempt = sitting.start(a_user())
    event = db.session.query(Event).filter_by(action="attempt.started").one()
    assert event.object_id == str(attempt)
    assert event.details == {"quiz": EXAM, "number": 1}
    assert event.after_hash


def test_all_attempts_used_are_refused_in_words(each_course_app):
    user = a_user()
    sitting.change_rules(attempts=2, wait_hours=0)
    for _ in range(2):
        sitting.sit(user, right=0)
    with pytest.raises(Refusal, match="used all your attempts"):
        sitting.start(user)


def test_a_start_before_the_wait_is_over_is_refused_and_says_when(each_course_app):
    user = a_user()
    sitting.sit(user, right=0)
    with pytest.raises(Refusal, match="You can start again on"):
        sitting.start(user)
    with clock.moved_by(timedelta(hours=24, seconds=1)):
        assert sitting.start(user)


def test_a_pass_gives_the_attempts_back(course_app):
    user = a_user()
    sitting.change_rules(attempts=1, wait_hours=0)
    sitting.sit(user, right=20)
    assert sitting.start(user)


def test_who_begins_the_same_quiz_all_day_long_goes_on_tomorrow(each_course_app, monkeypatch):
    monkeypatch.setattr(starting, "MOST_A_DAY", 2)
    user, other = a_user(), a_user()
    for _ in range(2):
        sitting.sit(user, right=0, slug=PRACTICE)
    with pytest.raises(Refusal, match="2 times within 24 hours"):
        sitting.start(user, PRACTICE)
    assert sitting.start(user) and sitting.start(other, PRACTICE)
    with clock.moved_by(timedelta(hours=24, seconds=1)):
        assert sitting.start(user, PRACTICE)


def test_an_open_attempt_whose_time_is_over_is_closed_and_handed_back(each_course_app):
    user = a_user()
    first = sitting.start(user)
    with clock.moved_by(timedelta(minutes=31)):
        assert sitting.start(user) == first
    assert db.session.get(Attempt, first).state == "expired"


def test_an_unknown_quiz_is_not_found(course_app):
    with pytest.raises(NotFound):
        sitting.start(a_user(), "no-such-quiz")


def test_a_retired_quiz_is_not_found(course_app):
    with committed():
        sitting.quiz_of().retired_at = clock.now()
    with pytest.raises(NotFound):
        sitting.start(a_user())


def test_a_quiz_that_was_never_published_is_not_found(course_app):
    with committed():
        sitting.quiz_of().published_version_id = None
    with pytest.raises(NotFound):
        sitting.start(a_user())


def test_a_course_without_a_version_offers_no_quiz(course_app):
    with committed():
        for course in db.session.query(Course):
            course.current_version_id = None
    with pytest.raises(NotFound):
        sitting.start(a_user())


def test_too_few_questions_are_refused_without_leaving_an_attempt(course_app):
    cells = [{"bank": "iso-certification", "topic": "iso", "difficulty": 3, "count": 99}]
    sitting.change_rules(cells=cells)
    with pytest.raises(Refusal, match="questions are missing"):
        sitting.start(a_user())
    db.session.rollback()
    assert not db.session.query(Attempt).count()


def test_a_retake_prefers_questions_not_seen_yet(each_course_app):
    """Each cell has at least twice what it gives, so that the second form needs no repeat."""
    user = a_user()
    cells = db.session.get(QuizVersion, sitting.quiz_of().published_version_id).cells
    pool = forming.current_pools(["iso-certification"], course_id=sitting.quiz_of().course_id)[0]
    roomy = [
        {**cell, "count": 1} for cell in cells
        if len({entry.enemies or entry.question for entry in pool.cells.get(
            (cell["bank"], cell["topic"], cell["difficulty"], "exam"), ())}) >= 2
    ]
    assert len(roomy) > 5
    sitting.change_rules(cells=roomy, wait_hours=0, attempts=0)
    forms = [sitting.items_of(sitting.sit(user, right=0)) for _ in range(2)]
    met = [
        set(db.session.scalars(sa.select(QuestionVersion.question_id).where(
            QuestionVersion.id.in_([item[0] for item in form]))))
        for form in forms
    ]
    assert not met[0] & met[1]


def test_what_a_colleague_has_seen_does_not_change_ones_own_form(course_app):
    one, other = a_user(), a_user()
    sitting.sit(one, right=0)
    attempt = sitting.start(other)
    assert db.session.get(Form, attempt).history == {}


def test_the_history_counts_how_often_a_question_was_met(course_app):
    user = a_user()
    sitting.change_rules(wait_hours=0, attempts=0)
    for _ in range(4):
        sitting.sit(user, right=0)
    history = db.session.get(Form, sitting.start(user)).history
    assert sum(history.values()) == 4 * 20
    assert max(history.values()) >= 2


@pytest.mark.parametrize("minutes, limited, after, stays", [
    (30, False, timedelta(minutes=29), True), (30, True, timedelta(hours=4), True),
    (30, True, timedelta(hours=5), False), (None, False, timedelta(hours=11), True),
    (None, True, timedelta(hours=11), False),
])
def test_an_open_exam_keeps_its_session_until_its_end_and_without_one_for_the_day(
        each_course_app, minutes, limited, after, stays):
    user, other = a_user(), a_user()
    sitting.change_rules(minutes=minutes)
    attempt, theirs = sitting.start(user), sitting.start(other)
    with clock.moved_by(after):
        assert taking.is_sitting(user, attempt, limited=limited) == stays
        assert not taking.is_sitting(user, theirs, limited=limited)
        assert not taking.is_sitting(other, attempt, limited=limited)
    sitting.submit(attempt, user)
    assert not taking.is_sitting(user, attempt, limited=limited)


def test_an_open_practice_keeps_nobody_signed_in(each_course_app):
    user = a_user()
    attempt = sitting.start(user, PRACTICE)
    assert not taking.is_sitting(user, attempt, limited=False)
