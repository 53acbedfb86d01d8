"""flask people: people files and access sheets from the command line."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask import current_app
from flask.cli import AppGroup
from markupsafe import Markup

from isotrain.accounts import inviting, linking
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads, writes
from isotrain.cli.saying import a_day, counting, line_of
from isotrain.errors import Refusal
from isotrain.i18n import _, ngettext, say
from isotrain.jobs.stepping import Watch
from isotrain.people import directory, locating, printing
from isotrain.people.directory import Filter
from isotrain.people.files import applying, importing, planning, writing
from isotrain.people.files.importing import Upload
from isotrain.people.files.plan import Options
from isotrain.settings import house
from isotrain.web.assets import shelf
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask

    from isotrain.people.files.plan import Plan
    from isotrain.people.files.rules import PeopleFile

group = AppGroup("people", help="Import people, print their access sheets, say where sites lie.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--check", is_flag=True, help="Only say what would change.")
@click.option("--complete", is_flag=True,
              help="The file names everybody: whoever is missing has left.")
@click.option("--effective-on", type=a_day, metavar="DATE",
              help="The day from which the file holds.  [default: today]")
@click.option("--answer", "answers", multiple=True, metavar="KEY=ANSWER",
              help="The answer to something that was asked; may be given several times.")
@reads
def import_(file: Path, check: bool, complete: bool, effective_on: date | None,
            answers: tuple[str, ...]) -> None:
    """Check a CSV or XLSX file of people as a whole, then apply it.

    A large one is applied a few people at a time; where that is broken off, the same command
    again does the rest.
    """
    taken = Upload(file.name, file.read_bytes())
    people = importing.take(taken, reader=None)
    unclear = [answer for answer in answers if "=" not in answer]
    if unclear:
        raise Refusal(_("%(answer)s is no KEY=ANSWER.", answer=repr(unclear[0])))
    options = Options(complete=complete,
                      effective_on=effective_on or house.today(),
                      answers=dict(answer.rpartition("=")[::2] for answer in answers))
    _import(people, options, taken, check=check)


def _import(people: PeopleFile, options: Options, taken: Upload, *, check: bool) -> None:
    plan = planning.plan(people, options, by=Actor.command())
    if unfinished := applying.told_unfinished():
        click.echo(unfinished)
    for problem in (*plan.faults, *plan.notices):
        click.echo(line_of(problem))
    if plan.faults:
        raise Refusal(ngettext("%(num)s fault. Nothing was changed.",
                               "%(num)s faults. Nothing was changed.", len(plan.faults)))
    _preview(plan)
    if plan.questions:
        raise Refusal(_open_questions(plan, options))
    if check:
        click.echo(_("Checked only; nothing was changed."))
        return
    with counting(writing.size(plan)) as count:
        done = applying.apply(people, options, taken, by=Actor.command(), transaction=transaction,
                              watch=Watch(count))
    click.echo(_("Applied.") if done else _("Nothing to change."))


def _open_questions(plan: Plan, options: Options) -> str:
    wrong = [_("%(answer)s is no answer to %(key)s.", key=question.key,
               answer=repr(options.answers[question.key]))
             for question in plan.questions if question.key in options.answers]
    example = f'--answer "{plan.questions[0].key}=..."'
    return " ".join([*wrong, ngettext(
        "%(num)s question. Answer it, as with %(example)s.",
        "%(num)s questions. Answer each, as with %(example)s.", len(plan.questions),
        example=example)])


def _preview(plan: Plan) -> None:
    for word, entries in ((_("new"), plan.new), (_("back"), plan.back),
                          (_("changed"), plan.changed)):
        for entry in entries:
            changes = ", ".join(f"{column}: {before or '-'} > {after or '-'}"
                                for column, before, after in entry.changes)
            click.echo(f"{word}: {entry.person.personnel_no} {entry.person.name}"
                       + (f" ({changes})" if changes else ""))
    for move in plan.moves:
        click.echo(ngettext(
            "moves: %(name)s from %(before)s to %(after)s with %(num)s person",
            "moves: %(name)s from %(before)s to %(after)s with %(num)s people", move.people,
            name=move.name, before=move.before or "-", after=move.after or "-"))
    for site, zone in plan.zones.items():
        click.echo(_("time zone of %(site)s: %(before)s > %(after)s", site=site,
                     before=plan.knowledge.zones.get(site) or "-", after=zone or "-"))
    for known, day in plan.left:
        click.echo(_("left: %(number)s %(name)s (%(day)s)", number=known.person.personnel_no,
                     name=known.person.name, day=day))
    for question in plan.questions:
        choices = ", ".join(f"{value or '-'} ({label})" for value, label in question.choices)
        click.echo(_("question %(key)s: %(question)s %(choices)s", key=question.key,
                     question=say(question.template, question.params), choices=choices))
    click.echo(_("%(new)s new, %(back)s back, %(changed)s changed, %(unchanged)s unchanged,"
                 " %(left)s left.", new=len(plan.new), back=len(plan.back),
                 changed=len(plan.changed), unchanged=plan.unchanged, left=len(plan.left)))


@group.command("access-sheets")
@click.option("--unit", metavar="CODE", help="Only this unit and those below it.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, writable=True,
                                                       path_type=Path), metavar="FILE")
@reads
def access_sheets(unit: str | None, out: Path) -> None:
    """Write an HTML page to print for everybody without a password, each with a one-time link.

    Who has an address is sent theirs instead, where mail can be sent.
    """
    unit_id = None
    if unit is not None:
        unit_id = directory.find_unit(unit)
        if unit_id is None:
            raise Refusal(_("There is no unit %(code)s.", code=repr(unit)))
    people = directory.list_ids(Filter(unit_id=unit_id, state="no_password"))
    if not people:
        raise Refusal(_("Everybody there has a password."))
    # First the file: new links end the ones before, and would be lost without it.
    descriptor = os.open(out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        mailable = set(inviting.list_mailable(people))
        if mailable:
            inviting.invite_each(mailable, by=Actor.command(), transaction=transaction)
        links = linking.make_each([one for one in people if one not in mailable],
                                  by=Actor.command(), transaction=transaction)
        sheets = printing.sheets(links)
        template = current_app.jinja_env.get_template("people/sheets_file.html")
        file.write(template.render(sheets=sheets, style=_style()))
    if mailable:
        click.echo(ngettext("%(num)s link is on its way by mail.",
                            "%(num)s links are on their way by mail.", len(mailable)))
    click.echo(ngettext(
        "%(num)s sheet in %(file)s. Print it and delete it: it holds live links.",
        "%(num)s sheets in %(file)s. Print it and delete it: it holds live links.", len(sheets),
        file=out))


@group.command("sites")
@reads
def sites() -> None:
    """List every site with its time zone; without one its days are the organization's."""
    click.echo(_("The organization's days are those of %(zone)s.", zone=house.zone().key))
    for site in locating.list_sites():
        click.echo(f"{site.code:<20} {site.time_zone or '-':<32} {site.name}")


@group.command("locate-site")
@click.argument("code")
@click.argument("time_zone", default="")
@writes
def locate_site(code: str, time_zone: str) -> None:
    """Give site CODE a TIME_ZONE such as Europe/Berlin; without one, the organization's."""
    site = locating.get_by_code(code)
    if locating.locate(site, time_zone, by=Actor.command()):
        click.echo(_("%(site)s: days begin and end in %(zone)s.", site=site.name,
                     zone=site.time_zone or house.zone().key))
    else:
        click.echo(_("Nothing changed."))


def _style() -> Markup:
    """Put the style sheets that a printed page needs into the page itself."""
    folder = shelf.FOLDER / "css"
    text = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8")
                     for name in ("tokens", "base", "people", "print"))
    return Markup("<style>{}</style>").format(Markup(text))  # noqa: S704  (our own files)
