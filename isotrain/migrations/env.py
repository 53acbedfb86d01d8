"""Runs one migration per transaction, with SQLite's foreign keys off before it begins.

A batch copy on SQLite with foreign keys on deletes children without a word; so keys are off while
tables are rebuilt, checked before the commit, and on again afterwards.
"""

from __future__ import annotations

from alembic import context

from isotrain.db import Base, writing

connection = context.config.attributes["connection"]
sqlite = connection.dialect.name == "sqlite"


def _set_foreign_keys(state: str) -> None:
    raw = connection.connection.dbapi_connection
    raw.execute("PRAGMA query_only=OFF")
    raw.execute(f"PRAGMA foreign_keys={state}")


if sqlite:
    connection.rollback()
    _set_foreign_keys("OFF")


def _check_foreign_keys(**_step: object) -> None:
    """Runs at the end of every step, inside its transaction."""
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() if sqlite else []
    if broken:
        raise RuntimeError(f"foreign keys are broken after the migration: {broken[:5]}")


with writing():
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=sqlite,
        transaction_per_migration=True,
        on_version_apply=_check_foreign_keys,
    )
    with context.begin_transaction():
        context.run_migrations()
if sqlite:
    connection.rollback()
    _set_foreign_keys("ON")
