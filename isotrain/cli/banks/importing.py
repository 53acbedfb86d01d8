"""flask bank import: a question file into a bank."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotrain.audit.noting import Actor
from isotrain.banks import approving, directory, rules, tending, translating
from isotrain.banks.files import applying, choosing, deciding, importing, planning
from isotrain.banks.files.applying import Applied
from isotrain.banks.files.steps import CHANGE, OFFERED_ALIKE
from isotrain.banks.models import Bank
from isotrain.banks.pooling import EVERY
from isotrain.banks.rules import DIFFICULTIES, USES, Defaults
from isotrain.banks.tending import Described
from isotrain.cli.banks.deciding import (
    by_effect,
    decisions_in,
    print_alike,
    refuse_strange,
    write_plan,
)
from isotrain.cli.banks.files import (
    SHOWN,
    file_argument,
    given,
    given_argument,
    print_problems,
    reading_option,
)
from isotrain.cli.running import reads
from isotrain.cli.saying import counting
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _, ngettext
from isotrain.jobs.stepping import Pace, Watch, step
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Container, Sequence


@click.command("import")
@click.argument("bank")
@click.argument("file", type=given_argument)
@click.option("--topic", help="For questions that do not say theirs.")
@click.option("--sheets-as-topics/--no-sheets-as-topics", "sheets", default=None,
              help="Take the sheet or category of a question that names no topic as its topic; by"
                   " default the sheets of workbooks.")
@click.option("--difficulty", type=click.IntRange(min(DIFFICULTIES), max(DIFFICULTIES)))
@click.option("--use", type=click.Choice(USES), default="exam", show_default=True)
@click.option("--apart", is_flag=True, help="Never ask together what asks nearly the same: new"
              " questions, and those of the bank, which get a new version for it.")
@click.option("--create", metavar="TITLE", help="Open the bank when there is none of that name.")
@click.option("--approve", is_flag=True, help="Approve what comes in complete.")
@click.option("--leave-short", is_flag=True, help="Approve also where nobody could start a"
              " published quiz any more, for its rows then lack questions.")
@click.option("--skip-faulty", is_flag=True, help="Leave out questions that have errors.")
@reading_option
@click.option("--alike", type=click.Choice(OFFERED_ALIKE),
              help="What becomes of questions that look like one that the bank has: they change it,"
                   " they are added, or left out.")
@click.option("--older", "take_older", is_flag=True,
              help="Put back also what the bank said before; by default that is left out.")
@click.option("--decisions", type=file_argument,
              help="A CSV file with the columns place and decision (change, add or leave), as"
                   " --plan writes it.")
@click.option("--plan", "plan_file", metavar="OUT", type=click.Path(dir_okay=False, path_type=Path),
              help="Import nothing; write what would become of each question, as CSV.")
@reads
def import_(bank: str, file: Path, topic: str | None, sheets: bool | None, difficulty: int | None,
            use: str, apart: bool, create: str | None, approve: bool, leave_short: bool,
            skip_faulty: bool, readings: dict[str, str], alike: str | None, take_older: bool,
            decisions: Path | None, plan_file: Path | None) -> None:
    """Import a question file into the bank with this name (its slug).

    FILE may be -, for the standard input.

    All of it or nothing, and the same file at most once.
    """
    by, into = Actor.command(), _find_bank(bank, create)
    known = choosing.remembered(into.id) if into.id is not None else {}
    read = importing.read(*given(file), reader=None, readings=known | readings)
    sheets = rules.proposes_topics(read.imported.format) if sheets is None else sheets
    defaults = Defaults(_topic(into, topic), difficulty, use, sheets, apart)
    decided = decisions_in(decisions) if decisions else {}
    plan = planning.plan(into, read.imported, defaults, decided)
    refuse_strange(plan, decided)
    more = by_effect(plan, {"alike": alike, "older": CHANGE if take_older else None})
    if more:
        decided |= more
        plan = planning.plan(into, read.imported, defaults, decided)
    print_problems(plan.problems)
    if plan_file:
        write_plan(plan, plan_file)
        return
    print_alike(plan)
    applying.refuse_faulty(plan, skip_faulty=skip_faulty)
    with transaction():
        if create is not None and into.id is None:
            into = tending.create(Described(create, library_id=into.library_id), by=by, slug=bank)
        bank_id, token = into.id, importing.keep(into.id, read, by=by)
        choosing.remember(bank_id, readings, by=by)
        review = importing.Review(token, read.name, read.imported, defaults, plan, None, decided)
        if decided:
            deciding.decide(bank_id, review, decided, by=by)
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
