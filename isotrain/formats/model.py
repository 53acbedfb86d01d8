"""What a file format reads: the drafts of questions, and every problem it met."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self

from isotrain.formats.picture import Picture
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, Reading


@dataclass(frozen=True)
class Import:
    """What a file holds; a question that could not be read is a problem, not a draft.

    `files` are the pictures that a reader found, by the names its texts give them
    (`questions.pictured.named`); `picturing` makes `pictures` of them before anybody sees them.
    """

    format: str
    questions: tuple[Draft, ...]
    problems: tuple[Problem, ...] = ()
    files: Mapping[str, bytes] = field(default_factory=dict, repr=False, hash=False)
    pictures: tuple[Picture, ...] = ()

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep questions from being used: what is wrong, or not yet chosen."""
        return tuple(problem for problem in self.problems if problem.severity != "warning")

    @property
    def open(self) -> tuple[Problem, ...]:
        """What its writer has to choose before anything of the file is used."""
        return tuple(problem for problem in self.problems if problem.severity == "question")

    def faulty_places(self) -> frozenset[str]:
        """The places of drafts that have an error, and those that no draft could be made of."""
        return self.owners(self.errors)

    def by_owner(self) -> dict[str, list[Problem]]:
        """The problems by the places of the drafts they belong to."""
        drafts = {draft.place for draft in self.questions}
        found: dict[str, list[Problem]] = {}
        for problem in self.problems:
            found.setdefault(_owner(problem.place, drafts), []).append(problem)
        return found

    def owners(self, problems: Iterable[Problem]) -> frozenset[str]:
        """The places of the drafts these problems belong to, or else where they stand."""
        drafts = {draft.place for draft in self.questions}
        return frozenset(_owner(problem.place, drafts) for problem in problems)

    def to_data(self) -> dict[str, Any]:
        """As JSON accepts it, without the files that were not made into pictures."""
        return {
            "format": self.format,
            **({"pictures": [each.to_data() for each in self.pictures]} if self.pictures else {}),
            "questions": [draft.to_data() for draft in self.questions],
            "problems": list(map(problem_data, self.problems)),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The import that `to_data` wrote."""
        return cls(
            format=data["format"],
            questions=tuple(Draft.from_data(draft) for draft in data["questions"]),
            problems=tuple(map(problem_of, data["problems"])),
            pictures=tuple(map(Picture.from_data, data.get("pictures", ()))),
        )


def _owner(place: str, drafts: Collection[str]) -> str:
    """The longest beginning of a place at which a draft stands; a sheet's name may hold a comma."""
    parts = place.split(", ")
    beginnings = [", ".join(parts[:count]) for count in range(len(parts), 0, -1)]
    whole = parts[: 1 + next((n for n, part in enumerate(parts) if part.startswith("row ")), 0)]
    return next((each for each in beginnings if each in drafts), ", ".join(whole))


def problem_data(problem: Problem) -> list[Any]:
    """A problem as JSON accepts it."""
    p = problem
    return [p.severity, p.place, p.template, p.hint, dict(p.params), p.asks,
            [[name, template, dict(params)] for name, template, params in p.readings]]


def problem_of(fields: Sequence[Any]) -> Problem:
    """The problem of these fields; those kept before places had readings have none."""
    severity, place, template, hint, params, asks, readings = (*fields, "", ())[:7]
    return Problem(severity, place, template, hint, params, asks,
                   tuple(Reading(*reading) for reading in readings))
