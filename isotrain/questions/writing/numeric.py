"""A number, typed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from isotrain.questions.contract import Example
from isotrain.questions.draft import Option
from isotrain.questions.problem import Problem, error
from isotrain.questions.wording import check_text
from isotrain.questions.writing.answered import Answered
from isotrain.questions.writing.answers import check_different
from isotrain.questions.writing.comparing import ANYTHING
from isotrain.questions.writing.entry import AskedEntry
from isotrain.questions.writing.numbers import PATTERN, answer_of, is_near, middle, number_of
from isotrain.text import N_

UNIT_LIMIT = 30


@dataclass(frozen=True, kw_only=True)
class AskedNumber(AskedEntry):
    """A field for a number; a browser can tell by `pattern` whether it is one."""

    unit: str
    pattern: str = PATTERN

    def is_number(self, text: str) -> bool:
        """Whether the text can be read as a number, with or without the unit."""
        return answer_of(text, self.unit) is not None


@dataclass(frozen=True)
class Numeric(Answered):
    """A response is a number as it was typed, compared exactly, with `unit` after it or not."""

    unit: str = ""

    name: ClassVar[str] = "numeric"
    label: ClassVar[str] = N_("Number")
    instruction: ClassVar[str] = N_("Type a number. Write decimals with a comma or a point, and"
                                    " nothing between thousands.")
    markings: ClassVar[tuple[str, ...]] = ("numeric-1",)
    script: ClassVar[bool] = True
    extra: ClassVar[str] = "unit"
    unsaid: ClassVar[bool | str] = ""
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any",
        "answers?": [{"text?": "any", "tolerance?": "any", "share?": "any", "feedback?": "any"}],
        "explanation?": "any",
        "unit?": "any",
    }

    def judging(self) -> list[list[Any]]:
        """Which numbers earn what, however they are written; raises KeyMissing."""
        self.need_key()
        return [[str(part) for part in (*self._form(answer), answer.share)]
                for answer in self.answers]

    def asked(self, arrangement: Sequence[Any]) -> AskedNumber:
        """The one field, and the unit behind it."""
        return AskedNumber(type=self.name, stem=self.stem, instruction=self.instruction,
                           script=self.script, unit=self.unit)

    def fits(self, response: str, answer: Option) -> bool:
        """Whether the response lies within the tolerance; * is any number."""
        given = answer_of(response, self.unit)
        return given is not None and (
            answer.text == ANYTHING or is_near(given, answer.text, answer.tolerance))

    def spoken(self, answer: Option) -> str:
        """The number as its writer wrote it."""
        return "" if number_of(answer.text) is None else answer.text.strip()

    def _form(self, answer: Option) -> tuple[Any, ...]:
        number, tolerance = number_of(answer.text), number_of(answer.tolerance or "0")
        return (answer.text if number is None else number,
                answer.tolerance if tolerance is None else tolerance)

    def _check(self) -> Iterator[Problem]:
        yield from check_text("unit", self.unit, limit=UNIT_LIMIT)
        yield from check_different(self.answers, list(map(self._form, self.answers)))
        for number, answer in enumerate(self.answers, 1):
            place, tolerance = f"answer {number}", number_of(answer.tolerance or "0")
            if answer.text not in ("", ANYTHING) and number_of(answer.text) is None:
                yield error(place, '"%(text)s" is not a number.',
                            "Write a number such as 3.5, or a range such as 3..4.",
                            text=answer.text[:60])
            if tolerance is None or tolerance < 0:
                yield error(f"{place}, tolerance", '"%(text)s" is no tolerance.',
                            "Write how far an answer may be from the number, such as 0.1.",
                            text=answer.tolerance[:60])

    @classmethod
    def _kept(cls, answer: Option) -> Option:
        """An accepted answer, a range as its middle with half its width."""
        middled = middle(answer.text)
        text, tolerance = middled or (answer.text, answer.tolerance)
        return answer._replace(text=text, tolerance=tolerance, stays=False)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Right with and without the unit, within the tolerance, partly right, wrong, no number."""
        question = cls(
            stem="How many years is a certificate usually valid?",
            answers=(
                Option("3", Fraction(1)),
                Option("36", Fraction(1, 2), "That is the number of months."),
                Option(ANYTHING, Fraction(0), "Think of the cycle of audits."),
            ),
            explanation="A certificate is valid for three years, with audits in between.",
            unit="years",
        )
        near = cls("How much is 22 divided by 7?", (Option("3.14", Fraction(1), "", "0.01"),),
                   "It is a little more than 3.14.")
        return (
            Example(question, "3 years", Fraction(1)),
            Example(question, "36,0", Fraction(1, 2)),
            Example(question, "1", Fraction(0)),
            Example(question, "three", Fraction(0)),
            Example(question, None, Fraction(0)),
            Example(near, "3,15", Fraction(1)),
            Example(near, "3.1501", Fraction(0)),
        )


