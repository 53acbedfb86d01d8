"""The step that lets practice be narrowed: forms from before stay as they were, and are whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import writing
from tests.keeping.test_upgrading_libraries import ADA, BEN, Old


def test_old_forms_stay_and_are_whole_and_none_can_be_narrowed_afterwards(engine):
    old = Old(engine, "0020")
    library = old.add("library", slug="one", title="One", language="en", topics=[],
                      created_at=old.at(0))
    course = old.add("course", slug="one", library_id=library, certificate_months=24,
                     created_at=old.at(0))
    taught = old.add("course_version", course_id=course, number=1, label="1", title="One",
                     summary="", language="en", topics=[], editions=[], content_hash="1",
                     created_at=old.at(0))
    quiz = old.add("quiz", slug="one", course_id=course, kind="practice", created_at=old.at(0))
    version = old.add("quiz_version", quiz_id=quiz, number=1, state="published", title="One",
                      cells=[], rules={}, marking="x", created_at=old.at(0))
    for user in (ADA, BEN):
        old.add("user", id=user, created_at=old.at(0), is_demo=False)
        attempt = old.add("attempt", user_id=user, quiz_id=quiz, quiz_version_id=version, number=1,
                          course_version_id=taught, state="open", started_at=old.at(0))
        old.add("form", attempt_id=attempt, algorithm="isotrain-draw-1", seed=f"seed {user}",
                pools=["a"], history={"7": user}, hash="h", receipt={"seed": user}, marking="m")
    kept = "SELECT attempt_id, algorithm, seed, hash, marking FROM form ORDER BY attempt_id"
    with engine.connect() as connection:
        before = connection.execute(sa.text(kept)).all()
    schema.upgrade(engine, "0021")
    with engine.connect() as connection:
        assert connection.execute(sa.text(kept)).all() == before
        narrowed = sa.text("SELECT count(*) FROM form WHERE narrowed IS NULL")
        assert connection.scalar(narrowed) == len(before) == 2
    with pytest.raises(DBAPIError, match="frozen"), writing(), engine.begin() as connection:
        connection.exec_driver_sql("UPDATE form SET narrowed = '[]'")
