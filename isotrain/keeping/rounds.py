"""Rounds: going through all things of a kind, some at a time, and looking at each.

A piece of a round is a few things that follow the last one that was looked at. It reads in one
short transaction, needs nothing from the piece before, and so can be the first after a kill.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from isotrain.db import Base, db, end_reading
from isotrain.questions.problem import Problem, error

AT_ONCE, IDS_AT_ONCE = 100, 20_000
# What odd content can make the readers of it raise; here it is a finding.
ODD = (ValueError, LookupError, TypeError, AttributeError, ArithmeticError, AssertionError)

Faults = tuple[Problem, ...]


class Seen(NamedTuple):
    """What one check saw: as a rule one thing, and what is wrong with it."""

    check: str
    faults: Faults = ()
    things: int = 1


@dataclass(frozen=True)
class Round:
    """Things of one kind, and what looks at some of them, for `check` and for those in `also`.

    They are the rows of a model by their ids, or few things of these names by their places, which
    no sample leaves out.
    """

    kind: str
    check: str
    look: Callable[[Sequence[int]], Iterable[Seen]]
    rows: type[Base] | None = None
    names: tuple[str, ...] = ("",)
    also: tuple[str, ...] = ()

    def following(self, last: int | None) -> Sequence[int]:
        """Return the things of the next piece; empty when the round is over."""
        if self.rows is None:
            return range(len(self.names))[0 if last is None else last + 1:][:1]
        return _some(self.rows, last, AT_ONCE)

    def all_ids(self) -> Iterator[int]:
        """Return every id there is, in order; nothing is held in between."""
        assert self.rows is not None
        last: int | None = None
        while found := _some(self.rows, last, IDS_AT_ONCE):
            yield from found
            last = found[-1]

    def seen(self, ids: Sequence[int]) -> list[Seen]:
        """Look at some things; where they cannot be read together, at each by itself."""
        try:
            return list(self.look(ids))
        except (SQLAlchemyError, *ODD) as odd:
            db.session.rollback()
            if len(ids) > 1:
                return [seen for id_ in ids for seen in self.seen([id_])]
            name = self.names[ids[0]] if self.rows is None else ids[0]
            place = f"{self.kind} {name}".strip()
            return [Seen(self.check, (error(place, "It cannot be read: %(words)s", words=odd),))]
        finally:
            end_reading()
            db.session.expunge_all()


def _some(rows: type[Base], last: int | None, most: int) -> Sequence[int]:
    ids: sa.ColumnElement[int] = rows.__table__.c.id
    query = sa.select(ids).order_by(ids).limit(most)
    try:
        return db.session.scalars(query if last is None else query.where(ids > last)).all()
    finally:
        end_reading()


def whole(check: str, look: Callable[[], Iterable[Faults]]) -> Round:
    """Return a round of one piece, for what is quickly looked at or cannot be taken apart."""
    return Round("database", check, lambda _ids: (Seen(check, faults) for faults in look()))
