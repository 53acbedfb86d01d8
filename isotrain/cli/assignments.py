"""flask assign: courses for people, with a due date."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from isotrain.assignments import assigning
from isotrain.audit.noting import Actor
from isotrain.cli.running import reads
from isotrain.cli.saying import a_day
from isotrain.errors import Refusal
from isotrain.i18n import _, ngettext
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from flask import Flask


def install(app: Flask) -> None:
    app.cli.add_command(assign)


@click.command("assign")
@click.argument("course")
@click.option("--everybody", is_flag=True, help="Everybody with an active account.")
@click.option("--unit", metavar="CODE", help="A unit, with the units below it.")
@click.option("--person", "people", multiple=True, metavar="NAME",
              help="A personnel number or e-mail address; can be given more than once.")
@click.option("--due", required=True, type=a_day, metavar="YYYY-MM-DD")
@click.option("--joiner-days", type=click.IntRange(0, assigning.LONGEST_JOINER_DAYS),
              default=assigning.JOINER_DAYS, show_default=True,
              help="At least so many days for those who join later.")
@reads
def assign(course: str, everybody: bool, unit: str | None, people: tuple[str, ...],
           due: date, joiner_days: int) -> None:
    """Assign COURSE to everybody, a unit or single people, to be completed by a day."""
    if (everybody, bool(unit), bool(people)).count(True) != 1:
        raise Refusal(_("Name exactly one: --everybody, --unit CODE or --person NAME."))
    by, course_id = Actor.command(), assigning.get_course(course)
    if people:
        count = len(assigning.assign_each(people, course_id=course_id, due_on=due, by=by,
                                          transaction=transaction))
    else:
        rule = assigning.assign(
            course_id=course_id, target="unit" if unit else "everybody",
            unit_id=assigning.get_unit(unit) if unit else None, due_on=due,
            joiner_days=joiner_days, by=by, transaction=transaction)
        count = assigning.count_people(rule.id)
    click.echo(ngettext("Assigned to %(num)s person, due %(day)s.",
                        "Assigned to %(num)s people, due %(day)s.", count, day=due))
