"""Runs one migration per transaction, with SQLite's foreign keys off before it begins.

A batch copy on SQLite with foreign keys on deletes children without a word, and drops triggers; so
keys are off while tables are rebuilt and on again afterwards, and before the commit keys, rows and
triggers are compared with what stood there before.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context

from isotrain.db import Base, writing

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"


def _set_foreign_keys(state: str) -> None:
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA query_only=OFF")
    connection.info.pop("reading", None)
    raw.execute(f"PRAGMA foreign_keys={state}")


if sqlite:
    connection.rollback()
    _set_foreign_keys("OFF")


def _standing() -> dict[str, int | None]:
    """Return how many rows each table has, and the names of the triggers."""
    inspector = sa.inspect(connection)
    quote = connection.dialect.identifier_preparer.quote
    tables = {
        name: connection.exec_driver_sql(f"SELECT COUNT(*) FROM {quote(name)}").scalar()  # noqa: S608
        for name in inspector.get_table_names() if name != "alembic_version"
    }
    triggers = connection.exec_driver_sql(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'" if sqlite
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
    return {**tables, **dict.fromkeys(triggers.scalars())}


def _check_step(*, step: Any, **_more: object) -> None:
    """Runs at the end of every step, inside its transaction: nothing was lost unawares.

    A migration that means to remove rows, tables or triggers names them in `removes`.
    """
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() if sqlite else []
    if broken:
        raise RuntimeError(f"foreign keys are broken after the migration: {broken[:5]}")
    after = _standing()
    meant = getattr(step.up_revision.module, "removes", ())
    lost = [name for name, count in standing.items()
            if name not in meant and (name not in after or (after[name] or 0) < (count or 0))]
    if lost:
        raise RuntimeError(f"the migration loses rows or triggers of: {', '.join(lost)}")
    standing.clear()
    standing.update(after)


standing = _standing()
connection.rollback()
try:
    with writing():
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=sqlite,
            transaction_per_migration=True,
            on_version_apply=_check_step,  # type: ignore[arg-type]
        )
        with context.begin_transaction():
            context.run_migrations()
finally:
    if sqlite:
        connection.rollback()
        _set_foreign_keys("ON")
