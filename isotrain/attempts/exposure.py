"""Exposure: which forms hold a question, how often a person has met it, which keys are in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts.models import Attempt, AttemptItem
from isotrain.attempts.rules import OPEN
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.db import db
from isotrain.lists import chunks
from isotrain.quizzes import supply
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM

if TYPE_CHECKING:
    from collections.abc import Collection

    from isotrain.exams.pools import Id

# Of very many practice attempts the latest say enough about what a person has just seen.
REMEMBERED_ATTEMPTS = 50


def count_forms(version_ids: Collection[int], at_most: int) -> int:
    """Count the forms that hold one of these versions of a question, up to so many.

    A form holds a question once, in one version.
    """
    holding = sa.select(AttemptItem.attempt_id).where(
        AttemptItem.question_version_id.in_(version_ids)).limit(at_most)
    return db.session.scalar(sa.select(sa.func.count()).select_from(holding.subquery())) or 0


def open_exams(question_ids: Collection[int]) -> dict[int, int]:
    """Count the open exams that ask each of these questions, in whatever version."""
    found: dict[int, int] = {}
    for some in chunks(question_ids):
        found.update(db.session.execute(
            sa.select(QuestionVersion.question_id, sa.func.count(Attempt.id.distinct()))
            .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
            .join(Attempt, Attempt.id == AttemptItem.attempt_id)
            .join(Quiz, Quiz.id == Attempt.quiz_id)
            .where(QuestionVersion.question_id.in_(some), Attempt.state == OPEN,
                   Quiz.kind == EXAM)
            .group_by(QuestionVersion.question_id)).all())
    return found


def is_in_use(banks: Collection[str]) -> bool:
    """Say whether an exam that is offered, or that somebody sits now, draws from these banks."""
    return supply.is_drawn_from(banks) or any(
        cell["bank"] in banks for cells in db.session.scalars(_SAT_CELLS) for cell in cells)


_SAT_CELLS = sa.select(QuizVersion.cells).where(QuizVersion.id.in_(
    sa.select(Attempt.quiz_version_id).join(Quiz, Quiz.id == Attempt.quiz_id)
    .where(Attempt.state == OPEN, Quiz.kind == EXAM)))


def seen_before(user_id: int, *, kind: str, banks: Collection[str]) -> dict[Id, int]:
    """Count how often a person has met each question of some banks in quizzes of a kind.

    Courses may share a bank: what was met in a quiz of one was met for the others as well.
    """
    asked = {"user": user_id, "kind": kind, "banks": list(banks), "most": REMEMBERED_ATTEMPTS}
    return dict(db.session.execute(_MET, asked).all())


_LATEST = (
    sa.select(Attempt.id)
    .join(Quiz, Quiz.id == Attempt.quiz_id)
    .where(Attempt.user_id == sa.bindparam("user"), Quiz.kind == sa.bindparam("kind"))
    .order_by(Attempt.id.desc())
    .limit(sa.bindparam("most", type_=sa.Integer()))
    .subquery()
)
_MET = (
    sa.select(QuestionVersion.question_id, sa.func.count())
    .join(AttemptItem, AttemptItem.question_version_id == QuestionVersion.id)
    .join(_LATEST, _LATEST.c.id == AttemptItem.attempt_id)
    .join(Question, Question.id == QuestionVersion.question_id)
    .join(Bank, Bank.id == Question.bank_id)
    .where(Bank.slug.in_(sa.bindparam("banks", expanding=True)))
    .group_by(QuestionVersion.question_id)
)
