"""Proving the database itself: schema, durability, triggers, constraints, references, keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import config, schema
from isotrain.db import Base, assert_durable, db
from isotrain.errors import Unready
from isotrain.keeping.rounds import Faults, Seen
from isotrain.questions.problem import error
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SHOWN = 20
_TRIGGER = re.compile(N_(r"CREATE TRIGGER (\w+) .*? ON \"?(\w+)\"?"))

_POSTGRESQL_UNSOUND = """
    SELECT 'index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid
    UNION ALL SELECT 'constraint ' || conname FROM pg_constraint WHERE NOT convalidated
"""


def schema_is_current() -> Iterator[Faults]:
    """Compare the revision of the database with that of the code."""
    try:
        schema.assert_current(db.engine)
    except Unready as unready:
        yield (error("schema", "%(words)s", words=unready),)
    else:
        yield ()


def is_durable() -> Iterator[Faults]:
    """Ask for the settings that make an acknowledged answer survive a power cut."""
    if config.current().environment == "testing":
        return
    with db.engine.connect() as connection:
        for words in assert_durable(connection):
            yield (error("settings", "%(words)s", words=words),)
        yield ()


def triggers_stand() -> Iterator[Faults]:
    """Look for every trigger that freezes rows, as it was made and switched on."""
    dialect = db.engine.dialect.name
    standing = _sqlite_triggers() if dialect == "sqlite" else _postgresql_triggers()
    for statement in schema.trigger_statements(dialect):
        found = _TRIGGER.match(statement)
        if found is None:
            continue
        name, table = found.groups()
        kept = standing.get((name, table))
        if kept is None:
            yield (error(table, "The trigger %(name)s is missing or switched off.", name=name),)
        elif dialect == "sqlite" and kept != statement:
            yield (error(table, "The trigger %(name)s is not as it was made.", name=name),)
        else:
            yield ()


def _sqlite_triggers() -> dict[tuple[str, str], str]:
    rows = db.session.execute(
        sa.text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"))
    return {(name, table): sql for name, table, sql in rows}


def _postgresql_triggers() -> dict[tuple[str, str], str]:
    rows = db.session.execute(sa.text(
        "SELECT tgname, relname, proname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " JOIN pg_proc ON pg_proc.oid = tgfoid WHERE NOT tgisinternal AND tgenabled = 'O'"
        " AND relnamespace = current_schema()::regnamespace"))
    return {(name, table): function for name, table, function in rows}


def constraints_stand() -> Iterator[Faults]:
    """Look for every constraint and index that is declared, by its name."""
    inspector = sa.inspect(db.session.connection())
    for table in Base.metadata.sorted_tables:
        standing = {found["name"] for listed in (
            inspector.get_foreign_keys, inspector.get_unique_constraints,
            inspector.get_check_constraints, inspector.get_indexes) for found in listed(table.name)}
        declared = {str(index.name) for index in table.indexes} | {
            str(constraint.name) for constraint in table.constraints
            if not isinstance(constraint, sa.PrimaryKeyConstraint)}
        yield tuple(error(table.name, "%(name)s is missing.", name=name)
                    for name in sorted(declared - standing))


def is_intact() -> Iterator[Faults]:
    """Have the database check its own pages and indexes, as far as it can while in use."""
    if db.engine.dialect.name == "sqlite":
        for (words,) in db.session.execute(sa.text("PRAGMA integrity_check")):
            yield () if words == "ok" else (error("database", "%(words)s", words=words),)
        return
    for (name,) in db.session.execute(sa.text(_POSTGRESQL_UNSOUND)):
        yield (error("database", "%(name)s is not valid.", name=name),)
    extensions = set(db.session.scalars(sa.text("SELECT extname FROM pg_extension")))
    if "amcheck" in extensions:
        yield from _b_trees()
    yield ()


def _b_trees() -> Iterator[Faults]:
    """Check every B-tree of ours, where the administrator has installed amcheck."""
    query = sa.text(
        "SELECT pg_class.oid::regclass::text FROM pg_class JOIN pg_am ON pg_am.oid = relam"
        " WHERE relkind = 'i' AND amname = 'btree'"
        " AND relnamespace = current_schema()::regnamespace")
    for name in db.session.scalars(query).all():
        try:
            with db.session.begin_nested():
                db.session.execute(sa.text("SELECT bt_index_check(CAST(:name AS regclass))"),
                                   {"name": name})
        except sa.exc.DBAPIError as broken:
            yield (error(name, "%(words)s", words=str(broken.orig)),)
        else:
            yield ()


def tables() -> tuple[str, ...]:
    """Return the names of all tables, those that others refer to first."""
    schema.load_models()
    return tuple(table.name for table in Base.metadata.sorted_tables)


def references(numbers: Sequence[int]) -> Iterator[Seen]:
    """Look in some of the tables for rows that point at a row that is not there, key by key."""
    for table in (Base.metadata.tables[tables()[number]] for number in numbers):
        for key in table.foreign_key_constraints:
            columns, target = ", ".join(key.column_keys), key.referred_table.name
            yield Seen("ORPHAN", tuple(
                error(f"{table.name} {_shown(row[len(key.elements):])}",
                      "%(columns)s %(values)s leads nowhere in %(target)s.", columns=columns,
                      values=_shown(row[:len(key.elements)]), target=target)
                for row in _dangling(table, key)))


def _dangling(table: sa.Table, key: sa.ForeignKeyConstraint) -> list[Any]:
    target = key.referred_table.alias()
    pairs = [(part.parent, target.c[part.column.name]) for part in key.elements]
    given = [ours.is_not(None) for ours, _theirs in pairs]
    there = sa.exists().where(*(ours == theirs for ours, theirs in pairs))
    columns = [*(ours for ours, _theirs in pairs), *table.primary_key.columns]
    return list(db.session.execute(sa.select(*columns).where(*given, ~there).limit(SHOWN)))


def uniqueness(numbers: Sequence[int]) -> Iterator[Seen]:
    """Count rows per key for everything that is declared unique, whether or not it is enforced."""
    for table in (Base.metadata.tables[tables()[number]] for number in numbers):
        for columns, condition in _unique_keys(table):
            count = sa.func.count()
            query = sa.select(*columns, count).group_by(*columns).having(count > 1)
            query = query.where(*(column.is_not(None) for column in columns))
            if condition is not None:
                query = query.where(condition)
            yield Seen("DOUBLE", tuple(
                error(table.name, "%(columns)s %(values)s stands %(count)s times.",
                      columns=", ".join(column.name for column in columns),
                      values=_shown(row[:-1]), count=row[-1])
                for row in db.session.execute(query.limit(SHOWN))))


def _unique_keys(table: sa.Table) -> Iterator[tuple[list[sa.Column[Any]], Any]]:
    """Return the columns of every key of a table, with the condition of a partial one."""
    for constraint in table.constraints:
        if isinstance(constraint, (sa.PrimaryKeyConstraint, sa.UniqueConstraint)):
            yield list(constraint.columns), None
    for index in table.indexes:
        if index.unique:
            yield list(index.columns), index.dialect_options["sqlite"]["where"]


def _shown(row: Any) -> str:
    return ", ".join(map(str, row))
