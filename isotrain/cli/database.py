"""flask db: the schema of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain import schema
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads
from isotrain.db import db
from isotrain.i18n import _
from isotrain.settings import seeding
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("db", help="Prepare and upgrade the database.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("upgrade")
@click.option("--quiet", is_flag=True, help="Say nothing when all is well.")
@reads
def upgrade(quiet: bool) -> None:
    """Bring the database to the schema of this version, give new settings their first value."""
    schema.upgrade(db.engine)
    with transaction():
        seeding.seed(by=Actor.command())
    if not quiet:
        click.echo(_("The database has schema %(schema)s.", schema=schema.head()))


@group.command("status")
@reads
def status() -> None:
    """Say which schema the database has and which this version needs."""
    with db.engine.connect() as connection:
        found = schema.current(connection)
    click.echo(_("database: %(found)s  code: %(needed)s", found=found or _("empty"),
                 needed=schema.head()))
