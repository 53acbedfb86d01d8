"""flask bank set, approve, retire and restore: many questions of a bank at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from isotrain.audit.noting import Actor
from isotrain.banks import directory
from isotrain.banks.batches import changing
from isotrain.banks.batches.wish import Filling, Wish
from isotrain.banks.inventory import STATES, Filter, Selection
from isotrain.banks.models import APPROVE, RESTORE, RETIRE, SET
from isotrain.banks.pooling import EVERY
from isotrain.banks.rules import DIFFICULTIES, USES
from isotrain.cli.running import reads
from isotrain.errors import Refusal
from isotrain.i18n import _, ngettext
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Callable

_WHICH = (
    click.argument("bank"),
    click.argument("questions", nargs=-1, metavar="[QUESTION]..."),
    click.option("--all", "every", is_flag=True, help="All questions that the options below find."),
    click.option("--only-state", type=click.Choice(STATES), default=None),
    click.option("--only-topic", default="", metavar="TOPIC"),
    click.option("--only-difficulty", type=click.Choice([str(d) for d in DIFFICULTIES])),
    click.option("--only-use", type=click.Choice(USES)),
    click.option("--only-type", default="", metavar="TYPE"),
    click.option("--search", default="", metavar="TEXT", help="Text of the question, or its name."),
    click.option("--dry-run", is_flag=True, help="Say what would happen, and do nothing."),
    click.option("--leave-short", is_flag=True, help="Do it also where nobody could start a"
                 " published quiz any more, for its rows then lack questions."),
)


def _which(command: Callable[..., None]) -> Callable[..., None]:
    """Let a command say which questions are meant: some by name, or all that are found."""
    for option in reversed(_WHICH):
        command = option(command)
    return command


@click.command("set")
@_which
@click.option("--topic", default="", help="The topic to set.")
@click.option("--difficulty", type=click.Choice([str(d) for d in DIFFICULTIES]))
@click.option("--use", type=click.Choice(USES))
@click.option("--fact", default="", metavar="CODE")
@click.option("--explain", is_flag=True, help="Where the explanation is missing, take the statement"
              " of the fact.")
@reads
def set_(topic: str, difficulty: str | None, use: str | None, fact: str, explain: bool,
         **which: Any) -> None:
    """Set the same on many questions: QUESTION... by name, such as Q-14, or --all.

    Each gets a new version, to be approved again. `flask bank undo` takes it back.
    """
    _do(SET, Filling(topic, int(difficulty) if difficulty else None, use or "", fact, explain),
        **which)


@click.command("approve")
@_which
@reads
def approve(**which: Any) -> None:
    """Approve the complete drafts among many questions: QUESTION... by name, or --all.

    It is noted that a command approved them.
    """
    _do(APPROVE, Filling(), **which)


@click.command("retire")
@_which
@reads
def retire(**which: Any) -> None:
    """Draw many questions no more: QUESTION... by name, or --all.

    Forms that hold them keep them.
    """
    _do(RETIRE, Filling(), **which)


@click.command("restore")
@_which
@reads
def restore(**which: Any) -> None:
    """Bring many retired questions back: QUESTION... by name, or --all."""
    _do(RESTORE, Filling(), **which)


def _do(act: str, filling: Filling, *, bank: str, questions: tuple[str, ...], every: bool,
        dry_run: bool, leave_short: bool, **only: Any) -> None:
    bank_id, by = directory.get_bank_by_slug(bank, member=None).id, Actor.command()
    if bool(questions) == every:
        raise Refusal(_("Name the questions, or say --all."))
    ids = None if every else tuple(
        directory.get_question_by_key(bank_id, key).id for key in questions)
    outlook = changing.foresee(bank_id, Wish(act, Selection(_asked(act, **only), ids), filling),
                               by=by)
    for left in outlook.left:
        click.echo(f"{left.key}: {left.why}", err=True)
    if outlook.same:
        click.echo(ngettext("%(num)s question is so already.", "%(num)s questions are so already.",
                            outlook.same))
    if dry_run:
        for each in outlook.changes:
            click.echo(each.key)
        click.echo(ngettext("%(num)s question would change.", "%(num)s questions would change.",
                            len(outlook.changes)))
        return
    if outlook.stopped and not leave_short:
        raise outlook.stopped
    changed = changing.change(bank_id, outlook, by=by, transaction=transaction,
                              agreed=EVERY if leave_short else ())
    click.echo(changed.sentence)
    if changed.batch_id:
        click.echo(_("To take it back: flask bank undo %(bank)s %(batch)s", bank=bank,
                     batch=changed.batch_id))


def _asked(act: str, *, only_state: str | None, only_topic: str, only_difficulty: str | None,
           only_use: str | None, only_type: str, search: str) -> Filter:
    state = only_state or ("retired" if act == RESTORE else "")
    return Filter(text=search, topic=only_topic, type=only_type, state=state, use=only_use or "",
                  difficulty=int(only_difficulty) if only_difficulty else None)
