"""Places, and what is put into them: how both are kept, sent and shown.

Only displayed positions travel, never ids.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple

from isotrain.questions.contract import FIELD, Asked, BadResponse, Fields, Reviewed
from isotrain.questions.options import option_id
from isotrain.questions.wire import AskedOption
from isotrain.text import N_, level

Response = Mapping[str, str]
"""What was put into each place, in ids, without the places left open."""


class Part(NamedTuple):
    """A place, or something that is put into one."""

    id: str
    text: str


class AskedPlace(NamedTuple):
    """A place as the learner sees it, with the name of its field."""

    name: str
    text: str


class ReviewedPlace(NamedTuple):
    """A place with what was put there ("" for nothing) and what belongs there, None if untold."""

    text: str
    chosen: str
    answer: str | None = None

    @property
    def right(self) -> bool | None:
        """Whether the right thing was put there, None where it is not told or nothing was."""
        return None if self.answer is None or not self.chosen else self.chosen == self.answer


@dataclass(frozen=True, kw_only=True)
class AskedPlaces(Asked):
    """The places, and what there is to choose from, in the order in which they are shown."""

    places: tuple[AskedPlace, ...]
    choices: tuple[AskedOption, ...]


@dataclass(frozen=True, kw_only=True)
class ReviewedPlaces(Reviewed):
    """The places in the order in which they were shown."""

    places: tuple[ReviewedPlace, ...]


def named(kind: str, texts: Sequence[str]) -> list[Part]:
    """The texts with ids that depend only on where each stands, as in every translation.

    They are dealt out of order, so that stored content does not tell at sight what its key says.
    """
    count = len(texts)
    dealt = sorted(range(count), key=lambda n: sha256(f"{kind} {n} of {count}".encode()).digest())
    ids = {place: option_id(n) for n, place in enumerate(dealt)}
    return [Part(ids[n], text) for n, text in enumerate(texts)]


def by_text(parts: Iterable[Part]) -> tuple[Part, ...]:
    """The parts in the order of their texts, which says nothing about what belongs where."""
    return tuple(sorted(parts, key=lambda part: (level(part.text), part.text, part.id)))


def parts_data(parts: Iterable[Part]) -> list[dict[str, str]]:
    """The parts as canonical JSON accepts them."""
    return [part._asdict() for part in parts]


def parts_of(data: Iterable[Mapping[str, Any]]) -> tuple[Part, ...]:
    """The parts that `parts_data` wrote."""
    return tuple(Part(part["id"], part["text"]) for part in data)


def texts_of(parts: Iterable[Part]) -> dict[str, str]:
    """The texts by their ids."""
    return {part.id: part.text for part in parts}


def field_of(position: int) -> str:
    """The name of the field of the place that is shown at this position, from 0."""
    return f"{FIELD}-{position}"


def read_places(
    submitted: Fields, places: Sequence[str], choices: Mapping[str, str]
) -> dict[str, str] | None:
    """What was put into the places shown, by what its values mean; raises BadResponse."""
    given = {}
    for position, place in enumerate(places):
        values = submitted.get(field_of(position), [])
        if len(values) > 1:
            raise BadResponse(N_("More than one answer was sent for one place."))
        for value in filter(None, values):
            if value not in choices:
                raise BadResponse(N_("An answer was sent that was not shown."))
            given[place] = choices[value]
    return dict(sorted(given.items())) or None


def fill_places(
    response: Response | None, places: Sequence[str], values: Mapping[str, str]
) -> dict[str, list[str]]:
    """The form fields that `read_places` turns into this response."""
    given = response or {}
    return {field_of(position): [values[given[place]]]
            for position, place in enumerate(places) if place in given}


def check_response(response: Any, places: Collection[str], choices: Collection[str]) -> None:
    """Raise BadResponse unless it puts some of the choices into some of the places."""
    if not isinstance(response, dict) or not response:
        raise BadResponse(N_("The response does not say what belongs where."))
    for place, choice in response.items():
        if place not in places or not isinstance(choice, str) or choice not in choices:
            raise BadResponse(N_("The response names what this question does not have."))
