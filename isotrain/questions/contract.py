"""What every question type promises, and the values that pass between types and pages."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal, Protocol, Self, TypeVar

from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem
from isotrain.text import N_

T = TypeVar("T")

FIELD = "answer"
"""The name of the form field in which an answer arrives, or how several such names begin."""

Fields = Mapping[str, Sequence[str]]
"""Form fields as a browser sends them: a name may come several times."""


class Pending(Enum):
    """The mark of a response that a person must still mark; compare with `is PENDING`."""

    PENDING = "pending"


PENDING: Final = Pending.PENDING

Mark = Fraction | Literal[Pending.PENDING]
"""What a response earns: a share of the mark from 0 to 1, or PENDING."""


class BadData(ValueError):
    """Data does not have the shape of the question type; `problems` says where and why."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(f"{p.place}: {p.message}" for p in problems))
        self.problems = tuple(problems)


class BadResponse(ValueError):
    """A submitted or stored response is none that this question could have produced."""


class Unkept(BadResponse):
    """An answer that cannot be kept; the template, filled in, says why to whoever gave it."""

    def __init__(self, template: str, **params: object) -> None:
        super().__init__(template % params)
        self.template, self.params = template, params


class KeyMissing(RuntimeError):
    """The question was loaded without its key, so it can be asked but not marked."""

    def __init__(self) -> None:
        super().__init__(N_("The question was loaded without its key."))


def is_answer(name: str) -> bool:
    """Whether a form field of this name belongs to an answer."""
    return name == FIELD or name.startswith(f"{FIELD}-")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question as the learner sees it: nothing here depends on the key.

    A type adds what its own template `ask.html` shows; other pages know only these. Where that
    shows the text itself (`stem_inside`), the page has it only for those who do not see it there.
    """

    type: str
    stem: str
    instruction: str
    script: bool
    stem_inside: bool = False

    @property
    def scripts(self) -> tuple[str, ...]:
        """The types whose scripts go with it."""
        return (self.type,) if self.script else ()


@dataclass(frozen=True, kw_only=True)
class Reviewed:
    """An answered question as its own template `review.html` shows it; a type adds the rest.

    Where that shows the text itself, `stem_inside` says so.
    """

    type: str
    stem: str
    answered: bool
    stem_inside: bool = False


@dataclass(frozen=True)
class Example:
    """A question, a response to it and what that response earns."""

    question: "Question"
    response: Any
    share: Mark


class Shuffling(Protocol):
    """The one thing a question asks of the dice that arrange it."""

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in random order."""
        ...


class Guessing(Shuffling, Protocol):
    """What somebody who knows nothing asks of the dice."""

    def below(self, n: int) -> int:
        """A whole number from 0 to n - 1, each equally likely."""
        ...


