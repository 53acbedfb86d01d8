"""Exposure: how many forms hold a question, and how often a person has met it."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts.models import Attempt, Form
from isotrain.banks.models import QuestionVersion
from isotrain.db import db
from isotrain.quizzes.models import Quiz

if TYPE_CHECKING:
    from isotrain.exams.pools import Id

# Of very many practice attempts the latest say enough about what a person has just seen.
REMEMBERED_ATTEMPTS = 50
LOOKED_AT = 2_000  # the items of a form are one value, so each form costs reading it


def count_forms(version_ids: Collection[int]) -> tuple[int, int]:
    """Return how many of the newest forms hold one of these versions, and how many were looked at.

    At most LOOKED_AT forms are, so that the answer costs the same however many there are.
    """
    newest = sa.select(Form.attempt_id, Form.items).order_by(Form.attempt_id.desc())
    forms = newest.limit(LOOKED_AT).subquery()
    looked_at = db.session.scalar(sa.select(sa.func.count()).select_from(forms)) or 0
    version: sa.ColumnElement[int]
    if db.engine.dialect.name == "sqlite":
        items = sa.func.json_each(forms.c["items"]).table_valued("value")
        version = sa.func.json_extract(items.c.value, "$[0]")
    else:
        items = sa.func.json_array_elements(forms.c["items"]).table_valued("value")
        version = sa.cast(sa.func.json_extract_path_text(items.c.value, "0"), sa.BigInteger)
    query = sa.select(sa.func.count(forms.c.attempt_id.distinct())).select_from(
        forms.join(items, sa.true())).where(version.in_(version_ids))
    return db.session.scalar(query) or 0, looked_at


def seen_before(user_id: int, *, course_id: int, kind: str) -> dict[Id, int]:
    """Count how often a person has met each question in quizzes of a kind of a course."""
    query = (
        sa.select(Form.items)
        .join(Attempt, Attempt.id == Form.attempt_id)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .where(Attempt.user_id == user_id, Quiz.course_id == course_id, Quiz.kind == kind)
        .order_by(Attempt.id.desc())
        .limit(REMEMBERED_ATTEMPTS)
    )
    met = [item[0] for items in db.session.scalars(query) for item in items]
    if not met:
        return {}
    question_of = dict(db.session.execute(
        sa.select(QuestionVersion.id, QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(set(met)))
    ).all())
    counts: dict[Id, int] = {}
    for version in met:
        question = question_of[version]
        counts[question] = counts.get(question, 0) + 1
    return counts
