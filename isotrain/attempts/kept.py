"""Everything that is stored about attempts and not about the person, many attempts at a time."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import sqlalchemy as sa

from isotrain.attempts.models import (
    Answer,
    Attempt,
    AttemptItem,
    AttemptMark,
    ExtraAttempt,
    Form,
    Result,
    given_for,
)
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.quizzes import forming
from isotrain.quizzes.models import Quiz, QuizVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Item(NamedTuple):
    """One question, as `models.AttemptItem` has it."""

    attempt_id: int
    position: int
    question_version_id: int
    arrangement: list[int | str]
    cell: int


class Mark(NamedTuple):
    """What one question earned, as `models.AttemptMark` has it."""

    attempt_id: int
    position: int
    share: str
    topic: str


@dataclass(frozen=True)
class Kept:
    """What is stored of one attempt; items and marks in order, responses by position.

    `extra` is there where it was given beyond the limit.
    """

    attempt: Attempt
    quiz: Quiz
    version: QuizVersion
    form: Form
    result: Result | None
    items: Sequence[Item]
    marks: Sequence[Mark]
    responses: Mapping[int, object]
    extra: ExtraAttempt | None

    def answered(self) -> tuple[int, int]:
        """Return how many questions have an answer, and how many there are."""
        asked = forming.asked_questions(item.question_version_id for item in self.items)
        return (sum(asked[item.question_version_id].answered(self.responses.get(item.position))
                    for item in self.items),
                sum(asked[item.question_version_id].size for item in self.items))


def get_kept(attempt_id: int) -> Kept:
    """Return what is stored of anybody's attempt or raise NotFound."""
    found = list_kept([attempt_id])
    if not found:
        raise NotFound(_("There is no attempt %(id)s.", id=attempt_id))
    return found[0]


def list_kept(attempt_ids: Sequence[int]) -> list[Kept]:
    """List what is stored of those of these attempts that have a form and a quiz, in order."""
    ids = {"attempts": list(attempt_ids)}
    rows = db.session.execute(_ATTEMPTS, ids).all()
    quizzes = _by_id(Quiz, {row[0].quiz_id for row in rows})
    published = _by_id(QuizVersion, {row[0].quiz_version_id for row in rows})
    items, marks, answers = (_by_attempt(query, ids) for query in (_ITEMS, _MARKS, _ANSWERS))
    return [
        Kept(attempt, quizzes[attempt.quiz_id], published[attempt.quiz_version_id], form, result,
             items=[Item._make(row) for row in items[attempt.id]],
             marks=[Mark._make(row) for row in marks[attempt.id]],
             responses={row.position: row.response for row in answers[attempt.id]}, extra=extra)
        for attempt, form, result, extra in rows
        if attempt.quiz_id in quizzes and attempt.quiz_version_id in published
    ]


def _by_id(model: type[Any], ids: set[int]) -> dict[int, Any]:
    return {row.id: row for row in db.session.scalars(sa.select(model).where(model.id.in_(ids)))}


def _by_attempt(query: sa.Select[Any], ids: dict[str, list[int]]) -> dict[int, list[sa.Row[Any]]]:
    found = defaultdict(list)
    for row in db.session.connection().execute(query, ids):
        found[row[0]].append(row)
    return found


# Built once, and rows instead of objects: an attempt has sixty of them.
_THESE: sa.BindParameter[Any] = sa.bindparam("attempts", expanding=True)
_ITEM, _MARK, _ANSWER = AttemptItem.__table__.c, AttemptMark.__table__.c, Answer.__table__.c
_ATTEMPTS = (
    sa.select(Attempt, Form, Result, ExtraAttempt)
    .join(Form, Form.attempt_id == Attempt.id)
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .outerjoin(ExtraAttempt, given_for(Attempt))
    .where(Attempt.id.in_(_THESE)).order_by(Attempt.id)
)
_ITEMS = (
    sa.select(_ITEM.attempt_id, _ITEM.position, _ITEM.question_version_id, _ITEM.arrangement,
              _ITEM.cell)
    .where(_ITEM.attempt_id.in_(_THESE)).order_by(_ITEM.attempt_id, _ITEM.position)
)
_MARKS = (
    sa.select(_MARK.attempt_id, _MARK.position, _MARK.share, _MARK.topic)
    .where(_MARK.attempt_id.in_(_THESE)).order_by(_MARK.attempt_id, _MARK.position)
)
_ANSWERS = (
    sa.select(_ANSWER.attempt_id, _ANSWER.position, _ANSWER.response)
    .where(_ANSWER.attempt_id.in_(_THESE))
)
