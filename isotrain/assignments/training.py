"""What is due for one person: every course assigned to them or begun by them, and what to do next.

The person's whole list is a handful of queries, however many courses there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.assignments import rules, status
from isotrain.attempts.models import Attempt, ExtraAttempt, Result, given_after
from isotrain.attempts.rules import OPEN, Past, Standing, is_late, standing
from isotrain.db import db
from isotrain.people import days
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM, Rules
from isotrain.study import content
from isotrain.study.models import Course, CourseModule, Module, ModuleVersion, Reading

GROUPS = ("overdue", "soon", "open", "later", "done")


@dataclass(frozen=True)
class Step:
    """One module of a course, as far as this person has read it."""

    module_id: int
    code: str
    slug: str
    title: str
    minutes: int
    paragraph: str | None
    opened_at: datetime | None
    finished: bool


@dataclass(frozen=True)
class Exam:
    """Where a person stands with the exam of a course; no slug while none is offered."""

    slug: str | None
    standing: Standing | None
    open_attempt_id: int | None
    open_until: datetime | None
    over: bool


@dataclass(frozen=True)
class Due:
    """One course of a person, with what to do next."""

    course: content.CourseView
    facts: rules.Facts
    steps: Sequence[Step]
    exam: Exam | None
    certificate_id: int | None
    today: date

    @property
    def status(self) -> str:
        return rules.status(self.facts, self.today)

    @property
    def group(self) -> str:
        """The group it stands in; with an exam open nothing is done."""
        found = rules.urgency(self.facts, self.today)
        return "open" if found == "done" and self.next_step == "resume" else found

    @property
    def modules(self) -> int:
        return len(self.steps)

    @property
    def modules_done(self) -> int:
        return sum(step.finished for step in self.steps)

    @property
    def minutes_left(self) -> int:
        """Minutes of reading that are left."""
        return sum(step.minutes for step in self.steps if not step.finished)

    @property
    def next_module(self) -> Step | None:
        """The module to go on with: the one opened last, or else the first that is not done."""
        left = [step for step in self.steps if not step.finished]
        opened = [step for step in left if step.opened_at]
        if opened:
            return max(opened, key=lambda step: step.opened_at or datetime.min)
        return left[0] if left else None

    @property
    def expiring(self) -> bool:
        """Whether a valid certificate runs out soon."""
        return rules.is_expiring(self.facts, self.today)

    @property
    def may_retry(self) -> bool:
        """Whether an exam that was tried and not passed is there to be sat again."""
        return (self.facts.failed and self.status != rules.COMPLETED_PASS
                and self.exam is not None and self.exam.standing is not None)

    @property
    def next_step(self) -> str:
        """Return resume, study, exam, wait, stuck or none: the one thing to do."""
        if self.exam and self.exam.open_attempt_id:
            return "resume"
        if self.status == rules.COMPLETED_PASS and not self.expiring:
            return "none"
        if self.next_module:
            return "study"
        if self.exam is None or self.exam.standing is None:
            return "none"
        if self.exam.standing.left == 0:
            return "stuck"
        return "exam" if self.exam.standing.may_start else "wait"


# Built once: building a statement costs more than sending it.
_EXAMS = (
    sa.select(Quiz.id, Quiz.course_id, Quiz.slug, Quiz.retired_at, QuizVersion.rules)
    .outerjoin(QuizVersion, QuizVersion.id == Quiz.published_version_id)
    .where(Quiz.kind == EXAM)
    .order_by(Quiz.id)
)
_ATTEMPTS = (
    sa.select(Attempt.quiz_id, Attempt.id, Attempt.number, Attempt.state, Attempt.closed_at,
              Attempt.deadline_at, Result.passed, ExtraAttempt.id.label("extra"))
    .outerjoin(Result, Result.attempt_id == Attempt.id)
    .outerjoin(ExtraAttempt, given_after(Attempt))
    .where(Attempt.user_id == sa.bindparam("user"))
    .order_by(Attempt.number)
)
_STEPS = (
    sa.select(Course.id.label("course_id"), Module.id, Module.code, Module.slug,
              ModuleVersion.title, ModuleVersion.minutes, Reading.paragraph,
              Reading.last_opened_at, Reading.finished_at)
    .select_from(CourseModule)
    .join(ModuleVersion, ModuleVersion.id == CourseModule.module_version_id)
    .join(Module, Module.id == ModuleVersion.module_id)
    .outerjoin(Reading, (Reading.module_id == Module.id)
               & (Reading.user_id == sa.bindparam("user")))
    .join(Course, Course.current_version_id == CourseModule.course_version_id)
    .order_by(CourseModule.position)
)


def due_for(user_id: int) -> list[Due]:
    """List a person's courses, overdue first, then by due day; what is done comes last."""
    today = days.today_of(user_id)
    found, exams, steps = status.facts_for(user_id), _exams(user_id), _steps(user_id)
    rows = []
    for course in content.list_courses():
        if course.id in found:
            facts, certificate_id = found[course.id]
            rows.append(Due(course=course, facts=facts, steps=steps.get(course.id, ()),
                            exam=exams.get(course.id), certificate_id=certificate_id, today=today))
    return sorted(rows, key=_order)


def _order(due: Due) -> tuple[int, date, str]:
    last = due.facts.due_on or due.facts.valid_until or date.max
    return GROUPS.index(due.group), last, due.course.title


def _exams(user_id: int) -> dict[int, Exam]:
    """Return how each course's exams stand for this person."""
    attempts, now = _attempts(user_id), clock.now()
    by_course: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(_EXAMS):
        by_course[row.course_id].append(row)
    return {course_id: _exam(quizzes, attempts, now) for course_id, quizzes in by_course.items()}


def _attempts(user_id: int) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(_ATTEMPTS, {"user": user_id}):
        found[row.quiz_id].append(row)
    return found


def _exam(quizzes: Sequence[Any], attempts: Mapping[int, list[Any]], now: datetime) -> Exam:
    """Put together what a course offers, the oldest of several; attempts at all of them count."""
    every = [attempt for quiz in quizzes for attempt in attempts.get(quiz.id, ())]
    opened = next((attempt for attempt in every if attempt.state == OPEN), None)
    offer = next((q for q in quizzes if q.rules is not None and q.retired_at is None), None)
    stands = None
    if offer:
        past = [Past(a.number, a.state, a.closed_at, a.passed, extra=a.extra is not None)
                for a in attempts.get(offer.id, ())]
        stands = standing(Rules.from_data(offer.rules), past, now)
    return Exam(
        slug=offer.slug if offer else None, standing=stands,
        open_attempt_id=opened.id if opened else None,
        open_until=opened.deadline_at if opened else None,
        over=opened is not None and is_late(opened.deadline_at, now),
    )


def _steps(user_id: int) -> dict[int, list[Step]]:
    """Return the modules of the current course versions in order, with what was read of them."""
    found: dict[int, list[Step]] = defaultdict(list)
    for row in db.session.execute(_STEPS, {"user": user_id}):
        found[row.course_id].append(
            Step(row.id, row.code, row.slug, row.title, row.minutes, row.paragraph,
                 row.last_opened_at, row.finished_at is not None))
    return found
