"""flask bank: question files and banks from the command line."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click
from flask.cli import AppGroup

from isotrain import formats
from isotrain.audit.noting import Actor
from isotrain.banks import approving, directory, inventory, rules, tending, translating
from isotrain.banks.files import annotating, applying, choosing, exporting, importing, planning
from isotrain.banks.files.applying import Applied
from isotrain.banks.models import Bank
from isotrain.banks.pooling import EVERY
from isotrain.banks.rules import DIFFICULTIES, USES, Defaults
from isotrain.banks.tending import Described
from isotrain.cli.members import member_group
from isotrain.cli.running import reads, writes
from isotrain.cli.saying import counting, line_of
from isotrain.errors import NotFound, Refusal
from isotrain.formats import child
from isotrain.formats.contract import ARCHIVES, SIZE_LIMIT, Unreadable
from isotrain.formats.scoring import known_bugs, scores
from isotrain.i18n import _, ngettext, say
from isotrain.jobs.stepping import Pace, Watch, step
from isotrain.questions import find_type
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from flask import Flask

    from isotrain.formats.model import Import
    from isotrain.formats.scoring.comparing import Score
    from isotrain.questions.problem import Problem

ERRORS, UNREADABLE = 1, 2
CHOOSES = "--reading"
SHOWN = 50
KNOWN_BUGS = Path(__file__).parents[2] / "tests/formats/reference_bugs.json"
group = AppGroup("bank", help="List banks, import and export question files, say who looks after"
                              " a bank.")
group.add_command(member_group(
    tending.BANK, lambda slug: directory.get_bank_by_slug(slug, member=None).id))
file_argument = click.Path(exists=True, dir_okay=False, path_type=Path)
given_argument = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


def _readings(_context: click.Context, _option: click.Parameter,
              given: tuple[str, ...]) -> dict[str, str]:
    """Return what was chosen, by what was asked."""
    pairs = [each.rpartition("=") for each in given]
    if not all(asks and name for asks, _sign, name in pairs):
        raise click.BadParameter(_("Write what is asked and the reading, such as"
                                   " from_1-or-text.0a1b2c3d=text."))
    return {asks: name for asks, _sign, name in pairs}


reading_option = click.option(
    CHOOSES, "readings", multiple=True, metavar="ASKS=READING", callback=_readings,
    help="How to read what can be read in several ways; the check says what is asked.")


def install(app: Flask) -> None:
    app.cli.add_command(group)


@group.command("check")
@click.argument("file", type=given_argument)
@click.option("--json", "as_json", is_flag=True, help="Print what was read as JSON.")
@reading_option
@click.option("--annotated", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path),
              help="Write a copy of the workbook with the problems in its cells.")
def check(file: Path, as_json: bool, readings: dict[str, str], annotated: Path | None) -> None:
    """Say what a question file holds and what is wrong with it; needs no database.

    FILE may be -, for the standard input.

    Exits with 0, with 1 when there are errors or something is to be chosen, with 2 when the file
    cannot be read.
    """
    data, name = _given(file)
    try:
        imported = child.parse(data, name, readings=readings)
    except Unreadable as unreadable:
        problems = [formats.problem_report(unreadable.problem)]
        if as_json:
            _print_json({"format": "", "questions": [], "problems": problems})
        else:
            _print_problems([unreadable.problem])
        sys.exit(UNREADABLE)
    if as_json:
        _print_json(formats.report(imported))
    else:
        _print_summary(imported)
        _print_problems(imported.problems)
    if annotated:
        _annotate(annotated, data, name, imported)
    sys.exit(ERRORS if imported.errors else 0)


def _given(file: Path) -> tuple[bytes, str]:
    """Return the bytes and the name of a file; what is piped in has none."""
    if file == Path("-"):
        return sys.stdin.buffer.read(SIZE_LIMIT + 1), ""
    return file.read_bytes(), file.name


@group.command("score")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--known", type=file_argument, default=None,
              help="A JSON file naming the questions at which the other program is wrong.")
@click.option("--list", "listed", is_flag=True, help="Print every disagreement.")
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


@group.command("list")
@reads
def list_() -> None:
    """List the banks with their questions."""
    for bank in inventory.banks(None).every():
        states = bank.states
        told = _("%(approved)s approved, %(changed)s with a newer draft, %(draft)s drafts,"
                 " %(retired)s retired",
                 **{state: states.get(state, 0)
                    for state in ("approved", "changed", "draft", "retired")})
        click.echo(f"{bank.slug:<28} {bank.title}: {told}")


@group.command("import")
@click.argument("bank")
@click.argument("file", type=given_argument)
@click.option("--topic", help="For questions that do not say theirs.")
@click.option("--sheets-as-topics/--no-sheets-as-topics", "sheets", default=None,
              help="Take the sheet or category of a question that names no topic as its topic; by"
                   " default the sheets of workbooks.")
@click.option("--difficulty", type=click.IntRange(min(DIFFICULTIES), max(DIFFICULTIES)))
@click.option("--use", type=click.Choice(USES), default="exam", show_default=True)
@click.option("--create", metavar="TITLE", help="Open the bank when there is none of that name.")
@click.option("--approve", is_flag=True, help="Approve what comes in complete.")
@click.option("--leave-short", is_flag=True, help="Approve also where nobody could start a"
              " published quiz any more, for its rows then lack questions.")
@click.option("--skip-faulty", is_flag=True, help="Leave out questions that have errors.")
@reading_option
@reads
def import_(bank: str, file: Path, topic: str | None, sheets: bool | None, difficulty: int | None,
            use: str, create: str | None, approve: bool, leave_short: bool, skip_faulty: bool,
            readings: dict[str, str]) -> None:
    """Import a question file into the bank with this name (its slug).

    FILE may be -, for the standard input.

    All of it or nothing, and the same file at most once.
    """
    by, into = Actor.command(), _find_bank(bank, create)
    known = choosing.remembered(into.id) if into.id is not None else {}
    read = importing.read(*_given(file), reader=None, readings=known | readings)
    sheets = rules.proposes_topics(read.imported.format) if sheets is None else sheets
    defaults = Defaults(_topic(into, topic), difficulty, use, sheets)
    plan = planning.plan(into, read.imported, defaults)
    _print_problems(plan.problems)
    applying.refuse_faulty(plan, skip_faulty=skip_faulty)
    with transaction():
        if create is not None and into.id is None:
            into = tending.create(Described(create, library_id=into.library_id), by=by, slug=bank)
        bank_id, token = into.id, importing.keep(into.id, read, by=by)
        choosing.remember(bank_id, readings, by=by)
    review = importing.Review(token, read.name, read.imported, defaults, plan, None)
    with counting(len(plan.writes)) as count:
        applied = applying.apply(bank_id, review, by=by, transaction=transaction,
                                 skip_faulty=skip_faulty, watch=Watch(count))
    click.echo(applied.sentence)
    if approve:
        _approve(bank_id, applied, by, agreed=EVERY if leave_short else ())


def _approve(bank_id: int, applied: Applied, by: Actor, *, agreed: Container[int]) -> None:
    translations = applied.translation_ids()
    outcome = approving.approve_many(bank_id, applied.question_ids(), by=by,
                                     transaction=transaction, agreed=agreed)
    pace = Pace(approving.AT_ONCE)
    translated = sum(_approve_translations(bank_id, some, pace, by)
                     for some in pace.parts(translations))
    click.echo(_("%(approved)s approved, %(incomplete)s not complete yet.",
                 approved=outcome.count + translated, incomplete=len(outcome.incomplete)))
    if outcome.delicate:
        click.echo(_("Exam questions that move to practice; a trainer approves them one by one on"
                     " their pages: %(keys)s.",
                     keys=", ".join(each.key for each in outcome.delicate[:SHOWN])))
    waiting = len(outcome.own) + len(translations) - translated
    if waiting:
        click.echo(ngettext(
            "%(num)s waits for a second person, as the setting two_person_questions asks: a trainer"
            " approves it on the bank's page.",
            "%(num)s wait for a second person, as the setting two_person_questions asks: a trainer"
            " approves them on the bank's page.", waiting))


def _approve_translations(bank_id: int, some: Sequence[int], pace: Pace, by: Actor) -> int:
    """Approve translations that came in, none where they need a second person."""
    try:
        with step(transaction, pace):
            return translating.approve(bank_id, some, by=by)
    except Refusal:
        return 0


@group.command("export")
@click.argument("bank")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path),
                required=False)
@click.option("--format", "format_name",
              type=click.Choice([format_.name for format_ in exporting.WRITTEN]),
              help="By default the end of the file's name says it.")
@click.option("--language", default="", metavar="CODE",
              help="The translations into this language, such as de, under the same ids.")
@click.option("--separator", type=click.Choice(list(exporting.SEPARATORS)),
              help="What parts the cells of a CSV file; by default that of the language.")
@writes
def export(bank: str, file: Path | None, format_name: str | None, language: str,
           separator: str | None) -> None:
    """Write the questions of a bank to FILE, or to the standard output without it."""
    bank_id = directory.get_bank_by_slug(bank, member=None).id
    name = format_name or _format_of(file)
    exported = exporting.write(bank_id, name, member=None, language=language,
                               separator=separator or "")
    if file and exported.name.endswith(".zip") and file.suffix.lower() not in ARCHIVES:
        raise Refusal(_("The questions show pictures, so the file is a zip archive. Give it a name"
                        " that ends with .zip, and --format %(name)s.", name=name))
    exporting.note_export(bank_id, name, exported, by=Actor.command())
    _print_problems(exported.problems)
    if file is None:
        sys.stdout.buffer.write(exported.data)
    else:
        file.write_bytes(exported.data)
        click.echo(ngettext("%(num)s question written to %(file)s.",
                            "%(num)s questions written to %(file)s.", exported.count, file=file),
                   err=True)


def _find_bank(slug: str, create: str | None) -> Bank:
    """Return the bank of this name, or one that is yet to be opened."""
    try:
        return directory.get_bank_by_slug(slug, member=None)
    except NotFound:
        if create is None:
            raise Refusal(
                _("There is no bank %(slug)s. Open it with --create TITLE; `flask bank list` names"
                  " those that exist.", slug=repr(slug))) from None
    return Bank(slug=slug, title=create, language="en", library_id=tending.only_library())


def _topic(bank: Bank, topic: str | None) -> str | None:
    known = directory.vocabulary(bank).topics
    if topic and known and topic not in known:
        raise Refusal(_("The library has no topic %(topic)s. Use one of: %(known)s.",
                        topic=repr(topic), known=", ".join(known)))
    return topic


def _format_of(file: Path | None) -> str:
    end = file.suffix.lower() if file else ""
    fitting = [format_.name for format_ in exporting.WRITTEN if end in format_.extensions]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(format_.name for format_ in exporting.WRITTEN)
    raise Refusal(_("Say the format with --format: %(names)s.", names=names))


def _print_json(report: dict[str, object]) -> None:
    click.echo(json.dumps(report, ensure_ascii=False, indent=2))


def _print_summary(imported: Import) -> None:
    kinds = Counter(draft.type for draft in imported.questions)
    told = ", ".join(f"{say(type_.label) if (type_ := find_type(kind)) else kind}: {number}"
                     for kind, number in sorted(kinds.items()))
    count = ngettext("%(num)s question", "%(num)s questions", len(imported.questions))
    click.echo(f"{imported.format}: {count}" + (f" ({told})" if told else ""))


def _print_problems(problems: Iterable[Problem]) -> None:
    """Print problems, errors first, to the error output; what is to be chosen once each."""
    problems = list(problems)
    ordered = sorted((problem for problem in problems if problem.severity != "question"),
                     key=lambda problem: problem.severity != "error")
    for problem, count in choosing.asked(problems):
        click.echo(line_of(problem), err=True)
        for name, template, params in problem.readings:
            click.echo(f"  {CHOOSES} {problem.asks}={name}  {say(template, params)}", err=True)
        if count > 1:
            click.echo(ngettext("  %(num)s more cell is like it.", "  %(num)s more cells are like"
                                " it.", count - 1), err=True)
    for problem in ordered[:SHOWN]:
        click.echo(line_of(problem), err=True)
        if problem.asks:
            click.echo(f"  {CHOOSES} {problem.asks}", err=True)
    if len(ordered) > SHOWN:
        click.echo(_("... and %(count)s more", count=len(ordered) - SHOWN), err=True)
