"""Starting: who may sit a quiz now, and the one form that is drawn for them."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.accounts.notices.telling import LATELY, was_reset
from isotrain.attempts import exposure
from isotrain.attempts.closing import close_overdue
from isotrain.attempts.models import (
    Attempt,
    AttemptItem,
    ExtraAttempt,
    Form,
    Result,
    given_after,
)
from isotrain.attempts.rules import OPEN, Past, Standing, is_late, standing
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory as banks
from isotrain.db import Instant, db, now, upsert
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.exams.drawing import Shortage
from isotrain.i18n import _, chosen_language, ngettext
from isotrain.quizzes import forming
from isotrain.quizzes.forming import Blueprint, Drawn
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM, Rules
from isotrain.settings import values
from isotrain.settings.definitions import KEY_HOLDERS_SIT
from isotrain.study import content
from isotrain.study.models import Course
from isotrain.zone_words import format_exactly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from isotrain.exams.pools import Pool

SEED_BYTES = 16
MOST_A_DAY = 100  # attempts of a person at one quiz: each leaves rows, and practice has no limit


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
    marking: str


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
    return _offer(_BY_SLUG, slug=slug)


def get_offer(slug: str) -> Offer:
    """Return a published quiz by its slug or raise NotFound."""
    offer = find_offer(slug)
    if offer is None:
        raise NotFound(_("This quiz does not exist."))
    return offer


def narrow(offer: Offer, topics: Sequence[str]) -> Offer:
    """Return a practice quiz narrowed to topics of its course; where none is named, the whole."""
    if not topics:
        return offer
    if offer.kind == EXAM:
        raise Refusal(_("An exam cannot be narrowed to some topics."), status=400)
    known = dict(content.get_course_by_id(offer.course_id).topics)
    for topic in topics:
        if topic not in known:
            raise Refusal(_("This course has no topic “%(topic)s”.", topic=topic[:60]), status=400)
    return replace(offer, blueprint=offer.blueprint.on(topics))


def pools_of(offer: Offer) -> list[Pool]:
    """Return the present pools that an offered quiz draws from."""
    return forming.current_pools(offer.blueprint.banks, course_id=offer.course_id)


def get_course_offer(course_slug: str, kind: str) -> Offer:
    """Return the quiz of a kind that a course offers, the oldest of several; raise NotFound."""
    offer = _offer(_BY_COURSE, course=course_slug, kind=kind)
    if offer is None:
        raise NotFound(_("This course has no such quiz yet."))
    return offer


def _offer(query: sa.Select[Quiz, QuizVersion, int | None], **asked: str) -> Offer | None:
    row = db.session.execute(query, asked).first()
    if row is None:
        return None
    quiz, version, course_version_id = row
    assert course_version_id is not None
    return Offer(
        quiz_id=quiz.id, version_id=version.id, slug=quiz.slug, kind=quiz.kind,
        title=version.title, course_id=quiz.course_id, course_version_id=course_version_id,
        rules=Rules.from_data(version.rules),
        blueprint=Blueprint.of(version.cells, version.rules, quiz.kind), marking=version.marking,
    )


def candidacy(offer: Offer, user_id: int, at: datetime) -> Candidacy:
    """Return a person's attempts at a quiz in order, and where they stand at an instant."""
    rows = db.session.execute(_ATTEMPTS, {"user": user_id, "quiz": offer.quiz_id}).all()
    past = [Past(a.number, a.state, a.closed_at, passed, extra=extra is not None)
            for a, passed, extra in rows]
    return Candidacy([row[0] for row in rows], standing(offer.rules, past, at))


def find_standing(slug: str, user_id: int, at: datetime) -> Standing | None:
    """Return where a person stands with a quiz at an instant, None when it is offered no more."""
    offer = find_offer(slug)
    return candidacy(offer, user_id, at).standing if offer else None


# Built once: building a statement costs more than sending it.
_OFFERED = (
    sa.select(Quiz, QuizVersion, Course.current_version_id)
    .join(QuizVersion, QuizVersion.id == Quiz.published_version_id)
    .join(Course, Course.id == Quiz.course_id)
    .where(Quiz.retired_at.is_(None), Course.current_version_id.is_not(None))
    .order_by(Quiz.id)
    .limit(1)
)
_BY_SLUG = _OFFERED.where(Quiz.slug == sa.bindparam("slug"))
_BY_COURSE = _OFFERED.where(Course.slug == sa.bindparam("course"),
                            Quiz.kind == sa.bindparam("kind"))
_ATTEMPTS = (
    sa.select(Attempt, Result.passed, ExtraAttempt.id)
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .outerjoin(ExtraAttempt, given_after(Attempt))
    .where(Attempt.user_id == sa.bindparam("user"), Attempt.quiz_id == sa.bindparam("quiz"))
    .order_by(Attempt.number)
    .execution_options(populate_existing=True)
)


