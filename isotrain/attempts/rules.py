"""Pure rules of attempts: who may start when, what comes too late, and who sees what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil
from typing import TYPE_CHECKING

from isotrain.quizzes.rules import PRACTICE, Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN, SUBMITTED, EXPIRED = "open", "submitted", "expired"

# An answer given in the last second still has to travel.
GRACE = timedelta(seconds=15)


@dataclass(frozen=True)
class Past:
    """An attempt of a person at a quiz, as far as it decides about the next one.

    `extra` says whether somebody gave them one more after it.
    """

    number: int
    state: str
    closed_at: datetime | None
    passed: bool | None
    extra: bool


@dataclass(frozen=True)
class Standing:
    """Where a person stands with a quiz: attempts used and left (None: no limit), what to wait for.

    A pass begins the count anew, so that a certificate can be renewed. An attempt that was given
    beyond the limit uses none of those within it; `extra` says whether one such is left, `passed`
    and `open` how the newest attempt stands.
    """

    used: int
    left: int | None
    next_at: datetime | None
    extra: bool
    passed: bool
    open: bool

    @property
    def may_start(self) -> bool:
        return self.left != 0 and self.next_at is None


def standing(rules: Rules, past: Sequence[Past], now: datetime) -> Standing:
    """Work out from all earlier attempts, in order, whether another may start now."""
    used, extra = 0, False
    for attempt in past:
        used = 0 if attempt.passed else used + (not extra)
        extra = attempt.extra
    left = max(0, rules.attempts - used) + extra if rules.attempts else None
    ended = max((a.closed_at for a in past if a.closed_at), default=None)
    next_at = ended + timedelta(hours=rules.wait_hours) if ended else None
    last = past[-1] if past else None
    return Standing(used, left, next_at if next_at and next_at > now else None, extra=extra,
                    passed=bool(last and last.passed), open=bool(last and last.state == OPEN))


def is_late(deadline_at: datetime | None, now: datetime) -> bool:
    """Say whether an answer that arrives now comes too late, grace included."""
    return deadline_at is not None and now > deadline_at + GRACE


def seconds_until(deadline_at: datetime | None, now: datetime) -> int | None:
    """Return the seconds left until a deadline, the last one begun as a whole; None without one.

    Who counts them down is never over before the deadline.
    """
    return None if deadline_at is None else max(0, ceil((deadline_at - now).total_seconds()))


class Viewer(StrEnum):
    """Who looks at an attempt: the person who sat it, or somebody who oversees records."""

    OWNER = "owner"
    OVERSEER = "overseer"


@dataclass(frozen=True)
class Visible:
    """What may be shown of an attempt: every channel asks here and nowhere else.

    `score` also covers the score by topic and what to read again; `missed` the questions that
    did not earn full marks with the answers given; `why` their explanations and facts; `key` which
    options are right; `seed` the seed that the form was drawn with.
    """

    score: bool = False
    missed: bool = False
    why: bool = False
    key: bool = False
    seed: bool = False


def visible(*, kind: str, feedback: str, state: str, viewer: Viewer, in_use: bool) -> Visible:
    """Decide what a viewer may see of an attempt in a state; nothing while an exam is open.

    While an exam that is offered or sat draws from the same banks (`in_use`), its owner sees no
    question, explanation or fact, whatever its blueprint says: the words of an explanation alone
    tell most keys.
    Practice questions are never drawn for an exam, so their key is free.
    """
    if viewer is Viewer.OVERSEER:
        return Visible(seed=state != OPEN)
    if kind == PRACTICE:
        closed = state != OPEN
        return Visible(score=closed, missed=closed, why=True, key=True, seed=closed)
    if state == OPEN:
        return Visible()
    if feedback == "topics" or in_use:
        return Visible(score=True, seed=True)
    return Visible(score=True, missed=True, why=True, key=feedback == "answers", seed=True)
