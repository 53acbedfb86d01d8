"""Instants are text in SQLite, and sort as they follow one another: all have one form."""

from __future__ import annotations

import re

import sqlalchemy as sa

from isotrain.db import Base, Instant, db

FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")


def test_every_instant_of_a_lived_in_place_has_the_one_form(sqlite_past):
    seen = set()
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, Instant):
                query = sa.select(sa.type_coerce(column, sa.String)).where(column.is_not(None))
                found = set(db.session.scalars(query))
                assert [text for text in found if not FORM.fullmatch(text)] == [], column
                seen |= {f"{table.name}.{column.name}"} if found else set()
    assert {"event.occurred_at", "attempt.closed_at", "answer.saved_at", "certificate.issued_at",
            "completion_record.recorded_at"} <= seen
