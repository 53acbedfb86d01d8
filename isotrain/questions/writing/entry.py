"""What types share that are answered by typing into one field."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

from isotrain.questions.contract import (
    FIELD,
    Asked,
    BadResponse,
    Fields,
    Guessing,
    Question,
    Shuffling,
    Unkept,
)
from isotrain.text import N_, typed

LIMIT = 500
"""The most characters of an answer on one line."""


@dataclass(frozen=True, kw_only=True)
class AskedEntry(Asked):
    """One field to type into."""


class Entry(Question):
    """A response is the text that was typed, without what surrounds it."""

    limit: ClassVar[int] = LIMIT

    def arranged(self, dice: Shuffling) -> list[Any]:
        """There is one field, so no order."""
        return []

    def read(self, submitted: Fields, arrangement: Sequence[Any]) -> str | None:
        """What was typed, None when nothing was; raises BadResponse, Unkept where too long."""
        return entry_of(submitted.get(FIELD, []), limit=self.limit)

    def filled(self, response: str | None, arrangement: Sequence[Any]) -> dict[str, list[str]]:
        """The form field that `read` turns into this response."""
        return {} if response is None else {FIELD: [response]}

    def guessed(self, dice: Guessing, arrangement: Sequence[Any]) -> None:
        """Nothing is offered to choose from."""

    def chance(self) -> Fraction:
        """Nothing: whoever knows nothing has nothing to type; raises KeyMissing."""
        self.need_key()
        return Fraction(0)


def entry_of(values: Sequence[str], *, limit: int) -> str | None:
    """What was typed into a field, None for nothing; raises BadResponse, Unkept where too long."""
    if len(values) > 1:
        raise BadResponse(N_("A field was sent twice."))
    text = typed(next(iter(values), ""))
    if len(text) > limit:
        raise Unkept(N_("The answer has %(length)s characters; %(limit)s are allowed. Shorten it."),
                     length=len(text), limit=limit)
    return text or None


def check_entry(response: Any, *, limit: int) -> str:
    """The response, when it is a text that `entry_of` could have read; raises BadResponse."""
    if not isinstance(response, str) or not 0 < len(response) <= limit \
            or typed(response) != response:
        raise BadResponse(N_("The response is no text that was typed."))
    return response
