"""Retiring: a quiz is closed for good; nobody starts it any more, and its results tell more.

What runs goes on to its end. A course whose exam is closed can have another one.
"""

from __future__ import annotations

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Conflict, NotFound
from isotrain.i18n import _
from isotrain.quizzes.models import Quiz, QuizVersion


def retire(quiz_id: int, *, by: Actor) -> Quiz:
    """Close a quiz, whoever may; raises NotFound, or Conflict where that was done before."""
    quiz = db.session.scalar(sa.select(Quiz).where(Quiz.id == quiz_id).with_for_update()
                             .execution_options(populate_existing=True))
    if quiz is None:
        raise NotFound(_("This quiz does not exist."))
    refuse_closed(quiz)
    quiz.retired_at = clock.now()
    note("quiz.closed", by, scope="training", on=("quiz", quiz.id))
    db.session.flush()
    return quiz


def refuse_closed(quiz: Quiz) -> None:
    """Refuse to change what is closed."""
    if quiz.retired_at is not None:
        raise Conflict(_("This quiz is closed. Nothing about it can be changed."))


def list_titles() -> list[tuple[Quiz, str]]:
    """List all quizzes with the titles that were published last, those in use first."""
    query = (
        sa.select(Quiz, sa.func.coalesce(QuizVersion.title, Quiz.slug))
        .outerjoin(QuizVersion, QuizVersion.id == Quiz.published_version_id)
        .order_by(Quiz.retired_at.is_not(None), Quiz.slug)
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]
