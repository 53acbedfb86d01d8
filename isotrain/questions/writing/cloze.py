"""A text with gaps of several kinds, written as Moodle's cloze source."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.cloze_source import BadSource, Part, parsed, written
from isotrain.questions.contract import (
    FIELD,
    BadResponse,
    Example,
    Fields,
    Guessing,
    Question,
    Shuffling,
)
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, error
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wire import AskedOption
from isotrain.questions.wording import STEM_LIMIT, check_explanation, check_needed_text
from isotrain.questions.writing import gaps
from isotrain.questions.writing.answers import NOTHING, stored
from isotrain.questions.writing.entry import LIMIT
from isotrain.questions.writing.gaps import Given
from isotrain.questions.writing.shown import AskedCloze, AskedGap, ReviewedCloze, reviewed_gap
from isotrain.text import N_

Response = dict[str, Given]
_MARK = re.compile(r"\[\[([1-9][0-9]{0,2})\]\]")
_LINE = "_____"


@dataclass(frozen=True)
class Cloze(Question):
    """A response is what fills each gap, by its number; gaps stand as [[1]] in the stem.

    Marks are the shares of the gaps by their weights. `broken` keeps a source that has a fault.
    """

    stem: str
    parts: tuple[Part, ...] = ()
    explanation: str = ""
    broken: str = ""
    keyed: bool = True

    name: ClassVar[str] = "cloze"
    label: ClassVar[str] = N_("Cloze")
    instruction: ClassVar[str] = N_("Fill in the gaps. Each earns its part of the mark.")
    markings: ClassVar[tuple[str, ...]] = ("cloze-1",)
    data_keys: ClassVar[Mapping[str, Any]] = {"stem?": "any", "explanation?": "any"}

    @classmethod
    def of_source(cls, source: str, explanation: str = "") -> Self:
        """The question that a source writes, with or without a fault."""
        try:
            pieces = parsed(source)
        except BadSource:
            return cls("", explanation=explanation, broken=source)
        if any(isinstance(piece, str) and _MARK.search(piece) for piece in pieces):
            return cls("", explanation=explanation, broken=source)
        parts = [piece for piece in pieces if isinstance(piece, Part)]
        numbers = iter(range(1, len(parts) + 1))
        stem = "".join(piece if isinstance(piece, str) else f"[[{next(numbers)}]]"
                       for piece in pieces)
        return cls(stem, tuple(parts), explanation)

    @property
    def earning(self) -> str:
        """Whether some gaps count more than others."""
        if len({part.weight for part in self.parts}) > 1:
            return N_("Each gap earns its part of the mark; some count more than others.")
        return N_("Each gap earns an equal part of the mark.")

    @property
    def ordered(self) -> tuple[str, str]:
        """What is said of gaps with options; into the others something is typed."""
        if not any(map(gaps.is_chosen, self.parts)):
            return "", ""
        return (N_("Every form shows the options of gaps in another order."),
                N_("Every form shows the options of gaps in this order."))

    @property
    def source(self) -> str:
        """The text as its writer gave it; raises KeyMissing."""
        self.need_key()
        return self.broken or written(self._pieces())

    @property
    def plain_stem(self) -> str:
        """The text with lines for its gaps."""
        return "".join(piece if isinstance(piece, str) else _LINE for piece in self._pieces())

    # -- writing it down and storing it

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        question = cls.of_source(shape.text("stem"), shape.text("explanation"))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        data = {"type": self.name, "stem": self.source}
        return data | ({"explanation": self.explanation} if self.explanation else {})

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described."""
        return cls.of_source(draft.stem, draft.explanation)

    @classmethod
    def stem_of(cls, draft: Draft) -> str:
        """The text with numbers for its gaps, whatever fills them."""
        return cls.of_source(draft.stem).stem

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        return Draft(place="", type=self.name, stem=self.source, explanation=self.explanation)

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        asked = cls(content["stem"], tuple(map(gaps.asked_gap, content["parts"])), keyed=False)
        if key is None:
            return asked
        parts = (replace(part, alternatives=gaps.keyed_answers(part, rows))
                 for part, rows in zip(asked.parts, key["answers"], strict=True))
        return replace(asked, parts=tuple(parts), explanation=key["explanation"], keyed=True)

    def content(self) -> dict[str, Any]:
        """All a learner may see: texts, kinds of gaps and options, as canonical JSON accepts it."""
        return {"stem": self.stem, "parts": list(map(gaps.gap_content, self.parts))}

    def key(self) -> dict[str, Any]:
        """The answers of each gap and the explanation; raises KeyMissing."""
        self.need_key()
        return {"answers": [stored(part.alternatives) for part in self.parts],
                "explanation": self.explanation}

    def judging(self) -> list[Any]:
        """What each gap earns by what; raises KeyMissing."""
        self.need_key()
        return list(map(gaps.judged, self.parts))

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        return (*check_needed_text("stem", self.source, limit=STEM_LIMIT), *self._check_source(),
                *check_explanation(self.explanation))

    def _check_source(self) -> Iterator[Problem]:
        if self.broken:
            yield _fault(self.broken)
        elif not self.parts:
            yield error("stem", "The text has no gap.",
                        "Write a gap where something is missing, such as {1:SA:=word}.")
        elif not sum(part.weight for part in self.parts):
            yield error("stem", "No gap earns anything.", "Give a gap a weight above 0.")
        for number, part in enumerate(self.parts, 1):
            yield from _check_gap(number, part)

    # -- asking it

    def arranged(self, dice: Shuffling) -> list[list[str]]:
        """For each gap the order of its options."""
        return [gaps.order_of(part, dice) for part in self.parts]

    def asked(self, arrangement: Sequence[Sequence[str]]) -> AskedCloze:
        """Texts and gaps, the options in that order."""
        def gap(number: int, part: Part) -> AskedGap:
            texts = dict(zip(gaps.ids_of(part), part.alternatives, strict=False))
            options = (AskedOption(str(place), texts[id_].text)
                       for place, id_ in enumerate(arrangement[number - 1]))
            return AskedGap(number, f"{FIELD}-{number}", part.kind, part.shown, tuple(options))

        return AskedCloze(
            type=self.name, stem=self.plain_stem, instruction=self.instruction,
            script=self.script, stem_inside=True,
            pieces=tuple(piece if isinstance(piece, str) else gap(number, piece)
                         for number, piece in self._numbered()))

    def read(self, submitted: Fields, arrangement: Sequence[Sequence[str]]) -> Response | None:
        """What fills each gap that was filled, None when none was; raises BadResponse."""
        orders = enumerate(zip(self.parts, arrangement, strict=True), 1)
        found = {str(number): gaps.given(part, submitted.get(f"{FIELD}-{number}", []), order)
                 for number, (part, order) in orders}
        return {number: value for number, value in found.items() if value is not None} or None

    def filled(
        self, response: Response | None, arrangement: Sequence[Sequence[str]]
    ) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return {f"{FIELD}-{number}": gaps.sent_of(self.parts[int(number) - 1], value,
                                                  arrangement[int(number) - 1])
                for number, value in (response or {}).items()}

    # -- marking and reviewing it

    def mark(self, response: Response | None) -> Fraction:
        """Shares of the gaps by their weights; raises BadResponse, KeyMissing."""
        self.need_key()
        found = self._checked(response)
        earned = sum((part.weight * gaps.earned(part, found.get(str(number)))
                      for number, part in enumerate(self.parts, 1)), NOTHING)
        return earned / max(1, self._weight)

    def solution(self) -> Response | None:
        """What fills every gap rightly, None where that cannot be said; raises KeyMissing."""
        self.need_key()
        solved = {str(number): gaps.solved(part) for number, part in enumerate(self.parts, 1)}
        known = {number: value for number, value in solved.items() if value is not None}
        return known if known and len(known) == len(solved) else None

    def review(
        self, response: Response | None, arrangement: Sequence[Sequence[str]], *, key: bool
    ) -> ReviewedCloze:
        """Texts and gaps with what was given; what it earned and is accepted only with `key`."""
        found = self._checked(response)
        return ReviewedCloze(
            type=self.name, stem=self.plain_stem, answered=response is not None,
            stem_inside=True,
            pieces=tuple(piece if isinstance(piece, str)
                         else reviewed_gap(number, piece, found.get(str(number)), key=key)
                         for number, piece in self._numbered()))

    def guessed(self, dice: Guessing, arrangement: Sequence[Sequence[str]]) -> Response | None:
        """Any option in each gap that offers some."""
        tried = {str(number): gaps.guess(part, dice) for number, part in enumerate(self.parts, 1)}
        return {number: value for number, value in tried.items() if value is not None} or None

    def chance(self) -> Fraction:
        """The mean of what guesses earn in each gap, by weight; raises KeyMissing."""
        self.need_key()
        earned = sum((part.weight * gaps.chance(part) for part in self.parts), NOTHING)
        return earned / max(1, self._weight)

    # -- editing it

    @classmethod
    def blank(cls) -> Self:
        """A text that is still to be written."""
        return cls("")

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; there are no rows to change."""
        sent = Sent(submitted)
        return cls.of_source(sent.text("stem"), sent.text("explanation"))

    @property
    def preview(self) -> AskedCloze | None:
        """How it would be asked, None where its source has a fault."""
        return self.asked([gaps.ids_of(part) for part in self.parts]) if self.parts else None

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """All gaps right, some, none; every kind of gap."""
        question = cls.of_source(
            "An audit by {1:MC:=the organization itself~a customer#That is the second party."
            "~a body} is an internal one. ISO 9001 was last revised in"
            " {2:NM:=2015:0~%50%2008:0}; its {1:SA:=clauses~=chapters} are numbered"
            " from {1:NM:=1:0}.", "Internal audits are first-party audits.")
        several = cls.of_source("Which are part of the cycle? {1:MRS:=plan~=check~guess}", "So.")
        full = {"1": "a", "2": "2015", "3": "Clauses", "4": "1,0"}
        return (
            Example(question, full, Fraction(1)),
            Example(question, {"2": "2008", "3": "parts"}, Fraction(1, 5)),
            Example(question, {"1": "b"}, Fraction(0)),
            Example(question, None, Fraction(0)),
            Example(several, {"1": ["a", "b"]}, Fraction(1)),
            Example(several, {"1": ["a", "c"]}, Fraction(0)),
            Example(several, {"1": ["a"]}, Fraction(1, 2)),
        )

    @property
    def _weight(self) -> int:
        return sum(part.weight for part in self.parts)

    def _pieces(self) -> Iterator[str | Part]:
        return (piece for _number, piece in self._numbered())

    def _numbered(self) -> Iterator[tuple[int, str | Part]]:
        """Texts, and gaps with their numbers; a number in brackets that is no gap is a text."""
        for place, piece in enumerate(_MARK.split(self.stem)):
            if place % 2 and int(piece) <= len(self.parts):
                yield int(piece), self.parts[int(piece) - 1]
            elif piece:
                yield 0, f"[[{piece}]]" if place % 2 else piece

    def _checked(self, response: Any) -> Response:
        if response is None:
            return {}
        numbers = {str(number) for number in range(1, len(self.parts) + 1)}
        if not isinstance(response, dict) or not response or not set(response) <= numbers:
            raise BadResponse(N_("The response is none to these gaps."))
        return response


def _fault(source: str) -> Problem:
    """What keeps a source from being read."""
    try:
        parsed(source)
    except BadSource as bad:
        return bad.problem
    return error("stem", "The text holds [[ and ]] around a number.",
                 "Write the number without them.")


def _check_gap(number: int, part: Part) -> Iterator[Problem]:
    if part.kind == "several" and gaps.solved(part) is None:
        yield error("stem", "The right options of gap %(number)s do not earn its whole mark"
                    " together.", "Give them parts that come to 100 %%.", number=number)
    if any(not each.text.strip() for each in part.alternatives):
        yield error("stem", "Gap %(number)s has an answer without text.",
                    "Write the answer, or delete the ~ before it.", number=number)
    if not gaps.is_chosen(part) and any(len(each.text) > LIMIT for each in part.alternatives):
        yield error("stem", "Gap %(number)s has an answer of more than %(limit)s characters.",
                    "Shorten it.", number=number, limit=LIMIT)


