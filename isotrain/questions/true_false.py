"""A statement that is true or false."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.choice import AskedChoice, ReviewedChoice
from isotrain.questions.contract import (
    BadResponse,
    Example,
    Fields,
    Guessing,
    Question,
    Shuffling,
)
from isotrain.questions.draft import Draft, true_false_options
from isotrain.questions.problem import Problem, error
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wire import (
    AskedOption,
    ReviewedOption,
    chosen_places,
    fill_choices,
    read_choice,
)
from isotrain.questions.wording import (
    OPTION_LIMIT,
    STEM_LIMIT,
    check_explanation,
    check_needed_text,
    check_text,
)
from isotrain.text import N_

TEXTS = {"true": N_("True"), "false": N_("False")}
"""The texts of the two options by id, in the order they are always shown."""


@dataclass(frozen=True)
class TrueFalse(Question):
    """A response is "true" or "false"; `answer` None means the writer has not said yet."""

    stem: str
    answer: bool | None
    explanation: str = ""
    feedback_true: str = ""
    feedback_false: str = ""
    keyed: bool = True

    name: ClassVar[str] = "true_false"
    label: ClassVar[str] = N_("True or false")
    instruction: ClassVar[str] = N_("Say whether the statement is true.")
    earning: ClassVar[str] = N_("The right answer earns the mark, the other nothing.")
    markings: ClassVar[tuple[str, ...]] = ("true_false-1",)
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any",
        "answer?": "any",
        "explanation?": "any",
        "feedback_true?": "any",
        "feedback_false?": "any",
    }
    guessable: ClassVar[bool] = True

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        given = isinstance(data, dict) and data.get("answer") is not None
        question = cls(
            stem=shape.text("stem"),
            answer=shape.truth("answer", False) if given else None,
            explanation=shape.text("explanation"),
            feedback_true=shape.text("feedback_true"),
            feedback_false=shape.text("feedback_false"),
        )
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self.need_key()
        fields = {"answer": self.answer, **self._key_texts()}
        written = {name: value for name, value in fields.items() if value not in (None, "")}
        return {"type": self.name, "stem": self.stem, **written}

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described."""
        feedback = {option.text: option.feedback for option in draft.options}
        return cls(
            stem=draft.stem,
            answer=draft.answer,
            explanation=draft.explanation,
            feedback_true=feedback.get("True", ""),
            feedback_false=feedback.get("False", ""),
        )

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        self.need_key()
        options = true_false_options(self.answer, self.feedback_true, self.feedback_false)
        return Draft(
            place="",
            type=self.name,
            stem=self.stem,
            options=options,
            explanation=self.explanation,
        )

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        asked = cls(stem=content["stem"], answer=None, keyed=False)
        return asked if key is None else replace(asked, **key, keyed=True)

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem}

    def key(self) -> dict[str, Any]:
        """The answer, explanation and feedback; raises KeyMissing."""
        self.need_key()
        return {"answer": self.answer, **self._key_texts()}

    def judging(self) -> bool | None:
        """The answer; raises KeyMissing."""
        self.need_key()
        return self.answer

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (
            *check_needed_text("stem", self.stem, limit=STEM_LIMIT),
            *self._check_key(),
            *check_text("feedback_true", self.feedback_true, limit=OPTION_LIMIT),
            *check_text("feedback_false", self.feedback_false, limit=OPTION_LIMIT),
            *check_explanation(self.explanation),
        )

    def arranged(self, dice: Shuffling) -> list[str]:
        """Always true before false: another order would only slow readers down."""
        return list(TEXTS)

    def asked(self, arrangement: Sequence[str]) -> AskedChoice:
        """The two options in that order."""
        options = (AskedOption(str(place), TEXTS[id_]) for place, id_ in enumerate(arrangement))
        return AskedChoice(
            type=self.name,
            stem=self.stem,
            instruction=self.instruction,
            script=self.script,
            options=tuple(options),
        )

    def read(self, submitted: Fields, arrangement: Sequence[str]) -> str | None:
        """ "true" or "false", None when neither was chosen; raises BadResponse."""
        return read_choice(submitted, arrangement)

    def filled(self, response: str | None, arrangement: Sequence[str]) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return fill_choices([] if response is None else [response], arrangement)

    def mark(self, response: str | None) -> Fraction:
        """1 for the right answer, else 0; raises BadResponse, KeyMissing."""
        self.need_key()
        if response not in (None, *TEXTS):
            raise BadResponse(N_("The response is neither true nor false."))
        return Fraction(self.answer is not None and response == _id(self.answer))

    def solution(self) -> str | None:
        """ "true" or "false", None when the writer has not said yet; raises KeyMissing."""
        self.need_key()
        return None if self.answer is None else _id(self.answer)

    def review(
        self, response: str | None, arrangement: Sequence[str], *, key: bool
    ) -> ReviewedChoice:
        """The two options with what was chosen; the right one and feedback only with `key`."""
        chosen = chosen_places(self.filled(response, arrangement))
        right = self.solution() if key else None
        feedback = {"true": self.feedback_true, "false": self.feedback_false} if key else {}
        return ReviewedChoice(
            type=self.name,
            stem=self.stem,
            answered=response is not None,
            options=tuple(
                ReviewedOption(
                    TEXTS[id_],
                    str(place) in chosen,
                    right=id_ == right if key else None,
                    feedback=feedback.get(id_, ""),
                )
                for place, id_ in enumerate(arrangement)
            ),
        )

    def guessed(self, dice: Guessing, arrangement: Sequence[str]) -> str:
        """True or false, equally likely."""
        return arrangement[dice.below(len(arrangement))]

    def chance(self) -> Fraction:
        """Every second guess is right, once there is an answer; raises KeyMissing."""
        self.need_key()
        return Fraction(self.answer is not None, len(TEXTS))

    @classmethod
    def blank(cls) -> Self:
        """A statement that is still to be written."""
        return cls(stem="", answer=None)

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The statement as its editor sent it; there are no rows to change."""
        sent = Sent(submitted)
        return cls(
            stem=sent.text("stem"),
            answer={"true": True, "false": False}.get(sent.text("answer")),
            explanation=sent.text("explanation"),
            feedback_true=sent.text("feedback_true"),
            feedback_false=sent.text("feedback_false"),
        )

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Right, wrong and unanswered."""
        question = cls(
            stem="ISO issues certificates to organizations.",
            answer=False,
            explanation="ISO writes standards; certification bodies issue certificates.",
        )
        return (
            Example(question, "false", Fraction(1)),
            Example(question, "true", Fraction(0)),
            Example(question, None, Fraction(0)),
        )

    def _check_key(self) -> Iterator[Problem]:
        if self.answer is None:
            yield error("answer", "The answer is missing.", "Write true or false.")

    def _key_texts(self) -> dict[str, str]:
        return {
            "explanation": self.explanation,
            "feedback_true": self.feedback_true,
            "feedback_false": self.feedback_false,
        }


def _id(answer: bool) -> str:
    return "true" if answer else "false"
