"""Whether this process can serve: the database answers, its schema and settings are right."""

from __future__ import annotations

import shutil
from typing import Any

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from isotrain import schema
from isotrain.db import assert_durable, db
from isotrain.errors import Unready


def problems() -> list[str]:
    """Return what keeps this process from serving; empty when nothing does."""
    try:
        schema.assert_current(db.engine)
        if current_app.config["DURABLE"]:
            with db.engine.connect() as connection:
                return assert_durable(connection)
    except Unready as error:
        return [str(error)]
    except SQLAlchemyError as error:
        return [type(error).__name__]
    return []


def facts() -> dict[str, Any]:
    """Return what an administrator wants to know of this installation."""
    with db.engine.connect() as connection:
        found = schema.current(connection)
    instance = current_app.config["SETTINGS"].instance
    free = shutil.disk_usage(instance)
    return {
        "database": {"sqlite": "SQLite", "postgresql": "PostgreSQL"}[db.engine.dialect.name],
        "schema": found,
        "disk_free_percent": round(100 * free.free / free.total),
        "disk_free_gib": round(free.free / 2**30, 1),
    }
