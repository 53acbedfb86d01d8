"""What single and multiple choice share: options, their order, and reading what was chosen."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Self

from isotrain.questions.contract import Asked, AskedOption, BadResponse, KeyMissing, Shuffling
from isotrain.questions.problem import Problem, error
from isotrain.questions.shape import Shape
from isotrain.questions.wording import (
    OPTION_LIMIT,
    STEM_LIMIT,
    check_explanation,
    check_needed_text,
    check_text,
    folded,
)

FEWEST, MOST = 2, 20


@dataclass(frozen=True)
class Option:
    """One option; `share` is the part of the mark it earns where that is not all or nothing."""

    id: str
    text: str
    right: bool = False
    feedback: str = ""
    share: Fraction | None = None


@dataclass(frozen=True)
class Choice(ABC):
    """A stem with options to choose from; `keyed` is False when the key was not loaded."""

    stem: str
    options: tuple[Option, ...]
    explanation: str = ""
    shuffle: bool = True
    keyed: bool = True

    name: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]
    several: ClassVar[bool]
    data_keys: ClassVar[Mapping[str, Any]] = {
        "stem?": "any",
        "options?": [{"text?": "any", "right?": "any", "feedback?": "any", "share?": "any"}],
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
                _read_option(part, option_id(index))
                for index, part in enumerate(shape.parts("options", "option"))
            ),
            explanation=shape.text("explanation"),
            shuffle=shape.truth("shuffle", True),
        )
        shape.done()
        return question

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        self._need_key()
        data: dict[str, Any] = {"type": self.name, "stem": self.stem}
        data["options"] = [_option_data(option) for option in self.options]
        if self.explanation:
            data["explanation"] = self.explanation
        if not self.shuffle:
            data["shuffle"] = False
        return data

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        asked = cls(
            stem=content["stem"],
            options=tuple(Option(o["id"], o["text"]) for o in content["options"]),
            shuffle=content["shuffle"],
            keyed=False,
        )
        if key is None:
            return asked
        options = tuple(_keyed_option(option, key) for option in asked.options)
        return replace(asked, options=options, explanation=key["explanation"], keyed=True)

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        return {
            "stem": self.stem,
            "options": [{"id": o.id, "text": o.text} for o in self.options],
            "shuffle": self.shuffle,
        }

    def key(self) -> dict[str, Any]:
        """Right answers, shares (as texts), explanation, feedback; raises KeyMissing."""
        self._need_key()
        return {
            "right": [o.id for o in self.options if o.right],
            "shares": {o.id: str(o.share) for o in self.options if o.share is not None},
            "feedback": {o.id: o.feedback for o in self.options if o.feedback},
            "explanation": self.explanation,
        }

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        self._need_key()
        return (
            *check_needed_text("stem", self.stem, limit=STEM_LIMIT),
            *_check_options(self.options),
            *self._check_key(),
            *check_explanation(self.explanation),
        )

    def arranged(self, dice: Shuffling) -> list[str]:
        """The option ids in an order to show them in: random unless `shuffle` is off."""
        ids = [option.id for option in self.options]
        return dice.shuffled(ids) if self.shuffle else ids

    def asked(self, arrangement: Sequence[str]) -> Asked:
        """The view for the page, in that order."""
        texts = {option.id: option.text for option in self.options}
        return Asked(
            type=self.name,
            stem=self.stem,
            options=tuple(
                AskedOption(str(place), texts[id_]) for place, id_ in enumerate(arrangement)
            ),
            several=self.several,
            rule=self.rule,
        )

    def solution(self) -> dict[str, Any]:
        """The options by id with text, right and feedback, and the explanation."""
        self._need_key()
        return {
            "options": {
                option.id: {
                    "text": option.text,
                    "right": option.right,
                    "feedback": option.feedback,
                }
                for option in self.options
            },
            "explanation": self.explanation,
        }

    @abstractmethod
    def _check_key(self) -> Iterator[Problem]:
        """Problems of what is right."""

    def _need_key(self) -> None:
        if not self.keyed:
            raise KeyMissing

    def _option(self, id_: Any) -> Option:
        for option in self.options:
            if option.id == id_:
                return option
        raise BadResponse("The response names an option this question does not have.")


def option_id(index: int) -> str:
    """The id of the option at this index in the bank: a, b, ... z, o26, o27, ..."""
    return chr(ord("a") + index) if index < 26 else f"o{index}"


def lettered(*texts: str, right: str) -> tuple[Option, ...]:
    """Options with these texts, right where their letter stands in `right`."""
    ids = [option_id(index) for index in range(len(texts))]
    return tuple(Option(id_, text, id_ in right) for id_, text in zip(ids, texts, strict=True))


def _read_option(shape: Shape, id_: str) -> Option:
    shape.only("text", "right", "feedback", "share")
    return Option(
        id=id_,
        text=shape.text("text"),
        right=shape.truth("right", False),
        feedback=shape.text("feedback"),
        share=shape.share("share"),
    )


def _option_data(option: Option) -> dict[str, Any]:
    data: dict[str, Any] = {"text": option.text}
    if option.right:
        data["right"] = True
    if option.share is not None:
        data["share"] = str(option.share)
    if option.feedback:
        data["feedback"] = option.feedback
    return data


def _keyed_option(option: Option, key: Mapping[str, Any]) -> Option:
    share = key["shares"].get(option.id)
    return Option(
        id=option.id,
        text=option.text,
        right=option.id in key["right"],
        feedback=key["feedback"].get(option.id, ""),
        share=None if share is None else Fraction(share),
    )


def _check_options(options: Sequence[Option]) -> Iterator[Problem]:
    if not FEWEST <= len(options) <= MOST:
        yield error(
            "options",
            "The question has %(count)s options.",
            "Give between %(fewest)s and %(most)s options.",
            count=len(options),
            fewest=FEWEST,
            most=MOST,
        )
    first_with: dict[str, int] = {}
    for number, option in enumerate(options, 1):
        place = f"option {number}"
        yield from check_needed_text(place, option.text, limit=OPTION_LIMIT)
        yield from check_text(f"{place}, feedback", option.feedback, limit=OPTION_LIMIT)
        first = first_with.setdefault(folded(option.text), number)
        if first != number:
            yield error(
                place,
                "The text is the same as that of option %(first)s.",
                "Change or delete one of the two.",
                first=first,
            )
