"""Replaying: derive a form and its marks again; say whether they are those that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts import marking
from isotrain.attempts.marking import UnknownRule
from isotrain.attempts.models import Answer, Attempt, AttemptItem, AttemptMark, Form, Result
from isotrain.attempts.rules import OPEN, Viewer, Visible, visible
from isotrain.banks import pooling
from isotrain.banks.models import Bank, PoolSnapshot
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.exams import receipts
from isotrain.exams.drawing import Shortage
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.questions.problem import Problem, error
from isotrain.quizzes import forming
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from isotrain.attempts.marking import Marked
    from isotrain.exams.pools import Id


@dataclass(frozen=True)
class Kept:
    """Everything stored about an attempt that is not the person."""

    attempt: Attempt
    quiz: Quiz
    version: QuizVersion
    form: Form
    result: Result | None
    items: Sequence[AttemptItem]
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
    items = db.session.scalars(sa.select(AttemptItem).where(AttemptItem.attempt_id == attempt_id)
                               .order_by(AttemptItem.position)).all()
    return Kept(*row, items=items, answered=_answered(attempt_id))


def _answered(attempt_id: int) -> int:
    responses = db.session.scalars(sa.select(Answer.response)
                                   .where(Answer.attempt_id == attempt_id))
    return sum(response is not None for response in responses)


def replay(kept: Kept) -> tuple[Problem, ...]:
    """Say in what the stored form differs from the one derived anew; empty when they are equal."""
    form = kept.form
    blueprint = Blueprint.of(kept.version.cells, kept.version.rules, kept.quiz.kind)
    pools = [pooling.pool(hash_) for hash_ in form.pools]
    history: dict[Id, int] = {int(question): times for question, times in form.history.items()}
    try:
        drawn = forming.draw_again(blueprint, pools, seed=form.seed, history=history,
                                   receipt=form.receipt)
    except Shortage as short:
        return short.problems
    return receipts.differences({**form.receipt, **stored_data(kept)},
                                {**drawn.receipt, **drawn.data})


def stored_data(kept: Kept) -> JsonObject:
    """Return the stored items as exams.receipts writes a form."""
    return {"items": [item.question_version_id for item in kept.items],
            "arrangements": [item.arrangement for item in kept.items],
            "cells": [item.cell for item in kept.items]}


def is_intact(kept: Kept) -> bool:
    """Say whether the stored items are those the receipt's hash was taken of."""
    form = kept.form
    return hash_of(stored_data(kept)) == form.hash and form.hash == form.receipt["form"]


def remark(kept: Kept) -> tuple[Problem, ...]:
    """Say in what the stored marks and result are not those that the answers and rule give.

    Empty when they are equal. Of an attempt whose answers are erased only the sum is proved.
    """
    if kept.attempt.state == OPEN:
        return ()
    query = (sa.select(AttemptMark).where(AttemptMark.attempt_id == kept.attempt.id)
             .order_by(AttemptMark.position))
    stored = db.session.scalars(query).all()
    if _answers_erased(kept):
        return tuple(_sum_problems(kept, stored))
    try:
        marked = marking.mark(kept.attempt.id, by_rule=kept.form.marking,
                              pass_mark=Rules.from_data(kept.version.rules).pass_mark)
    except UnknownRule:
        return (error("marking", "The answers are marked by the rule %(name)s, which this version"
                      " of Isotrain does not have.", name=kept.form.marking),)
    return (*_mark_problems(stored, marked.rows(kept.attempt.id)),
            *_result_problems(kept.result, marked))


def _answers_erased(kept: Kept) -> bool:
    """A result that earned something without a single answer row: retention took the answers."""
    query = sa.select(sa.func.count()).select_from(Answer)
    rows = db.session.scalar(query.where(Answer.attempt_id == kept.attempt.id))
    return not rows and kept.result is not None and kept.result.score != "0"


def _sum_problems(kept: Kept, stored: Sequence[AttemptMark]) -> Iterator[Problem]:
    total = sum((Fraction(mark.share) for mark in stored), Fraction(0))
    if kept.result is not None and total != Fraction(kept.result.score):
        yield _differs("score", kept.result.score, total)


def _mark_problems(
    stored: Sequence[AttemptMark], derived: Sequence[JsonObject]
) -> Iterator[Problem]:
    """Hold what the rule marks against the rows; what a person marks has a row and no rule."""
    kept = {mark.position: (mark.share, mark.topic) for mark in stored}
    for row in derived:
        found = kept.get(row["position"])
        if found != (row["share"], row["topic"]):
            yield _differs(f"question {row['position']}", found and found[0], row["share"])


def _result_problems(stored: Result | None, marked: Marked) -> Iterator[Problem]:
    for name, value in (marked.columns() or {}).items():
        found = getattr(stored, name, None)
        if found != value:
            yield _differs(name, found, value)


def _differs(what: str, stored: object, derived: object) -> Problem:
    return error(what, "%(name)s is %(stored)s, the answers give %(derived)s.", name=what,
                 stored=stored, derived=derived)


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
    differs = (bool(replay(kept)) or not is_intact(kept)) if shown.seed else None
    return ReceiptPage(kept, shown, pools, differs)
