"""News of attempts, for the features above: told inside the transaction that makes it true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.quizzes.rules import EXAM
from isotrain.wired import wired

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from isotrain.accounts.models import Identity
    from isotrain.attempts.models import Attempt, Result
    from isotrain.audit.noting import Actor
    from isotrain.quizzes.models import Quiz, QuizVersion
    from isotrain.quizzes.rules import Rules
    from isotrain.study.models import Course, CourseVersion


@dataclass(frozen=True)
class Finished:
    """An attempt that was just closed, with all that closing knew of it.

    Without a result it waits for a person to mark answers that no rule can mark; `extra` where it
    was given beyond the limit of attempts.
    """

    attempt: Attempt
    closed_at: datetime
    quiz: Quiz
    version: QuizVersion
    rules: Rules
    course: Course
    course_version: CourseVersion
    person: Identity
    form_hash: str
    result: Result | None
    extra: bool
    by: Actor

    @property
    def pending(self) -> bool:
        """Whether the result is still to come."""
        return self.result is None

    @property
    def exam(self) -> bool:
        """Whether it counts: practice earns no certificate and leaves no record."""
        return self.quiz.kind == EXAM


@dataclass(frozen=True)
class WhenFinished:
    """Who is told that an attempt was closed, in this order."""

    told: tuple[Callable[[Finished], None], ...]


def tell(finished: Finished) -> None:
    """Tell everybody who acts on a closed attempt."""
    for told in wired(WhenFinished).told:
        told(finished)
