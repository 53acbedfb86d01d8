"""The time left that a saved answer reports is that of its own attempt."""

from __future__ import annotations

from datetime import timedelta

from isotrain import clock
from isotrain.attempts import starting, taking
from isotrain.audit.noting import Actor
from tests.factories import a_user, committed

EXAM = "iso-certification-exam"


def save_first(attempt_id: int, user: int, rev: int) -> taking.Outcome:
    with committed():
        return taking.save(attempt_id, user, position=1, submitted={"answer": ["0"]}, rev=rev,
                           base=rev - 1, flagged=False, by=Actor("user", user))


def begin(user: int) -> int:
    with committed():
        return starting.start(EXAM, user, by=Actor("user", user)).id


def test_it_is_not_taken_from_somebody_elses_attempt(each_course_app):
    early, late = a_user(), a_user()
    with clock.moved_by(timedelta(minutes=-29)):
        first = begin(early)
        save_first(first, early, 1)
    second = begin(late)
    assert save_first(second, late, 1).seconds_left > 29 * 60
    assert save_first(second, late, 2).seconds_left > 29 * 60
    assert save_first(first, early, 2).seconds_left <= 60
