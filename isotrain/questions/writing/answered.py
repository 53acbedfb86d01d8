"""What short text and numeric share: answers that a writer accepts, each with what it earns."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import Fields, Reviewed
from isotrain.questions.draft import Draft, Option
from isotrain.questions.problem import Problem
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wording import STEM_LIMIT, check_explanation, check_needed_text
from isotrain.questions.writing.answers import (
    NOTHING,
    WHOLE,
    answer_data,
    check_answers,
    read_answer,
    restored,
    rows_of,
    stored,
)
from isotrain.questions.writing.comparing import readable
from isotrain.questions.writing.entry import AskedEntry, Entry, check_entry
from isotrain.text import N_


@dataclass(frozen=True, kw_only=True)
class ReviewedEntry(Reviewed):
    """What was typed; `share`, `feedback` and `accepted` are of the key, None where not told."""

    given: str
    unit: str
    share: Fraction | None
    feedback: str
    accepted: tuple[Option, ...] | None


@dataclass(frozen=True)
class Answered(Entry):
    """The first accepted answer that fits a response says what it earns."""

    stem: str
    answers: tuple[Option, ...]
    explanation: str = ""
    keyed: bool = True

    extra: ClassVar[str]
    """The name of the one field that a type adds, a truth or a text; learners may see it."""
    unsaid: ClassVar[bool | str]
    """What the field holds where nobody says."""

    @property
    def earning(self) -> str:
        """Whether an answer can earn a part."""
        if any(answer.share not in (0, 1) for answer in self.answers):
            return N_("The first accepted answer that fits says which part of the mark is earned.")
        return N_("An accepted answer earns the mark, any other nothing.")

    @abstractmethod
    def fits(self, response: str, answer: Option) -> bool:
        """Whether the response is this accepted answer."""

    @abstractmethod
    def spoken(self, answer: Option) -> str:
        """A response that this accepted answer fits, empty where there is none."""

    @abstractmethod
    def _form(self, answer: Option) -> Any:
        """What an answer is compared by; None for none that a response could be."""

    @abstractmethod
    def _check(self) -> Iterator[Problem]:
        """Problems that only this type has."""

    @classmethod
    @abstractmethod
    def _kept(cls, answer: Option) -> Option:
        """An accepted answer with what this type keeps of it."""

    # -- writing it down and storing it

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        is_truth = isinstance(cls.unsaid, bool)
        extra = shape.truth(cls.extra, False) if is_truth else shape.text(cls.extra)
        answers = map(read_answer, shape.parts("answers", "answer"))
        question = cls(shape.text("stem"), tuple(map(cls._kept, answers)),
                       shape.text("explanation"), **{cls.extra: extra})  # type: ignore[arg-type]
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self.need_key()
        data = {"type": self.name, "stem": self.stem,
                "answers": list(map(answer_data, self.answers)), **self._said()}
        return data | ({"explanation": self.explanation} if self.explanation else {})

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described."""
        return cls(draft.stem, tuple(map(cls._kept, draft.options)), draft.explanation,
                   **cls._told(draft.more))

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        self.need_key()
        return Draft(place="", type=self.name, stem=self.stem, options=self.answers,
                     explanation=self.explanation, more=self._said())

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        extra = cls._told(content)
        if key is None:
            return cls(content["stem"], (), keyed=False, **extra)
        return cls(content["stem"], restored(key["answers"]), key["explanation"], **extra)

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem, **self._said()}

    def key(self) -> dict[str, Any]:
        """The accepted answers, shares as texts, and the explanation; raises KeyMissing."""
        self.need_key()
        return {"answers": stored(self.answers), "explanation": self.explanation}

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT),
                *check_answers(self.answers), *self._check(),
                *check_explanation(self.explanation))

    def _said(self) -> dict[str, Any]:
        value = getattr(self, self.extra)
        return {} if value == self.unsaid else {self.extra: value}

    @classmethod
    def _told(cls, found: Mapping[str, Any]) -> dict[str, Any]:
        return {cls.extra: type(cls.unsaid)(found.get(cls.extra) or cls.unsaid)}

    # -- asking, marking and reviewing it

    def asked(self, arrangement: Sequence[Any]) -> AskedEntry:
        """The one field."""
        return AskedEntry(type=self.name, stem=self.stem, instruction=self.instruction,
                          script=self.script)

    def mark(self, response: str | None) -> Fraction:
        """The share 0..1 of the first answer that fits; raises BadResponse, KeyMissing."""
        self.need_key()
        met = self._met(response)
        return min(WHOLE, max(NOTHING, met.share)) if met else NOTHING

    def solution(self) -> str | None:
        """What the first wholly right answer accepts, None without one; raises KeyMissing."""
        self.need_key()
        tried = (self.spoken(answer) for answer in self.answers if answer.share == WHOLE)
        return next((text for text in tried
                     if 0 < len(text) <= self.limit and self.mark(text) == WHOLE), None)

    def review(
        self, response: str | None, arrangement: Sequence[Any], *, key: bool
    ) -> ReviewedEntry:
        """What was typed; what it earned and what is accepted only with `key`."""
        met = self._met(response) if key else None
        return ReviewedEntry(
            type=self.name, stem=self.stem, answered=response is not None, given=response or "",
            unit=str(self._said().get("unit", "")),
            share=self.mark(response) if key else None, feedback=met.feedback if met else "",
            accepted=self._accepted(response) if key else None,
        )

    def _accepted(self, response: str | None) -> tuple[Option, ...]:
        """What earns something, beside nobody's answer all that the key tells apart."""
        return tuple(answer._replace(text=readable(answer.text)) for answer in self.answers
                     if answer.share > 0 or response is None)

    def _met(self, response: str | None) -> Option | None:
        if response is None:
            return None
        text = check_entry(response, limit=self.limit)
        return next((answer for answer in self.answers if self.fits(text, answer)), None)

    # -- editing it

    @property
    def rows(self) -> tuple[Option, ...]:
        """The rows of its editor: the answers, an empty one where there is none."""
        return self.answers or (Option("", WHOLE),)

    @classmethod
    def blank(cls) -> Self:
        """A question with one empty answer."""
        return cls("", (Option("", WHOLE),))

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; "add" adds a row, "remove-2" drops the second."""
        sent = Sent(submitted)
        return cls(sent.text("stem"), tuple(map(cls._kept, rows_of(sent, act))),
                   sent.text("explanation"), **cls._told({cls.extra: sent.text(cls.extra)}))
