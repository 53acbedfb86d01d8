"""A statement that is true or false."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import (
    Asked,
    AskedOption,
    BadResponse,
    Example,
    KeyMissing,
    Shuffling,
)
from isotrain.questions.problem import Problem, error
from isotrain.questions.shape import Shape
from isotrain.questions.wire import fill_choices, read_choices
from isotrain.questions.wording import (
    OPTION_LIMIT,
    STEM_LIMIT,
    check_explanation,
    check_needed_text,
    check_text,
)

TEXTS = {"true": "True", "false": "False"}
"""The texts of the two options by id, in the order they are always shown."""


@dataclass(frozen=True)
class TrueFalse:
    """A response is "true" or "false"; `answer` None means the writer has not said yet."""

    stem: str
    answer: bool | None
    explanation: str = ""
    feedback_true: str = ""
    feedback_false: str = ""
    keyed: bool = True

    name: ClassVar[str] = "true_false"
    label: ClassVar[str] = "True or false"
    rule: ClassVar[str] = "Say whether the statement is true."
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any",
        "answer?": "any",
        "explanation?": "any",
        "feedback_true?": "any",
        "feedback_false?": "any",
    }

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
        self._need_key()
        fields = {"answer": self.answer, **self._key_texts()}
        written = {name: value for name, value in fields.items() if value not in (None, "")}
        return {"type": self.name, "stem": self.stem, **written}

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
        self._need_key()
        return {"answer": self.answer, **self._key_texts()}

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self._need_key()
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

    def asked(self, arrangement: Sequence[str]) -> Asked:
        """The view for the page, in that order."""
        options = (AskedOption(str(place), TEXTS[id_]) for place, id_ in enumerate(arrangement))
        return Asked(self.name, self.stem, tuple(options), several=False, rule=self.rule)

    def read(self, submitted: Mapping[str, list[str]], arrangement: Sequence[str]) -> str | None:
        """ "true" or "false", None when neither was chosen; raises BadResponse."""
        chosen = read_choices(submitted, arrangement)
        if len(chosen) > 1:
            raise BadResponse("More than one option was sent.")
        return chosen[0] if chosen else None

    def filled(self, response: str | None, arrangement: Sequence[str]) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return fill_choices([] if response is None else [response], arrangement)

    def mark(self, response: str | None) -> Fraction:
        """1 for the right answer, else 0; raises BadResponse, KeyMissing."""
        self._need_key()
        if response not in (None, *TEXTS):
            raise BadResponse("The response is neither true nor false.")
        return Fraction(self.answer is not None and response == _id(self.answer))

    def solution(self) -> dict[str, Any]:
        """The two options by id with text, right and feedback, and the explanation."""
        self._need_key()
        feedback = {"true": self.feedback_true, "false": self.feedback_false}
        return {
            "options": {
                id_: {
                    "text": text,
                    "right": self.answer is not None and id_ == _id(self.answer),
                    "feedback": feedback[id_],
                }
                for id_, text in TEXTS.items()
            },
            "explanation": self.explanation,
        }

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

    def _need_key(self) -> None:
        if not self.keyed:
            raise KeyMissing


def _id(answer: bool) -> str:
    return "true" if answer else "false"
