"""Listing: what a quiz is before it starts, and the attempts a person has made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.attempts import sheets, starting
from isotrain.attempts.extra import overview
from isotrain.attempts.models import Attempt, Result
from isotrain.attempts.rules import OPEN, Viewer, is_late, visible
from isotrain.db import db, now
from isotrain.lists import Key, Listing, each
from isotrain.quizzes import forming
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM, PRACTICE, Rules, count_questions
from isotrain.settings import values
from isotrain.settings.definitions import KEY_HOLDERS_SIT
from isotrain.study import content

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from isotrain.attempts.extra.overview import Given
    from isotrain.attempts.sheets import Sheet
    from isotrain.attempts.starting import Candidacy, Offer
    from isotrain.study.content import CourseView

PAGE = 25
SORTS = {
    "newest": (Key(Attempt.started_at, descending=True), Key(Attempt.id, descending=True)),
    "quiz": (Key(QuizVersion.title), Key(Attempt.id)),
}


@dataclass(frozen=True)
class About:
    """A quiz as its first page shows it to one person.

    `count` is how many questions a form has, or the open one; `without` are the topics that none is
    about; `begun_on` are those to which the open one was narrowed.
    """

    offer: Offer
    course: CourseView
    candidate: Candidacy
    at: datetime
    more_practice: Sequence[tuple[str, str]]
    saw_keys: bool
    key_holders_sit: bool
    extra: Given | None
    may_give: Sequence[str]
    count: int
    without: Sequence[str]
    begun_on: Sequence[str]
    most_a_day: int = starting.MOST_A_DAY

    @property
    def barred(self) -> bool:
        """Whether the person cannot start because they have seen the keys."""
        return self.saw_keys and not self.key_holders_sit

    @property
    def topics(self) -> Sequence[str]:
        """The topics to which practice is narrowed; none where it is whole."""
        return self.offer.blueprint.topics or ()

    def titles(self, topics: Sequence[str]) -> list[str]:
        """Return what some topics are called, in the order of the course."""
        return [title for topic, title in self.course.topics if topic in topics]

    @property
    def running(self) -> Attempt | None:
        return self.candidate.open_attempt

    @property
    def overdue(self) -> bool:
        """Whether the open attempt's time is over."""
        return self.running is not None and is_late(self.running.deadline_at, self.at)

    @property
    def minutes_left(self) -> int | None:
        """Minutes the open attempt still has, rounded down; 0 is less than one."""
        if self.running is None or self.running.deadline_at is None:
            return None
        return max(0, int((self.running.deadline_at - self.at).total_seconds()) // 60)

    @property
    def last_closed(self) -> Attempt | None:
        closed = [each for each in self.candidate.attempts if each.state != OPEN]
        return closed[-1] if closed else None


@dataclass(frozen=True)
class AttemptRow:
    """One line in the list of a person's attempts."""

    attempt: Attempt
    kind: str
    title: str
    result: Result | None
    at: datetime = field(compare=False, repr=False)

    @property
    def state(self) -> str:
        """in_progress, over (not yet closed), pending (being marked), completed, passed, failed."""
        if self.attempt.state == OPEN:
            return "over" if is_late(self.attempt.deadline_at, self.at) else "in_progress"
        if self.kind == PRACTICE:
            return "completed"
        if self.result is None:
            return "pending"
        return "passed" if self.result.passed else "failed"


def exam_of_course(course_slug: str) -> str:
    """Return the slug of a course's exam or raise NotFound."""
    return starting.get_course_offer(course_slug, EXAM).slug


@dataclass(frozen=True)
class PracticeRow:
    """A practice quiz that a course offers, and how many questions it asks."""

    slug: str
    title: str
    size: int


_PRACTICE = (  # built once: building a statement costs more than sending it
    sa.select(Quiz.slug, QuizVersion.title, QuizVersion.cells, QuizVersion.rules)
    .join(QuizVersion, QuizVersion.id == Quiz.published_version_id)
    .where(Quiz.course_id == sa.bindparam("course"), Quiz.kind == PRACTICE,
           Quiz.retired_at.is_(None))
    .order_by(QuizVersion.title, Quiz.id)
)


def practice_of_course(course_id: int) -> list[PracticeRow]:
    """Return the published practice quizzes of a course by title."""
    return [PracticeRow(slug, title, count_questions(cells))
            for slug, title, cells, _rules in _practice(course_id)]


def practice_on(course_id: int, topics: Sequence[str]) -> PracticeRow | None:
    """Return the practice quiz of a course that asks most about some topics, if it has any quiz."""
    found = [(slug, title, Blueprint.of(cells, rules, PRACTICE))
             for slug, title, cells, rules in _practice(course_id)]
    banks = {bank for _slug, _title, blueprint in found for bank in blueprint.banks}
    pools = forming.current_pools(banks, course_id=course_id)
    rows = [PracticeRow(slug, title, blueprint.on(topics).count(pools))
            for slug, title, blueprint in found]
    return max(rows, key=lambda row: row.size, default=None)


def _practice(course_id: int) -> Sequence[sa.Row[str, str, list[Any], dict[str, Any]]]:
    return db.session.execute(_PRACTICE, {"course": course_id}).all()


def about(slug: str, user_id: int, topics: Sequence[str] = ()) -> About:
    """Return what the first page of a quiz, narrowed to topics if any, shows or raise NotFound."""
    offer, at = starting.narrow(starting.get_offer(slug), topics), now()
    candidate = starting.candidacy(offer, user_id, at)
    running = candidate.open_attempt
    sheet = sheets.find(running.id) if running else None
    count, without = _asked(offer, sheet)
    stands = candidate.standing
    return About(offer=offer, course=content.get_course_by_id(offer.course_id),
                 candidate=candidate, at=at, count=count, without=without,
                 begun_on=sheet.narrowed if sheet else (),
                 extra=overview.get_after(candidate.attempts[-1]) if stands.extra else None,
                 may_give=(overview.whom_to_ask(offer.course_id, user_id)
                           if stands.left == 0 else ()),
                 saw_keys=bool(starting.saw_keys_of(offer, user_id)),
                 key_holders_sit=values.value_of(KEY_HOLDERS_SIT),
                 more_practice=_more_practice(offer))


def _asked(offer: Offer, sheet: Sheet | None) -> tuple[int, list[str]]:
    """Return how many questions a form has, the open one if there is, and topics without any."""
    blueprint = offer.blueprint
    if sheet is not None:
        return sheet.count, []
    if blueprint.topics is None:
        return blueprint.size, []
    pools = starting.pools_of(offer)
    return blueprint.count(pools), [topic for topic in blueprint.topics
                                    if not blueprint.on([topic]).count(pools)]


def _more_practice(offer: Offer) -> list[tuple[str, str]]:
    """Return slug and title of the other practice quizzes of the course."""
    return [(row.slug, row.title) for row in practice_of_course(offer.course_id)
            if row.slug != offer.slug]


def listing(user_id: int, *, text: str = "", kind: str = "") -> Listing[AttemptRow]:
    """Return the list of a person's attempts, searched by title and filtered by kind."""
    query = (
        sa.select(Attempt, Quiz.kind, QuizVersion.title, QuizVersion.rules, Result)
        .join(Quiz, Quiz.id == Attempt.quiz_id)
        .join(QuizVersion, QuizVersion.id == Attempt.quiz_version_id)
        .outerjoin(Result, Result.attempt_id == Attempt.id)
        .where(Attempt.user_id == user_id)
    )
    if kind in (EXAM, PRACTICE):
        query = query.where(Quiz.kind == kind)
    if text:
        query = query.where(QuizVersion.title.icontains(text, autoescape=True))
    return Listing(query, SORTS, each(partial(_row, now())), size=PAGE)


def _row(
    at: datetime, attempt: Attempt, kind: str, title: str, rules: dict[str, Any],
    result: Result | None,
) -> AttemptRow:
    shown = visible(kind=kind, feedback=Rules.from_data(rules).feedback, state=attempt.state,
                    viewer=Viewer.OWNER, in_use=True)
    return AttemptRow(attempt, kind, title, result if shown.score else None, at)
