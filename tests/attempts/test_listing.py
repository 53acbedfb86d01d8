"""The list of one's own attempts: walked, filtered; and the practice that a course offers."""

from __future__ import annotations

import pytest

from isotrain import clock
from isotrain.attempts import history
from isotrain.db import db
from isotrain.quizzes.models import Quiz, QuizVersion
from tests.assignments.making import RULES, Made, a_course, begin, sit
from tests.factories import a_user, committed
from tests.walking import rows_of, walk


@pytest.fixture
def tried(each_app):
    """An exam and two practice quizzes of one title, tried at one moment; others tried it too."""
    user, other = a_user(), a_user()
    exam, first, second = a_course(), a_course(kind="practice"), a_course(kind="practice")
    with clock.frozen_at(clock.now()):
        made = [sit(user, exam, passed=False, days_ago=3), sit(user, first, days_ago=2),
                sit(user, second, days_ago=2), sit(user, exam, number=2, days_ago=1),
                begin(user, first, number=2)]
        sit(other, exam)
    return user, made


def ids(user: int, sort: str = "", **wanted) -> list[int]:
    return [row.attempt.id for row in rows_of(history.listing(user, **wanted), sort)]


def test_a_walk_through_the_attempts_meets_each_once_in_every_order(tried):
    user, made = tried
    found = walk(lambda _sort: history.listing(user))
    assert [row.attempt.id for row in found] == made[::-1]
    assert ids(user, "quiz") == made and ids(user, "-quiz") == made[::-1]


def test_attempts_are_found_by_kind_and_by_a_part_of_the_title(tried):
    user, made = tried
    assert ids(user, kind="exam") == [made[3], made[0]]
    assert ids(user, kind="practice") == [made[4], made[2], made[1]]
    assert ids(user, kind="nonsense") == ids(user, text="EXA") == made[::-1]
    assert ids(user, text="%") == []


def test_each_attempt_says_how_it_ended(tried):
    user, _made = tried
    assert [row.state for row in rows_of(history.listing(user))] == [
        "in_progress", "passed", "completed", "completed", "failed"]


def practice(made: Made, slug: str, title: str, *, retired: bool = False) -> None:
    now = clock.now()
    with committed():
        quiz = Quiz(slug=slug, course_id=made.course, kind="practice", created_at=now,
                    retired_at=now if retired else None)
        db.session.add(quiz)
        db.session.flush()
        version = QuizVersion(quiz_id=quiz.id, number=1, state="published", title=title,
                              cells=[{"count": 3}, {"count": 4}], rules=RULES, created_at=now)
        db.session.add(version)
        db.session.flush()
        quiz.published_version_id = version.id


def test_a_course_offers_its_own_published_practice_that_is_not_retired(each_app):
    course, other = a_course(), a_course(kind="practice")
    practice(course, "b", "Beta")
    practice(course, "a", "Alpha")
    practice(course, "old", "Aged", retired=True)
    with committed():
        db.session.add(Quiz(slug="draft", course_id=course.course, kind="practice",
                            created_at=clock.now()))
    assert [(row.slug, row.title, row.size) for row in history.practice_of_course(course.course)
            ] == [("a", "Alpha", 7), ("b", "Beta", 7)]
    assert len(history.practice_of_course(other.course)) == 1
