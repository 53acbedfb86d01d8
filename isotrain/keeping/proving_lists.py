"""Proving what lists are read from: it repeats other rows, and must say what they say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain.accounts import search
from isotrain.certificates import standing
from isotrain.keeping.rounds import Seen
from isotrain.people import roster
from isotrain.questions.problem import error

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


def people(ids: Sequence[int]) -> Iterator[Seen]:
    """Hold the words by which people are found, and their lines in the roster, against names."""
    unfound, unlisted = set(search.list_wrong(ids)), set(roster.list_wrong(ids))
    for user_id in ids:
        place = f"user {user_id}"
        yield Seen("LISTED", (
            *((error(place, "The words of the search are not those of the name."),)
              if user_id in unfound else ()),
            *((error(place, "The roster does not say what the person's rows say."),)
              if user_id in unlisted else ())))


def certificates(ids: Sequence[int]) -> Iterator[Seen]:
    """Hold where certificates stand against what came after them."""
    wrong = set(standing.list_wrong(ids))
    for certificate_id in ids:
        yield Seen("LISTED", (error(
            f"certificate row {certificate_id}", "The list does not say where it stands."),)
            if certificate_id in wrong else ())


def headcounts(numbers: Sequence[int]) -> Iterator[Seen]:
    """Count the people of every unit, or site, again."""
    for kind in (roster.COUNTED[number] for number in numbers):
        yield Seen("LISTED", tuple(
            error(f"{kind} {place}", "The number of its people is not what it should be.")
            for place in roster.list_miscounted(kind)))
