"""flask edition: standards and their editions."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.i18n import _, say
from isotrain.settings import house
from isotrain.standards import certified, directory, loading
from isotrain.text import N_

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("edition", help="List and load standards and their editions.")

STATES = {"unpublished": N_("not published yet"), "in_force": N_("in force"),
          "being_replaced": N_("being replaced"), "withdrawn": N_("withdrawn")}


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@reads
def list_() -> None:
    """List every edition with where it stands today."""
    ours = {edition.code for edition in certified.list_certified()}
    for edition in directory.list_editions(house.today()):
        dates = edition.dates
        ends = dates.certificates_until
        until = ", " + _("certificates until %(day)s", day=ends) if ends else ""
        mark = ", " + _("the organization is certified to it") if edition.code in ours else ""
        state = say(STATES[edition.state])
        click.echo(f"{edition.code:18} {state:15} {edition.label}{until}{mark}")


@group.command("load")
@click.argument("path", type=click.Path(path_type=Path), default=loading.SHIPPED)
@writes
def load(path: Path) -> None:
    """Bring the editions to what a file says: the one that comes with Isotrain, or PATH.

    Days that were looked up later than those of the file stay as they are.
    """
    changed = loading.load(loading.read(path), by=Actor.command())
    click.echo(_("New or changed: %(codes)s.", codes=", ".join(changed)) if changed
               else _("Nothing changed."))
