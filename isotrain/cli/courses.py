"""flask course: courses from folders."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.cli.running import writes
from isotrain.quizzes import loading

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("course", help="Load and update courses.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("load")
@click.argument("path", type=click.Path(path_type=Path))
@writes
def load(path: Path) -> None:
    """Load the course in the folder PATH, or bring a loaded one up to date."""
    click.echo(loading.load_course(path, by=Actor.command()))
