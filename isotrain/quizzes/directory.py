"""Finding quizzes to compose: those of the courses one looks after."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import Key, Listing, each
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import count_questions
from isotrain.study.models import Course, CourseMember, CourseVersion


@dataclass(frozen=True)
class QuizRow:
    """One quiz in a trainer's list."""

    id: int
    slug: str
    kind: str
    title: str
    course: str
    published: int | None
    draft: bool
    closed: bool
    size: int


def get(quiz_id: int, user_id: int) -> Quiz:
    """Return a quiz of a trainer's courses or raise NotFound."""
    query = sa.select(Quiz).where(Quiz.id == quiz_id, is_composer(user_id))
    quiz = db.session.scalars(query).first()
    if quiz is None:
        raise NotFound(_("This quiz does not exist."))
    return quiz


def is_composer(user_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a quiz is of one's own course."""
    return sa.select(CourseMember.user_id).where(CourseMember.course_id == Quiz.course_id,
                                                 CourseMember.user_id == user_id).exists()


_draft = aliased(QuizVersion)
_title = sa.func.coalesce(_draft.title, QuizVersion.title)
SORTS = {
    "course": (Key(CourseVersion.title), Key(Quiz.kind), Key(_title, nullable=True), Key(Quiz.id)),
    "title": (Key(_title, nullable=True), Key(Quiz.id)),
    "kind": (Key(Quiz.kind), Key(_title, nullable=True), Key(Quiz.id)),
}


def listing(user_id: int, *, text: str = "", kind: str = "") -> Listing[QuizRow]:
    """Return the list of the quizzes of a trainer's courses."""
    query = (
        sa.select(Quiz, _title, CourseVersion.title, QuizVersion.number, _draft.id,
                  sa.func.coalesce(_draft.cells, QuizVersion.cells, type_=QuizVersion.cells.type))
        .outerjoin(QuizVersion, QuizVersion.id == Quiz.published_version_id)
        .outerjoin(_draft, sa.and_(_draft.quiz_id == Quiz.id, _draft.state == "draft"))
        .join(Course, Course.id == Quiz.course_id)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(is_composer(user_id))
    )
    if text:
        query = query.where(_title.icontains(text, autoescape=True))
    if kind:
        query = query.where(Quiz.kind == kind)
    return Listing(query, SORTS, each(_row))


def _row(
    quiz: Quiz, title: str, course: str, published: int | None, draft_id: int | None,
    cells: list[JsonObject] | None,
) -> QuizRow:
    return QuizRow(id=quiz.id, slug=quiz.slug, kind=quiz.kind, title=title, course=course,
                   published=published, draft=draft_id is not None,
                   closed=quiz.retired_at is not None,
                   size=count_questions(cells or []))


def list_courses(user_id: int) -> list[tuple[int, str]]:
    """List the courses a trainer may compose quizzes for, with their titles."""
    own = sa.select(CourseMember.course_id).where(CourseMember.user_id == user_id)
    query = (
        sa.select(Course.id, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(Course.id.in_(own))
        .order_by(CourseVersion.title)
    )
    return [(row.id, row.title) for row in db.session.execute(query)]
