"""A text and the questions about it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import (
    BadResponse,
    Example,
    Fields,
    Guessing,
    Question,
    Shuffling,
)
from isotrain.questions.draft import Draft, Option
from isotrain.questions.options import lettered
from isotrain.questions.problem import Problem, error
from isotrain.questions.scenario import editing
from isotrain.questions.scenario.parts import (
    PARTS,
    AskedPart,
    AskedScenario,
    ReviewedPart,
    ReviewedScenario,
    drafted_part,
    find_part,
    ids_of,
    own_fields,
    part_keys,
    placed,
    read_part,
    set_fields,
)
from isotrain.questions.sent import Sent
from isotrain.questions.sets import FEWEST, MOST
from isotrain.questions.shape import Shape
from isotrain.questions.single_choice import SingleChoice
from isotrain.questions.wording import STEM_LIMIT, check_needed_text, check_text, is_blank
from isotrain.questions.writing.numeric import Numeric
from isotrain.text import N_

Response = dict[str, Any]
Arrangement = Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Scenario(Question):
    """A response is what answers each question, by its id, without those left open.

    The questions keep their order; an arrangement is that of each.
    """

    stem: str
    parts: tuple[Question, ...] = ()
    explanation: str = ""
    keyed: bool = True

    name: ClassVar[str] = "scenario"
    label: ClassVar[str] = N_("Scenario")
    instruction: ClassVar[str] = N_("Read the text, then answer the questions about it. Each earns"
                                    " a mark of its own.")
    earning: ClassVar[str] = N_("Each of its questions earns a mark of its own.")
    markings: ClassVar[tuple[str, ...]] = ("scenario-1",)
    is_set: ClassVar[bool] = True
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "questions?": [part_keys], "explanation?": "any"}

    @property
    def ordered(self) -> tuple[str, str]:
        """The questions keep their order; what they show may not."""
        return (N_("Every form shows the questions in this order, and what to choose from in"
                   " another."), N_("Every form shows the questions in this order."))

    @property
    def size(self) -> int:
        """One for each of its questions."""
        return len(self.parts)

    def why(self, number: int) -> str:
        """What is explained of the whole, then of each question, by its number."""
        told = [f"{n}. {part.explanation}" for n, part in enumerate(self.parts, number)
                if part.explanation]
        return "\n".join(filter(None, [self.explanation, *told]))

    # -- writing it down and storing it

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        parts = [read_part(part) for part in shape.parts("questions", "question")]
        question = cls(shape.text("stem"), tuple(filter(None, parts)), shape.text("explanation"))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self.need_key()
        data = {"type": self.name, "stem": self.stem,
                "questions": [part.to_data() for part in self.parts]}
        return data | ({"explanation": self.explanation} if self.explanation else {})

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The set a file format or an editor described, complete or not; raises BadData."""
        parts = (drafted_part(part, number) for number, part in enumerate(draft.parts, 1))
        return cls(draft.stem, tuple(parts), draft.explanation)

    def draft(self) -> Draft:
        """The set in the terms that file formats share; raises KeyMissing."""
        self.need_key()
        return Draft("", self.name, self.stem, explanation=self.explanation,
                     parts=tuple(part.draft() for part in self.parts))

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        keys = [None] * len(content["parts"]) if key is None else key["parts"]
        types = {type_.name: type_ for type_ in PARTS}
        parts = tuple(types[part["type"]].join(part["content"], own)
                      for part, own in zip(content["parts"], keys, strict=True))
        return cls(content["stem"], parts, "" if key is None else key["explanation"],
                   keyed=key is not None)

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem, "parts": [{"type": part.name, "content": part.content()}
                                             for part in self.parts]}

    def key(self) -> dict[str, Any]:
        """The key of each question, and the explanation of the whole; raises KeyMissing."""
        self.need_key()
        return {"parts": [part.key() for part in self.parts], "explanation": self.explanation}

    def judging(self) -> list[list[Any]]:
        """What decides the mark of each question, by which rule; raises KeyMissing."""
        self.need_key()
        return [[part.marking, part.judging()] for part in self.parts]

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT), *self._check_parts(),
                *check_text("explanation", self.explanation, limit=STEM_LIMIT))

    def _check_parts(self) -> Iterator[Problem]:
        if not FEWEST <= len(self.parts) <= MOST:
            yield error("questions", "The scenario has %(count)s questions.",
                        "Give between %(fewest)s and %(most)s questions.",
                        count=len(self.parts), fewest=FEWEST, most=MOST)
        for number, part in enumerate(self.parts, 1):
            for problem in part.problems():
                if not (self.explanation and _misses_explanation(part, problem)):
                    yield placed(problem, f"question {number}")

    # -- asking it

    def arranged(self, dice: Shuffling) -> list[list[Any]]:
        """The arrangement of each question, one after the other from the same dice."""
        return [part.arranged(dice) for part in self.parts]

    def asked(self, arrangement: Arrangement) -> AskedScenario:
        """The questions below the text."""
        return AskedScenario(
            type=self.name, stem=self.stem, instruction=self.instruction, script=self.script,
            parts=tuple(AskedPart(id_, part.asked(order))
                        for id_, part, order in self._each(arrangement)))

    def read(self, submitted: Fields, arrangement: Arrangement) -> Response | None:
        """What answers each question, None when nothing was answered; raises BadResponse."""
        given = {id_: part.read(own_fields(submitted, id_), order)
                 for id_, part, order in self._each(arrangement)}
        return {id_: each for id_, each in given.items() if each is not None} or None

    def filled(self, response: Response | None, arrangement: Arrangement) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        fields: dict[str, list[str]] = {}
        for id_, part, order in self._each(arrangement):
            fields |= set_fields(part.filled((response or {}).get(id_), order), id_)
        return fields

    def answered(self, response: Response | None) -> int:
        """How many of its questions are answered."""
        return len(response or {})

    def _each(self, arrangement: Arrangement) -> Iterator[tuple[str, Question, Sequence[Any]]]:
        """Each question with its id and its part of the arrangement."""
        return zip(ids_of(self.parts), self.parts, arrangement, strict=True)

    # -- marking and reviewing it

    def mark(self, response: Response | None) -> Fraction:
        """The mean of what its questions earn; raises BadResponse, KeyMissing."""
        self.need_key()
        ids = ids_of(self.parts)
        if response is None:
            return Fraction(0)
        if not isinstance(response, dict) or not response or not set(response) <= set(ids) \
                or None in response.values():
            raise BadResponse(N_("The response is none to these questions."))
        return _mean([part.mark(response.get(id_))
                      for id_, part in zip(ids, self.parts, strict=True)])

    def solution(self) -> Response | None:
        """A solution of each question, None where one has none; raises KeyMissing."""
        self.need_key()
        found = {id_: part.solution()
                 for id_, part in zip(ids_of(self.parts), self.parts, strict=True)}
        return None if None in found.values() else found or None

    def review(
        self, response: Response | None, arrangement: Arrangement, *, key: bool
    ) -> ReviewedScenario:
        """Each question as its type reviews it, and what it earned only with `key`."""
        given = response or {}
        return ReviewedScenario(
            type=self.name, stem=self.stem, answered=response is not None,
            parts=tuple(
                ReviewedPart(part.review(given.get(id_), order, key=key),
                             _told(part, given.get(id_)) if key and given else None)
                for id_, part, order in self._each(arrangement)))

    # -- guessing it

    def guessed(self, dice: Guessing, arrangement: Arrangement) -> Response | None:
        """A guess at each question that offers something to choose from."""
        given = {id_: part.guessed(dice, order) for id_, part, order in self._each(arrangement)}
        return {id_: each for id_, each in given.items() if each is not None} or None

    def chance(self) -> Fraction:
        """The mean of what guessing earns at its questions; raises KeyMissing."""
        self.need_key()
        return _mean([part.chance() for part in self.parts])

    # -- editing it

    @property
    def types(self) -> tuple[type[Question], ...]:
        """The types that one more question may be of; none where there are enough."""
        return PARTS if len(self.parts) < MOST else ()

    @classmethod
    def blank(cls) -> Self:
        """A set of two questions that are still to be written."""
        return cls("", (SingleChoice.blank(), SingleChoice.blank()))

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The set as its editor sent it; acts are those of `editing.changed`."""
        sent = Sent(submitted)
        parts = editing.parts_sent(submitted, act)
        added = find_part(sent.text("question-type")) or SingleChoice
        return cls(sent.text("stem"), tuple(editing.changed(parts, act, added)),
                   sent.text("explanation"))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Everything right, a part, one question answered wrongly, nothing."""
        question = cls(
            stem="Belt 4 of a depot. Its emergency cord has hung loose for two days.",
            parts=(
                SingleChoice("What should the person at belt 4 do?", lettered(
                    "Stop work there until the cord holds", "Work more slowly", right="a"),
                    "Without a stop nobody can be freed in time."),
                Numeric("For how many days has the cord been loose?", (Option("2", Fraction(1)),),
                        "The text says so."),
            ),
            explanation="What cannot be stopped must not run.",
        )
        return (
            Example(question, {"a": "a", "b": "2"}, Fraction(1)),
            Example(question, {"a": "a"}, Fraction(1, 2)),
            Example(question, {"b": "3"}, Fraction(0)),
            Example(question, None, Fraction(0)),
        )


def _misses_explanation(part: Question, problem: Problem) -> bool:
    """Whether this says no more than that one question is not explained by itself."""
    return problem.severity == "warning" and problem.place == "explanation" and is_blank(
        part.explanation)


def _mean(shares: Sequence[Any]) -> Fraction:
    return sum(shares, Fraction(0)) / max(1, len(shares))


def _told(part: Question, response: Any) -> Fraction:
    return Fraction(part.mark(response))  # type: ignore[arg-type]  # no part waits for a person
