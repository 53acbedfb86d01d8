"""Moving: the rows of a SQLite file into PostgreSQL, for a place that has outgrown the one file."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import schema
from isotrain.db import db, engine_options, wire, writing
from isotrain.keeping import copying

if TYPE_CHECKING:
    from pathlib import Path


def move(file: Path) -> None:
    """Bring a SQLite file to the present schema, then copy its rows into this PostgreSQL.

    Values travel as text: SQLite's forms of dates, instants, truth and JSON are all forms that
    PostgreSQL reads.
    """
    _bring_up_to_date(file)
    schema.upgrade(db.engine)
    with (
        closing(sqlite3.connect(file)) as source,
        writing(), db.engine.connect() as connection, connection.begin(),
    ):
        with copying.loading(connection):
            for table, names in copying.columns(connection).items():
                listed = ", ".join(f'"{name}"' for name in names)
                rows = source.execute(f'SELECT {listed} FROM "{table}"')  # noqa: S608
                copying.copy_rows(connection, table, names, rows)
        copying.advance_counters(connection)


def _bring_up_to_date(file: Path) -> None:
    url = f"sqlite:///{file}"
    engine = sa.create_engine(url, **engine_options(url))
    wire(engine)
    try:
        schema.upgrade(engine)
    finally:
        engine.dispose()
