"""The step that lets extra attempts be given: what was sat stays, and what is given is kept."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import writing
from tests.keeping.test_upgrading_libraries import ADA, BEN, Old, two_attempts

GIVE = ("INSERT INTO extra_attempt (id, user_id, quiz_id, after_number, given_at, giver_kind,"
        " given_by, reason) SELECT id, user_id, quiz_id, number, started_at, 'user', :by, 'Late'"
        " FROM attempt WHERE id = 1")


def test_attempts_stay_and_one_more_can_be_given_by_another(engine):
    old = Old(engine, "0018")
    two_attempts(old, "exam", state="submitted", marking="x")
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
