"""What every file format is read into and written from: drafts of questions."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from fractions import Fraction
from typing import Any, NamedTuple, Self

from isotrain.questions import find_type
from isotrain.questions.contract import Question
from isotrain.questions.problem import Problem

TYPES = (
    *("single_choice", "multiple_choice", "true_false", "matching", "ordering", "numeric"),
    *("short_text", "cloze", "gap_text", "categorising", "essay", "scenario", "information"),
)
"""Every type a draft can name; which of them a bank can hold is for isotrain.questions to say."""

NAME_LENGTH = 80


class Option(NamedTuple):
    """One option or accepted answer.

    `share` is the part of the mark it earns, 0 to 1. `tolerance` is a number as text: how far
    from `text` a numeric answer may be.
    """

    text: str
    share: Fraction = Fraction(0)
    feedback: str = ""
    tolerance: str = ""


@dataclass(frozen=True)
class Draft:
    """One question as a file told it, complete or not; `place` says where it stands there.

    true_false keeps its answer in the options "True" and "False"; short_text and numeric keep
    the accepted answers as options; a pair whose left side is empty is a distractor. The stem of
    a cloze is its source text.
    """

    place: str
    type: str
    stem: str = ""
    name: str = ""
    external_id: str = ""
    options: tuple[Option, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    explanation: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    topic: str = ""
    difficulty: int | None = None
    fact: str = ""
    use: str = ""
    language: str = ""
    shuffle: bool = True
    enemies: str = ""

    @property
    def answer(self) -> bool | None:
        """Whether the statement of a true_false is true; None when the file does not say."""
        right = [option.text for option in self.right] if self.type == "true_false" else []
        return right[0] == "True" if right else None

    @property
    def right(self) -> tuple[Option, ...]:
        """The options that earn something."""
        return tuple(option for option in self.options if option.share > 0)

    @property
    def title(self) -> str:
        """The name, or the beginning of the stem where there is none."""
        text = self.name or " ".join(self.stem.split())
        if self.name or len(text) <= NAME_LENGTH:
            return text
        return text[: NAME_LENGTH - 3].rpartition(" ")[0] + "..."

    def question(self) -> Question | None:
        """The question of a bank this makes; None when banks cannot hold its type."""
        type_ = find_type(self.type)
        return type_.from_data(self._question_data()) if type_ else None

    def _question_data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"stem": self.stem, "explanation": self.explanation}
        if self.type == "true_false":
            feedback = {option.text: option.feedback for option in self.options}
            data["feedback_true"] = feedback.get("True", "")
            data["feedback_false"] = feedback.get("False", "")
            return data if self.answer is None else data | {"answer": self.answer}
        partly = self.type == "single_choice"
        data["options"] = [_option_data(option, partly=partly) for option in self.options]
        return data | {"shuffle": self.shuffle}

    @classmethod
    def of(cls, question: Mapping[str, Any], *, place: str = "", **about: Any) -> Self:
        """The draft of a question given in the form of its `to_data`; `about` names the rest."""
        draft = cls(place=place, type=question["type"], **about)
        draft = replace(
            draft,
            stem=question.get("stem", ""),
            explanation=question.get("explanation", ""),
            shuffle=question.get("shuffle", True),
        )
        if draft.type == "true_false":
            feedback = question.get("feedback_true", ""), question.get("feedback_false", "")
            return replace(draft, options=true_false_options(question.get("answer"), *feedback))
        options = [_option_of(data) for data in question.get("options", ())]
        if draft.type == "multiple_choice":
            options = equal_shares(options)
        return replace(draft, options=tuple(options))

    def to_data(self) -> dict[str, Any]:
        """All fields, as JSON accepts them."""
        data = {field.name: getattr(self, field.name) for field in fields(self)}
        data["options"] = [[o.text, str(o.share), o.feedback, o.tolerance] for o in self.options]
        return data

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The draft that `to_data` wrote."""
        options = tuple(
            Option(text, Fraction(share), feedback, tolerance)
            for text, share, feedback, tolerance in data["options"]
        )
        pairs = tuple((left, right) for left, right in data["pairs"])
        return cls(**{**data, "options": options, "pairs": pairs, "tags": tuple(data["tags"])})


@dataclass(frozen=True)
class Import:
    """What a file holds; a question that could not be read is a problem, not a draft."""

    format: str
    questions: tuple[Draft, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep questions from being used."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    def faulty_places(self) -> frozenset[str]:
        """The places of drafts that have an error."""
        return frozenset(problem.place.partition(",")[0] for problem in self.errors)

    def to_data(self) -> dict[str, Any]:
        """As JSON accepts it."""
        return {
            "format": self.format,
            "questions": [draft.to_data() for draft in self.questions],
            "problems": [
                [p.severity, p.place, p.template, p.hint, dict(p.params)] for p in self.problems
            ],
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The import that `to_data` wrote."""
        return cls(
            format=data["format"],
            questions=tuple(Draft.from_data(draft) for draft in data["questions"]),
            problems=tuple(Problem(*problem) for problem in data["problems"]),
        )


def true_false_options(
    answer: bool | None, feedback_true: str = "", feedback_false: str = ""
) -> tuple[Option, Option]:
    """The two options of a true_false question; None marks neither as right."""
    return (
        Option("True", Fraction(answer is True), feedback_true),
        Option("False", Fraction(answer is False), feedback_false),
    )


def equal_shares(options: Iterable[Option]) -> list[Option]:
    """The options with the mark divided equally among those that earn something."""
    options = list(options)
    right = sum(option.share > 0 for option in options)
    return [o._replace(share=Fraction(1, right)) if o.share > 0 else o for o in options]


def _option_data(option: Option, *, partly: bool) -> dict[str, Any]:
    data = {"text": option.text, "feedback": option.feedback}
    if partly and 0 < option.share < 1:
        return {**data, "right": False, "share": str(option.share)}
    return {**data, "right": option.share > 0}


def _option_of(data: Mapping[str, Any]) -> Option:
    share = data.get("share", 1 if data.get("right") else 0)
    return Option(data["text"], Fraction(share), data.get("feedback", ""))
