"""From the answers of a form to its result, in exact fractions."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from isotrain.questions.contract import Question

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


def mark_form(
    questions: Sequence[Question],
    responses: Sequence[Any],
    *,
    weights: Sequence[Number],
    topics: Sequence[str],
    pass_mark: Number,
) -> Result:
    """Mark a form: responses, weights and topics stand beside the questions, None unanswered.

    `pass_mark` is a percentage of the marks, and passing is decided on exact fractions. Raises
    BadResponse, KeyMissing, and ValueError when there are no marks to earn.
    """
    shares = tuple(
        question.mark(response) for question, response in zip(questions, responses, strict=True)
    )
    total = _sum(shares, weights)
    if not total.out_of:
        raise ValueError("a form needs marks to earn")
    by_topic = {
        topic: _sum(
            [share for share, of in zip(shares, topics, strict=True) if of == topic],
            [weight for weight, of in zip(weights, topics, strict=True) if of == topic],
        )
        for topic in dict.fromkeys(topics)
    }
    return Result(
        score=total.score,
        out_of=total.out_of,
        shares=shares,
        passed=total.score * 100 >= pass_mark * total.out_of,
        by_topic=by_topic,
    )


def _sum(shares: Sequence[Fraction], weights: Sequence[Number]) -> Score:
    """Marks are shares times weights; a weight is never negative."""
    if any(weight < 0 for weight in weights):
        raise ValueError("a weight cannot be negative")
    score = sum((s * w for s, w in zip(shares, weights, strict=True)), Fraction(0))
    return Score(score, sum(map(Fraction, weights), Fraction(0)))
