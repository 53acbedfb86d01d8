"""What types share in which each thing is put in its place: pairs, categories, gaps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import Fields, Guessing, Question, Shuffling
from isotrain.questions.draft import Draft
from isotrain.questions.placing.places import (
    AskedPlace,
    AskedPlaces,
    Part,
    Response,
    ReviewedPlace,
    ReviewedPlaces,
    by_text,
    check_response,
    field_of,
    fill_places,
    named,
    parts_data,
    parts_of,
    read_places,
    texts_of,
)
from isotrain.questions.placing.rows import MOST_ROWS, Row, check_rows, rows_sent, with_rows
from isotrain.questions.problem import Problem
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wire import AskedOption
from isotrain.questions.wording import STEM_LIMIT, check_explanation, check_needed_text


@dataclass(frozen=True)
class Placing(Question):
    """A response is {place: choice} in ids, without the places left open; it earns a share.

    Writers give rows of two texts: a place and what belongs there, or a choice that belongs
    nowhere. `pairs` keeps their order in ids; `places` and `choices` stand in orders that do not
    tell it, since whoever knows the seed of a form can undo its shuffling.
    """

    stem: str
    places: tuple[Part, ...]
    choices: tuple[Part, ...]
    pairs: tuple[tuple[str, str], ...] = ()
    explanation: str = ""
    shuffle: bool = True
    keyed: bool = True

    sides: ClassVar[tuple[str, str]]
    """What writers call the two texts of a row."""
    fewest: ClassVar[int] = 2
    begun: ClassVar[tuple[Row, ...]] = (("", ""),) * 4
    """The rows that an editor begins with."""

    @classmethod
    def of_rows(
        cls, stem: str, rows: Iterable[Row], *, explanation: str = "", shuffle: bool = True
    ) -> Self:
        """The question that these rows of texts make; equal texts on the right are one choice."""
        rows = cls._in_order(list(rows))
        lefts = [left for left, _right in rows if left]
        places = named("place", lefts)
        choices = named("choice", list(dict.fromkeys(right for _left, right in rows)))
        ids, left_ids = {part.text: part.id for part in choices}, iter(places)
        pairs = tuple((next(left_ids).id if left else "", ids[right]) for left, right in rows)
        return cls(stem, cls._standing(places, shuffle), by_text(choices), pairs, explanation,
                   shuffle)

    @classmethod
    def _in_order(cls, rows: list[Row]) -> list[Row]:
        """The rows in the order that counts."""
        return rows

    @classmethod
    def _standing(cls, places: Sequence[Part], shuffle: bool) -> tuple[Part, ...]:
        """The places in the order in which they are stored."""
        return by_text(places) if shuffle else tuple(places)

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows as their writer gave them; raises KeyMissing."""
        self.need_key()
        lefts = texts_of(self.places)
        rights = texts_of(self.choices)
        return tuple((lefts.get(place, ""), rights[choice]) for place, choice in self.pairs)

    @property
    def rows_to_edit(self) -> tuple[Row, ...]:
        """The rows of its editor, empty ones where there are too few."""
        return (*self.rows, *[("", "")] * (2 - len(self.rows)))

    # -- writing it down and storing it

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape, rows = Shape(data), []
        for part in shape.parts("pairs", "pair"):
            part.only(*cls.sides)
            rows.append((part.text(cls.sides[0]), part.text(cls.sides[1])))
        question = cls.of_rows(shape.text("stem"), rows, explanation=shape.text("explanation"),
                               shuffle=shape.truth("shuffle", True))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        pairs = [{side: text for side, text in zip(self.sides, row, strict=True) if text}
                 for row in self.rows]
        data = {"type": self.name, "stem": self.stem, "pairs": pairs}
        more = {"explanation": self.explanation} if self.explanation else {}
        return data | more | ({} if self.shuffle else {"shuffle": False})

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described."""
        return cls.of_rows(draft.stem, draft.pairs, explanation=draft.explanation,
                           shuffle=draft.shuffle)

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        return Draft("", self.name, self.stem, pairs=self.rows, explanation=self.explanation,
                     shuffle=self.shuffle)

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        asked = (content["stem"], parts_of(content["places"]), parts_of(content["choices"]))
        if key is None:
            return cls(*asked, shuffle=content["shuffle"], keyed=False)
        pairs = tuple((place, choice) for place, choice in key["pairs"])
        return cls(*asked, pairs, key["explanation"], content["shuffle"])

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem, "places": parts_data(self.places),
                "choices": parts_data(self.choices), "shuffle": self.shuffle}

    def key(self) -> dict[str, Any]:
        """What belongs where, in the writer's order, and the explanation; raises KeyMissing."""
        self.need_key()
        return {"pairs": [list(pair) for pair in self.pairs], "explanation": self.explanation}

    def judging(self) -> dict[str, Any]:
        """What belongs where, and what there is to choose from; raises KeyMissing."""
        return {"right": self._right(), "choices": sorted(part.id for part in self.choices)}

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT),
                *check_rows(self.rows, self.sides, fewest=self.fewest),
                *self._check_places(),
                *check_explanation(self.explanation))

    def _check_places(self) -> Iterable[Problem]:
        """Problems of the type's own kind of places."""
        return ()

    # -- asking it

    def arranged(self, dice: Shuffling) -> list[list[str]]:
        """The places and the choices in orders to show them in, random unless `shuffle` is off."""
        places, choices = ([part.id for part in parts] for parts in (self.places, self.choices))
        return [dice.shuffled(places), dice.shuffled(choices)] if self.shuffle else [
            places, choices]

    def asked(self, arrangement: Sequence[Sequence[str]]) -> AskedPlaces:
        """The places with the names of their fields, and the choices, in that order."""
        places, choices = self._shown(arrangement)
        return AskedPlaces(type=self.name, stem=self.plain_stem, instruction=self.instruction,
                           script=self.script, places=places, choices=choices)

    def _shown(
        self, arrangement: Sequence[Sequence[str]]
    ) -> tuple[tuple[AskedPlace, ...], tuple[AskedOption, ...]]:
        lefts = texts_of(self.places)
        rights = texts_of(self.choices)
        places, choices = arrangement
        return (tuple(AskedPlace(field_of(n), lefts[id_]) for n, id_ in enumerate(places)),
                tuple(AskedOption(str(n), rights[id_]) for n, id_ in enumerate(choices)))

    def read(
        self, submitted: Fields, arrangement: Sequence[Sequence[str]]
    ) -> dict[str, str] | None:
        """What was put in each place, None when nothing was; raises BadResponse."""
        places, choices = arrangement
        return read_places(submitted, places, {str(n): id_ for n, id_ in enumerate(choices)})

    def filled(
        self, response: Response | None, arrangement: Sequence[Sequence[str]]
    ) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        places, choices = arrangement
        return fill_places(response, places, {id_: str(n) for n, id_ in enumerate(choices)})

    # -- marking and reviewing it

    def mark(self, response: Response | None) -> Fraction:
        """The share of the places in which the right thing is; raises BadResponse, KeyMissing."""
        right = self._right()
        if response is None:
            return Fraction(0)
        check_response(response, right, [part.id for part in self.choices])
        good = sum(right[place] == choice for place, choice in response.items())
        return Fraction(good, len(right))

    def solution(self) -> dict[str, str] | None:
        """The right thing in every place, None where there is no place; raises KeyMissing."""
        return self._right() or None

    def review(
        self, response: Response | None, arrangement: Sequence[Sequence[str]], *, key: bool
    ) -> ReviewedPlaces:
        """Each place with what was put there; what is right only with `key`."""
        return ReviewedPlaces(type=self.name, stem=self.plain_stem, answered=response is not None,
                              places=self._reviewed(response or {}, arrangement[0], key=key))

    def _reviewed(
        self, response: Response, places: Sequence[str], *, key: bool
    ) -> tuple[ReviewedPlace, ...]:
        right = self._right() if key else {}
        lefts = texts_of(self.places)
        rights = texts_of(self.choices)
        return tuple(
            ReviewedPlace(lefts[id_], rights.get(response.get(id_, ""), ""),
                          rights[right[id_]] if key else None)
            for id_ in places)

    def _right(self) -> dict[str, str]:
        self.need_key()
        return dict(sorted((place, choice) for place, choice in self.pairs if place))

    # -- guessing it

    def guessed(
        self, dice: Guessing, arrangement: Sequence[Sequence[str]]
    ) -> dict[str, str] | None:
        """Anything in every place, all equally likely."""
        places, choices = arrangement
        if not choices:
            return None
        return {place: choices[dice.below(len(choices))] for place in sorted(places)} or None

    def chance(self) -> Fraction:
        """1/m where there are m choices; raises KeyMissing.

        Each place is right with probability 1/m, and the mean of a share of places is the mean of
        these, whatever they have to do with each other.
        """
        return Fraction(1, len(self.choices)) if self._right() else Fraction(0)

    # -- editing it

    @classmethod
    def blank(cls) -> Self:
        """A question with a few empty rows."""
        return cls.of_rows("", cls.begun)

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; "add" adds a row, "remove-2" drops the second."""
        sent = Sent(submitted)
        rows = rows_sent(sent, cls.sides)
        rows = (with_rows(rows, act, empty=("", ""), most=MOST_ROWS) if act
                else [row for row in rows if any(row)])
        return cls.of_rows(sent.text("stem"), rows, explanation=sent.text("explanation"),
                           shuffle=sent.truth("shuffle"))
