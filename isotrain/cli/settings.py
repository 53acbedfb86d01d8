"""flask settings: what the organization decides, its history, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.i18n import _
from isotrain.settings import changing, history
from isotrain.settings.definitions import BY_NAME
from isotrain.zone_words import format_exactly

if TYPE_CHECKING:
    from flask import Flask

group = AppGroup("settings", help="Show and change what the organization decides.")
name_choice = click.Choice(list(BY_NAME))


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("list")
@reads
def list_() -> None:
    """List every setting with its value."""
    for present in history.list_present():
        unit = f" {present.definition.unit}" if present.definition.unit else ""
        click.echo(f"{present.definition.name:<20} {present.text or _('(empty)')}{unit}")


@group.command("show")
@click.argument("name", type=name_choice)
@reads
def show(name: str) -> None:
    """Say what a setting does, and what it was when, newest first."""
    setting = BY_NAME[name]
    click.echo(f"{setting.label}. {setting.sentence}")
    for row in history.list_changes(setting):
        who = row.actor_kind if row.actor_id is None else f"{row.actor_kind} {row.actor_id}"
        click.echo(f"{format_exactly(row.changed_at)}  {who}: {row.before or '-'} >"
                   f" {row.after or _('(empty)')}. {row.reason}")


@group.command("set")
@click.argument("name", type=name_choice)
@click.argument("value")
@click.option("--reason", required=True, help="Why, in a sentence.")
@writes
def set_(name: str, value: str, reason: str) -> None:
    """Give a setting another value."""
    setting = BY_NAME[name]
    base = history.present(setting).number
    row = changing.change(setting, value, base=base, reason=reason, by=Actor.command())
    click.echo(f"{name}: {row.before or _('(empty)')} > {row.after or _('(empty)')}")
