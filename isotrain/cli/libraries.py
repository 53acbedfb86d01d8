"""flask library: what libraries there are, and who looks after them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.cli.members import member_group
from isotrain.cli.running import reads
from isotrain.i18n import _
from isotrain.study import library, membership

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("library", help="Say what libraries there are and who looks after them.")
group.add_command(member_group(
    membership.LIBRARY, lambda slug: library.get_library(slug, member=None).id))


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@reads
def list_() -> None:
    """List the libraries with how many trainers look after each."""
    for each in library.list_libraries(None):
        click.echo(f"{each.slug:<28} {each.title}: {each.members or _('nobody')}")
