"""News of people, for the features above: told inside the transaction that makes it true."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.wired import wired

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from isotrain.audit.noting import Actor


@dataclass(frozen=True)
class Moved:
    """That the placement, employment, account or roles of people changed by one act."""

    user_ids: tuple[int, ...]
    by: Actor


@dataclass(frozen=True)
class WhenMoved:
    """Who is told that people moved, in this order."""

    told: tuple[Callable[[Moved], None], ...]


_moving: ContextVar[set[int] | None] = ContextVar("isotrain_moving", default=None)


@contextmanager
def moving(*, by: Actor) -> Iterator[set[int]]:
    """Run one act that moves the people it adds to the set; they are told of once, at its end.

    An act within an act adds to the outer one's people, so that hiring, which also places, or a
    whole people file is one piece of news. An act that fails tells nothing.
    """
    outer = _moving.get()
    if outer is not None:
        yield outer
        return
    moved: set[int] = set()
    token = _moving.set(moved)
    try:
        yield moved
    finally:
        _moving.reset(token)
    if moved:
        news = Moved(tuple(sorted(moved)), by)
        for told in wired(WhenMoved).told:
            told(news)


def join_moving(user_ids: Collection[int]) -> bool:
    """Add people to the act that is under way, which tells of them at its end; False without one.
    """
    moved = _moving.get()
    if moved is None:
        return False
    moved.update(user_ids)
    return True
