"""What the tests of quizzes share: sitting an exam of the shipped course in a few words."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import closing, sheets, taking
from isotrain.attempts.models import Attempt, AttemptMark, Result
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.db import db
from isotrain.quizzes import retiring
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules
from tests.factories import BY, committed

EXAM = "iso-certification-exam"
PRACTICE = "iso-certification-practice"


def quiz_of(slug: str = EXAM) -> Quiz:
    return db.session.query(Quiz).filter_by(slug=slug).one()


def change_rules(
    slug: str = EXAM, cells: list[dict[str, Any]] | None = None, **changes: Any
) -> int:
    """Publish a version with other rules or cells; return its id."""
    with committed():
        quiz = quiz_of(slug)
        old = db.session.get(QuizVersion, quiz.published_version_id)
        rules = replace(Rules.from_data(old.rules), **changes).to_data()
        cells = old.cells if cells is None else cells
        numbers = sa.select(sa.func.max(QuizVersion.number)).where(QuizVersion.quiz_id == quiz.id)
        version = QuizVersion(
            quiz_id=quiz.id, number=db.session.scalar(numbers) + 1, state="published",
            title=old.title, cells=cells, rules=rules,
            blueprint_hash=Blueprint.of(cells, rules, quiz.kind).hash,
            created_at=clock.now(), published_at=clock.now(),
        )
        db.session.add(version)
        db.session.flush()
        quiz.published_version_id = version.id
        return version.id


def close_quiz(slug: str) -> None:
    with committed():
        retiring.retire(quiz_of(slug).id, by=BY)


def close_exams(*, but: str = "") -> None:
    """Close every exam, or all but one."""
    for quiz, _title in retiring.list_titles():
        if quiz.kind == "exam" and quiz.retired_at is None and quiz.slug != but:
            close_quiz(quiz.slug)


def start(user: int, slug: str = EXAM) -> int:
    """Start an attempt, committed; return its id."""
    with committed():
        return taking.start(slug, user, by=Actor("user", user)).id


def save(attempt: int, user: int, position: int, values: list[str], *, rev: int = 1,
         base: int | None = None, flagged: bool = False) -> taking.Outcome:
    with committed():
        return taking.save(attempt, user, position=position, submitted={"answer": values},
                           rev=rev, base=rev - 1 if base is None else base, flagged=flagged,
                           by=Actor("user", user))


def submit(attempt: int, user: int) -> Attempt:
    with committed():
        taking.submit(attempt, user, by=Actor("user", user))
    return db.session.get_one(Attempt, attempt)


def items_of(attempt: int) -> list[list[Any]]:
    return [list(item) for item in sheets.items_of(attempt)]


def values_for(item: list[Any], *, right: bool = True) -> list[str]:
    """Return the wire values that answer an item fully right, or with one wrong option."""
    version, arrangement = item
    question = versions.questions([version])[version]
    keyed = question.filled(question.solution(), arrangement)["answer"]
    places = map(str, range(len(arrangement)))
    return keyed if right else [next(place for place in places if place not in keyed)]


def answer_all(attempt: int, user: int, *, right: int) -> None:
    """Answer every item, so many of the first ones right."""
    for position, item in enumerate(items_of(attempt), 1):
        save(attempt, user, position, values_for(item, right=position <= right))


def sit(user: int, *, right: int, slug: str = EXAM) -> int:
    """Start, answer and hand in; return the attempt's id."""
    attempt = start(user, slug)
    answer_all(attempt, user, right=right)
    submit(attempt, user)
    return attempt


def result_of(attempt: int) -> Result:
    db.session.rollback()
    return db.session.get(Result, attempt)


def shares_of(attempt: int) -> list[str]:
    """Return what each marked item of an attempt earned, in order."""
    query = sa.select(AttemptMark.share).where(AttemptMark.attempt_id == attempt)
    return list(db.session.scalars(query.order_by(AttemptMark.position)))


def end_overdue() -> int:
    """Close every attempt whose time is over and return how many."""
    return sum(closing.close_each_overdue(committed, by=BY))
