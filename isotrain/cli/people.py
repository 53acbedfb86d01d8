"""flask people: people files and access sheets from the command line."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup
from markupsafe import Markup

from isotrain import clock
from isotrain.accounts import linking
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads
from isotrain.errors import Refusal
from isotrain.people import directory, printing
from isotrain.people.directory import Filter
from isotrain.people.files import applying, importing, planning
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options
from isotrain.web.assets import shelf
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.people.files.plan import Plan
    from isotrain.people.files.rules import PeopleFile

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
@click.option("--answer", "answers", multiple=True, metavar="KEY=ANSWER",
              help="The answer to something that was asked; may be given several times.")
@reads
def import_(file: Path, check: bool, complete: bool, effective_on: datetime | None,
            answers: tuple[str, ...]) -> None:
    """Check a CSV or XLSX file of people as a whole, then apply it in one transaction."""
    taken = Upload(file.name, file.read_bytes())
    people = importing.read(taken.data)
    options = Options(complete=complete,
                      effective_on=effective_on.date() if effective_on else clock.today(),
                      answers=dict(answer.rpartition("=")[::2] for answer in answers))
    with transaction():
        _import(people, options, taken, check=check)


def _import(people: PeopleFile, options: Options, taken: Upload, *, check: bool) -> None:
    plan = planning.plan(people, options, by=Actor.command())
    for problem in (*plan.faults, *plan.notices):
        hint = problem.hint % problem.params
        click.echo(f"{problem.severity}: {problem.place}: {problem.message} {hint}".rstrip())
    if plan.faults:
        raise Refusal(f"{len(plan.faults)} faults. Nothing was changed.")
    _preview(plan)
    if plan.questions:
        raise Refusal(f"{len(plan.questions)} questions. Answer them with --answer.")
    if check:
        click.echo("Checked only; nothing was changed.")
    elif applying.apply(people, options, taken, by=Actor.command()):
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
    for move in plan.moves:
        click.echo(f"moves: {move.name} from {move.before or '-'} to {move.after or '-'}"
                   f" with {move.people} people")
    for known, day in plan.left:
        click.echo(f"left: {known.person.personnel_no} {known.person.name} ({day})")
    for question in plan.questions:
        choices = ", ".join(f"{value or '-'} ({label})" for value, label in question.choices)
        click.echo(f"question {question.key}: {question.template % question.params} {choices}")
    click.echo(f"{len(plan.new)} new, {len(plan.back)} back, {len(plan.changed)} changed,"
               f" {plan.unchanged} unchanged, {len(plan.left)} left.")


@group.command("access-sheets")
@click.option("--unit", metavar="CODE", help="Only this unit and those below it.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True,
                                                       path_type=Path), metavar="FILE")
@reads
def access_sheets(unit: str | None, out: Path) -> None:
    """Write an HTML page to print for everybody without a password, each with a one-time link."""
    unit_id = None
    if unit is not None:
        unit_id = directory.find_unit(unit)
        if unit_id is None:
            raise Refusal(f"There is no unit {unit!r}.")
    people = directory.list_ids(Filter(unit_id=unit_id, state="no_password"))
    if not people:
        raise Refusal("Everybody there has a password.")
    with transaction():
        links = linking.make(people, by=Actor.command())
    sheets = printing.sheets(links)
    template = current_app.jinja_env.get_template("people/sheets_file.html")
    page = template.render(sheets=sheets, style=_style())
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(page)
    click.echo(f"{len(sheets)} sheets in {out}. Print it and delete it: it holds live links.")


def _style() -> Markup:
    """Put the style sheets that a printed page needs into the page itself."""
    folder = shelf.FOLDER / "css"
    text = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8")
                     for name in ("tokens", "base", "people", "print"))
    return Markup("<style>{}</style>").format(Markup(text))  # noqa: S704  (our own files)
