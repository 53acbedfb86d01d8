"""A text with gaps, and words to fill them with."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self, TypeVar

from isotrain.questions.contract import Example, Fields, Shuffling
from isotrain.questions.placing.places import (
    AskedPlace,
    AskedPlaces,
    Part,
    Response,
    ReviewedPlace,
    ReviewedPlaces,
)
from isotrain.questions.placing.question import Placing
from isotrain.questions.placing.responses import placed
from isotrain.questions.placing.rows import MOST_ROWS, Row
from isotrain.questions.problem import Problem, error
from isotrain.text import N_, whole

GAP = re.compile(r"\[\[([1-9][0-9]?)\]\]")
T = TypeVar("T")
LINE = "_____"
"""A gap where nothing can be put into it."""


@dataclass(frozen=True, kw_only=True)
class AskedText(AskedPlaces):
    """The text in pieces: what stands before a gap, and the gap, None after the last one."""

    pieces: tuple[tuple[str, AskedPlace | None], ...]


@dataclass(frozen=True, kw_only=True)
class ReviewedText(ReviewedPlaces):
    """The text in pieces: what stands before a gap, and the gap, None after the last one."""

    pieces: tuple[tuple[str, ReviewedPlace | None], ...]


@dataclass(frozen=True)
class GapText(Placing):
    """Places are the numbers of gaps, [[1]] in the stem; choices are words."""

    name: ClassVar[str] = "gap_text"
    label: ClassVar[str] = N_("Gap text")
    instruction: ClassVar[str] = N_(
        "Choose a word for each gap. Each right one earns an equal part of the mark.")
    earning: ClassVar[str] = N_("Each right word earns an equal part of the mark.")
    ordered: ClassVar[tuple[str, str]] = (
        N_("Every form shows the words in another order."),
        N_("Every form shows the words in this order."))
    markings: ClassVar[tuple[str, ...]] = ("gap_text-1",)
    sides: ClassVar[tuple[str, str]] = ("gap", "word")
    fewest: ClassVar[int] = 1
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "pairs?": [{"gap?": "any", "word?": "any"}], "explanation?": "any",
        "shuffle?": "any"}

    @property
    def plain_stem(self) -> str:
        """The text with lines for its gaps."""
        return GAP.sub(LINE, self.stem)

    @classmethod
    def _in_order(cls, rows: list[Row]) -> list[Row]:
        """By the numbers of the gaps, words for none last: the same in every language."""
        return sorted(rows, key=lambda row: (not row[0], whole(row[0]) or MOST_ROWS))

    @classmethod
    def _standing(cls, places: Sequence[Part], shuffle: bool) -> tuple[Part, ...]:
        return tuple(places)

    def _check_places(self) -> Iterator[Problem]:
        there, lefts = GAP.findall(self.stem), [left for left, _word in self.rows]
        for number in dict.fromkeys(there):
            if there.count(number) > 1:
                yield error("stem", "Gap %(number)s stands in the text twice.",
                            "Give each gap a number of its own.", number=number)
            if number not in lefts:
                yield error("stem", "Gap %(number)s has no word.",
                            "Write its number beside the word that belongs there.", number=number)
        for row, left in enumerate(lefts, 1):
            if left and left not in there:
                yield error(f"pair {row}, gap", "The text has no gap %(number)s.",
                            "Write [[%(number)s]] where the word is missing.", number=left[:20])

    def arranged(self, dice: Shuffling) -> list[list[str]]:
        """The gaps as they are numbered, the words in random order unless `shuffle` is off."""
        words = [part.id for part in self.choices]
        return [[part.id for part in self.places], dice.shuffled(words) if self.shuffle else words]

    def asked(self, arrangement: Sequence[Sequence[str]]) -> AskedText:
        """The text in pieces with the names of its fields, and the words in that order."""
        places, choices = self._shown(arrangement)
        return AskedText(type=self.name, stem=self.plain_stem, instruction=self.instruction,
                         script=self.script, stem_inside=True, places=places, choices=choices,
                         pieces=tuple(self._pieces({each.text: each for each in places})))

    def review(
        self, response: Response | None, arrangement: Sequence[Sequence[str]], *, key: bool
    ) -> ReviewedText:
        """The text in pieces with what was put into each gap; what is right only with `key`."""
        places = self._reviewed(response or {}, arrangement[0], key=key)
        return ReviewedText(type=self.name, stem=self.plain_stem, answered=response is not None,
                            stem_inside=True, places=places,
                            pieces=tuple(self._pieces({each.text: each for each in places})))

    def _pieces(self, places: Mapping[str, T]) -> Iterator[tuple[str, T | None]]:
        """Each text with the gap after it; a gap without a word is a line, as on paper."""
        cut = GAP.split(self.stem)
        for text, number in zip(cut[::2], [*cut[1::2], ""], strict=True):
            yield text + (LINE if number and number not in places else ""), places.get(number)

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; a number may be written with its brackets."""
        bare = {name: [value.strip(" []") for value in values] if name.endswith("-gap") else values
                for name, values in submitted.items()}
        return super().edited(bare, act)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """All words right, some, none; one gap; a word that is missing twice."""
        question = cls.of_rows(
            "ISO [[1]] standards. A [[2]] body audits an organization and [[3]] its system.",
            [("1", "writes"), ("2", "certification"), ("3", "certifies"), ("", "accredits")],
            explanation="ISO writes standards and leaves certifying to others.")
        twice = cls.of_rows(
            "Plan, [[1]], check, act: then plan and [[2]] again.",
            [("1", "do"), ("2", "do"), ("", "guess")], explanation="It is a cycle.")
        once = cls.of_rows("ISO writes [[1]].", [("1", "standards"), ("", "certificates")],
                           explanation="It issues no certificates.")
        return (*placed(question, {3: "1", 2: "2/3", 0: "0"}),
                *placed(twice, {2: "1", 1: "1/2"}), *placed(once, {1: "1"}))
