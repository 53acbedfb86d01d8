"""The step that knows stolen keys: those there are keep their lives, and none is stolen."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import schema
from isotrain.db import writing
from tests.keeping.test_upgrading_libraries import Old


def test_keys_keep_their_lives_and_none_comes_back(engine):
    old = Old(engine, "0016")
    for name, made, retired in (("one", 0, old.at(3)), ("two", 3, None)):
        old.add("signing_key", key_id=name, public_pem=name, created_at=old.at(made),
                retired_at=retired)
    schema.upgrade(engine, "0017")
    with engine.connect() as connection:
        rows = connection.execute(sa.text(
            "SELECT key_id, public_pem, created_at, retired_at, stolen_at FROM signing_key"
            " ORDER BY key_id")).all()
    assert [tuple(row) for row in rows] == [
        ("one", "one", old.at(0), old.at(3), None), ("two", "two", old.at(3), None, None)]
    for statement in ("UPDATE signing_key SET retired_at = NULL WHERE key_id = 'one'",
                      "UPDATE signing_key SET stolen_at = created_at WHERE key_id = 'two'",
                      "DELETE FROM signing_key"):
        with pytest.raises(DBAPIError), writing(), engine.begin() as connection:
            connection.exec_driver_sql(statement)
