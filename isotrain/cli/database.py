"""flask db: the schema of the database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain import schema
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads
from isotrain.db import db
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
        click.echo(f"The database has schema {schema.head()}.")


@group.command("status")
@reads
def status() -> None:
    """Say which schema the database has and which this version needs."""
    with db.engine.connect() as connection:
        found = schema.current(connection)
    click.echo(f"database: {found or 'empty'}  code: {schema.head()}")
