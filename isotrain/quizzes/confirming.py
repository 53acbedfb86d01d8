"""Confirming: an administrator is the second person where a course has nobody else.

They see what becomes weaker, never questions or keys.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.quizzes import composing, weakening
from isotrain.quizzes.composing import Workbench
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.retiring import refuse_closed
from isotrain.quizzes.rules import EXAM
from isotrain.quizzes.weakening import Line
from isotrain.study import content


@dataclass(frozen=True)
class Waiting:
    """A weaker draft of an exam whose course has nobody but its author to publish it."""

    quiz_id: int
    title: str
    course: str
    number: int
    base: str
    author: int | None
    lines: list[Line]


def list_waiting() -> list[Waiting]:
    """List the weaker exams that wait for an administrator, by title."""
    query = (
        sa.select(Quiz).join(QuizVersion, QuizVersion.quiz_id == Quiz.id)
        .where(QuizVersion.state == "draft", Quiz.kind == EXAM, Quiz.retired_at.is_(None),
               Quiz.published_version_id.is_not(None))
        .order_by(QuizVersion.title, Quiz.id)
    )
    found = (_waiting(composing.workbench(quiz)) for quiz in db.session.scalars(query).all())
    return [each for each in found if each is not None]


def _waiting(bench: Workbench) -> Waiting | None:
    quiz, draft = bench.quiz, bench.draft
    names = weakening.find_weaker(quiz, bench.published, draft)
    if draft is None or not weakening.needs_second(names) or weakening.has_colleague(
            quiz.course_id, draft.created_by):
        return None
    return Waiting(quiz.id, draft.title, content.get_course_by_id(quiz.course_id).title,
                   draft.number, bench.base, draft.created_by,
                   weakening.lines_of(quiz, bench.published, draft))


def confirm(quiz_id: int, *, base: str, by: Actor) -> QuizVersion:
    """Publish a weaker exam as its second person; never one's own draft."""
    quiz = db.session.scalar(sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update())
    bench = composing.workbench(quiz) if quiz is not None else None
    waiting = _waiting(bench) if bench is not None and bench.published is not None else None
    if bench is None or waiting is None:
        raise NotFound(_("This exam waits for nobody."))
    refuse_closed(bench.quiz)
    if waiting.author == by.user_id:
        raise Refusal(_("You saved this draft. Another administrator has to confirm it."))
    return composing.finish(composing.make_ready(bench, base=base), by=by)
