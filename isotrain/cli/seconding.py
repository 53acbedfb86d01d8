"""flask confirm: what waits for a second person, from the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.i18n import _
from isotrain.seconding import settling, waiting

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.seconding.waiting import Waiting

group = AppGroup("confirm", help="Confirm what somebody asked for; whoever runs commands is one"
                                 " person.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@reads
def list_() -> None:
    """List what waits for a second person, and what commands asked for."""
    by = Actor.command()
    mine = waiting.list_confirmable(by=by)
    asked = [each for each in waiting.list_asked(by=by) if each.told is not None]
    for each in (*mine, *asked):
        _print(each)
    if not mine and not asked:
        click.echo(_("Nothing waits for a second person."))


def _print(found: Waiting) -> None:
    row, told = found.proposal, found.told
    click.echo(f"{row.id}  {found.label}: {told.title if told else '-'}"
               f"  ({found.asker}, {row.asked_at:%Y-%m-%d %H:%M} UTC)")
    for change in told.changes if told else ():
        click.echo(f"    {change.label}: {change.before or '-'} > {change.after or '-'}")
    if row.reason:
        click.echo(f"    {row.reason}")


@group.command("accept")
@click.argument("proposal_id", type=int)
@writes
def accept(proposal_id: int) -> None:
    """Do what was asked for under this number."""
    done = settling.confirm(proposal_id, by=Actor.command())
    click.echo(_("Confirmed and done.") if done else _(
        "Nothing was done: since this was asked, what it is about has changed."))


@group.command("decline")
@click.argument("proposal_id", type=int)
@click.option("--reason", required=True, help="Why, in a sentence; who asked can read it.")
@writes
def decline(proposal_id: int, reason: str) -> None:
    """Refuse what was asked for under this number."""
    settling.decline(proposal_id, reason=reason, by=Actor.command())
    click.echo(_("Declined."))


@group.command("withdraw")
@click.argument("proposal_id", type=int)
@writes
def withdraw(proposal_id: int) -> None:
    """Take back what a command asked for under this number."""
    settling.withdraw(proposal_id, by=Actor.command())
    click.echo(_("Withdrawn."))
