"""flask edition: standards and their editions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.standards import directory, loading

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("edition", help="List and load standards and their editions.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@reads
def list_() -> None:
    """List every edition with where it stands today."""
    for edition in directory.list_editions(clock.today()):
        dates = edition.dates
        ends = dates.certificates_until
        until = f", certificates until {ends}" if ends else ""
        click.echo(f"{edition.code:18} {edition.state.replace('_', ' '):15} {edition.label}{until}")


@group.command("load")
@click.argument("path", type=click.Path(path_type=Path), default=loading.SHIPPED)
@writes
def load(path: Path) -> None:
    """Bring the editions to what a file says: the one that comes with Isotrain, or PATH.

    Days that were looked up later than those of the file stay as they are.
    """
    changed = loading.load(loading.read(path), by=Actor.command())
    click.echo(f"New or changed: {', '.join(changed)}." if changed else "Nothing changed.")
