"""Deleting rows that have had their time, a few at once."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain.db import db

AT_ONCE = 500


def delete_some(
    key: sa.orm.InstrumentedAttribute[int] | sa.orm.InstrumentedAttribute[str],
    *where: sa.ColumnElement[bool], at_once: int = AT_ONCE,
) -> int:
    """Delete up to so many rows that meet the conditions, by their key; return how many."""
    chosen = sa.select(key).where(*where).order_by(key).limit(at_once)
    done = db.session.execute(
        sa.delete(key.class_).where(key.in_(chosen.scalar_subquery()))
        .execution_options(synchronize_session=False))
    return int(done.rowcount)  # type: ignore[attr-defined]
