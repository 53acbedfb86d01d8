"""How many forms hold a question, and how often a person has met it."""

from __future__ import annotations

from collections import Counter

import sqlalchemy as sa

from isotrain.attempts import exposure, sheets
from isotrain.attempts.models import AttemptItem
from isotrain.banks import versions
from isotrain.banks.models import QuestionVersion
from isotrain.db import db
from isotrain.quizzes.models import Quiz
from isotrain.study.models import Course
from tests.assignments import making
from tests.attempts import sitting
from tests.attempts.sitting import EXAM, PRACTICE
from tests.factories import a_user, committed
from tests.quizzes import editing


def questions_of(*attempts: int) -> Counter[int]:
    """Count the questions of some attempts."""
    ids = [version for attempt in attempts for version, _order in sheets.items_of(attempt)]
    found = versions.contents(ids)
    return Counter(found[id_].question_id for id_ in ids)


def met(user: int, kind: str) -> dict[int, int]:
    return exposure.seen_before(user, kind=kind, banks=["iso-certification"])


def test_forms_are_counted_whichever_version_of_a_question_they_hold(each_course_app):
    assert exposure.count_forms([1], 10) == 0
    sitting.change_rules(wait_hours=0, attempts=0)
    first = sitting.start(a_user())
    version = sitting.items_of(first)[0][0]
    question = versions.contents([version])[version].question_id
    editing.rekey(version)
    others = [sitting.start(a_user()) for _ in range(4)]
    ids = list(db.session.scalars(sa.select(QuestionVersion.id).where(
        QuestionVersion.question_id == question)))
    assert len(ids) == 2
    holding = [id_ for id_ in (first, *others) if question in questions_of(id_)]
    assert exposure.count_forms(ids, 10) == len(holding) >= 1
    assert exposure.count_forms([version], 10) == 1
    assert exposure.count_forms([10**9], 10) == 0


def test_forms_are_counted_so_far_and_no_further(each_course_app):
    sitting.change_rules(cells=[_one_cell()])
    for _ in range(30):
        sitting.start(a_user())
    ids = list(db.session.scalars(sa.select(QuestionVersion.id)))
    assert (exposure.count_forms(ids, 31), exposure.count_forms(ids, 7)) == (30, 7)


def _one_cell() -> dict[str, object]:
    from isotrain.quizzes.models import QuizVersion

    version = db.session.get_one(QuizVersion, sitting.quiz_of().published_version_id)
    return {**version.cells[0], "count": 1}


def test_an_exam_remembers_exams_and_practice_remembers_practice(each_course_app):
    user, other = a_user(), a_user()
    exam, practice = sitting.sit(user, right=3), sitting.start(user, PRACTICE)
    sitting.start(other)
    sitting.start(other, PRACTICE)
    assert met(user, "exam") == questions_of(exam)
    assert met(user, "practice") == questions_of(practice)
    assert not met(user, "exam").keys() & met(user, "practice").keys()


def test_what_was_met_in_the_exam_of_another_course_was_met(each_course_app):
    """Two courses may draw from one bank; what counts is the person, and the kind of quiz."""
    user, other = a_user(), a_user()
    exam = sitting.start(user)
    version, order = sheets.items_of(exam)[0]
    for kind in ("exam", "practice"):
        elsewhere = making.begin(user, making.a_course(kind=kind))
        with committed():
            db.session.add(AttemptItem(attempt_id=elsewhere, position=1, cell=0, arrangement=order,
                                       question_version_id=version))
    twice = questions_of(exam) + Counter([versions.contents([version])[version].question_id])
    assert met(user, "exam") == twice
    assert set(met(user, "practice").values()) == {1}
    assert met(other, "exam") == {}


def test_only_questions_of_the_banks_that_are_drawn_from_are_counted(each_course_app):
    user = a_user()
    sitting.start(user)
    assert exposure.seen_before(user, kind="exam", banks=["another-bank"]) == {}
    assert exposure.seen_before(user, kind="exam", banks=["another-bank", "iso-certification"])


def test_an_exam_prefers_what_was_not_met_in_the_exam_of_another_course(each_course_app):
    cells = [{"bank": "iso-certification", "topic": "iso", "difficulty": 1, "count": 3}]
    made = making.a_course(attempts=0, wait_hours=0)
    with committed():
        shipped = db.session.get_one(Course, sitting.quiz_of().course_id)
        db.session.get_one(Course, made.course).library_id = shipped.library_id
    second = db.session.get_one(Quiz, made.quiz).slug
    for slug in (EXAM, second):
        sitting.change_rules(slug, cells)
    for _ in range(4):
        user = a_user()
        forms = [questions_of(sitting.start(user, slug)) for slug in (EXAM, second)]
        assert not forms[0].keys() & forms[1].keys()


def test_of_many_attempts_the_latest_are_remembered(each_course_app, monkeypatch):
    user = a_user()
    sitting.change_rules(PRACTICE, attempts=0, wait_hours=0)
    attempts = [sitting.sit(user, right=0, slug=PRACTICE) for _ in range(4)]
    assert met(user, "practice") == questions_of(*attempts)
    monkeypatch.setattr(exposure, "REMEMBERED_ATTEMPTS", 2)
    assert met(user, "practice") == questions_of(*attempts[2:])
    assert questions_of(*attempts[2:]) != questions_of(*attempts[:2])
