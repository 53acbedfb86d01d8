"""Replaying: derive a form again from what is stored; say whether it is the one that was sat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.attempts import closing
from isotrain.attempts.models import Answer, Attempt, Form, Result
from isotrain.attempts.rules import Viewer, Visible, visible
from isotrain.banks import pooling
from isotrain.banks.models import Bank, PoolSnapshot
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.exams import receipts
from isotrain.exams.drawing import Shortage
from isotrain.i18n import _
from isotrain.ledger.hashing import hash_of
from isotrain.quizzes import forming
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules

if TYPE_CHECKING:
    from datetime import datetime

    from isotrain.exams.pools import Id
    from isotrain.questions.problem import Problem


@dataclass(frozen=True)
class Kept:
    """Everything stored about an attempt that is not the person."""

    attempt: Attempt
    quiz: Quiz
    version: QuizVersion
    form: Form
    result: Result | None
    answered: int


def get_kept(attempt_id: int) -> Kept:
    """Return what is stored of anybody's attempt or raise NotFound."""
    query = (
        sa.select(Attempt, Quiz, QuizVersion, Form, Result)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Form, Form.attempt_id == Attempt.id)
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.id == attempt_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("There is no attempt %(id)s.", id=attempt_id))
    return Kept(*row, answered=len(closing.responses(attempt_id)))


def replay(kept: Kept) -> tuple[Problem, ...]:
    """Say in what the stored form differs from the one derived anew; empty when they are equal."""
    form = kept.form
    blueprint = Blueprint.of(kept.version.cells, kept.version.rules, kept.quiz.kind)
    pools = [pooling.pool(hash_) for hash_ in form.pools]
    history: dict[Id, int] = {int(question): times for question, times in form.history.items()}
    try:
        drawn = forming.draw(blueprint, pools, seed=form.seed, history=history)
    except Shortage as short:
        return short.problems
    return receipts.differences({**form.receipt, **stored_data(form)},
                                {**drawn.receipt, **drawn.data})


def stored_data(form: Form) -> dict[str, Any]:
    """Return a stored form as exams.receipts writes it."""
    return {"items": [item[0] for item in form.items],
            "arrangements": [item[1] for item in form.items],
            "cells": form.cells}


def is_intact(form: Form) -> bool:
    """Say whether the items of a stored form are those its hash was taken of."""
    return hash_of(stored_data(form)) == form.hash and form.hash == form.receipt["form"]


def remarked(kept: Kept) -> dict[str, Any] | None:
    """Mark a closed attempt again from its answers; None while it is open or they are erased."""
    if kept.result is None or _answers_erased(kept):
        return None
    return closing.marks(kept.form.items, closing.responses(kept.attempt.id),
                         pass_mark=Rules.from_data(kept.version.rules).pass_mark)


def _answers_erased(kept: Kept) -> bool:
    """A result that earned something without a single answer row: retention took the answers."""
    query = sa.select(sa.func.count()).select_from(Answer)
    rows = db.session.scalar(query.where(Answer.attempt_id == kept.attempt.id))
    return not rows and kept.result is not None and kept.result.score != "0"


@dataclass(frozen=True)
class PoolRow:
    """One pool a form was drawn from."""

    hash: str
    bank: str
    size: int
    made_at: datetime


@dataclass(frozen=True)
class ReceiptPage:
    """The receipt of a form as it is shown; `differs` None means that it is not told yet."""

    kept: Kept
    shown: Visible
    pools: tuple[PoolRow, ...]
    differs: bool | None


def receipt_page(attempt_id: int, viewer: Viewer) -> ReceiptPage:
    """Return what the receipt page of an attempt shows to a viewer or raise NotFound."""
    kept = get_kept(attempt_id)
    shown = visible(kind=kept.quiz.kind, feedback=Rules.from_data(kept.version.rules).feedback,
                    state=kept.attempt.state, viewer=viewer)
    query = (
        sa.select(PoolSnapshot.hash, Bank.title, PoolSnapshot.size, PoolSnapshot.created_at)
        .join(Bank, Bank.id == PoolSnapshot.bank_id)
        .where(PoolSnapshot.hash.in_(kept.form.pools))
        .order_by(PoolSnapshot.hash)
    )
    pools = tuple(PoolRow(*row) for row in db.session.execute(query))
    differs = (bool(replay(kept)) or not is_intact(kept.form)) if shown.seed else None
    return ReceiptPage(kept, shown, pools, differs)
