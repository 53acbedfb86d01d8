"""Between the positions a browser sends and the ids a response keeps.

Only displayed positions travel, never ids: an id could be collected over many forms and give the
right answer away.
"""

from collections.abc import Iterable, Mapping, Sequence

from isotrain.questions.contract import FIELD, BadResponse


def read_choices(submitted: Mapping[str, list[str]], arrangement: Sequence[str]) -> list[str]:
    """The ids of the chosen positions, in no particular order; raises BadResponse."""
    ids = {str(place): id_ for place, id_ in enumerate(arrangement)}
    values = submitted.get(FIELD, [])
    if len(set(values)) < len(values):
        raise BadResponse("An option was sent twice.")
    if any(value not in ids for value in values):
        raise BadResponse("An option was sent that was not shown.")
    return [ids[value] for value in values]


def fill_choices(ids: Iterable[str], arrangement: Sequence[str]) -> dict[str, list[str]]:
    """The form field that `read_choices` turns into these ids; empty when there are none."""
    values = sorted(arrangement.index(id_) for id_ in ids)
    return {FIELD: [str(value) for value in values]} if values else {}
