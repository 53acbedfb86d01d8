"""Any number of right options."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from isotrain.questions import draft as neutral
from isotrain.questions.choice import Choice
from isotrain.questions.contract import BadResponse, Example, Fields
from isotrain.questions.options import Option, lettered
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.wire import fill_choices, read_choices
from isotrain.text import N_


@dataclass(frozen=True)
class MultipleChoice(Choice):
    """A response is the sorted list of the ids chosen.

    With r right options, a response with g right and w wrong ones earns max(0, (g - w) / r):
    ticking everything earns nothing extra, and only exactly the right set earns 1.
    """

    name: ClassVar[str] = "multiple_choice"
    label: ClassVar[str] = N_("Multiple choice")
    rule: ClassVar[str] = N_(
        "Each right option you choose earns an equal part of the mark; each wrong one takes away "
        "a part of the same size, but never below zero."
    )
    marking: ClassVar[str] = "multiple_choice-1"
    several: ClassVar[bool] = True

    def read(self, submitted: Fields, arrangement: Sequence[str]) -> list[str] | None:
        """The ids of the chosen options, None when none was; raises BadResponse."""
        return sorted(read_choices(submitted, arrangement)) or None

    def filled(
        self, response: list[str] | None, arrangement: Sequence[str]
    ) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return fill_choices(response or [], arrangement)

    def mark(self, response: list[str] | None) -> Fraction:
        """The share 0..1 earned; raises BadResponse, KeyMissing."""
        self.need_key()
        if response is None:
            return Fraction(0)
        if not isinstance(response, list) or not response:
            raise BadResponse(N_("The response is not a list of options."))
        chosen = [self._option(id_) for id_ in response]
        if response != sorted(set(response)):
            raise BadResponse(N_("The response names an option twice or out of order."))
        balance = sum(1 if option.right else -1 for option in chosen)
        right = sum(option.right for option in self.options)
        return Fraction(max(0, balance), max(1, right))

    def solution(self) -> list[str] | None:
        """All right options, None when none is; raises KeyMissing."""
        self.need_key()
        return sorted(option.id for option in self.options if option.right) or None

    @classmethod
    def _option_of(cls, id_: str, option: neutral.Option) -> Option:
        return Option(id_, option.text, right=option.share > 0, feedback=option.feedback)

    def _drafted(self) -> list[neutral.Option]:
        return neutral.equal_shares(
            neutral.Option(o.text, Fraction(o.right), o.feedback) for o in self.options
        )

    def _check_key(self) -> Iterator[Problem]:
        right = sum(option.right for option in self.options)
        if not right:
            yield error("options", "No option is right.", "Say which options are right.")
        elif right == len(self.options):
            yield warning(
                "options", "Every option is right.", "Add an option that is wrong but plausible."
            )
        for number, option in enumerate(self.options, 1):
            if option.share is not None:
                yield error(
                    f"option {number}",
                    "The option has a share of its own; here all right ones earn the same.",
                    "Delete the share, or make the question single choice.",
                )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """The right set, parts of it, a wrong one among them, everything, nothing."""
        question = cls(
            stem="Which of these does an internal audit look for? Choose all that apply.",
            options=lettered(
                "Conformity with the organization's own requirements",
                "Whether the system is effectively kept up",
                "Somebody to blame",
                "Conformity with the standard",
                right="abd",
            ),
            explanation="An internal audit checks requirements and effectiveness, not people.",
        )
        return (
            Example(question, ["a", "b", "d"], Fraction(1)),
            Example(question, ["a", "b"], Fraction(2, 3)),
            Example(question, ["a", "c"], Fraction(0)),
            Example(question, ["c"], Fraction(0)),
            Example(question, ["a", "b", "c", "d"], Fraction(2, 3)),
            Example(question, None, Fraction(0)),
        )
