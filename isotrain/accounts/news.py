"""News of accounts, for the features above: told inside the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from isotrain.audit.noting import Actor
from isotrain.ledger.canonical import JsonObject
from isotrain.wired import wired


@dataclass(frozen=True)
class Registered:
    """That people were added, named, given a first password, closed out or let in again."""

    user_ids: tuple[int, ...]


@dataclass(frozen=True)
class WhenRegistered:
    """Who is told what was registered of people, in this order."""

    told: tuple[Callable[[Registered], None], ...]


def registered(user_ids: Collection[int]) -> None:
    """Tell that something was registered of these people."""
    if user_ids:
        for told in wired(WhenRegistered).told:
            told(Registered(tuple(sorted(user_ids))))


@dataclass(frozen=True)
class Closed:
    """That accounts were closed: nothing stays in the hands of these people."""

    user_ids: tuple[int, ...]
    by: Actor


@dataclass(frozen=True)
class WhenClosed:
    """Who takes what out of the hands of people, in this order; each says its name of it.

    Each returns the ids of what it took, by person.
    """

    told: tuple[tuple[str, Callable[[Closed], Mapping[int, Sequence[int]]]], ...]


def closed(user_ids: Collection[int], *, by: Actor) -> dict[int, JsonObject]:
    """Tell that these accounts were closed; return what was taken of whom, by its name."""
    taken: dict[int, JsonObject] = {}
    if user_ids:
        for name, told in wired(WhenClosed).told:
            for user_id, ids in told(Closed(tuple(sorted(user_ids)), by)).items():
                taken.setdefault(user_id, {})[name] = list(ids)
    return taken
