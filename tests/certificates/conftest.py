"""A closed attempt of a course, made row by row, for what comes after it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from isotrain import clock
from isotrain.attempts import news
from isotrain.attempts.models import Attempt, Form, Result
from isotrain.db import db
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.study.models import Course, CourseVersion
from tests.factories import a_library, committed
from tests.listening import finished

if TYPE_CHECKING:
    from collections.abc import Callable

_numbers = itertools.count(1)


def a_quiz(kind: str) -> tuple[Quiz, QuizVersion, CourseVersion]:
    n = next(_numbers)
    course = Course(slug=f"course-{n}", library_id=a_library(), created_at=clock.now(),
                    certificate_months=24)
    db.session.add(course)
    db.session.flush()
    version = CourseVersion(
        course_id=course.id, number=1, label="2026.1", title="ISO awareness", summary="", topics=[],
        language="en", editions=[{"code": "iso-9001-2015", "label": "ISO 9001:2015"}],
        content_hash=f"hash {n}", created_at=clock.now(),
    )
    quiz = Quiz(slug=f"quiz-{n}", course_id=course.id, kind=kind, created_at=clock.now())
    db.session.add_all([version, quiz])
    db.session.flush()
    quiz_version = QuizVersion(quiz_id=quiz.id, number=1, state="published", title="Exam", cells=[],
                               rules={"pass_mark": 80}, created_at=clock.now())
    db.session.add(quiz_version)
    db.session.flush()
    return quiz, quiz_version, version


@pytest.fixture
def finish() -> Callable[..., Attempt]:
    """Return a function that closes an attempt of a user and tells the features above."""

    quizzes = {}

    def close(user: int, *, passed: bool = True, kind: str = "exam", number: int = 1,
              course: str = "A") -> Attempt:
        with committed():
            if (course, kind) not in quizzes:
                quizzes[course, kind] = a_quiz(kind)
            quiz, quiz_version, version = quizzes[course, kind]
            now = clock.now()
            attempt = Attempt(user_id=user, quiz_id=quiz.id, quiz_version_id=quiz_version.id,
                              course_version_id=version.id, number=number, state="submitted",
                              started_at=now, closed_at=now)
            db.session.add(attempt)
            db.session.flush()
            db.session.add(Form(attempt_id=attempt.id, algorithm="a", seed="0", pools=[],
                                history={}, hash="f" * 64, receipt={}, marking="shares-1"))
            result = Result(attempt_id=attempt.id, score="18", out_of="20", percent="90.0",
                            passed=passed, marked_at=now)
            db.session.add(result)
            db.session.flush()
            news.tell(finished(attempt, result))
        return attempt

    return close