def start(slug: str, user_id: int, *, by: Actor, topics: Sequence[str] = ()) -> Attempt:
    """Start an attempt, or return the one that is open; two starts at once make one.

    Topics are those to which practice is narrowed. What is open goes on as it was begun.
    An open attempt whose time is over is closed and returned instead: its result comes first.
    """
    offer, at = narrow(get_offer(slug), topics), now()
    candidate = candidacy(offer, user_id, at)
    running = candidate.open_attempt
    if running is not None:
        if is_late(running.deadline_at, at):
            close_overdue(running.id, by=by)
        return running
    _refuse_unless_ready(offer, candidate.standing)
    _refuse_beyond_a_day(candidate.attempts, at)
    saw_keys = saw_keys_of(offer, user_id)
    if saw_keys and not values.fresh(KEY_HOLDERS_SIT):
        raise Refusal(_("You have seen the keys of its questions, so you cannot sit this exam."))
    drawn = _draw(offer, user_id)
    attempt = _begin(offer, user_id, number=len(candidate.attempts) + 1, at=at,
                     saw_keys=saw_keys)
    if attempt is None:  # another window was faster
        running = candidacy(offer, user_id, at).open_attempt
        if running is None:
            raise Conflict(_("This quiz was just handed in in another window."))
        return running
    _keep(drawn, attempt.id, marking=offer.marking)
    note("attempt.started", by, scope="training", on=("attempt", attempt.id),
         after=drawn.receipt, details={"quiz": offer.slug, "number": attempt.number})
    db.session.flush()
    return attempt


def saw_keys_of(offer: Offer, user_id: int) -> bool | None:
    """Say whether somebody has seen keys of an exam's banks; None for practice."""
    if offer.kind != EXAM:
        return None
    return banks.has_seen_keys(user_id, offer.blueprint.banks)


def _refuse_unless_ready(offer: Offer, stands: Standing) -> None:
    if stands.left == 0:
        raise Refusal(_("You have used all your attempts."))
    if stands.next_at is not None:
        raise Refusal(_("You can start again on %(moment)s.",
                        moment=format_exactly(stands.next_at)))


def _refuse_beyond_a_day(attempts: Sequence[Attempt], at: datetime) -> None:
    lately = sum(attempt.started_at > at - timedelta(days=1) for attempt in attempts)
    if lately >= MOST_A_DAY:
        raise Refusal(ngettext("You began this %(num)s time within 24 hours. Go on later.",
                               "You began this %(num)s times within 24 hours. Go on later.",
                               lately), status=429)


def _draw(offer: Offer, user_id: int) -> Drawn:
    try:
        drawn = forming.draw(
            offer.blueprint, pools_of(offer),
            seed=secrets.token_hex(SEED_BYTES),
            history=exposure.seen_before(user_id, kind=offer.kind,
                                         banks=offer.blueprint.banks),
            language=chosen_language(),
        )
    except Shortage as short:
        raise Refusal(_("This quiz cannot be drawn at the moment: questions are missing."
                        " Tell your trainer."), status=409) from short
    if not drawn.data["items"]:
        raise Refusal(_("This quiz has no questions on these topics."), status=409)
    return drawn


def _begin(
    offer: Offer, user_id: int, *, number: int, at: datetime, saw_keys: bool | None,
) -> Attempt | None:
    """Open an attempt; None where the indexes say that another one was opened meanwhile.

    They let one attempt be open per person and quiz, and one bear each number.
    """
    minutes = offer.rules.minutes
    statement = upsert(Attempt).values(
        user_id=user_id, quiz_id=offer.quiz_id, quiz_version_id=offer.version_id,
        course_version_id=offer.course_version_id, number=number, state=OPEN, started_at=at,
        saw_keys=saw_keys,
        after_reset=was_reset(sa.literal(user_id), sa.literal(at - LATELY, Instant())),
        deadline_at=at + timedelta(minutes=minutes) if minutes else None,
    )
    opened: Attempt | None = db.session.scalars(
        statement.on_conflict_do_nothing().returning(Attempt)).first()
    return opened


def _keep(drawn: Drawn, attempt_id: int, *, marking: str) -> None:
    """Keep a form: what it was drawn from, and the items it asks."""
    narrowed = drawn.receipt.get("narrowed")
    db.session.add(Form(
        attempt_id=attempt_id, algorithm=drawn.receipt["algorithm"], seed=drawn.seed,
        pools=[pool.hash for pool in drawn.pools],
        history={str(question): times for question, times in drawn.history.items()},
        narrowed=narrowed,
        hash=drawn.receipt["form"], receipt=drawn.receipt, marking=marking,
    ))
    db.session.execute(sa.insert(AttemptItem), _items(drawn, attempt_id))


def _items(drawn: Drawn, attempt_id: int) -> list[dict[str, Any]]:
    rows = zip(drawn.data["items"], drawn.data["arrangements"], drawn.data["cells"], strict=True)
    return [{"attempt_id": attempt_id, "position": position, "question_version_id": version,
             "arrangement": arrangement, "cell": cell}
            for position, (version, arrangement, cell) in enumerate(rows, 1)]
