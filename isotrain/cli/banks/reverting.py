"""flask bank versions, take-back and go-back: what a question said, and letting it say so again."""

from __future__ import annotations

import click

from isotrain.audit.noting import Actor
from isotrain.banks import directory, inventory, versions
from isotrain.banks.models import Question
from isotrain.banks.questions import reverting
from isotrain.cli.running import reads, writes
from isotrain.i18n import _


@click.command("versions")
@click.argument("bank")
@click.argument("question")
@reads
def versions_(bank: str, question: str) -> None:
    """List the versions of a question, the newest first; QUESTION is its name, such as Q-14."""
    row = _found(bank, question)
    for which, state in ((versions.shown, ""), (versions.taken_back, _("taken back"))):
        for version in inventory.list_versions(row.id, which):
            told = _("approved") if version.approved_at else state
            at = f"{version.created_at:%Y-%m-%d %H:%M}"
            click.echo(f"{version.number:>4}  {version.language}  {at}  {version.author or '-':<24}"
                       f" {version.source} {told}".rstrip())


@click.command("take-back")
@click.argument("bank")
@click.argument("question")
@writes
def take_back(bank: str, question: str) -> None:
    """Take back the newest draft of a question; it says again what it said before."""
    row = _found(bank, question)
    before = reverting.take_back(row.bank_id, row.id, row.latest_version_id or 0,
                                 by=Actor.command())
    click.echo(reverting.taken_back(before))


@click.command("go-back")
@click.argument("bank")
@click.argument("question")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@writes
def go_back(bank: str, question: str, number: int) -> None:
    """Let a question say again what it said in version NUMBER.

    Drafts since the approved version are taken back where it is that one; any other becomes a
    draft to be approved.
    """
    row = _found(bank, question)
    drafted = reverting.go_back(row.bank_id, row.id, number, base=row.latest_version_id or 0,
                                by=Actor.command())
    click.echo(reverting.gone_back(number, drafted=drafted))


def _found(bank: str, key: str) -> Question:
    return directory.get_question_by_key(directory.get_bank_by_slug(bank, member=None).id, key)
