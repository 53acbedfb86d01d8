"""The step that lets practice be narrowed: forms from before stay as they were, and are whole."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import writing
from tests.keeping.test_upgrading_libraries import Old, two_attempts


def test_old_forms_stay_and_are_whole_and_none_can_be_narrowed_afterwards(engine):
    old = Old(engine, "0020")
    for attempt in two_attempts(old, "practice", state="open", marking="x"):
        old.add("form", attempt_id=attempt, algorithm="isotrain-draw-1", seed=f"seed {attempt}",
                pools=["a"], history={"7": attempt}, hash="h", receipt={"seed": attempt},
                marking="m")
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
