"""Forgetting pictures to which nothing refers."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from isotrain import clock
from isotrain.db import Base
from isotrain.jobs.purging import delete_some
from isotrain.media.models import Picture

# A file that is being looked at is kept for a day, and so long its pictures are needed.
KEPT_FOR = timedelta(days=2)


def purge_some(limit: int = 50) -> int:
    """Delete some pictures that nothing has referred to for two days; return how many."""
    old = Picture.kept_at < clock.now() - KEPT_FOR
    return delete_some(Picture.sha256, old, *_unused(), at_once=limit)


def _unused() -> list[sa.ColumnElement[bool]]:
    """The conditions that no foreign key of any table names a picture."""
    target = Picture.__table__.c.sha256
    return [~sa.exists().where(key.parent == target)
            for table in Base.metadata.sorted_tables for key in table.foreign_keys
            if key.column is target]
