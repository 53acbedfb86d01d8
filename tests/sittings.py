"""Sitting quizzes from below, through the services, and knowing the right answers."""

from __future__ import annotations

from isotrain.attempts import history, sheets, taking
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.certificates.models import Certificate
from isotrain.db import db
from tests.factories import committed

COURSE = "iso-certification"


def exam_slug() -> str:
    """Return the slug of the shipped course's exam."""
    return history.exam_of_course(COURSE)


def right_fields(attempt_id: int) -> dict[int, dict[str, list[str]]]:
    """Return, by position, the form fields that give the right answer."""
    items = sheets.items_of(attempt_id)
    questions = versions.questions([item[0] for item in items])
    return {position: questions[item[0]].filled(questions[item[0]].solution(), item[1])
            for position, item in enumerate(items, 1)}


def begin(user_id: int, slug: str = "") -> int:
    """Start an attempt and return its id."""
    with committed():
        return taking.start(slug or exam_slug(), user_id, by=Actor("user", user_id)).id


def answer(attempt_id: int, user_id: int, *, right: int, wrong: int = 0, rev: int = 1) -> None:
    """Answer the first questions of an attempt: so many right, then so many wrong."""
    fields = right_fields(attempt_id)
    for position in range(1, right + wrong + 1):
        given = fields[position] if position <= right else {"answer": [_other(fields[position])]}
        with committed():
            taking.save(attempt_id, user_id, position=position, submitted=given, rev=rev,
                        base=rev - 1, flagged=False, by=Actor("user", user_id))


def _other(fields: dict[str, list[str]]) -> str:
    return "1" if fields["answer"] == ["0"] else "0"


def hand_in(attempt_id: int, user_id: int) -> None:
    """Submit an attempt."""
    with committed():
        taking.submit(attempt_id, user_id, by=Actor("user", user_id))


def sat(user_id: int, *, right: int, wrong: int = 0) -> int:
    """Sit the exam from start to end and return the attempt's id."""
    attempt_id = begin(user_id)
    answer(attempt_id, user_id, right=right, wrong=wrong)
    hand_in(attempt_id, user_id)
    return attempt_id


def certificate_of(attempt_id: int) -> Certificate | None:
    """Return the certificate that an attempt earned."""
    return db.session.query(Certificate).filter_by(attempt_id=attempt_id).one_or_none()
