"""The step that keeps one late answer per position: the latest, whatever order they lie in."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain import schema
from tests.keeping.test_upgrading_libraries import ADA, BEN, Old


def test_of_late_answers_the_latest_per_position_stays(engine):
    old = Old(engine, "0013")
    library = old.add("library", slug="one", title="One", language="en", topics=[],
                      created_at=old.at(0))
    course = old.add("course", slug="one", library_id=library, certificate_months=24,
                     created_at=old.at(0))
    taught = old.add("course_version", course_id=course, number=1, label="1", title="One",
                     summary="", language="en", topics=[], editions=[], content_hash="1",
                     created_at=old.at(0))
    quiz = old.add("quiz", slug="one", course_id=course, kind="exam", created_at=old.at(0))
    version = old.add("quiz_version", quiz_id=quiz, number=1, state="published", title="One",
                      cells=[], rules={}, created_at=old.at(0))
    for user in (ADA, BEN):
        old.add("user", id=user, created_at=old.at(0), is_demo=False)
        old.add("attempt", user_id=user, quiz_id=quiz, quiz_version_id=version, number=1,
                course_version_id=taught, state="open", started_at=old.at(0))
    for attempt, position, rev in ((1, 1, 2), (1, 1, 9), (1, 1, 4), (1, 2, 1), (2, 1, 3)):
        old.add("late_answer", attempt_id=attempt, position=position, response=[rev], rev=rev,
                received_at=old.at(rev))
    schema.upgrade(engine, "0015")
    with engine.connect() as connection:
        rows = connection.execute(sa.text(
            "SELECT attempt_id, position, rev, after_result FROM late_answer"
            " ORDER BY attempt_id, position")).all()
    assert [tuple(row) for row in rows] == [(1, 1, 9, None), (1, 2, 1, None), (2, 1, 3, None)]
