"""Pure rules of quizzes: what a blueprint's rules say, who may start when, and who sees what."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from isotrain.questions.problem import Problem, error

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EXAM, PRACTICE = "exam", "practice"
OPEN, SUBMITTED, EXPIRED = "open", "submitted", "expired"
ORDERS = ("shuffled", "blueprint")
FEEDBACK = ("explanations", "topics", "answers")
BANDS = (1, 2, 3)

# The lowest and highest number each rule may say.
LIMITS = {"minutes": (0, 600), "pass_mark": (1, 100), "attempts": (0, 99), "wait_hours": (0, 8760)}
MOST_QUESTIONS = 200

# An answer given in the last second still has to travel.
GRACE = timedelta(seconds=15)


@dataclass(frozen=True)
class Rules:
    """The rules of a quiz; 0 minutes, attempts or hours mean that there is no such limit."""

    minutes: int = 0
    pass_mark: int = 80
    pass_mark_basis: str = ""
    attempts: int = 0
    wait_hours: int = 0
    order: str = "shuffled"
    feedback: str = "explanations"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rules:
        """Read the rules as a quiz version keeps them; what is missing is as by default."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def to_data(self) -> dict[str, Any]:
        """Return the rules as a quiz version keeps them."""
        return asdict(self)


def problems(rules: Rules, cells: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Return what is wrong with rules and cells in themselves, whatever the banks hold."""
    return (*_rule_problems(rules), *_cell_problems(cells))


def _rule_problems(rules: Rules) -> Iterator[Problem]:
    for name, (low, high) in LIMITS.items():
        value = getattr(rules, name)
        if type(value) is not int or not low <= value <= high:
            yield error(name, "Enter a whole number from %(low)s to %(high)s", low=low, high=high)
    if not isinstance(rules.pass_mark_basis, str) or len(rules.pass_mark_basis) > 1000:
        yield error("pass_mark_basis", "Use at most 1000 characters")
    for name, known in (("order", ORDERS), ("feedback", FEEDBACK)):
        if getattr(rules, name) not in known:
            yield error(name, "Choose one of the listed kinds")


def _cell_problems(cells: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    counts = [cell["count"] for cell in cells]
    if any(type(count) is not int or count < 1 for count in counts):
        yield error("cells", "Enter whole numbers of questions")
    elif not 1 <= sum(counts) <= MOST_QUESTIONS:
        yield error("cells", "Ask for 1 to %(most)s questions in all", most=MOST_QUESTIONS)
    if any(cell["difficulty"] not in BANDS for cell in cells):
        yield error("cells", "A difficulty is 1, 2 or 3")
    if len({(c["bank"], c["topic"], c["difficulty"]) for c in cells}) < len(cells):
        yield error("cells", "A topic and difficulty stands twice")


@dataclass(frozen=True)
class Past:
    """An attempt of a person at a quiz, as far as it decides about the next one."""

    number: int
    state: str
    closed_at: datetime | None
    passed: bool | None


@dataclass(frozen=True)
class Standing:
    """Where a person stands with a quiz: attempts used and left (None: no limit), what to wait for.

    A pass begins the count anew, so that a certificate can be renewed.
    """

    used: int
    left: int | None
    next_at: datetime | None

    @property
    def may_start(self) -> bool:
        return self.left != 0 and self.next_at is None


def standing(rules: Rules, past: Sequence[Past], now: datetime) -> Standing:
    """Work out from all earlier attempts, in order, whether another may start now."""
    used = 0
    for attempt in past:
        used = 0 if attempt.passed else used + 1
    left = max(0, rules.attempts - used) if rules.attempts else None
    ended = max((a.closed_at for a in past if a.closed_at), default=None)
    next_at = ended + timedelta(hours=rules.wait_hours) if ended else None
    return Standing(used, left, next_at if next_at and next_at > now else None)


def is_late(deadline_at: datetime | None, now: datetime) -> bool:
    """Say whether an answer that arrives now comes too late, grace included."""
    return deadline_at is not None and now > deadline_at + GRACE


def seconds_until(deadline_at: datetime | None, now: datetime) -> int | None:
    """Return the whole seconds left until a deadline, None without one."""
    return None if deadline_at is None else max(0, int((deadline_at - now).total_seconds()))


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


def visible(*, kind: str, feedback: str, state: str, viewer: Viewer) -> Visible:
    """Decide what a viewer may see of an attempt in a state; nothing while an exam is open.

    Practice questions are never drawn for an exam, so their key is free.
    """
    if viewer is Viewer.OVERSEER:
        return Visible(seed=state != OPEN)
    if kind == PRACTICE:
        closed = state != OPEN
        return Visible(score=closed, missed=closed, why=True, key=True, seed=closed)
    if state == OPEN:
        return Visible()
    if feedback == "topics":
        return Visible(score=True, seed=True)
    return Visible(score=True, missed=True, why=True, key=feedback == "answers", seed=True)