class AsWritten:
    """Dice that leave everything where it stands."""

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in the same order."""
        return list(things)


class Question(ABC):
    """One question; its class is the question type, a line in `isotrain.questions.TYPES`.

    A frozen dataclass with at least these four fields, `keyed` being False when the key was not
    loaded. It may be incomplete, as an editor or a file left it: `problems` says what is missing.
    """

    stem: str
    explanation: str
    keyed: bool

    name: ClassVar[str]
    """The type's name everywhere: files, YAML, folder of templates, script."""
    label: ClassVar[str]
    """The type's name for people."""
    data_keys: ClassVar[Mapping[str, Any]]
    """The keys that `from_data` reads, as formats.yaml_shape writes a kind down."""
    markings: ClassVar[tuple[str, ...]]
    """The names of the rules by which questions of the type are marked, that of new ones first.

    A version keeps the name of its rule, and that rule never marks otherwise: a better one gets
    another name, and questions that were written under the old one go on as they were.
    """
    guessable: ClassVar[bool] = False
    """Whether every second guess is right."""
    asks: ClassVar[bool] = True
    """Whether there is anything to answer; what asks nothing earns nothing and weighs nothing."""
    is_set: ClassVar[bool] = False
    """Whether it is several questions, which stand in a form together or not at all."""
    marked_by_person: ClassVar[bool] = False
    """Whether every answer is PENDING until a person marks it."""
    script: ClassVar[bool] = False
    """Whether `static/js/questions/<name>.js` goes with it; without script it works as well.

    A question may be put into the page at any time: the script listens to `document` for
    "answer-shown", which the group of answers sends up whenever it is shown or filled in.
    """

    @property
    @abstractmethod
    def instruction(self) -> str:
        """What the learner is told to do, and how it is marked where that is not all or nothing."""

    @property
    def earning(self) -> str:
        """What earns the mark, as trainers read it: the instruction where that says it."""
        return self.instruction

    @property
    def ordered(self) -> tuple[str, str]:
        """What is said where each form has its parts in another order, and where all have one.

        Empty where there is nothing to order.
        """
        return "", ""

    @property
    def plain_stem(self) -> str:
        """The text as lists and headings show it: without the marks of parts to be filled in."""
        return self.stem

    @property
    def marking(self) -> str:
        """The name of the rule by which it is marked: of a type with several, what it says."""
        return self.markings[0]

    @property
    def size(self) -> int:
        """How many questions it counts as, which is also the most marks that it earns."""
        return int(self.asks)

    def why(self, number: int) -> str:
        """What its writer explains, once that may be told, of the question with this number."""
        return self.explanation

    # -- writing it down and storing it

    @classmethod
    @abstractmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""

    @abstractmethod
    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""

    @classmethod
    @abstractmethod
    def from_draft(cls, draft: Draft) -> Self:
        """The question a file format or an editor described, complete or not; raises BadData."""

    @classmethod
    def stem_of(cls, draft: Draft) -> str:
        """The stem that the question of a draft would have, by which banks know it again."""
        return draft.stem

    @abstractmethod
    def draft(self) -> Draft:
        """The question in the terms that file formats share; raises KeyMissing."""

    @classmethod
    @abstractmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""

    @abstractmethod
    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""

    @abstractmethod
    def key(self) -> dict[str, Any]:
        """Right answers, shares, explanation, feedback; raises KeyMissing."""

    @abstractmethod
    def judging(self) -> Any:
        """What decides the mark, as canonical JSON accepts it: the same in every language."""

    @abstractmethod
    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""

    # -- asking it

    @abstractmethod
    def arranged(self, dice: Shuffling) -> list[Any]:
        """An order to show its parts in, as canonical JSON accepts it."""

    @abstractmethod
    def asked(self, arrangement: Sequence[Any]) -> Asked:
        """What `ask.html` shows, in that order."""

    @abstractmethod
    def read(self, submitted: Fields, arrangement: Sequence[Any]) -> Any:
        """The response in stable ids, None when nothing was answered; raises BadResponse.

        The names of its fields are FIELD, or FIELD, a hyphen and more.
        """

    @abstractmethod
    def filled(self, response: Any, arrangement: Sequence[Any]) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""

    def answered(self, response: Any) -> int:
        """How many of the questions that it counts as are answered."""
        return int(response is not None)

    # -- marking and reviewing it

    @abstractmethod
    def mark(self, response: Any) -> Mark:
        """The share earned (0 by None) or PENDING; raises BadResponse, KeyMissing."""

    @abstractmethod
    def solution(self) -> Any:
        """A response that earns everything, None where there is none; raises KeyMissing."""

    @abstractmethod
    def review(self, response: Any, arrangement: Sequence[Any], *, key: bool) -> Reviewed:
        """What `review.html` shows of a response: of the key nothing unless `key`."""

    # -- guessing it

    @abstractmethod
    def guessed(self, dice: Guessing, arrangement: Sequence[Any]) -> Any:
        """A response of somebody who knows nothing: any that the page allows, all equally likely.

        None where nothing is offered to choose from.
        """

    @abstractmethod
    def chance(self) -> Fraction:
        """What such responses earn on average; raises KeyMissing."""

    # -- editing it

    @classmethod
    @abstractmethod
    def blank(cls) -> Self:
        """The question that an editor begins with."""

    @classmethod
    @abstractmethod
    def edited(cls, submitted: Fields, act: str = "") -> Self:
        """The question as the fields of its `edit.html` say it; never raises.

        A button of the template may change its rows: `act` is then the button's value, and rows
        that are empty stay; without it they are left out. The field that a problem is about has
        the problem's place for its name, "option-1-feedback" for "option 1, feedback".
        """

    @classmethod
    @abstractmethod
    def examples(cls) -> tuple[Example, ...]:
        """Questions of this type with responses and what they earn."""

    def need_key(self) -> None:
        """Raise KeyMissing when the key was not loaded."""
        if not self.keyed:
            raise KeyMissing
