"""The lists of the first schema become rows, on both databases, and nothing in them is lost."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest
import sqlalchemy as sa

from isotrain import clock, schema
from isotrain.db import writing
from tests.keeping import migrating

ODD = ["é", "\\", '"', "}", "\U0001f600"]
ITEMS = [[1, ["b", "a", "c"]], [3, []], [2, ODD], [1, [{"left": "x"}, [1, 2]]]]
CELLS = [0, 11, 2, 0]
SHARES = ["1", "0", "1/3", "2/3"]
TOPICS = {1: "iso", 2: "audit", 3: None}


@pytest.fixture(params=["sqlite", "postgresql"])
def old(request, tmp_path):
    """A database of the first schema, with an open attempt and a closed one."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        backend = request.getfixturevalue("postgresql_backend")
        backend._sql("DROP DATABASE IF EXISTS old WITH (FORCE)")
        backend._sql("CREATE DATABASE old")
        url = backend.server.url("old")
    engine = migrating.an_engine(url)
    try:
        schema.upgrade(engine, "0001")
        with writing(), engine.begin() as connection:
            fill(connection)
        yield engine
    finally:
        engine.dispose()


def fill(connection: sa.Connection) -> None:
    tables = sa.MetaData()
    tables.reflect(connection)

    def put(table: str, *also: str, **values: Any) -> None:
        for column in tables.tables[table].columns:
            if column.name in also or not (column.nullable or column.name in values):
                values[column.name] = made_up(column)
        connection.execute(sa.insert(tables.tables[table]), values)

    for table in ("user", "course", "course_version", "bank", "question"):
        put(table, id=1)
    put("quiz", id=1, kind="exam")
    put("quiz_version", id=1, state="published")
    for version, topic in TOPICS.items():
        put("question_version", id=version, number=version, topic=topic, use="exam")
    put("attempt", "closed_at", id=7, number=1, state="submitted")
    put("attempt", id=8, number=2, state="open")
    for attempt in (7, 8):
        put("form", attempt_id=attempt, items=ITEMS, cells=CELLS)
    put("result", attempt_id=7, passed=False, shares=SHARES, by_topic={"iso": ["5/3", "2"]})


def made_up(column: sa.Column[Any]) -> Any:
    """Return something that fits a column; ids and what points at them are 1."""
    kind = column.type.python_type
    return {int: 1, bool: False, dict: []}.get(kind, clock.now() if kind is datetime else "x")


def rows(engine, query: str) -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_every_item_and_every_mark_becomes_a_row(old):
    schema.upgrade(old, "0002")
    found = rows(old, "SELECT attempt_id, position, question_version_id, arrangement, cell"
                      " FROM attempt_item ORDER BY 1, 2")
    assert [(*row[:3], plain(row[3]), row[4]) for row in found] == [
        (attempt, position, version, arrangement, cell) for attempt in (7, 8)
        for position, ((version, arrangement), cell)
        in enumerate(zip(ITEMS, CELLS, strict=True), 1)]
    marks = rows(old, "SELECT * FROM attempt_mark ORDER BY attempt_id, position")
    assert marks == [(7, position, share, TOPICS[version] or "") for position, (share, (version, _))
                     in enumerate(zip(SHARES, ITEMS, strict=True), 1)]


def plain(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def test_what_was_marked_and_published_keeps_the_name_of_the_rule(old):
    schema.upgrade(old, "0002")
    for table in ("form", "quiz_version"):
        assert {row[0] for row in rows(old, f"SELECT marking FROM {table}")} == {"shares-1"}


def test_the_new_rows_are_frozen(old):
    schema.upgrade(old, "0002")
    for table in ("attempt_item", "attempt_mark"):
        for statement in (f"UPDATE {table} SET position = 9", f"DELETE FROM {table}"):
            with pytest.raises(sa.exc.DBAPIError, match=f"{table} rows are"), writing(), \
                    old.begin() as connection:
                connection.exec_driver_sql(statement)


def test_an_upgrade_that_breaks_anywhere_leaves_the_lists(old):
    before, number = migrating.fingerprint(old), 1
    while True:
        with migrating.after_statement(old, number, migrating.break_it) as seen:
            try:
                schema.upgrade(old, "0002")
                break
            except migrating.Broken:
                assert migrating.fingerprint(old) == before
        number += 1
    assert len(seen) >= 14
