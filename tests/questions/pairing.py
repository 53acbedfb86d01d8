"""A question type of a foreign shape: pairs to be matched, a field for each, credit for parts.

It stands where no house rule looks, and keeps nothing but `contract.Question`: what works for it
works for any type.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import comb
from typing import Any, ClassVar, Self

from isotrain.questions.contract import (
    FIELD,
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
from isotrain.questions.problem import Problem, error
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wording import STEM_LIMIT, check_explanation, check_needed_text

MOST = 8
Pair = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class AskedPairs(Asked):
    """Left sides with the field of each, and right sides to choose from with their places."""

    lefts: tuple[tuple[str, str], ...]
    rights: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class ReviewedPairs(Reviewed):
    """Each left side with what was chosen, and with what is right where that is told."""

    rows: tuple[tuple[str, str, str | None], ...]


@dataclass(frozen=True)
class Pairing(Question):
    """A response is {left side: right side}; `strict` lets wrong pairs take marks away."""

    stem: str
    pairs: tuple[Pair, ...]
    explanation: str = ""
    strict: bool = False
    keyed: bool = True

    name: ClassVar[str] = "pairing"
    label: ClassVar[str] = "Pairs"
    instruction: ClassVar[str] = "Choose what belongs to each."
    markings: ClassVar[tuple[str, ...]] = ("pairing-1",)
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "pairs?": [{"left?": "any", "right?": "any"}], "explanation?": "any",
        "strict?": "any"}

    @classmethod
    def from_data(cls, data: Any) -> Self:
        shape = Shape(data)
        pairs = []
        for part in shape.parts("pairs", "pair"):
            part.only("left", "right")
            pairs.append((part.text("left"), part.text("right")))
        question = cls(shape.text("stem"), tuple(pairs), shape.text("explanation"),
                       shape.truth("strict", False))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        self.need_key()
        data = {"type": self.name, "stem": self.stem,
                "pairs": [{"left": left, "right": right} for left, right in self.pairs]}
        more = {"explanation": self.explanation, "strict": self.strict}
        return data | {name: value for name, value in more.items() if value}

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        return cls(draft.stem, draft.pairs, draft.explanation, bool(draft.more.get("strict")))

    def draft(self) -> Draft:
        self.need_key()
        more = {"strict": True} if self.strict else {}
        return Draft("", self.name, self.stem, pairs=self.pairs, explanation=self.explanation,
                     more=more)

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        if key is None:
            pairs = tuple(zip(content["lefts"], content["rights"], strict=True))
            return cls(content["stem"], pairs, strict=content["strict"], keyed=False)
        pairs = tuple((left, key["rights"][left]) for left in content["lefts"])
        return cls(content["stem"], pairs, key["explanation"], content["strict"])

    def content(self) -> dict[str, Any]:
        return {"stem": self.stem, "lefts": [left for left, _ in self.pairs],
                "rights": sorted(right for _, right in self.pairs), "strict": self.strict}

    def key(self) -> dict[str, Any]:
        self.need_key()
        return {"rights": dict(self.pairs), "explanation": self.explanation}

    def judging(self) -> Any:
        """Which right side, in the order of their texts, belongs to each left side."""
        self.need_key()
        rights = sorted(right for _, right in self.pairs)
        return {"strict": self.strict, "pairs": [rights.index(right) for _, right in self.pairs]}

    def problems(self) -> tuple[Problem, ...]:
        self.need_key()
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT), *self._faults(),
                *check_explanation(self.explanation))

    def _faults(self) -> Iterator[Problem]:
        if len(self.pairs) < 2:
            yield error("pairs", "There are too few pairs.", "Write at least two pairs.")
        for number, pair in enumerate(self.pairs, 1):
            for side, text in zip(("left", "right"), pair, strict=True):
                yield from check_needed_text(f"pair {number}, {side}", text, limit=STEM_LIMIT)
        if len(dict(self.pairs)) < len(self.pairs):
            yield error("pairs", "A left side stands twice.", "Change one of the two.")

    def arranged(self, dice: Shuffling) -> list[Any]:
        content = self.content()
        return [dice.shuffled(content["lefts"]), dice.shuffled(content["rights"])]

    def asked(self, arrangement: Sequence[Any]) -> AskedPairs:
        lefts, rights = arrangement
        return AskedPairs(
            type=self.name, stem=self.stem, instruction=self.instruction, script=self.script,
            lefts=tuple((f"{FIELD}-{place}", left) for place, left in enumerate(lefts)),
            rights=tuple((str(place), right) for place, right in enumerate(rights)),
        )

    def read(self, submitted: Fields, arrangement: Sequence[Any]) -> dict[str, str] | None:
        lefts, rights = arrangement
        places = {str(place): right for place, right in enumerate(rights)}
        names = {f"{FIELD}-{place}": left for place, left in enumerate(lefts)}
        given = {}
        for name, values in submitted.items():
            if name not in names or len(values) != 1 or values[0] not in ("", *places):
                raise BadResponse("A pair was sent that was not shown.")
            if values[0]:
                given[names[name]] = places[values[0]]
        return dict(sorted(given.items())) or None

    def filled(
        self, response: dict[str, str] | None, arrangement: Sequence[Any]
    ) -> dict[str, list[str]]:
        lefts, rights = arrangement
        return {f"{FIELD}-{place}": [str(rights.index((response or {})[left]))]
                for place, left in enumerate(lefts) if left in (response or {})}

    def mark(self, response: dict[str, str] | None) -> Fraction:
        self.need_key()
        rights = dict(self.pairs)
        if response is None:
            return Fraction(0)
        if not isinstance(response, dict) or not response or not set(response) <= set(rights):
            raise BadResponse("The response is none to these pairs.")
        good = sum(rights[left] == right for left, right in response.items())
        bad = len(response) - good if self.strict else 0
        return Fraction(max(0, good - bad), len(self.pairs))

    def solution(self) -> dict[str, str]:
        self.need_key()
        return dict(sorted(self.pairs))

    def guessed(self, dice: Guessing, arrangement: Sequence[Any]) -> dict[str, str]:
        lefts, rights = arrangement
        return {left: rights[dice.below(len(rights))] for left in sorted(lefts)}

    def chance(self) -> Fraction:
        self.need_key()
        count = len(self.pairs)
        bad = count if self.strict else 0
        earned = (Fraction(max(0, good - (count - good if bad else 0)), count)
                  * comb(count, good) * (count - 1) ** (count - good)
                  for good in range(count + 1))
        return sum(earned, Fraction(0)) / count**count

    def review(
        self, response: dict[str, str] | None, arrangement: Sequence[Any], *, key: bool
    ) -> ReviewedPairs:
        rights = dict(self.pairs) if key else {}
        return ReviewedPairs(
            type=self.name, stem=self.stem, answered=response is not None,
            rows=tuple((left, (response or {}).get(left, ""), rights.get(left))
                       for left in arrangement[0]),
        )

    @classmethod
    def blank(cls) -> Self:
        return cls("", (("", ""), ("", "")))

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        sent = Sent(submitted)
        pairs = [(sent.text(f"pair-{n}-left"), sent.text(f"pair-{n}-right"))
                 for n in range(1, MOST + 1) if sent.has(f"pair-{n}-left")]
        pairs = [*pairs, ("", "")][:MOST] if act == "add" else [p for p in pairs if any(p) or act]
        return cls(sent.text("stem"), tuple(pairs), sent.text("explanation"), sent.truth("strict"))

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        question = cls("Who does what?", (("ISO", "writes"), ("A body", "certifies"),
                                          ("An accreditor", "accredits")), "Each has its part.")
        strict = cls("Who writes?", (("ISO", "standards"), ("A firm", "manuals")), "So.", True)
        return (
            Example(question, question.solution(), Fraction(1)),
            Example(question, {"ISO": "writes", "A body": "writes"}, Fraction(1, 3)),
            Example(question, {"ISO": "accredits"}, Fraction(0)),
            Example(question, None, Fraction(0)),
            Example(strict, {"A firm": "standards", "ISO": "standards"}, Fraction(0)),
        )
