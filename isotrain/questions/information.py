"""A text that asks nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import (
    Asked,
    BadResponse,
    Example,
    Fields,
    Guessing,
    Question,
    Reviewed,
    Shuffling,
)
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wording import STEM_LIMIT, check_needed_text, check_text
from isotrain.text import N_


@dataclass(frozen=True)
class Information(Question):
    """There is no response but None."""

    stem: str
    explanation: str = ""
    keyed: bool = True

    name: ClassVar[str] = "information"
    label: ClassVar[str] = N_("Information")
    instruction: ClassVar[str] = N_("Read this. There is nothing to answer.")
    earning: ClassVar[str] = N_("Nothing is asked, so nothing is earned.")
    markings: ClassVar[tuple[str, ...]] = ("information-1",)
    asks: ClassVar[bool] = False
    data_keys: ClassVar[Mapping[str, Any]] = {"stem?": "any", "explanation?": "any"}

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        question = cls(shape.text("stem"), shape.text("explanation"))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self.need_key()
        data = {"type": self.name, "stem": self.stem}
        return data | ({"explanation": self.explanation} if self.explanation else {})

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The text a file format or an editor described."""
        return cls(draft.stem, draft.explanation)

    def draft(self) -> Draft:
        """The text in the terms that file formats share; raises KeyMissing."""
        self.need_key()
        return Draft(place="", type=self.name, stem=self.stem, explanation=self.explanation)

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together."""
        if key is None:
            return cls(content["stem"], keyed=False)
        return cls(content["stem"], key["explanation"])

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem}

    def key(self) -> dict[str, Any]:
        """What is told afterwards, where there is such a thing; raises KeyMissing."""
        self.need_key()
        return {"explanation": self.explanation}

    def judging(self) -> None:
        """Nothing is marked; raises KeyMissing."""
        self.need_key()

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT),
                *check_text("explanation", self.explanation, limit=STEM_LIMIT))

    def arranged(self, dice: Shuffling) -> list[Any]:
        """There is nothing to put in order."""
        return []

    def asked(self, arrangement: Sequence[Any]) -> Asked:
        """The text alone."""
        return Asked(type=self.name, stem=self.stem, instruction=self.instruction,
                     script=self.script)

    def read(self, submitted: Fields, arrangement: Sequence[Any]) -> None:
        """Nothing can be answered."""

    def filled(self, response: None, arrangement: Sequence[Any]) -> dict[str, list[str]]:
        """There are no fields."""
        return {}

    def mark(self, response: None) -> Fraction:
        """Nothing; raises BadResponse, KeyMissing."""
        self.need_key()
        if response is not None:
            raise BadResponse(N_("The response answers a text that asks nothing."))
        return Fraction(0)

    def solution(self) -> None:
        """Nothing is asked; raises KeyMissing."""
        self.need_key()

    def review(self, response: None, arrangement: Sequence[Any], *, key: bool) -> Reviewed:
        """The text alone."""
        return Reviewed(type=self.name, stem=self.stem, answered=False)

    def guessed(self, dice: Guessing, arrangement: Sequence[Any]) -> None:
        """Nothing is offered to choose from."""

    def chance(self) -> Fraction:
        """Nothing is earned; raises KeyMissing."""
        self.need_key()
        return Fraction(0)

    @classmethod
    def blank(cls) -> Self:
        """A text that is still to be written."""
        return cls("")

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The text as its editor sent it; there are no rows to change."""
        sent = Sent(submitted)
        return cls(sent.text("stem"), sent.text("explanation"))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """A text."""
        return (Example(cls("The next questions are about internal audits."), None, Fraction(0)),)
