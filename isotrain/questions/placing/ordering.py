"""Things to be put in order."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions import draft as neutral
from isotrain.questions.contract import Example, Fields, Guessing, Question, Shuffling
from isotrain.questions.draft import Draft
from isotrain.questions.placing.orders import ALL_OR_NOTHING, NEIGHBOURS, RULES
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
from isotrain.questions.placing.rows import MOST, with_rows
from isotrain.questions.problem import Problem, error
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.wire import AskedOption
from isotrain.questions.wording import (
    OPTION_LIMIT,
    STEM_LIMIT,
    check_explanation,
    check_needed_text,
)
from isotrain.text import N_, level

FEWEST = 2


@dataclass(frozen=True)
class Ordering(Question):
    """A response is {item: its number, as text}; numbers may be missing or stand twice.

    Such a response is kept, and earns nothing. `order` is the right one, in ids; `items` stand in
    the order of their texts, which does not tell it.
    """

    stem: str
    items: tuple[Part, ...]
    order: tuple[str, ...] = ()
    explanation: str = ""
    rule: str = ALL_OR_NOTHING
    keyed: bool = True

    name: ClassVar[str] = "ordering"
    label: ClassVar[str] = N_("Ordering")
    ordered: ClassVar[tuple[str, str]] = (N_("Every form shows the items in another order."), "")
    markings: ClassVar[tuple[str, ...]] = tuple(rule.marking for rule in RULES.values())
    script: ClassVar[bool] = True
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any", "options?": [{"text?": "any"}], "explanation?": "any", "rule?": "any"}

    @classmethod
    def of_texts(
        cls, stem: str, texts: Iterable[str], *, explanation: str = "", rule: str = ALL_OR_NOTHING
    ) -> Self:
        """The question that asks for the order in which these texts stand."""
        items = named("item", list(texts))
        return cls(stem, by_text(items), tuple(item.id for item in items), explanation, rule)

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts in the right order; raises KeyMissing."""
        self.need_key()
        texts = texts_of(self.items)
        return tuple(texts[id_] for id_ in self.order)

    @property
    def instruction(self) -> str:
        """What to do, and what an order earns."""
        return RULES[self.rule].told

    @property
    def marking(self) -> str:
        """The name under which versions keep the rule."""
        return RULES[self.rule].marking

    # -- writing it down and storing it

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape, texts = Shape(data), []
        for part in shape.parts("options", "option"):
            part.only("text")
            texts.append(part.text("text"))
        question = cls.of_texts(shape.text("stem"), texts, explanation=shape.text("explanation"),
                                rule=shape.one_of("rule", RULES, ALL_OR_NOTHING))
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        data = {"type": self.name, "stem": self.stem,
                "options": [{"text": text} for text in self.texts], "rule": self.rule}
        return data | ({"explanation": self.explanation} if self.explanation else {})

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described; a rule that is unknown is none."""
        rule = draft.rule if draft.rule in RULES else ALL_OR_NOTHING
        return cls.of_texts(draft.stem, [option.text for option in draft.options],
                            explanation=draft.explanation, rule=rule)

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        options = tuple(neutral.Option(text) for text in self.texts)
        return Draft("", self.name, self.stem, options=options, explanation=self.explanation,
                     rule=self.rule)

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        stem, items, rule = content["stem"], parts_of(content["items"]), content["rule"]
        if key is None:
            return cls(stem, items, rule=rule, keyed=False)
        return cls(stem, items, tuple(key["order"]), key["explanation"], rule)

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {"stem": self.stem, "items": parts_data(self.items), "rule": self.rule}

    def key(self) -> dict[str, Any]:
        """The right order and the explanation; raises KeyMissing."""
        self.need_key()
        return {"order": list(self.order), "explanation": self.explanation}

    def judging(self) -> dict[str, Any]:
        """The right order, and by which rule it is marked; raises KeyMissing."""
        self.need_key()
        return {"order": list(self.order), "rule": self.rule}

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        return (*check_needed_text("stem", self.stem, limit=STEM_LIMIT),
                *_check_texts(self.texts), *check_explanation(self.explanation))

    # -- asking it

    def arranged(self, dice: Shuffling) -> list[str]:
        """The items in random order."""
        return dice.shuffled([item.id for item in self.items])

    def asked(self, arrangement: Sequence[str]) -> AskedPlaces:
        """The items with the names of their fields, in that order, and the numbers to give."""
        texts = texts_of(self.items)
        return AskedPlaces(
            type=self.name, stem=self.stem, instruction=self.instruction, script=self.script,
            places=tuple(AskedPlace(field_of(n), texts[id_]) for n, id_ in enumerate(arrangement)),
            choices=tuple(AskedOption(number, number) for number in self._numbers()))

    def read(self, submitted: Fields, arrangement: Sequence[str]) -> dict[str, str] | None:
        """The numbers given, None when none was; raises BadResponse."""
        return read_places(submitted, arrangement, {number: number for number in self._numbers()})

    def filled(
        self, response: Response | None, arrangement: Sequence[str]
    ) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        return fill_places(response, arrangement, {number: number for number in self._numbers()})

    def _numbers(self) -> list[str]:
        return [str(number) for number in range(1, len(self.items) + 1)]

    # -- marking and reviewing it

    def mark(self, response: Response | None) -> Fraction:
        """The share that the rule gives to a whole order, else 0; raises BadResponse, KeyMissing.

        An order is whole when every item has a number of its own.
        """
        right = self._right()
        if response is None:
            return Fraction(0)
        check_response(response, right, self._numbers())
        if len(set(response.values())) < max(FEWEST, len(right)):
            return Fraction(0)
        given = sorted(response, key=lambda item: int(response[item]))
        return RULES[self.rule].earned([int(right[item]) for item in given])

    def solution(self) -> dict[str, str] | None:
        """Every item with its number, None where there is none; raises KeyMissing."""
        return self._right() or None

    def _right(self) -> dict[str, str]:
        self.need_key()
        return dict(sorted(zip(self.order, self._numbers(), strict=True)))

    def review(
        self, response: Response | None, arrangement: Sequence[str], *, key: bool
    ) -> ReviewedPlaces:
        """The items by the numbers given; those that are right only with `key`."""
        given, texts = response or {}, texts_of(self.items)
        right = self._right() if key else {}
        by_number = sorted(arrangement, key=lambda id_: int(given.get(id_) or MOST + 1))
        shown = by_number if given else sorted(arrangement, key=lambda id_: int(right.get(id_, 0)))
        return ReviewedPlaces(
            type=self.name, stem=self.stem, answered=response is not None,
            places=tuple(ReviewedPlace(texts[id_], given.get(id_, ""), right.get(id_))
                         for id_ in shown))

    # -- guessing it

    def guessed(self, dice: Guessing, arrangement: Sequence[str]) -> dict[str, str] | None:
        """Any whole order, all equally likely: the page asks for another number for each."""
        order = dice.shuffled(arrangement)
        return dict(sorted(zip(order, self._numbers(), strict=True))) or None

    def chance(self) -> Fraction:
        """What any order of n items earns on average; raises KeyMissing.

        One of n! orders is the right one. That a given item comes right after another given one
        has the probability (n - 1)!/n! = 1/n, since the two then move as one; so has the mean of
        the share of n - 1 such neighbours.
        """
        self.need_key()
        count = len(self.items)
        return RULES[self.rule].chance(count) if count >= FEWEST else Fraction(0)

    # -- editing it

    @property
    def choosable(self) -> list[tuple[str, str]]:
        """The rules a writer may choose, each with what it says to the learner."""
        return [(name, rule.told) for name, rule in RULES.items()]

    @property
    def texts_to_edit(self) -> tuple[str, ...]:
        """The rows of its editor, empty ones where there are too few."""
        return (*self.texts, *[""] * (FEWEST - len(self.texts)))

    @classmethod
    def blank(cls) -> Self:
        """A question with a few empty rows."""
        return cls.of_texts("", [""] * 4)

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; "add" adds a row, "remove-2" drops the second."""
        sent = Sent(submitted)
        texts = [sent.text(f"option-{n}") for n in range(1, MOST + 1) if sent.has(f"option-{n}")]
        texts = with_rows(texts, act, empty="", most=MOST) if act else list(filter(None, texts))
        rule = sent.text("rule")
        return cls.of_texts(sent.text("stem"), texts, explanation=sent.text("explanation"),
                            rule=rule if rule in RULES else ALL_OR_NOTHING)

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """The right order, one that is nearly right, and one that is not whole, by each rule."""
        stem, texts = "Put the steps of an audit in order.", [
            "Agree on scope and criteria", "Look at documents", "Gather evidence on site",
            "Say what was found", "Check that causes are removed"]
        why = "An audit is planned, done, reported and followed up."
        return tuple(
            Example(question, response, Fraction(share))
            for rule, told in _EXAMPLES.items()
            for question in [cls.of_texts(stem, texts, explanation=why, rule=rule)]
            for numbers, share in told.items()
            for response in [dict(sorted(
                (id_, number) for id_, number in zip(question.order, numbers, strict=False)
            )) or None])


_EXAMPLES = {
    ALL_OR_NOTHING: {"12345": "1", "12354": "0", "1234": "0", "": "0"},
    NEIGHBOURS: {"12345": "1", "51234": "3/4", "12354": "1/2", "54321": "0", "12344": "0",
                 "": "0"},
}


def _check_texts(texts: Sequence[str]) -> Iterator[Problem]:
    if not FEWEST <= len(texts) <= MOST:
        yield error("options", "The question has %(count)s things to put in order.",
                    "Give between %(fewest)s and %(most)s.",
                    count=len(texts), fewest=FEWEST, most=MOST)
    first_with: dict[str, int] = {}
    for number, text in enumerate(texts, 1):
        yield from check_needed_text(f"option {number}", text, limit=OPTION_LIMIT)
        first = first_with.setdefault(level(text), number)
        if first != number:
            yield error(f"option {number}", "The text is the same as that of option %(first)s.",
                        "Change or delete one of the two.", first=first)
