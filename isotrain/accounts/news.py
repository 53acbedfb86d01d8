"""News of accounts, for the features above: told inside the transaction that makes it true."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

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
