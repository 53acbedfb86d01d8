"""One option to choose; as a rule one is right."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import ClassVar, Self

from isotrain.questions import draft as neutral
from isotrain.questions.choice import Choice
from isotrain.questions.contract import Example, Fields, Guessing
from isotrain.questions.options import Option, lettered
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.wire import fill_choices, read_choice
from isotrain.text import N_


@dataclass(frozen=True)
class SingleChoice(Choice):
    """A response is the id of one option, which earns its share: by default all or nothing."""

    name: ClassVar[str] = "single_choice"
    label: ClassVar[str] = N_("Single choice")
    instruction: ClassVar[str] = N_("Choose one option.")
    markings: ClassVar[tuple[str, ...]] = ("single_choice-1",)
    several: ClassVar[bool] = False

    @property
    def earning(self) -> str:
        """Whether the right option alone earns something."""
        if any(option.share not in (None, 0, 1) for option in self.options):
            return N_("The chosen option earns its part of the mark.")
        return N_("The right option earns the mark, any other nothing.")

    def read(self, submitted: Fields, arrangement: Sequence[str]) -> str | None:
        """The id of the chosen option, None when none was; raises BadResponse."""
        return read_choice(submitted, arrangement)

    def filled(self, response: str | None, arrangement: Sequence[str]) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return fill_choices([] if response is None else [response], arrangement)

    def mark(self, response: str | None) -> Fraction:
        """The share 0..1 of the chosen option; raises BadResponse, KeyMissing."""
        self.need_key()
        return Fraction(0) if response is None else _share(self._option(response))

    def solution(self) -> str | None:
        """The first right option, None when none is; raises KeyMissing."""
        self.need_key()
        return next((option.id for option in self.options if option.right), None)

    def guessed(self, dice: Guessing, arrangement: Sequence[str]) -> str | None:
        """Any option, all equally likely."""
        return arrangement[dice.below(len(arrangement))] if arrangement else None

    def chance(self) -> Fraction:
        """The mean share of the options; raises KeyMissing."""
        self.need_key()
        return sum(map(_share, self.options), Fraction(0)) / max(1, len(self.options))

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; the right option has no share of its own."""
        sent = super().edited(submitted, act)
        options = (replace(o, share=None if o.right or o.share in (0, 1) else o.share)
                   for o in sent.options)
        return replace(sent, options=tuple(options))

    @classmethod
    def _option_of(cls, id_: str, option: neutral.Option) -> Option:
        part = option.share if 0 < option.share < 1 else None
        right = option.share > 0 and part is None
        return Option(id_, option.text, right=right, feedback=option.feedback, share=part,
                      stays=option.stays)

    def _drafted(self) -> list[neutral.Option]:
        return [neutral.Option(o.text, _share(o), o.feedback, stays=o.stays)
                for o in self.options]

    def _check_key(self) -> Iterator[Problem]:
        right = [number for number, option in enumerate(self.options, 1) if option.right]
        if not right:
            yield error("options", "No option is right.", "Say which option is right.")
        if len(right) > 1:
            yield warning(
                "options",
                "Options %(numbers)s are right; any one of them earns the whole mark.",
                "Keep one, or make the question multiple choice if all have to be chosen.",
                numbers=", ".join(map(str, right)),
            )
        for number, option in enumerate(self.options, 1):
            if option.right and _share(option) != 1:
                yield error(
                    f"option {number}",
                    "The right option earns only part of the mark.",
                    "Delete its share.",
                )
            if option.share is not None and option.share < 0:
                yield error(
                    f"option {number}",
                    "The option takes marks away; here a wrong option earns nothing.",
                    "Delete its share.",
                )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """All or nothing, nothing answered, and an option that earns a part."""
        question = cls(
            stem="Who certifies an organization to ISO 9001?",
            options=lettered("ISO", "A certification body", "An accreditation body", right="b"),
            explanation="ISO writes standards; certification bodies audit and certify.",
        )
        nearly = replace(question.options[2], share=Fraction(1, 3))
        partly = replace(question, options=(*question.options[:2], nearly))
        return (
            Example(question, "b", Fraction(1)),
            Example(question, "a", Fraction(0)),
            Example(question, None, Fraction(0)),
            Example(partly, "c", Fraction(1, 3)),
        )


def _share(option: Option) -> Fraction:
    return Fraction(option.right) if option.share is None else option.share
