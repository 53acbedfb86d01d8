"""The step that lets extra attempts be given: what was sat stays, and what is given is kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import writing
from tests.keeping.test_upgrading_libraries import ADA, BEN, Old

GIVE = ("INSERT INTO extra_attempt (id, user_id, quiz_id, after_number, given_at, giver_kind,"
        " given_by, reason) SELECT id, user_id, quiz_id, number, started_at, 'user', :by, 'Late'"
        " FROM attempt WHERE id = 1")


def test_attempts_stay_and_one_more_can_be_given_by_another(engine):
    old = Old(engine, "0018")
    library = old.add("library", slug="one", title="One", language="en", topics=[],
                      created_at=old.at(0))
    course = old.add("course", slug="one", library_id=library, certificate_months=24,
                     created_at=old.at(0))
    taught = old.add("course_version", course_id=course, number=1, label="1", title="One",
                     summary="", language="en", topics=[], editions=[], content_hash="1",
                     created_at=old.at(0))
    quiz = old.add("quiz", slug="one", course_id=course, kind="exam", created_at=old.at(0))
    version = old.add("quiz_version", quiz_id=quiz, number=1, state="published", title="One",
                      cells=[], rules={}, marking="x", created_at=old.at(0))
    for user in (ADA, BEN):
        old.add("user", id=user, created_at=old.at(0), is_demo=False)
        old.add("attempt", user_id=user, quiz_id=quiz, quiz_version_id=version, number=1,
                course_version_id=taught, state="submitted", started_at=old.at(0),
                closed_at=old.at(0))
    schema.upgrade(engine, "0020")
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM attempt")) == 2
    with pytest.raises(DBAPIError), writing(), engine.begin() as connection:
        connection.execute(sa.text(GIVE), {"by": ADA})
    with writing(), engine.begin() as connection:
        connection.execute(sa.text(GIVE), {"by": BEN})
    for statement in ("DELETE FROM extra_attempt", "UPDATE extra_attempt SET reason = 'Other'"):
        with pytest.raises(DBAPIError), writing(), engine.begin() as connection:
            connection.exec_driver_sql(statement)
