"""A word or a few, typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar

from isotrain.questions.contract import Example
from isotrain.questions.draft import Option
from isotrain.questions.problem import Problem
from isotrain.questions.writing.answered import Answered
from isotrain.questions.writing.answers import check_different
from isotrain.questions.writing.comparing import ANYTHING, fits, literal, pieces
from isotrain.text import N_, typed


@dataclass(frozen=True)
class ShortText(Answered):
    """A response is a text; spaces, quotes and hyphens are levelled, `case` lets case count."""

    case: bool = False

    name: ClassVar[str] = "short_text"
    label: ClassVar[str] = N_("Short text")
    markings: ClassVar[tuple[str, ...]] = ("short_text-1",)
    extra: ClassVar[str] = "case"
    unsaid: ClassVar[bool | str] = False
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any",
        "answers?": [{"text?": "any", "share?": "any", "feedback?": "any"}],
        "explanation?": "any",
        "case?": "any",
    }

    @property
    def instruction(self) -> str:
        """Whether upper and lower case count."""
        return (N_("Type your answer. Capital and small letters must be right.") if self.case
                else N_("Type your answer. Capital letters do not matter."))

    def judging(self) -> dict[str, Any]:
        """What answers can earn; the words differ by language; raises KeyMissing."""
        self.need_key()
        return {"shares": sorted({str(answer.share) for answer in self.answers})}

    def fits(self, response: str, answer: Option) -> bool:
        """Whether the response is the text, in which * stands for any."""
        return fits(response, answer.text, case=self.case)

    def spoken(self, answer: Option) -> str:
        """The text, with nothing for each *."""
        return typed(literal(answer.text))

    def _form(self, answer: Option) -> tuple[str, ...]:
        return pieces(answer.text, case=self.case)

    def _check(self) -> Iterator[Problem]:
        yield from check_different(self.answers, list(map(self._form, self.answers)))

    @classmethod
    def _kept(cls, answer: Option) -> Option:
        return answer._replace(tolerance="", stays=False)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Right however it is typed, partly right, wrong with feedback, unanswered."""
        question = cls(
            stem="Who audits a management system and issues its certificate?",
            answers=(
                Option("certification body", Fraction(1)),
                Option("registrar", Fraction(1)),
                Option("*certif*", Fraction(1, 2), "Name the body, not what it does."),
                Option("ISO", Fraction(0), "ISO writes standards and certifies nobody."),
                Option(ANYTHING, Fraction(0)),
            ),
            explanation="Certification bodies, also called registrars, audit and certify.",
        )
        exact = replace(question, answers=(Option("ISO", Fraction(1)),), case=True)
        return (
            Example(question, "  Certification  BODY".strip(), Fraction(1)),
            Example(question, "the certifier", Fraction(1, 2)),
            Example(question, "iso", Fraction(0)),
            Example(question, None, Fraction(0)),
            Example(exact, "ISO", Fraction(1)),
            Example(exact, "iso", Fraction(0)),
        )
