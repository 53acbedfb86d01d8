"""Copying PostgreSQL tables out of one snapshot and back in, as COPY text."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from psycopg import sql
    from sqlalchemy.engine import Connection

# The schema's own mark is not content: restoring makes the schema first.
NOT_CONTENT = "alembic_version"
# COPY text is read with the settings it was written with, whatever those of the two servers are.
PLAIN = ("SET LOCAL datestyle = 'ISO, YMD'", "SET LOCAL timezone = 'UTC'",
         "SET LOCAL bytea_output = 'hex'", "SET LOCAL client_encoding = 'UTF8'",
         "SET LOCAL extra_float_digits = 1", "SET LOCAL lock_timeout = '10s'")


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Give a connection that sees the whole database as it was at one moment."""
    with db.engine.connect() as fresh:
        connection = fresh.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True)
        with connection.begin():
            _plain(connection)
            yield connection


def _plain(connection: Connection) -> None:
    for setting in PLAIN:
        connection.exec_driver_sql(setting)


def columns(connection: Connection) -> dict[str, list[str]]:
    """Return the columns of every table that holds content."""
    inspector = sa.inspect(connection)
    return {table: [column["name"] for column in inspector.get_columns(table)]
            for table in sorted(inspector.get_table_names()) if table != NOT_CONTENT}


def _copy(direction: str, table: str, names: list[str]) -> sql.Composed:
    from psycopg import sql  # loaded where there is a PostgreSQL

    return sql.SQL("COPY {} ({}) " + direction).format(
        sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, names)))


class Rows:
    """The rows of a table, block by block; `count` is known once they have been read."""

    def __init__(self, connection: Connection, table: str, names: list[str]) -> None:
        self.cursor = _driver(connection).cursor()
        self.statement = _copy("TO STDOUT", table, names)
        self.count = 0

    def __iter__(self) -> Iterator[memoryview]:
        with self.cursor.copy(self.statement) as copy:
            yield from copy
        self.count = self.cursor.rowcount


def _driver(connection: Connection) -> Any:
    return connection.connection.driver_connection


@contextmanager
def loading(connection: Connection) -> Iterator[None]:
    """Take foreign keys and triggers away, and put them back when all tables are full again.

    Putting a foreign key back checks every row against it.
    """
    _plain(connection)
    keys = connection.exec_driver_sql(
        "SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid)"
        " FROM pg_constraint WHERE contype = 'f' AND connamespace = current_schema()::regnamespace"
    ).all()
    tables = {_quoted(connection, table) for table in columns(connection)}
    for table, name, _definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    yield
    for table in tables:
        connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    for table, name, definition in keys:
        connection.exec_driver_sql(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")


def copy_in(
    connection: Connection, table: str, names: list[str],
    unpack: Callable[[Callable[[bytes], object]], None],
) -> int:
    """Fill a table with the rows that `unpack` hands over; return how many there were."""
    with _driver(connection).cursor() as cursor:
        with cursor.copy(_copy("FROM STDIN", table, names)) as copy:
            unpack(copy.write)
        return int(cursor.rowcount)


def copy_rows(
    connection: Connection, table: str, names: list[str], rows: Iterable[Sequence[object]]
) -> None:
    """Fill a table with rows of values."""
    with _driver(connection).cursor() as cursor, cursor.copy(
        _copy("FROM STDIN", table, names)
    ) as copy:
        for row in rows:
            copy.write_row(row)


def advance_counters(connection: Connection) -> None:
    """Let every id counter go on behind the highest id in its table."""
    for table, names in columns(connection).items():
        if "id" in names and connection.scalar(
            sa.select(sa.func.pg_get_serial_sequence(_quoted(connection, table), "id"))
        ):
            quoted = _quoted(connection, table)
            connection.execute(sa.text(
                f"SELECT setval(pg_get_serial_sequence(:name, 'id'),"  # noqa: S608
                f" (SELECT COALESCE(MAX(id), 0) + 1 FROM {quoted}), false)"), {"name": quoted})


def _quoted(connection: Connection, table: str) -> str:
    return connection.dialect.identifier_preparer.quote(table)
