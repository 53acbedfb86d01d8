"""The step that lets names be erased from what is settled keeps every proposal as it was."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import writing
from tests.keeping.test_upgrading_libraries import Old

ERASE = "UPDATE proposal SET asked = '{}', reason = '', settled_reason = NULL WHERE id = "


def test_proposals_stay_and_those_that_are_settled_can_be_erased(engine):
    old = Old(engine, "0017")
    for number, state in ((1, "declined"), (2, "asked")):
        settled = state != "asked"
        old.add("proposal", id=number, kind="record-identity", object_id=number,
                asked={"name": "Ada Lee"}, digest="d", reason="Misspelt", asked_at=old.at(1),
                asker_kind="command", state=state, settled_at=old.at(2) if settled else None,
                settler_kind="command" if settled else None,
                settled_reason="Not so" if settled else None)
    schema.upgrade(engine, "0018")
    with engine.connect() as connection:
        rows = connection.execute(sa.text("SELECT asked, reason FROM proposal")).all()
    assert len(rows) == 2 and all("Ada Lee" in str(row.asked) for row in rows)
    with writing(), engine.begin() as connection:
        connection.exec_driver_sql(f"{ERASE} 1")
    for statement in (ERASE.replace("reason = ''", "reason = 'more'") + "1", "DELETE FROM proposal",
                      "UPDATE proposal SET state = 'confirmed' WHERE id = 1"):
        with pytest.raises(DBAPIError), writing(), engine.begin() as connection:
            connection.exec_driver_sql(statement)
