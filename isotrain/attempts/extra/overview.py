"""Extra attempts: at an exam, of a person, after an attempt; whom to ask for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts import directory
from isotrain.accounts.models import Identity
from isotrain.attempts.models import Attempt, ExtraAttempt
from isotrain.db import db
from isotrain.i18n import _
from isotrain.lists import Key, Listing, each
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.study import membership
from isotrain.study.membership import COURSE

if TYPE_CHECKING:
    from datetime import datetime

PAGE = 25
NAMED_AT_MOST = 3
SORTS = {"newest": (Key(ExtraAttempt.given_at, descending=True),
                    Key(ExtraAttempt.id, descending=True))}


@dataclass(frozen=True)
class Given:
    """One extra attempt, with the words of its page: the exam's title and who gave it."""

    row: ExtraAttempt
    title: str
    giver: str


@dataclass(frozen=True)
class GivenRow:
    """One line in the list of the extra attempts at an exam."""

    name: str
    personnel_no: str
    given_at: datetime
    giver: str
    after: int
    reason: str
    begun: bool


def listing(quiz_id: int) -> Listing[GivenRow]:
    """Return the list of the extra attempts at an exam."""
    giver = aliased(Identity)
    begun = sa.exists().where(
        Attempt.user_id == ExtraAttempt.user_id, Attempt.quiz_id == ExtraAttempt.quiz_id,
        Attempt.number == ExtraAttempt.after_number + 1)
    query = (
        sa.select(ExtraAttempt, Identity.name, Identity.personnel_no, giver.name, begun)
        .outerjoin(Identity, Identity.user_id == ExtraAttempt.user_id)
        .outerjoin(giver, giver.user_id == ExtraAttempt.given_by)
        .where(ExtraAttempt.quiz_id == quiz_id)
    )
    return Listing(query, SORTS, each(_row), size=PAGE)


def _row(row: ExtraAttempt, name: str | None, personnel_no: str | None, giver: str | None,
         begun: bool) -> GivenRow:
    return GivenRow(name=name or _("Personal data deleted"), personnel_no=personnel_no or "",
                    given_at=row.given_at, giver=_giver(row, giver), after=row.after_number,
                    reason=row.reason, begun=begun)


def _giver(row: ExtraAttempt, name: str | None) -> str:
    if row.given_by is None:
        return _("An operator of this installation")
    return name or _("Somebody whose name is no longer kept")


def found(row: ExtraAttempt) -> Given:
    """Return an extra attempt with its words."""
    [given] = _with_words([row])
    return given


def list_of(user_id: int) -> list[Given]:
    """List the extra attempts that a person was given, oldest first."""
    query = sa.select(ExtraAttempt).where(ExtraAttempt.user_id == user_id)
    return _with_words(list(db.session.scalars(query.order_by(ExtraAttempt.id))))


def _with_words(rows: list[ExtraAttempt]) -> list[Given]:
    if not rows:
        return []
    names = directory.names_of({row.given_by for row in rows if row.given_by is not None})
    query = (
        sa.select(Quiz.id, sa.func.coalesce(QuizVersion.title, Quiz.slug))
        .outerjoin(QuizVersion, QuizVersion.id == Quiz.published_version_id)
        .where(Quiz.id.in_({row.quiz_id for row in rows}))
    )
    titles = {row[0]: row[1] for row in db.session.execute(query)}
    return [Given(row, titles[row.quiz_id], _giver(row, names.get(row.given_by or 0)))
            for row in rows]


def get_after(attempt: Attempt) -> Given:
    """Return the extra attempt that was given after an attempt."""
    row = db.session.scalars(sa.select(ExtraAttempt).where(
        ExtraAttempt.user_id == attempt.user_id, ExtraAttempt.quiz_id == attempt.quiz_id,
        ExtraAttempt.after_number == attempt.number)).one()
    return found(row)


def whom_to_ask(course_id: int, user_id: int) -> list[str]:
    """Return the names of some who can give this person one more attempt; empty for nobody."""
    able = [id_ for id_ in membership.list_able(COURSE, course_id) if id_ != user_id]
    return sorted(directory.names_of(able).values())[:NAMED_AT_MOST]
