"""flask quiz: which quizzes there are, and closing one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.errors import NotFound
from isotrain.i18n import _, say
from isotrain.quizzes import retiring
from isotrain.text import N_

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.quizzes.models import Quiz

group = AppGroup("quiz", help="Show quizzes, and close one.")
STATES = {"closed": N_("closed"), "open": N_("published"), "new": N_("never published")}


def install(app: Flask) -> None:
    app.cli.add_command(group)


def _state(quiz: Quiz) -> str:
    if quiz.retired_at is not None:
        return say(STATES["closed"])
    return say(STATES["open" if quiz.published_version_id else "new"])


@group.command("list")
@reads
def list_() -> None:
    """List all quizzes, those that are closed at the end."""
    for quiz, title in retiring.list_titles():
        click.echo(f"{quiz.slug:<28} {title} ({_state(quiz)})")


@group.command("close")
@click.argument("slug")
@writes
def close(slug: str) -> None:
    """Close the quiz SLUG for good: nobody starts it any more, what is open goes on to its end."""
    found = next((quiz for quiz, _title in retiring.list_titles() if quiz.slug == slug), None)
    if found is None:
        raise NotFound(_("There is no quiz %(slug)s.", slug=slug))
    retiring.retire(found.id, by=Actor.command())
    click.echo(_("Closed."))
