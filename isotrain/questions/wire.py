"""Between the positions a browser sends and the ids a response keeps.

Only displayed positions travel, never ids: an id could be collected over many forms and give the
right answer away.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from isotrain.questions.contract import FIELD, BadResponse, Fields
from isotrain.text import N_


@dataclass(frozen=True)
class AskedOption:
    """One option as the learner sees it; `value` is its displayed position, "0" first."""

    value: str
    text: str


@dataclass(frozen=True)
class ReviewedOption:
    """An option after marking; `right` is None where it is not told."""

    text: str
    chosen: bool
    right: bool | None
    feedback: str


def read_choices(submitted: Fields, arrangement: Sequence[str]) -> list[str]:
    """The ids of the chosen positions, in no particular order; raises BadResponse."""
    ids = {str(place): id_ for place, id_ in enumerate(arrangement)}
    values = submitted.get(FIELD, [])
    if len(set(values)) < len(values):
        raise BadResponse(N_("An option was sent twice."))
    if any(value not in ids for value in values):
        raise BadResponse(N_("An option was sent that was not shown."))
    return [ids[value] for value in values]


def read_choice(submitted: Fields, arrangement: Sequence[str]) -> str | None:
    """The id of the one chosen position, None when none was; raises BadResponse."""
    chosen = read_choices(submitted, arrangement)
    if len(chosen) > 1:
        raise BadResponse(N_("More than one option was sent."))
    return chosen[0] if chosen else None


def fill_choices(ids: Iterable[str], arrangement: Sequence[str]) -> dict[str, list[str]]:
    """The form field that `read_choices` turns into these ids; empty when there are none."""
    values = sorted(arrangement.index(id_) for id_ in ids)
    return {FIELD: [str(value) for value in values]} if values else {}


def chosen_places(fields: Fields) -> Sequence[str]:
    """The displayed positions that a filled form has chosen."""
    return fields.get(FIELD, [])
