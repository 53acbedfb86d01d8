"""The guards of the schema: which there are, and a SQLite database in which one is gone."""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

RULE = re.compile(r"CONSTRAINT (\w+) (CHECK|UNIQUE) ?\(([^\n]*)\)")
SAYS = re.compile(r"RAISE\(ABORT, '([^']+)'\)")


def listed(database: Path) -> Iterator[tuple[str, str]]:
    """Return the name of every trigger and rule, and what SQLite says when one refuses.

    A trigger that does not refuse, and the only key of a table, are none.
    """
    for kind, name, table, sql in _master(database):
        if kind == "trigger" and SAYS.search(sql):
            yield name, SAYS.search(sql).group(1)
        elif kind == "index" and sql.startswith("CREATE UNIQUE"):
            plain = re.search(r"\(([\w, ]+)\)", sql)
            yield name, _columns(table, plain.group(1)) if plain else f"index '{name}'"
        elif kind == "table":
            for rule, what, inside in RULE.findall(sql):
                if what == "CHECK":
                    yield rule, f"CHECK constraint failed: {rule}"
                elif " id INTEGER" in sql:
                    yield rule, _columns(table, inside)


def remove(database: Path, name: str) -> None:
    """Have a guard no longer refuse; its table keeps its rows."""
    (kind, found, _table, sql), *_more = [
        row for row in _master(database)
        if row[1] == name or f"CONSTRAINT {name} " in row[3]]
    connection = sqlite3.connect(database, isolation_level=None)
    if kind != "table":
        connection.execute(f"DROP {kind} {found}")
    else:
        changed = sql.replace(f"CONSTRAINT {name} CHECK (", f"CONSTRAINT {name} CHECK (1 OR ")
        changed = re.sub(rf"(CONSTRAINT {name} UNIQUE ?\([^\n)]*)\)", r"\1, id)", changed)
        connection.executescript("PRAGMA writable_schema=ON")
        connection.execute("UPDATE sqlite_master SET sql = ? WHERE type = 'table' AND name = ?",
                           (changed, found))
        connection.close()
        connection = sqlite3.connect(database, isolation_level=None)
        connection.execute("REINDEX")
    connection.close()


def _columns(table: str, columns: str) -> str:
    named = [column.strip(' "') for column in columns.split(",")]
    return "UNIQUE constraint failed: " + ", ".join(f"{table}.{column}" for column in named)


def _master(database: Path) -> list[tuple[str, str, str, str]]:
    connection = sqlite3.connect(database)
    rows = connection.execute(
        "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    connection.close()
    return rows
