"""Sheets: what of an attempt stays as it is from its start on, its form above all.

Items are frozen in the database and who sits what never changes, so sheets are kept in process.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from isotrain.attempts.models import Attempt, AttemptItem, Form
from isotrain.banks import versions
from isotrain.banks.models import QuestionVersion
from isotrain.db import db, is_writing
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

KEPT = 1_000

Item = tuple[int, "Sequence[Any]"]
"""A question version and the arrangement of its parts."""


@dataclass(frozen=True)
class Sheet:
    """An attempt as it was started; shared between requests, so its parts are read only.

    `narrowed` are the topics that alone are asked about; none where it is whole. `sizes` say how
    many questions each item counts as.
    """

    id: int
    user_id: int
    number: int
    started_at: datetime
    quiz_id: int
    slug: str
    kind: str
    title: str
    course_id: int
    rules: Rules
    banks: frozenset[str]
    form_hash: str
    narrowed: tuple[str, ...]
    items: tuple[Item, ...]
    sizes: tuple[int, ...]

    @property
    def count(self) -> int:
        """How many questions it asks, a set counted as its questions."""
        return sum(self.sizes)

    def first(self, position: int) -> int:
        """The number of the question, or of the first one of the set, at a position."""
        return 1 + sum(self.sizes[:position - 1])

    def label(self, position: int) -> str:
        """The number of the question at a position, "3–5" of a set."""
        first, size = self.first(position), self.sizes[position - 1]
        return str(first) if size < 2 else f"{first}–{first + size - 1}"


# What is kept lives as long as the connections it was read through: a database that is put in
# place of another (restored, or made anew for a test) starts with nothing.
_kept: WeakKeyDictionary[sa.Pool, dict[int, Sheet]] = WeakKeyDictionary()


def find(attempt_id: int) -> Sheet | None:
    """Return the sheet of anybody's attempt."""
    kept = _kept.setdefault(db.engine.pool, {})
    sheet = kept.get(attempt_id)
    if sheet is not None:
        return sheet
    sheet = _read(attempt_id)
    if sheet is not None and not is_writing():  # an attempt may yet be rolled back
        if len(kept) >= KEPT:
            kept.clear()
        kept[attempt_id] = sheet
    return sheet


def _read(attempt_id: int) -> Sheet | None:
    rows = db.session.connection().execute(_sheet(), {"attempt": attempt_id}).all()
    if not rows:
        return None
    *facts, rules, cells, form_hash, narrowed = rows[0][:-3]
    sizes = versions.sizes({version: type_ for *_, version, _order, type_ in rows})
    names = ("id", "user_id", "number", "started_at", "quiz_id", "slug", "kind", "title",
             "course_id")
    return Sheet(
        **dict(zip(names, facts, strict=True)), rules=Rules.from_data(rules),
        banks=frozenset(cell["bank"] for cell in cells), form_hash=form_hash,
        narrowed=tuple(narrowed or ()),
        items=tuple((version, arrangement) for *_, version, arrangement, _type in rows),
        sizes=tuple(sizes[row[-3]] for row in rows),
    )


def items_of(attempt_id: int) -> tuple[Item, ...]:
    """Read the items of an attempt in order."""
    query = sa.select(AttemptItem.question_version_id, AttemptItem.arrangement)
    rows = db.session.execute(query.where(AttemptItem.attempt_id == attempt_id)
                              .order_by(AttemptItem.position))
    return tuple((version, arrangement) for version, arrangement in rows)


@lru_cache
def _sheet() -> sa.Select[Any]:
    return (
        sa.select(Attempt.id, Attempt.user_id, Attempt.number, Attempt.started_at,
                  Attempt.quiz_id, Quiz.slug, Quiz.kind, QuizVersion.title, Quiz.course_id,
                  QuizVersion.rules, QuizVersion.cells, Form.hash, Form.narrowed,
                  AttemptItem.question_version_id, AttemptItem.arrangement, QuestionVersion.type)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .join(Form, Form.attempt_id == Attempt.id)
        .join(AttemptItem, AttemptItem.attempt_id == Attempt.id)
        .join(QuestionVersion, QuestionVersion.id == AttemptItem.question_version_id)
        .where(Attempt.id == sa.bindparam("attempt"))
        .order_by(AttemptItem.position)
    )
