"""What a file format reads: the drafts of questions, and every problem it met."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from isotrain.questions import find_type
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem

TYPES = {
    "single_choice": "single choice",
    "multiple_choice": "multiple choice",
    "true_false": "true or false",
    "matching": "matching",
    "ordering": "ordering",
    "numeric": "numeric",
    "short_text": "short text",
    "cloze": "cloze",
    "gap_text": "gap text",
    "categorising": "categorising",
    "essay": "essay",
    "scenario": "scenario",
    "information": "information without a question",
}
"""The types that formats read and write, held by banks yet or not, as people call them."""


def is_type(name: str) -> bool:
    """Whether a draft can be of the type of this name."""
    return name in TYPES or find_type(name) is not None


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
