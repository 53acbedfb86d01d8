"""The news of attempts and people: saying it row by row, and listening to it beside the app."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from flask import current_app

from isotrain.accounts.models import Identity
from isotrain.attempts.models import Attempt, Form, Result
from isotrain.attempts.news import Finished, WhenFinished
from isotrain.db import db
from isotrain.people.news import Moved, WhenMoved
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules
from isotrain.study.models import Course, CourseVersion
from isotrain.wired import KEY
from tests.factories import BY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


def finished(attempt: Attempt, result: Result | None) -> Finished:
    """Return the news of an attempt whose rows were made one by one."""
    assert attempt.closed_at is not None
    quiz = db.session.get_one(Quiz, attempt.quiz_id)
    version = db.session.get_one(QuizVersion, attempt.quiz_version_id)
    return Finished(
        attempt=attempt, closed_at=attempt.closed_at, quiz=quiz, version=version,
        rules=Rules.from_data(version.rules), course=db.session.get_one(Course, quiz.course_id),
        course_version=db.session.get_one(CourseVersion, attempt.course_version_id),
        person=db.session.get_one(Identity, attempt.user_id),
        form_hash=db.session.get_one(Form, attempt.id).hash, result=result, extra=False, by=BY,
    )


@contextmanager
def hearing_finished(*listeners: Callable[[Finished], None]) -> Iterator[None]:
    """Tell these too, after everybody the running app tells that an attempt is finished."""
    told = current_app.extensions[KEY].when_finished.told
    with _wired(when_finished=WhenFinished((*told, *listeners))):
        yield


@contextmanager
def hearing_moved(*listeners: Callable[[Moved], None]) -> Iterator[None]:
    """Tell these too, after everybody the running app tells that people moved."""
    told = current_app.extensions[KEY].when_moved.told
    with _wired(when_moved=WhenMoved((*told, *listeners))):
        yield


@contextmanager
def _wired(**parts: Any) -> Iterator[None]:
    extensions = current_app.extensions
    before = extensions[KEY]
    extensions[KEY] = replace(before, **parts)
    try:
        yield
    finally:
        extensions[KEY] = before
