"""Whether this process can serve: the database answers, its schema and settings are right."""

from __future__ import annotations

import shutil
import time

from flask import current_app
from sqlalchemy.exc import SQLAlchemyError

from isotrain import config, private, schema
from isotrain.db import assert_durable, db
from isotrain.errors import Unready
from isotrain.i18n import _


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


def weaknesses(*, forwarded: bool) -> list[str]:
    """Say what makes it easier than it need be to break in; `forwarded` by a proxy is who asks."""
    installation = config.current()
    said = [
        (not installation.production,
         _("This is a development installation. Keep no real people in it.")),
        (installation.production and not installation.secure_cookies,
         _("Pages travel in plain. Set ISOTRAIN_PUBLIC_URL to an address with https.")),
        (bool(installation.former_keys),
         _("Cookies of former keys are still taken. A day after the change remove"
           " ISOTRAIN_FORMER_SECRET_KEYS.")),
        (forwarded and not installation.proxies,
         _("A proxy stands in front and ISOTRAIN_PROXIES is 0, so everybody seems to come from"
           " one address. Set it to the number of proxies.")),
        (not forwarded and bool(installation.proxies),
         _("ISOTRAIN_PROXIES says that a proxy stands in front, but this request came without one."
           " Let nobody reach the server past the proxy.")),
    ]
    open_files = private.open_to_others(installation.instance)
    said.append((bool(open_files),
                 _("Others on this machine can open %(files)s in the folder of the installation.",
                   files=", ".join(open_files[:5]))))
    return [sentence for holds, sentence in said if holds]


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
