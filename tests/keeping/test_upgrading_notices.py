"""The step that keeps one late answer per position: the latest, whatever order they lie in."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain import schema
from tests.keeping.test_upgrading_libraries import Old, two_attempts


def test_of_late_answers_the_latest_per_position_stays(engine):
    old = Old(engine, "0013")
    two_attempts(old, "exam", state="open")
    for attempt, position, rev in ((1, 1, 2), (1, 1, 9), (1, 1, 4), (1, 2, 1), (2, 1, 3)):
        old.add("late_answer", attempt_id=attempt, position=position, response=[rev], rev=rev,
                received_at=old.at(rev))
    schema.upgrade(engine, "0015")
    with engine.connect() as connection:
        rows = connection.execute(sa.text(
            "SELECT attempt_id, position, rev, after_result FROM late_answer"
            " ORDER BY attempt_id, position")).all()
    assert [tuple(row) for row in rows] == [(1, 1, 9, None), (1, 2, 1, None), (2, 1, 3, None)]
