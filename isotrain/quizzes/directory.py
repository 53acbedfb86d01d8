"""Finding quizzes to compose: those of one's own courses, and of the courses of one's banks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.banks.models import Bank, BankMember
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.quizzes.models import Quiz, QuizVersion
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
    size: int


def get(quiz_id: int, user_id: int) -> Quiz:
    """Return a quiz of a trainer's banks or courses or raise NotFound."""
    query = sa.select(Quiz).where(Quiz.id == quiz_id, is_composer(user_id))
    quiz = db.session.scalars(query).first()
    if quiz is None:
        raise NotFound(_("This quiz does not exist."))
    return quiz


def is_composer(user_id: int) -> sa.ColumnElement[bool]:
    """Return the condition that a quiz is of one's own course, or of a course of one's bank."""
    of_course = sa.select(CourseMember.user_id).where(CourseMember.course_id == Quiz.course_id,
                                                      CourseMember.user_id == user_id)
    of_bank = (
        sa.select(BankMember.user_id).join(Bank, Bank.id == BankMember.bank_id)
        .where(Bank.course_id == Quiz.course_id, BankMember.user_id == user_id)
    )
    return sa.or_(of_course.exists(), of_bank.exists())


def current_courses() -> sa.Select[Any]:
    """Return the query for the current version of every course, by title."""
    return (
        sa.select(CourseVersion.course_id, CourseVersion.title, CourseVersion.topics)
        .join(Course, Course.current_version_id == CourseVersion.id)
        .order_by(CourseVersion.title)
    )


def list_quizzes(user_id: int, *, text: str = "", kind: str = "") -> list[QuizRow]:
    """List the quizzes of a trainer's banks and courses, by course and title."""
    draft = aliased(QuizVersion)
    title = sa.func.coalesce(draft.title, QuizVersion.title)
    query = (
        sa.select(Quiz, title, CourseVersion.title, QuizVersion.number, draft.id,
                  sa.func.coalesce(draft.cells, QuizVersion.cells, type_=QuizVersion.cells.type))
        .outerjoin(QuizVersion, QuizVersion.id == Quiz.published_version_id)
        .outerjoin(draft, sa.and_(draft.quiz_id == Quiz.id, draft.state == "draft"))
        .join(Course, Course.id == Quiz.course_id)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .where(is_composer(user_id))
        .order_by(CourseVersion.title, Quiz.kind, title, Quiz.id)
    )
    if text:
        query = query.where(title.icontains(text, autoescape=True))
    if kind:
        query = query.where(Quiz.kind == kind)
    return [
        QuizRow(id=quiz.id, slug=quiz.slug, kind=quiz.kind, title=named, course=course,
                published=number, draft=draft_id is not None,
                size=sum(cell["count"] for cell in cells or []))
        for quiz, named, course, number, draft_id, cells in db.session.execute(query)
    ]


def list_courses(user_id: int) -> list[tuple[int, str]]:
    """List the courses a trainer may compose quizzes for, with their titles."""
    own: sa.CompoundSelect[Any] = sa.union(
        sa.select(CourseMember.course_id).where(CourseMember.user_id == user_id),
        sa.select(Bank.course_id).join(BankMember, BankMember.bank_id == Bank.id)
        .where(BankMember.user_id == user_id),
    )
    query = current_courses().where(CourseVersion.course_id.in_(own))
    return [(row.course_id, row.title) for row in db.session.execute(query)]
