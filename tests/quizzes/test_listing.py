"""The list of quizzes: walked, filtered, and its courses, for those who compose them."""

from __future__ import annotations

import pytest

from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.quizzes import composing, directory
from isotrain.quizzes.composition import Composition
from isotrain.study.models import Course, CourseMember
from tests.assignments.making import a_course
from tests.factories import a_user, committed
from tests.walking import rows_of, walk


@pytest.fixture
def composed(each_app):
    """Courses of one title and another, each with an exam; practice, drafts, somebody else's."""
    tara, other = a_user("trainer"), a_user("trainer")
    courses = [a_course(title) for title in ("Beta", "Alpha", "Alpha", "Gamma")]
    with committed():
        for user, some in ((tara, courses[:3]), (other, courses[2:])):
            db.session.add_all(CourseMember(course_id=made.course, user_id=user) for made in some)
    by = Actor("user", tara)
    with committed():
        practice = [composing.create(courses[n].course, "practice", title, by=by).id
                    for n, title in ((0, "Warm up"), (1, "Exam"), (0, "warm 100%"))]
    return tara, other, courses, practice


def ids(user: int, sort: str = "", **wanted) -> list[int]:
    return [row.id for row in rows_of(directory.listing(user, **wanted), sort)]


def test_a_walk_through_the_quizzes_meets_each_once_in_every_order(composed):
    tara, _other, (beta, alpha, second, _gamma), (warm, first, percent) = composed
    found = walk(lambda _sort: directory.listing(tara))
    assert sorted(row.id for row in found) == sorted(
        [beta.quiz, alpha.quiz, second.quiz, warm, first, percent])
    assert [row.course for row in found] == ["Alpha"] * 3 + ["Beta"] * 3
    assert ids(tara, "kind")[:3] == [beta.quiz, alpha.quiz, second.quiz]
    assert ids(tara, "-title")[-1] == beta.quiz


def test_quizzes_are_listed_to_those_who_look_after_their_course(composed):
    tara, other, (_beta, _alpha, shared, gamma), _practice = composed
    assert ids(other) == [shared.quiz, gamma.quiz]
    assert [title for _id, title in directory.list_courses(other)] == ["Alpha", "Gamma"]
    assert [title for _id, title in directory.list_courses(tara)] == ["Alpha", "Alpha", "Beta"]
    assert ids(a_user("trainer")) == []


def test_quizzes_are_found_by_kind_and_by_a_part_of_the_title(composed):
    tara, _other, (beta, alpha, second, _gamma), (warm, first, percent) = composed
    assert set(ids(tara, kind="practice")) == {first, warm, percent}
    assert set(ids(tara, kind="exam")) == {beta.quiz, alpha.quiz, second.quiz}
    assert set(ids(tara, text="WARM")) == {warm, percent}
    assert ids(tara, text="%") == [percent]


def test_a_row_tells_of_the_draft_and_of_what_is_published(composed):
    tara, _other, (beta, *_more), (warm, *_practice) = composed
    by = Actor("user", tara)
    bench = composing.workbench(directory.get(beta.quiz, tara))
    with committed():
        composing.save(beta.quiz, Composition("Exam of spring"), base=bench.base, by=by)
    rows = {row.id: row for row in rows_of(directory.listing(tara))}
    assert (rows[beta.quiz].title, rows[beta.quiz].published, rows[beta.quiz].draft) == (
        "Exam of spring", 2, True)
    assert (rows[warm].published, rows[warm].draft, rows[warm].size) == (None, True, 0)


def test_a_course_that_was_never_loaded_is_offered_to_nobody(each_app):
    trainer, made = a_user("trainer"), a_course()
    with committed():
        db.session.add(CourseMember(course_id=made.course, user_id=trainer))
        db.session.get_one(Course, made.course).current_version_id = None
    assert directory.list_courses(trainer) == [] and ids(trainer) == []
