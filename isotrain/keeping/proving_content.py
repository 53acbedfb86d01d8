"""Proving content: question versions and pools are what their hashes say."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.banks import versions
from isotrain.banks.models import PoolSnapshot, QuestionVersion
from isotrain.db import db
from isotrain.exams.pools import Pool
from isotrain.keeping.rounds import ODD, Seen
from isotrain.questions.problem import error

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


def _faults(place: str, stored: str, work_out: Callable[[], str]) -> Faults:
    try:
        found = work_out()
    except ODD as odd:
        found = f"nothing ({type(odd).__name__})"
    return () if found == stored else (
        error(place, "It hashes to %(found)s, its row says %(stored)s.", found=found,
              stored=stored),)
