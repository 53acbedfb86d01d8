"""Whether this process can serve: the database answers, its schema and settings are right."""

from __future__ import annotations

import shutil
import time

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from isotrain import config, schema
from isotrain.db import assert_durable, db
from isotrain.errors import Unready


def problems(patience: float = 0.0) -> list[str]:
    """Return what keeps this process from serving; empty when nothing does.

    A database that cannot be reached is asked again for `patience` seconds: it may be starting.
    """
    end = time.monotonic() + patience
    while True:
        try:
            return _faults()
        except SQLAlchemyError as error:
            if time.monotonic() >= end:
                return [type(error).__name__]
        time.sleep(0.25)


def _faults() -> list[str]:
    try:
        schema.assert_current(db.engine)
    except Unready as error:
        return [str(error)]
    if not current_app.config["DURABLE"]:
        return []
    with db.engine.connect() as connection:
        return assert_durable(connection)


def facts() -> dict[str, str | float | None]:
    """Return what an administrator wants to know of this installation."""
    with db.engine.connect() as connection:
        found = schema.current(connection)
    instance = config.current().instance
    free = shutil.disk_usage(instance)
    return {
        "database": {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name],
        "schema": found,
        "disk_free_percent": round(100 * free.free / free.total),
        "disk_free_gib": round(free.free / 2**30, 1),
    }
