"""flask people: people files and access sheets from the command line."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.cli.running import writes
from isotrain.errors import Refusal
from isotrain.people import applying, importing, planning
from isotrain.people.checking import Options

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.people.planning import Plan

group = AppGroup("people", help="Import people and print their access sheets.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what would change.")
@click.option("--complete", is_flag=True,
              help="The file names everybody: whoever is missing has left.")
@click.option("--effective-on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE",
              help="The day from which the file holds.  [default: today]")
@writes
def import_(file: Path, check: bool, complete: bool, effective_on: datetime | None) -> None:
    """Check a CSV or XLSX file of people as a whole, then apply it in one transaction."""
    data = file.read_bytes()
    people = importing.read(data)
    options = Options(complete=complete,
                      effective_on=effective_on.date() if effective_on else clock.today())
    plan = planning.plan(people, options, by=Actor.command())
    for problem in plan.problems:
        hint = problem.hint % problem.params
        click.echo(f"{problem.severity}: {problem.place}: {problem.message} {hint}".rstrip())
    if plan.faults:
        raise Refusal(f"{len(plan.faults)} faults. Nothing was changed.")
    _preview(plan)
    if check:
        click.echo("Checked only; nothing was changed.")
    elif applying.apply(people, options, name=file.name, data=data, by=Actor.command()):
        click.echo("Applied.")
    else:
        click.echo("Nothing to change.")


def _preview(plan: Plan) -> None:
    for word, entries in (("new", plan.new), ("back", plan.back), ("changed", plan.changed)):
        for entry in entries:
            changes = ", ".join(f"{column}: {before or '-'} > {after or '-'}"
                                for column, before, after in entry.changes)
            click.echo(f"{word}: {entry.person.personnel_no} {entry.person.name}"
                       + (f" ({changes})" if changes else ""))
    for known, day in plan.left:
        click.echo(f"left: {known.person.personnel_no} {known.person.name} ({day})")
    click.echo(f"{len(plan.new)} new, {len(plan.back)} back, {len(plan.changed)} changed,"
               f" {plan.unchanged} unchanged, {len(plan.left)} left.")
