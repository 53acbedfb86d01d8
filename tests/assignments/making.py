"""Courses, exams and sittings made row by row, committed, for what rests on them."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from isotrain import clock
from isotrain.assignments import assigning
from isotrain.attempts import news
from isotrain.attempts.models import Attempt, Form, Result
from isotrain.db import db
from isotrain.jobs.stepping import inside
from isotrain.people import roster
from isotrain.people.models import Placement, Unit
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.settings import house
from isotrain.study.models import (
    Course,
    CourseModule,
    CourseVersion,
    Module,
    ModuleVersion,
    Reading,
)
from tests.factories import BY, a_library, committed
from tests.listening import finished

_numbers = itertools.count(1)
RULES = {"pass_mark": 80, "pass_mark_basis": "Agreed by three trainers", "attempts": 3,
         "wait_hours": 24}


@dataclass(frozen=True)
class Made:
    """What a made course consists of, as ids."""

    course: int
    version: int
    quiz: int
    quiz_version: int
    modules: tuple[int, ...]
    slug: str


def a_course(title: str = "ISO awareness", *, modules: int = 2, kind: str = "exam",
             **rules: Any) -> Made:
    """Make a course with modules and a published exam."""
    n, now = next(_numbers), clock.now()
    with committed():
        course = Course(slug=f"course-{n}", library_id=a_library(), created_at=now,
                        certificate_months=24)
        db.session.add(course)
        db.session.flush()
        version = CourseVersion(
            course_id=course.id, number=3, label="2026.1", title=title, summary="", topics=[],
            language="en", editions=[{"code": "iso-9001-2015", "label": "ISO 9001:2015"}],
            content_hash=f"hash {n}", created_at=now, approved_at=now, approved_by_name="Ada Byron",
        )
        quiz = Quiz(slug=f"exam-{n}", course_id=course.id, kind=kind, created_at=now)
        db.session.add_all([version, quiz])
        db.session.flush()
        course.current_version_id = version.id
        quiz_version = QuizVersion(quiz_id=quiz.id, number=2, state="published", title="Exam",
                                   cells=[], rules={**RULES, **rules}, created_at=now)
        db.session.add(quiz_version)
        db.session.flush()
        quiz.published_version_id = quiz_version.id
        made = [_module(course.library_id, version.id, n) for n in range(1, modules + 1)]
    return Made(course.id, version.id, quiz.id, quiz_version.id, tuple(made), course.slug)


def _module(library_id: int, version_id: int, n: int) -> int:
    module = Module(library_id=library_id, code=f"M{n}", slug=f"module-{n}")
    db.session.add(module)
    db.session.flush()
    text = ModuleVersion(module_id=module.id, number=1, title=f"Module {n}", minutes=7, content={},
                         content_hash="h", created_at=clock.now())
    db.session.add(text)
    db.session.flush()
    db.session.add(CourseModule(course_version_id=version_id, module_version_id=text.id,
                                position=n))
    return module.id


def read(user: int, made: Made, count: int, *, finished: bool = True) -> None:
    """Let a user read the first modules of a course."""
    now = clock.now()
    with committed():
        for module in made.modules[:count]:
            db.session.merge(Reading(user_id=user, module_id=module, first_opened_at=now,
                                     last_opened_at=now, paragraph=None,
                                     finished_at=now if finished else None))


def begin(user: int, made: Made, *, number: int = 1) -> int:
    """Let a user start the exam of a course and leave it open."""
    with committed():
        attempt = _attempt(user, made, number, state="open", closed_at=None)
    return attempt.id


def sit(user: int, made: Made, *, passed: bool = True, number: int = 1, days_ago: int = 0,
        state: str = "submitted") -> int:
    """Let a user sit the exam of a course, and tell the features above."""
    with clock.moved_by(-timedelta(days=days_ago)), committed():
        attempt = _attempt(user, made, number, state=state, closed_at=clock.now())
        result = Result(attempt_id=attempt.id, score="18" if passed else "9", out_of="20",
                        percent="90.0" if passed else "45.0", passed=passed,
                        marked_at=clock.now())
        db.session.add(result)
        db.session.flush()
        news.tell(finished(attempt, result))
    return attempt.id


def _attempt(user: int, made: Made, number: int, *, state: str,
             closed_at: datetime | None) -> Attempt:
    attempt = Attempt(user_id=user, quiz_id=made.quiz, quiz_version_id=made.quiz_version,
                      course_version_id=made.version, number=number, state=state,
                      started_at=clock.now() - timedelta(minutes=20), closed_at=closed_at)
    db.session.add(attempt)
    db.session.flush()
    db.session.add(Form(attempt_id=attempt.id, algorithm="a", seed="0", pools=[], history={},
                        hash=f"{attempt.id:064x}", receipt={}, marking="shares-1"))
    db.session.flush()
    return attempt


def a_unit(code: str, parent: int | None = None) -> int:
    """Make a unit, under another one if told."""
    with committed():
        unit = Unit(code=code, name=f"Unit {code}", parent_id=parent)
        db.session.add(unit)
        db.session.flush()
        return unit.id


def place(user: int, unit: int | None = None, *, days_ago: int = 100, **more: Any) -> None:
    """Place a user from some days ago on, telling the roster alone."""
    with committed():
        db.session.add(Placement(user_id=user, unit_id=unit, employment_type="employee",
                                 valid_from=house.today() - timedelta(days=days_ago), **more))
        db.session.flush()
        roster.rewrite([user])


def bind(user: int, made: Made, *, due_in: int = 10) -> int:
    """Assign a course to one user, due in so many days (past days too), and return the rule."""
    made_on = timedelta(days=min(0, due_in) - 1)
    due_on: date = house.today() + timedelta(days=due_in)
    with clock.moved_by(made_on), committed():
        return assigning.assign(course_id=made.course, target="person", user_id=user,
                                due_on=due_on, by=BY, transaction=inside).id
