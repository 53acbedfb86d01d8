"""Attempts, their forms, what they ask, answers, marks and results.

An attempt pins question versions through its items. Answers stand in rows of their own, so that
they can be erased one day without touching marks and result.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from isotrain.db import Base


class Attempt(Base):
    """One sitting of one form by one person.

    At most one is open per person and quiz. Closing is a guarded change of state; a closed
    attempt never changes again, which a trigger holds up. `saw_keys` says whether the person had
    seen the keys of a bank it was drawn from, `after_reset` whether somebody
    else had changed how they get in within a day before; older ones do not know.
    """

    __tablename__ = "attempt"
    __table_args__ = (
        sa.UniqueConstraint("user_id", "quiz_id", "number"),
        sa.CheckConstraint("state IN ('open','submitted','expired')", name="state_known"),
        sa.CheckConstraint("(state = 'open') = (closed_at IS NULL)", name="closed_when_not_open"),
        sa.Index("uq_attempt_open", "user_id", "quiz_id", unique=True,
                 sqlite_where=sa.text("state = 'open'"),
                 postgresql_where=sa.text("state = 'open'")),
        sa.Index("ix_attempt_open_deadline", "deadline_at",
                 sqlite_where=sa.text("state = 'open'"),
                 postgresql_where=sa.text("state = 'open'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id"))
    quiz_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz.id"))
    quiz_version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_version.id"))
    course_version_id: Mapped[int] = mapped_column(sa.ForeignKey("course_version.id"))
    number: Mapped[int]
    state: Mapped[str]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    saw_keys: Mapped[bool | None]
    after_reset: Mapped[bool | None]


class ExtraAttempt(Base):
    """One more attempt at an exam that somebody was given, after the attempt of a number.

    That attempt names the one it opens the way to, so the row never changes and one person is
    given one at a time; nobody gives one to themselves. `reason` may be erased.
    """

    __tablename__ = "extra_attempt"
    __table_args__ = (
        sa.ForeignKeyConstraint(["user_id", "quiz_id", "after_number"],
                                ["attempt.user_id", "attempt.quiz_id", "attempt.number"]),
        sa.UniqueConstraint("user_id", "quiz_id", "after_number"),
        sa.CheckConstraint("(giver_kind = 'user') = (given_by IS NOT NULL)",
                           name="given_by_somebody"),
        sa.CheckConstraint("given_by IS NULL OR given_by <> user_id", name="given_by_another"),
        sa.Index("ix_extra_attempt_quiz_id", "quiz_id", "given_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int]
    quiz_id: Mapped[int]
    after_number: Mapped[int]
    given_at: Mapped[datetime]
    giver_kind: Mapped[str]
    given_by: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id"))
    reason: Mapped[str]


class Form(Base):
    """All that is needed to derive the items of an attempt again, and to mark them again.

    pools: hashes of the pool snapshots. history: {question id: times seen before}. narrowed: the
    topics to which practice was narrowed, sorted; None is the whole. receipt: what exams.receipts
    says of all this; `hash` is its hash of the items. marking: the rule of exams.marking.RULES that
    marks them.
    """

    __tablename__ = "form"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    algorithm: Mapped[str]
    seed: Mapped[str]
    pools: Mapped[list[Any]]
    history: Mapped[dict[str, Any]]
    narrowed: Mapped[list[str] | None] = mapped_column(sa.JSON(none_as_null=True))
    hash: Mapped[str]
    receipt: Mapped[dict[str, Any]]
    marking: Mapped[str]


class AttemptItem(Base):
    """One question an attempt asks, in presented order from position 1.

    arrangement: the order of its parts. cell: the index of its cell in the blueprint.
    """

    __tablename__ = "attempt_item"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    question_version_id: Mapped[int] = mapped_column(
        sa.ForeignKey("question_version.id"), index=True
    )
    arrangement: Mapped[list[Any]]
    cell: Mapped[int]


class AttemptMark(Base):
    """The share of the mark that an item earned, an exact fraction kept as text, and its topic.

    An item without one waits for a person to mark it.
    """

    __tablename__ = "attempt_mark"
    __table_args__ = (
        sa.ForeignKeyConstraint(["attempt_id", "position"],
                                ["attempt_item.attempt_id", "attempt_item.position"]),
    )

    attempt_id: Mapped[int] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    share: Mapped[str]
    topic: Mapped[str]


class Answer(Base):
    """The newest answer to one item of a form; `rev` grows by one with every change."""

    __tablename__ = "answer"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    response: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    flagged: Mapped[bool] = mapped_column(default=False)
    rev: Mapped[int]
    saved_at: Mapped[datetime]


class LateAnswer(Base):
    """The latest answer to an item that came after the deadline: shown, never counted by itself.

    `after_result` says whether the result had been seen by then; of older ones nobody knows.
    """

    __tablename__ = "late_answer"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"))
    position: Mapped[int]
    response: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), nullable=True)
    rev: Mapped[int]
    received_at: Mapped[datetime]
    after_result: Mapped[bool | None]


class ResultSeen(Base):
    """When the owner of an attempt first saw its result."""

    __tablename__ = "result_seen"

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    seen_at: Mapped[datetime]


class Result(Base):
    """What a closed attempt earned. Numbers that decide are exact fractions kept as text.

    percent is rounded down to one decimal for showing. A closed attempt without a result waits
    for a person to mark what no rule can.
    """

    __tablename__ = "result"
    __table_args__ = (sa.UniqueConstraint("attempt_id", "passed"),)

    attempt_id: Mapped[int] = mapped_column(sa.ForeignKey("attempt.id"), primary_key=True)
    score: Mapped[str]
    out_of: Mapped[str]
    percent: Mapped[str]
    passed: Mapped[bool]
    marked_at: Mapped[datetime]


def given_after(attempt: type[Attempt]) -> sa.ColumnElement[bool]:
    """Return the condition that an extra attempt was given after an attempt."""
    return sa.and_(ExtraAttempt.user_id == attempt.user_id,
                   ExtraAttempt.quiz_id == attempt.quiz_id,
                   ExtraAttempt.after_number == attempt.number)


def given_for(attempt: type[Attempt]) -> sa.ColumnElement[bool]:
    """Return the condition that an attempt is the extra one that was given."""
    return sa.and_(ExtraAttempt.user_id == attempt.user_id,
                   ExtraAttempt.quiz_id == attempt.quiz_id,
                   ExtraAttempt.after_number == attempt.number - 1)
