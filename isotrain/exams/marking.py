"""From the answers of a form to its result, in exact fractions.

A way of marking is a rule with a name, and whatever was marked by it keeps that name: a rule never
changes once it was released, a better one is another rule.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final, Protocol

from isotrain.questions.contract import PENDING, Mark, Question

Number = int | Fraction


@dataclass(frozen=True)
class Score:
    """Marks earned out of marks there were."""

    score: Fraction
    out_of: Fraction

    @property
    def percent(self) -> Decimal:
        """The percentage to show, rounded down to one decimal.

        Down, so that nobody is shown a pass mark they missed: 79.96 is shown as 79.9. Where there
        were no marks to earn it is 0.
        """
        if not self.out_of:
            return Decimal("0.0")
        return Decimal(self.score * 1000 // self.out_of).scaleb(-1)

    def to_data(self) -> dict[str, Any]:
        """The score as canonical JSON accepts it, numbers as texts such as "7/2" and "79.9"."""
        return {
            "score": str(self.score),
            "out_of": str(self.out_of),
            "percent": str(self.percent),
        }


@dataclass(frozen=True)
class Result(Score):
    """The result of a form: the share earned by each question, the sums, passed or not."""

    shares: tuple[Fraction, ...]
    passed: bool
    by_topic: dict[str, Score]

    def to_data(self) -> dict[str, Any]:
        """The result as canonical JSON accepts it, numbers as texts such as "7/2" and "79.9"."""
        return {
            **super().to_data(),
            "shares": [str(share) for share in self.shares],
            "passed": self.passed,
            "by_topic": {topic: score.to_data() for topic, score in self.by_topic.items()},
        }


@dataclass(frozen=True)
class Waiting:
    """A form that a person must go on marking: the shares, None for those still to come."""

    shares: tuple[Fraction | None, ...]


class Rule(Protocol):
    """A way to mark a form."""

    def __call__(
        self, questions: Sequence[Question], responses: Sequence[Any], *,
        weights: Sequence[Number], topics: Sequence[str], pass_mark: Number,
    ) -> Result | Waiting:
        """Mark a form; without a result where a person must first mark answers."""
        ...


def mark_form(
    questions: Sequence[Question],
    responses: Sequence[Any],
    *,
    weights: Sequence[Number],
    topics: Sequence[str],
    pass_mark: Number,
) -> Result | Waiting:
    """Mark a form: responses, weights and topics stand beside the questions, None unanswered.

    `pass_mark` is a percentage of the marks, and passing is decided on exact fractions. Raises
    BadResponse, KeyMissing, and ValueError when there are no marks to earn.
    """
    marks: tuple[Mark, ...] = tuple(
        question.mark(response) for question, response in zip(questions, responses, strict=True)
    )
    shares = tuple(mark for mark in marks if mark is not PENDING)
    if len(shares) < len(marks):
        return Waiting(tuple(None if mark is PENDING else mark for mark in marks))
    total = _sum(shares, weights)
    if not total.out_of:
        raise ValueError("a form needs marks to earn")
    return Result(
        score=total.score,
        out_of=total.out_of,
        shares=shares,
        passed=total.score * 100 >= pass_mark * total.out_of,
        by_topic=by_topic(shares, weights=weights, topics=topics),
    )


PRESENT: Final = "shares-1"
"""The rule that new versions of quizzes are marked by."""

RULES: Mapping[str, Rule] = MappingProxyType({"shares-1": mark_form})


def by_topic(
    shares: Sequence[Fraction], *, weights: Sequence[Number], topics: Sequence[str]
) -> dict[str, Score]:
    """Return the score of each topic, in order of appearance; all three stand beside each other."""
    rows = list(zip(shares, weights, topics, strict=True))
    return {
        topic: _sum([share for share, _, of in rows if of == topic],
                    [weight for _, weight, of in rows if of == topic])
        for topic in dict.fromkeys(topics)
    }


def _sum(shares: Sequence[Fraction], weights: Sequence[Number]) -> Score:
    """Marks are shares times weights; a weight is never negative."""
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight cannot be negative")
    score = sum((s * w for s, w in zip(shares, weights, strict=True)), Fraction(0))
    return Score(score, sum(map(Fraction, weights), Fraction(0)))
