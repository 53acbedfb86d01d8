"""The commands: each reads or writes once, and ends with what was found."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotrain.audit.noting import Actor
from isotrain.banks import directory, inventory
from isotrain.banks.checks import accepting, folders, looking
from isotrain.cli.linting import telling
from isotrain.cli.running import reads
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from isotrain.banks.checks.looking import Looked

ERRORS, UNREADABLE = 1, 2


@click.command("lint")
@click.argument("what", metavar="[BANK|FOLDER]", required=False)
@click.option("--errors-only", is_flag=True,
              help="Leave out warnings, notes and what guessing earns.")
@click.option("--json", "as_json", is_flag=True, help="Print what was found as JSON.")
@reads
def lint(what: str | None, errors_only: bool, as_json: bool) -> None:
    """Say what gives keys away, reads badly or is missing, and what guessing earns.

    BANK is the name (slug) of a bank; without it all banks are looked over. FOLDER is the folder of
    a library, one with files of questions, or such a file; this needs no database.

    Exits with 1 when there are errors that nobody accepted, with 2 when something cannot be read.
    """
    looked = _looked(what)
    if as_json:
        told = [telling.data(name, found, errors_only=errors_only) for name, found in looked]
        click.echo(json.dumps({"banks": told}, ensure_ascii=False, indent=2))
    else:
        for name, found in looked:
            telling.tell(name, found, errors_only=errors_only)
    sys.exit(ERRORS if any(found.counts["error"] for _name, found in looked) else 0)


@click.command("accept-finding")
@click.argument("bank")
@click.argument("check")
@click.option("--question", metavar="ID", help="By default what was found in the bank as a whole.")
@click.option("--reason", required=True, help="Why it may stay; it is kept.")
@reads
def accept_finding(bank: str, check: str, question: str | None, reason: str) -> None:
    """Let what CHECK finds in a question of BANK stay, or in the bank as a whole."""
    found = directory.get_bank_by_slug(bank, member=None)
    spotted = looking.find(looking.look(found), question or "", check)
    bank_id = found.id
    with transaction():
        accepting.accept(bank_id, check, question_id=spotted.question_id,
                         version_id=spotted.version_id, reason=reason, by=Actor.command())
    click.echo(_("Accepted. It stays in the list, with your reason."))


def _looked(what: str | None) -> list[tuple[str, Looked]]:
    if what is not None and Path(what).exists():
        try:
            return [(read.name, looking.look_at(read.drafts)) for read in folders.read(Path(what))]
        except Refusal as refusal:
            click.echo(str(refusal), err=True)
            sys.exit(UNREADABLE)
    slugs = [what] if what is not None else [each.slug for each in inventory.banks(None).every()]
    banks = [directory.get_bank_by_slug(slug, member=None) for slug in slugs]
    return [(bank.slug, looking.look(bank)) for bank in banks]
