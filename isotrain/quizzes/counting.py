"""Counting the forms that hold a question, for the trainers who look after it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from isotrain.db import db
from isotrain.quizzes.models import Form

LOOKED_AT = 2_000  # the items of a form are one value, so each form costs reading it


def count_forms(version_ids: Collection[int]) -> tuple[int, int]:
    """Return how many of the newest forms hold one of these versions, and how many were looked at.

    At most LOOKED_AT forms are, so that the answer costs the same however many there are.
    """
    newest = sa.select(Form.attempt_id, Form.items).order_by(Form.attempt_id.desc())
    forms = newest.limit(LOOKED_AT).subquery()
    looked_at = db.session.scalar(sa.select(sa.func.count()).select_from(forms)) or 0
    version: sa.ColumnElement[int]
    if db.engine.dialect.name == "sqlite":
        items = sa.func.json_each(forms.c["items"]).table_valued("value")
        version = sa.func.json_extract(items.c.value, "$[0]")
    else:
        items = sa.func.json_array_elements(forms.c["items"]).table_valued("value")
        version = sa.cast(sa.func.json_extract_path_text(items.c.value, "0"), sa.BigInteger)
    query = sa.select(sa.func.count(forms.c.attempt_id.distinct())).select_from(
        forms.join(items, sa.true())).where(version.in_(version_ids))
    return db.session.scalar(query) or 0, looked_at
