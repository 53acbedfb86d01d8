"""flask bank check and score: what a question file holds; they need no database."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import with_appcontext

from isotrain import formats
from isotrain.banks.files import annotating
from isotrain.cli.banks.files import (
    file_argument,
    given,
    given_argument,
    print_problems,
    reading_option,
)
from isotrain.errors import Refusal
from isotrain.formats import child
from isotrain.formats.contract import Unreadable
from isotrain.formats.scoring import known_bugs, scores
from isotrain.i18n import _, ngettext, say
from isotrain.questions import find_type

if TYPE_CHECKING:
    from isotrain.formats.model import Import
    from isotrain.formats.scoring.comparing import Score

ERRORS, UNREADABLE = 1, 2
KNOWN_BUGS = Path(__file__).parents[3] / "tests/formats/reference_bugs.json"


@click.command("check")
@click.argument("file", type=given_argument)
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@reading_option
@click.option("--annotated", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path),
              help="Write a copy of the workbook with the problems in its cells.")
@with_appcontext
def check(file: Path, as_json: bool, readings: dict[str, str], annotated: Path | None) -> None:
    """Say what a question file holds and what is wrong with it; needs no database.

    FILE may be -, for the standard input.

    Exits with 0, with 1 when there are errors or something is to be chosen, with 2 when the file
    cannot be read.
    """
    data, name = given(file)
    try:
        imported = child.parse(data, name, readings=readings)
    except Unreadable as unreadable:
        problems = [formats.problem_report(unreadable.problem)]
        if as_json:
            _print_json({"format": "", "questions": [], "problems": problems})
        else:
            print_problems([unreadable.problem])
        sys.exit(UNREADABLE)
    if as_json:
        _print_json(formats.report(imported))
    else:
        _print_summary(imported)
        print_problems(imported.problems)
    if annotated:
        _annotate(annotated, data, name, imported)
    sys.exit(ERRORS if imported.errors else 0)


@click.command("score")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--known", type=file_argument, default=None,
              help="A JSON file naming the questions at which the other program is wrong.")
@click.option("--list", "listed", is_flag=True, help="Print every disagreement.")
@with_appcontext
def score(folder: Path, known: Path | None, listed: bool) -> None:
    """Say how far files in FOLDER are read as other programs read them; needs no database.

    The files stand in FOLDER/FORMAT/SOURCE/, what another program made of each in
    FOLDER/expected/FORMAT/SOURCE/FILE.PROGRAM.json.
    """
    for name, counted in scores(folder, known_bugs(known or KNOWN_BUGS)):
        click.echo(_told_score(name, counted))
        for line in counted.disagreements if listed else ():
            click.echo(f"  {line}")


def _told_score(name: str, counted: Score) -> str:
    parts = {part: counted.part(part) for part in ("number", "type", "right", "shares", "kept")}
    told = {part: "-" if share is None else f"{share:.2%}" for part, share in parts.items()}
    return _("%(format)s: files %(files)s, questions %(questions)s; number %(number)s,"
             " type %(type)s, right answers %(right)s, shares %(shares)s; kept %(kept)s;"
             " wrong keys: %(wrong)s, silent losses: %(lost)s",
             format=name, files=counted.counts["files"], questions=counted.counts["questions"],
             wrong=counted.counts["wrong keys"], lost=counted.counts["silent losses"], **told)
def _annotate(out: Path, data: bytes, name: str, imported: Import) -> None:
    try:
        out.write_bytes(annotating.annotated(data, name, imported.problems))
    except Refusal as refusal:
        click.echo(str(refusal), err=True)
        sys.exit(UNREADABLE)


def _print_json(report: dict[str, object]) -> None:
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))


def _print_summary(imported: Import) -> None:
    kinds = Counter(draft.type for draft in imported.questions)
    told = ", ".join(f"{say(type_.label) if (type_ := find_type(kind)) else kind}: {number}"
                     for kind, number in sorted(kinds.items()))
    count = ngettext("%(num)s question", "%(num)s questions", len(imported.questions))
    click.echo(f"{imported.format}: {count}" + (f" ({told})" if told else ""))
