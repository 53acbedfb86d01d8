"""A longer text, which a person marks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import PENDING, Asked, Example, Fields, Mark, Reviewed
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error, warning
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wording import (
    STEM_LIMIT,
    check_explanation,
    check_needed_text,
)
from isotrain.questions.writing.entry import Entry, check_entry
from isotrain.text import N_

MOST_POINTS, POINT_LIMIT = 20, 1_000


@dataclass(frozen=True, kw_only=True)
class ReviewedEssay(Reviewed):
    """What was written, and the points that a good answer makes, None where not told."""

    given: str
    points: tuple[str, ...] | None


@dataclass(frozen=True)
class Essay(Entry):
    """A response is a text; `points` are what a marker looks for in it."""

    stem: str
    points: tuple[str, ...] = ()
    explanation: str = ""
    keyed: bool = True

    name: ClassVar[str] = "essay"
    label: ClassVar[str] = N_("Essay")
    instruction: ClassVar[str] = N_("Write your answer in your own words.")
    markings: ClassVar[tuple[str, ...]] = ("essay-1",)
    marked_by_person: ClassVar[bool] = True
    limit: ClassVar[int] = 20_000
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "points?": ["any"], "explanation?": "any"}

    @property
    def earning(self) -> str:
        """Nobody marks it by now, so what it is compared with is said."""
        return (N_("Nobody marks it; learners compare it with the points to be found in it.")
                if self.points else
                N_("Nobody marks it; learners compare it with the explanation."))

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        question = cls(shape.text("stem"), shape.texts("points"), shape.text("explanation"))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self.need_key()
        more = {"points": list(self.points), "explanation": self.explanation}
        return {"type": self.name, "stem": self.stem,
                **{name: value for name, value in more.items() if value}}

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described."""
        points = draft.more.get("points", ())
        return cls(draft.stem, tuple(map(str, points)), draft.explanation)

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        self.need_key()
        return Draft(place="", type=self.name, stem=self.stem, explanation=self.explanation,
                     more={"points": list(self.points)} if self.points else {})

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        if key is None:
            return cls(content["stem"], keyed=False)
        return cls(content["stem"], tuple(key["points"]), key["explanation"])

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem}

    def key(self) -> dict[str, Any]:
        """The points and the explanation; raises KeyMissing."""
        self.need_key()
        return {"points": list(self.points), "explanation": self.explanation}

    def judging(self) -> dict[str, int]:
        """How many points a marker looks for; raises KeyMissing."""
        self.need_key()
        return {"points": len(self.points)}

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT), *self._check_points(),
                *check_explanation(self.explanation))

    def _check_points(self) -> Iterator[Problem]:
        if not self.points:
            yield warning("points", "The question names no points that a good answer makes.",
                          "Write them, so that learners can compare.")
        if len(self.points) > MOST_POINTS:
            yield error("points", "The question has %(count)s points; %(most)s are allowed.",
                        "Join some of them.", count=len(self.points), most=MOST_POINTS)
        for point in self.points:
            yield from check_needed_text("points", point, limit=POINT_LIMIT)

    def asked(self, arrangement: Sequence[Any]) -> Asked:
        """The one field, which is large."""
        return Asked(type=self.name, stem=self.stem, instruction=self.instruction,
                     script=self.script)

    def mark(self, response: str | None) -> Mark:
        """PENDING for any answer, 0 for none; raises BadResponse, KeyMissing."""
        self.need_key()
        if response is None:
            return Fraction(0)
        check_entry(response, limit=self.limit)
        return PENDING

    def solution(self) -> None:
        """There is none that a program could know; raises KeyMissing."""
        self.need_key()

    def review(
        self, response: str | None, arrangement: Sequence[Any], *, key: bool
    ) -> ReviewedEssay:
        """What was written; the points only with `key`."""
        return ReviewedEssay(type=self.name, stem=self.stem, answered=response is not None,
                             given=response or "", points=self.points if key else None)

    @classmethod
    def blank(cls) -> Self:
        """A question that is still to be written."""
        return cls("")

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it, a point on each line."""
        sent = Sent(submitted)
        lines = (line.strip() for line in sent.text("points").split("\n"))
        return cls(sent.text("stem"), tuple(filter(None, lines)), sent.text("explanation"))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """An answer, and none."""
        question = cls(
            stem="Why does a company audit itself before others audit it?",
            points=("It finds gaps while there is time to close them.",
                    "The standard asks for internal audits at planned intervals."),
            explanation="Internal audits show whether the system conforms and works.",
        )
        return (Example(question, "To find gaps early.\nAnd since it must.", PENDING),
                Example(question, None, Fraction(0)))
