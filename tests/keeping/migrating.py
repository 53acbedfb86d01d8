"""Upgrading while something breaks: an exception after any statement, or the process dies."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import alembic.command  # noqa: F401  loaded once, before the processes that die
import sqlalchemy as sa

from isotrain import schema
from isotrain.db import engine_options, wire, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.engine import Engine

SYNTHETIC = Path(__file__).parent / "synthetic"


class Broken(Exception):
    """What is raised after a statement."""


def fingerprint(engine: Engine) -> str:
    """Return a hash of the whole schema and of every row."""
    with engine.connect() as connection:
        tables = sorted(sa.inspect(connection).get_table_names())
        if connection.dialect.name == "sqlite":
            things = connection.exec_driver_sql(
                "SELECT type, name, sql FROM sqlite_master ORDER BY name").all()
        else:
            things = connection.exec_driver_sql(
                "SELECT table_name, column_name, data_type, is_nullable"
                " FROM information_schema.columns WHERE table_schema = 'public'"
                " UNION ALL SELECT tablename, indexname, indexdef, '' FROM pg_indexes"
                " WHERE schemaname = 'public'"
                " UNION ALL SELECT conrelid::regclass::text, conname,"
                " pg_get_constraintdef(oid), '' FROM pg_constraint"
                " WHERE connamespace = 'public'::regnamespace"
                " UNION ALL SELECT tgrelid::regclass::text, tgname, tgenabled::text, ''"
                " FROM pg_trigger WHERE NOT tgisinternal"
                " UNION ALL SELECT proname, prosrc, '', '' FROM pg_proc"
                " WHERE pronamespace = 'public'::regnamespace ORDER BY 1, 2, 3").all()
        quote = connection.dialect.identifier_preparer.quote
        rows = [(table, sorted(map(repr, connection.exec_driver_sql(
            f"SELECT * FROM {quote(table)}")))) for table in tables]
    return sha256(repr((things, rows)).encode()).hexdigest()


@contextmanager
def after_statement(engine: Engine, number: int, act: Callable[[], None]) -> Iterator[list[str]]:
    """Do something right after the so-many-th statement that changes anything."""
    seen: list[str] = []

    def count(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "PRAGMA", "SHOW")):
            return
        seen.append(statement)
        if len(seen) == number:
            act()

    sa.event.listen(engine, "after_cursor_execute", count)
    try:
        yield seen
    finally:
        sa.event.remove(engine, "after_cursor_execute", count)


def break_it() -> None:
    raise Broken


def kill_it() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def spread(count: int, most: int) -> list[int]:
    """Return at most so many of the numbers from 1 to `count`, evenly, first and last included."""
    if count <= most:
        return list(range(1, count + 1))
    return sorted({1 + n * (count - 1) // (most - 1) for n in range(most)})


def synthetic_migrations(folder: Path) -> Path:
    """Lay out a migrations folder with our own env.py and made-up versions."""
    (folder / "versions").mkdir(parents=True)
    shutil.copy(schema.MIGRATIONS / "env.py", folder)
    for version in SYNTHETIC.glob("*.py"):
        shutil.copy(version, folder / "versions")
    return folder


def an_engine(url: str) -> Engine:
    engine = sa.create_engine(url, **engine_options(url))
    wire(engine)
    return engine


def empty(engine: Engine) -> None:
    """Drop every table of a database."""
    with writing(), engine.connect() as connection, connection.begin():
        for table in reversed(sorted_tables(connection)):
            connection.exec_driver_sql(f"DROP TABLE {table}")
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("DROP FUNCTION IF EXISTS keep")


def sorted_tables(connection: Any) -> list[str]:
    """Return the names of all tables, those that others point at first."""
    metadata = sa.MetaData()
    metadata.reflect(connection)
    return [table.name for table in metadata.sorted_tables]


def killed_at(url: str, target: str, number: int) -> bool:
    """Upgrade in a process that dies after the so-many-th statement; say whether it died."""
    child = os.fork()
    if child == 0:
        try:
            engine = an_engine(url)
            with after_statement(engine, number, kill_it):
                schema.upgrade(engine, target)
        finally:
            os._exit(0)
    _pid, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)


def main(url: str, folder: str, target: str, step: int) -> None:
    """Kill an upgrade after every `step`-th statement; print whether it died and what was left."""
    schema.MIGRATIONS = Path(folder)
    schema.load_models()
    number = 1
    while killed_at(url, target, number):
        engine = an_engine(url)
        print(number, fingerprint(engine), flush=True)
        engine.dispose()
        number += step
    engine = an_engine(url)
    print("whole", fingerprint(engine))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
