"""What single and multiple choice share: options, their order, reading and writing them."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

from isotrain.questions import draft as neutral
from isotrain.questions.contract import Asked, BadResponse, Fields, Question, Reviewed, Shuffling
from isotrain.questions.draft import Draft
from isotrain.questions.options import (
    FEWEST,
    MOST,
    Option,
    asked_option,
    check_options,
    is_filled,
    keyed_option,
    option_content,
    option_data,
    option_id,
    read_option,
    row_of,
    with_rows,
)
from isotrain.questions.problem import Problem
from isotrain.questions.sent import Sent
from isotrain.questions.shape import Shape
from isotrain.questions.staying import letters_in
from isotrain.questions.wire import AskedOption, ReviewedOption, chosen_places
from isotrain.questions.wording import STEM_LIMIT, check_explanation, check_needed_text
from isotrain.text import N_

BEGUN = 4
"""How many empty options an editor begins with."""


@dataclass(frozen=True, kw_only=True)
class AskedChoice(Asked):
    """The options in the order in which they are shown; lettered where one names others so."""

    options: tuple[AskedOption, ...]
    lettered: bool = False


@dataclass(frozen=True, kw_only=True)
class ReviewedChoice(Reviewed):
    """The options in the order in which they were shown, lettered as there."""

    options: tuple[ReviewedOption, ...]
    lettered: bool = False


@dataclass(frozen=True)
class Choice(Question):
    """A stem with options to choose from."""

    stem: str
    options: tuple[Option, ...]
    explanation: str = ""
    shuffle: bool = True
    keyed: bool = True

    several: ClassVar[bool]
    ordered: ClassVar[tuple[str, str]] = (
        N_("Every form shows the options in another order."),
        N_("Every form shows the options in this order."))
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any",
        "options?": [{"text?": "any", "right?": "any", "feedback?": "any", "share?": "any",
                      "stays?": "any"}],
        "explanation?": "any",
        "shuffle?": "any",
    }

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        shape = Shape(data)
        question = cls(
            stem=shape.text("stem"),
            options=tuple(
                read_option(part, option_id(index))
                for index, part in enumerate(shape.parts("options", "option"))
            ),
            explanation=shape.text("explanation"),
            shuffle=shape.truth("shuffle", True),
        )
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self.need_key()
        data: dict[str, Any] = {"type": self.name, "stem": self.stem}
        data["options"] = [option_data(option) for option in self.options]
        if self.explanation:
            data["explanation"] = self.explanation
        if not self.shuffle:
            data["shuffle"] = False
        return data

    @classmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described."""
        return cls(
            stem=draft.stem,
            options=tuple(
                cls._option_of(option_id(index), option)
                for index, option in enumerate(draft.options)
            ),
            explanation=draft.explanation,
            shuffle=draft.shuffle,
        )

    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""
        self.need_key()
        return Draft(
            place="",
            type=self.name,
            stem=self.stem,
            options=tuple(self._drafted()),
            explanation=self.explanation,
            shuffle=self.shuffle,
        )

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        asked = cls(
            stem=content["stem"],
            options=tuple(map(asked_option, content["options"])),
            shuffle=content["shuffle"],
            keyed=False,
        )
        if key is None:
            return asked
        options = tuple(keyed_option(option, key) for option in asked.options)
        return replace(asked, options=options, explanation=key["explanation"], keyed=True)

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {
            "stem": self.stem,
            "options": [option_content(option) for option in self.options],
            "shuffle": self.shuffle,
        }

    def key(self) -> dict[str, Any]:
        """Right answers, shares (as texts), explanation, feedback; raises KeyMissing."""
        self.need_key()
        return {
            **self._earning(),
            "feedback": {o.id: o.feedback for o in self.options if o.feedback},
            "explanation": self.explanation,
        }

    def judging(self) -> dict[str, Any]:
        """The options there are and what each earns; raises KeyMissing."""
        self.need_key()
        return {"options": [option.id for option in self.options], **self._earning()}

    def _earning(self) -> dict[str, Any]:
        return {
            "right": [o.id for o in self.options if o.right],
            "shares": {o.id: str(o.share) for o in self.options if o.share is not None},
        }

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self.need_key()
        return (
            *check_needed_text("stem", self.stem, limit=STEM_LIMIT),
            *check_options(self.options),
            *self._check_key(),
            *check_explanation(self.explanation),
        )

    @property
    def rows(self) -> tuple[Option, ...]:
        """The rows of its editor: the options, empty ones where there are too few."""
        return (*self.options, *(Option("", "") for _ in range(FEWEST - len(self.options))))

    def arranged(self, dice: Shuffling) -> list[str]:
        """The option ids in an order to show them in: random unless `shuffle` is off.

        Options that stay keep their place among those that move.
        """
        ids = [option.id for option in self.options]
        if not self.shuffle:
            return ids
        moved = iter(dice.shuffled([option.id for option in self.options if not option.stays]))
        return [option.id if option.stays else next(moved) for option in self.options]

    def asked(self, arrangement: Sequence[str]) -> AskedChoice:
        """The options in that order."""
        texts = {option.id: option.text for option in self.options}
        return AskedChoice(
            type=self.name,
            stem=self.stem,
            instruction=self.instruction,
            script=self.script,
            lettered=self._lettered,
            options=tuple(
                AskedOption(str(place), texts[id_]) for place, id_ in enumerate(arrangement)
            ),
        )

    def review(self, response: Any, arrangement: Sequence[str], *, key: bool) -> ReviewedChoice:
        """The options with what was chosen; which are right and their feedback only with `key`."""
        chosen = chosen_places(self.filled(response, arrangement))
        options = {option.id: option for option in self.options}
        return ReviewedChoice(
            type=self.name,
            stem=self.stem,
            answered=response is not None,
            lettered=self._lettered,
            options=tuple(
                ReviewedOption(
                    options[id_].text,
                    str(place) in chosen,
                    right=options[id_].right if key else None,
                    feedback=options[id_].feedback if key else "",
                )
                for place, id_ in enumerate(arrangement)
            ),
        )

    @classmethod
    def blank(cls) -> Self:
        """A question with a few empty options."""
        return cls(stem="", options=tuple(Option(option_id(n), "") for n in range(BEGUN)))

    @classmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as its editor sent it; "add" adds a row, "remove-2" drops the second."""
        sent = Sent(submitted)
        numbers = (number for number in range(1, MOST + 1) if sent.has(f"option-{number}"))
        rows = [row_of(sent, number) for number in numbers]
        rows = with_rows(rows, act) if act else [row for row in rows if is_filled(row)]
        return cls(
            stem=sent.text("stem"),
            options=tuple(replace(row, id=option_id(index)) for index, row in enumerate(rows)),
            explanation=sent.text("explanation"),
            shuffle=sent.truth("shuffle"),
        )

    @classmethod
    @abstractmethod
    def _option_of(cls, id_: str, option: neutral.Option) -> Option:
        """The option that a draft describes."""

    @abstractmethod
    def _drafted(self) -> Sequence[neutral.Option]:
        """The options as a draft describes them."""

    @abstractmethod
    def _check_key(self) -> Iterator[Problem]:
        """Problems of what is right."""

    @property
    def _lettered(self) -> bool:
        return any(letters_in(option.text) for option in self.options)

    def _option(self, id_: Any) -> Option:
        for option in self.options:
            if option.id == id_:
                return option
        raise BadResponse(N_("The response names an option this question does not have."))
