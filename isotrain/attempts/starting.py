"""Starting: who may sit a quiz now, and the one form that is drawn for them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain.attempts import exposure
from isotrain.attempts.closing import close_overdue
from isotrain.attempts.models import Attempt, Form, Result
from isotrain.attempts.rules import OPEN, Past, Standing, is_late, standing
from isotrain.audit.noting import Actor, note
from isotrain.db import db, now
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.exams.drawing import Shortage
from isotrain.i18n import _, format_datetime
from isotrain.quizzes import forming
from isotrain.quizzes.forming import Blueprint, Drawn
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import Rules
from isotrain.study.models import Course

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED_BYTES = 16


@dataclass(frozen=True)
class Offer:
    """A published quiz as it is offered now."""

    quiz_id: int
    version_id: int
    slug: str
    kind: str
    title: str
    course_id: int
    course_version_id: int
    rules: Rules
    blueprint: Blueprint


@dataclass(frozen=True)
class Candidacy:
    """A person's dealings with a quiz: the attempts so far, and where that leaves them."""

    attempts: Sequence[Attempt]
    standing: Standing

    @property
    def open_attempt(self) -> Attempt | None:
        return next((a for a in self.attempts if a.state == OPEN), None)


def find_offer(slug: str) -> Offer | None:
    """Return a published quiz by its slug."""
    return _find(Quiz.slug == slug)


def get_offer(slug: str) -> Offer:
    """Return a published quiz by its slug or raise NotFound."""
    offer = find_offer(slug)
    if offer is None:
        raise NotFound(_("This quiz does not exist."))
    return offer


def get_course_offer(course_slug: str, kind: str) -> Offer:
    """Return the quiz of a kind that a course offers, the oldest of several; raise NotFound."""
    offer = _find(sa.and_(Course.slug == course_slug, Quiz.kind == kind))
    if offer is None:
        raise NotFound(_("This course has no such quiz yet."))
    return offer


def _find(condition: sa.ColumnElement[bool]) -> Offer | None:
    query = (
        sa.select(Quiz, QuizVersion, Course.current_version_id)
        .join(QuizVersion, QuizVersion.id == Quiz.published_version_id)
        .join(Course, Course.id == Quiz.course_id)
        .where(condition, Quiz.retired_at.is_(None), Course.current_version_id.is_not(None))
        .order_by(Quiz.id)
        .limit(1)
    )
    row = db.session.execute(query).first()
    if row is None:
        return None
    quiz, version, course_version_id = row
    assert course_version_id is not None
    return Offer(
        quiz_id=quiz.id, version_id=version.id, slug=quiz.slug, kind=quiz.kind,
        title=version.title, course_id=quiz.course_id, course_version_id=course_version_id,
        rules=Rules.from_data(version.rules),
        blueprint=Blueprint.of(version.cells, version.rules, quiz.kind),
    )


def candidacy(offer: Offer, user_id: int, at: datetime) -> Candidacy:
    """Return a person's attempts at a quiz in order, and where they stand at an instant."""
    query = (
        sa.select(Attempt, Result.passed)
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.user_id == user_id, Attempt.quiz_id == offer.quiz_id)
        .order_by(Attempt.number)
    )
    rows = db.session.execute(query.execution_options(populate_existing=True)).all()
    past = [Past(a.number, a.state, a.closed_at, passed) for a, passed in rows]
    return Candidacy([a for a, _passed in rows], standing(offer.rules, past, at))


def start(slug: str, user_id: int, *, by: Actor) -> Attempt:
    """Start an attempt, or return the one that is open; two starts at once make one.

    An open attempt whose time is over is closed and returned instead: its result comes first.
    """
    offer, at = get_offer(slug), now()
    candidate = candidacy(offer, user_id, at)
    running = candidate.open_attempt
    if running is not None:
        if is_late(running.deadline_at, at):
            close_overdue(running.id, by=by)
        return running
    _refuse_unless_ready(offer, candidate.standing)
    drawn = _draw(offer, user_id)
    try:
        with db.session.begin_nested():
            return _begin(offer, user_id, drawn, number=len(candidate.attempts) + 1, at=at, by=by)
    except IntegrityError:
        # Another window was faster: the index lets one attempt be open per person and quiz.
        running = candidacy(offer, user_id, at).open_attempt
        if running is None:
            raise Conflict(_("This quiz was just handed in in another window.")) from None
        return running


def _refuse_unless_ready(offer: Offer, stands: Standing) -> None:
    if stands.left == 0:
        raise Refusal(_("You have used all %(n)s attempts. Ask your trainer.",
                        n=offer.rules.attempts))
    if stands.next_at is not None:
        raise Refusal(_("You can start again on %(moment)s.",
                        moment=format_datetime(stands.next_at, "d MMM yyyy, HH:mm")))


def _draw(offer: Offer, user_id: int) -> Drawn:
    try:
        return forming.draw(
            offer.blueprint, forming.current_pools(offer.blueprint.banks),
            seed=secrets.token_hex(SEED_BYTES),
            history=exposure.seen_before(user_id, course_id=offer.course_id, kind=offer.kind),
        )
    except Shortage as short:
        raise Refusal(_("This quiz cannot be drawn at the moment: questions are missing."
                        " Tell your trainer."), status=409) from short


def _begin(
    offer: Offer, user_id: int, drawn: Drawn, *, number: int, at: datetime, by: Actor
) -> Attempt:
    minutes = offer.rules.minutes
    attempt = Attempt(
        user_id=user_id, quiz_id=offer.quiz_id, quiz_version_id=offer.version_id,
        course_version_id=offer.course_version_id, number=number, state=OPEN, started_at=at,
        deadline_at=at + timedelta(minutes=minutes) if minutes else None,
    )
    db.session.add(attempt)
    db.session.flush()
    db.session.add(_form(drawn, attempt.id))
    note("attempt.started", by, scope="training", on=("attempt", attempt.id),
         after=drawn.receipt, details={"quiz": offer.slug, "number": number})
    db.session.flush()
    return attempt


def _form(drawn: Drawn, attempt_id: int) -> Form:
    """Return the row that keeps a form."""
    items = zip(drawn.data["items"], drawn.data["arrangements"], strict=True)
    return Form(
        attempt_id=attempt_id, algorithm=drawn.receipt["algorithm"], seed=drawn.seed,
        pools=[pool.hash for pool in drawn.pools],
        history={str(question): times for question, times in drawn.history.items()},
        items=[list(item) for item in items], cells=drawn.data["cells"],
        hash=drawn.receipt["form"], receipt=drawn.receipt,
    )
