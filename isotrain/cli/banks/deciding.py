"""What is decided about the questions of a file by a command: one answer for all, or a table."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import click

from isotrain.banks.files.steps import OFFERED_ALIKE
from isotrain.cli.banks.files import SHOWN
from isotrain.errors import Refusal
from isotrain.i18n import _, ngettext, say_place
from isotrain.spreadsheet import csv_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from isotrain.banks.files.steps import Plan

_FORMULA = re.compile("^'(?=[=+@-])")  # set before what a spreadsheet would compute
COLUMNS = ("place", "effect", "key", "likeness", "decision", "question")


def decisions_in(file: Path) -> dict[str, str]:
    """Return what a table decides, by place; rows without a decision decide nothing."""
    text = file.read_text(encoding="utf-8-sig", errors="replace")
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text, newline=""),
                          delimiter=max(",;\t", key=first.count))  # as whoever saved it parts cells
    found: dict[str, str] = {}
    try:
        if not {"place", "decision"} <= set(rows.fieldnames or ()):
            raise Refusal(_("%(file)s needs the columns place and decision.", file=file))
        for row in rows:
            decision = (row["decision"] or "").strip()
            if decision and decision not in OFFERED_ALIKE:
                raise Refusal(_("%(file)s, line %(line)s: %(decision)s is none of: %(known)s.",
                                file=file, line=rows.line_num, decision=repr(decision),
                                known=", ".join(OFFERED_ALIKE)))
            if decision:
                found[_FORMULA.sub("", (row["place"] or "").strip())] = decision
    except csv.Error:
        raise Refusal(_("%(file)s is not a CSV file.", file=file)) from None
    return found


def refuse_strange(plan: Plan, decided: Mapping[str, str]) -> None:
    """Refuse decisions about what is not in the file, or that are not on offer for it."""
    offered = {step.draft.place: step.offered for step in plan.steps}
    strange = [place for place, decision in decided.items()
               if decision not in offered.get(place, ())]
    if strange:
        raise Refusal(_("This cannot be decided about: %(places)s.",
                        places=", ".join(strange[:SHOWN])))


def by_effect(plan: Plan, wanted: Mapping[str, str | None]) -> dict[str, str]:
    """Return one decision for all questions of an effect that nobody decided about."""
    return {step.draft.place: decision for step in plan.steps
            if (decision := wanted.get(step.effect)) and not step.decided}


def write_plan(plan: Plan, file: Path) -> None:
    """Write what would become of each question, to be decided about and brought back."""
    rows = ([step.draft.place, step.effect, step.meets.key if step.meets else "",
             str(step.like.percent) if step.like else "",
             step.chosen if step.offered else "", step.draft.title] for step in plan.steps)
    file.write_bytes(csv_file(list(COLUMNS), rows))
    click.echo(ngettext("%(num)s question written to %(file)s; nothing was imported.",
                        "%(num)s questions written to %(file)s; nothing was imported.",
                        len(plan.steps), file=file))


def print_alike(plan: Plan) -> None:
    """Print what looks like what, where nobody decided about it yet."""
    alike = [(step, step.like) for step in plan.steps if step.effect == "alike" and step.like]
    for step, like in alike[:SHOWN]:
        click.echo(_("%(place)s looks like %(key)s (%(percent)s %%): %(title)s",
                     place=say_place(step.draft.place), key=like.standing.key,
                     percent=like.percent, title=step.draft.title), err=True)
    if alike:
        click.echo(_("Say with --alike whether they change those of the bank; one by one with"
                     " --plan and --decisions."), err=True)
