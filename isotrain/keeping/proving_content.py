"""Proving content: question versions, pools and pictures are what their hashes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.banks import versions
from isotrain.banks.models import PoolSnapshot, QuestionVersion
from isotrain.db import db
from isotrain.exams.pools import Pool
from isotrain.keeping.rounds import ODD, Seen
from isotrain.ledger.hashing import sha256_hex
from isotrain.media.models import Picture
from isotrain.questions.problem import error

SHELVES = tuple(f"{number:02x}" for number in range(0, 256, 4))
"""With what the names of pictures begin that are looked at together."""

AT_ONCE = 10  # pictures that are held in memory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from isotrain.exams.pools import Data
    from isotrain.keeping.rounds import Faults


def question_versions(ids: Sequence[int]) -> Iterator[Seen]:
    """Hash question versions again, with their keys."""
    query = sa.select(QuestionVersion.id, QuestionVersion.content_hash)
    rows = db.session.execute(
        query.where(QuestionVersion.id.in_(ids)).order_by(QuestionVersion.id)).all()
    contents, keys = versions.contents(ids), versions.keys(ids)
    for id_, stored in rows:
        def work_out(id_: int = id_) -> str:
            return contents[id_].written(keys[id_]).hash

        yield Seen("CONTENT", _faults(f"question version {id_}", stored, work_out))


def pools(ids: Sequence[int]) -> Iterator[Seen]:
    """Hash pools again."""
    query = sa.select(PoolSnapshot.id, PoolSnapshot.hash, PoolSnapshot.pool)
    for id_, stored, data in db.session.execute(
        query.where(PoolSnapshot.id.in_(ids)).order_by(PoolSnapshot.id)
    ):
        def work_out(data: Data = data) -> str:
            return Pool.from_data(data).hash

        yield Seen("CONTENT", _faults(f"pool {id_}", stored, work_out))


def pictures(shelves: Sequence[int]) -> Iterator[Seen]:
    """Hash the pictures again whose names lie between these beginnings and the next ones."""
    for number in shelves:
        query = sa.select(Picture.sha256, Picture.data)
        if number:
            query = query.where(Picture.sha256 >= SHELVES[number])
        if number + 1 < len(SHELVES):
            query = query.where(Picture.sha256 < SHELVES[number + 1])
        for name, data in db.session.execute(query.execution_options(yield_per=AT_ONCE)):
            found = sha256_hex(data)
            yield Seen("CONTENT", () if found == name else (
                error(f"picture {name[:16]}", "It hashes to %(found)s, its row says %(stored)s.",
                      found=found, stored=name),))


def _faults(place: str, stored: str, work_out: Callable[[], str]) -> Faults:
    try:
        found = work_out()
    except ODD as odd:
        found = f"nothing ({type(odd).__name__})"
    return () if found == stored else (
        error(place, "It hashes to %(found)s, its row says %(stored)s.", found=found,
              stored=stored),)
