"""What every question type promises, and the values that pass between types and pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction
from typing import Any, ClassVar, Final, Literal, Protocol, Self, TypeVar

from isotrain.questions.problem import Problem

T = TypeVar("T")

FIELD = "answer"
"""The name of the form field in which a choice arrives."""


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


class KeyMissing(RuntimeError):
    """The question was loaded without its key, so it can be asked but not marked."""

    def __init__(self) -> None:
        super().__init__("The question was loaded without its key.")


@dataclass(frozen=True)
class AskedOption:
    """One option as the learner sees it; `value` is its displayed position, "0" first."""

    value: str
    text: str


@dataclass(frozen=True)
class Asked:
    """A question as the learner sees it: nothing here depends on the key."""

    type: str
    stem: str
    options: tuple[AskedOption, ...]
    several: bool
    rule: str
    field: str = FIELD


@dataclass(frozen=True)
class Example:
    """A question, a response to it and the share of the mark that response earns."""

    question: "Question"
    response: Any
    share: Fraction


class Shuffling(Protocol):
    """The one thing a question asks of the dice."""

    def shuffled(self, things: Sequence[T]) -> list[T]:
        """The same things in random order."""
        ...


class Question(Protocol):
    """One question; its class is the question type, a line in `isotrain.questions.TYPES`."""

    name: ClassVar[str]
    label: ClassVar[str]
    rule: ClassVar[str]
    data_keys: ClassVar[Mapping[str, Any]]
    """The keys that `from_data` reads, as formats.yaml_shape writes a kind down."""

    @property
    def stem(self) -> str:
        """What is asked."""
        ...

    @property
    def explanation(self) -> str:
        """Why the right answer is right; belongs to the key."""
        ...

    @classmethod
    def from_data(cls, data: Any) -> Self:
        """Read the form written in banks; raises BadData, ignores fields about the question."""
        ...

    def to_data(self) -> dict[str, Any]:
        """The form written in banks, `type` first; raises KeyMissing."""
        ...

    @classmethod
    def join(cls, content: Mapping[str, Any], key: Mapping[str, Any] | None = None) -> Self:
        """Put stored content and key together; without key it can only be asked."""
        ...

    def content(self) -> dict[str, Any]:
        """All a learner may see, as canonical JSON accepts it."""
        ...

    def key(self) -> dict[str, Any]:
        """Right answers, shares, explanation, feedback; raises KeyMissing."""
        ...

    def problems(self) -> tuple[Problem, ...]:
        """What its writer should put right; raises KeyMissing."""
        ...

    def arranged(self, dice: Shuffling) -> list[Any]:
        """An order to show its parts in, as canonical JSON accepts it."""
        ...

    def asked(self, arrangement: Sequence[Any]) -> Asked:
        """The view for the page, in that order."""
        ...

    def read(self, submitted: Mapping[str, list[str]], arrangement: Sequence[Any]) -> Any:
        """The response in stable ids, None when nothing was answered; raises BadResponse."""
        ...

    def filled(self, response: Any, arrangement: Sequence[Any]) -> dict[str, list[str]]:
        """The form fields that `read` turns into this response."""
        ...

    def mark(self, response: Any) -> Mark:
        """The share earned (0 by None) or PENDING; raises BadResponse, KeyMissing."""
        ...

    def solution(self) -> dict[str, Any]:
        """What a review page shows of the key; raises KeyMissing."""
        ...

    @classmethod
    def examples(cls) -> tuple[Example, ...]:
        """Questions of this type with responses and what they earn."""
        ...
