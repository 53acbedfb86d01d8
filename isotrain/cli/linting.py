"""flask bank lint and accept-finding: looking questions over from the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from isotrain.audit.noting import Actor
from isotrain.banks import directory, inventory
from isotrain.banks.checks import accepting, folders, looking
from isotrain.cli.banks import group
from isotrain.cli.running import reads
from isotrain.errors import Refusal
from isotrain.i18n import _, say, say_place
from isotrain.linting.checking import WHY
from isotrain.linting.finding import SEVERITIES
from isotrain.linting.guessing import PARTS
from isotrain.web.transaction import transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from flask import Flask

    from isotrain.banks.checks.looking import Looked, Spotted
    from isotrain.linting.guessing import Guess

ERRORS, UNREADABLE = 1, 2


def install(_app: Flask) -> None:
    """Add the commands to `flask bank`, which they belong to: importing this has done so."""


@group.command("lint")
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
        told = [_data(name, found, errors_only=errors_only) for name, found in looked]
        click.echo(json.dumps({"banks": told}, ensure_ascii=False, indent=2))
    else:
        for name, found in looked:
            _print(name, found, errors_only=errors_only)
    sys.exit(ERRORS if any(found.counts["error"] for _name, found in looked) else 0)


@group.command("accept-finding")
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


def _print(name: str, found: Looked, *, errors_only: bool) -> None:
    click.echo(_("%(bank)s: questions %(number)s, errors %(errors)s, warnings %(warnings)s,"
                 " notes %(notes)s, accepted %(accepted)s", bank=name, number=found.number,
                 errors=found.counts["error"], warnings=found.counts["warning"],
                 notes=found.counts["note"], accepted=len(found.accepted)))
    told = [each for each in found.open
            if not errors_only or each.finding.severity == "error"]
    for here in looking.by_question(told):
        _print_group(here[0].key, map(_line, here))
    over_all = [each for each in told if not each.key]
    _print_group(_("The bank as a whole"), map(_line, over_all))
    if errors_only:
        return
    _print_group(_("Accepted"), (f"{each.key} {_line(each)} {each.accepted.reason}".strip()
                                 for each in found.accepted if each.accepted))
    _print_group(_("Guessing"), _table(found.guesses))


def _print_group(title: str, lines: Iterator[str]) -> None:
    for number, line in enumerate(lines):
        if not number:
            click.echo(title)
        click.echo(f"  {line}")


def _line(spotted: Spotted) -> str:
    finding = spotted.finding
    begin = ", ".join(filter(None, [f"{say(SEVERITIES[finding.severity])} {finding.check}",
                                    say_place(finding.place)]))
    told = [say(finding.template, finding.params), say(finding.hint, finding.params)]
    return f"{begin}: {' '.join(told)}".strip()


def _table(guesses: Sequence[Guess]) -> Iterator[str]:
    for guess in guesses:
        over = _("over the limit") if guess.over else ""
        yield (f"{say(PARTS[guess.part]):<9} {guess.strategy:<20} "
               + _("%(hits)s of %(number)s, %(earned)s; chance %(chance)s, limit %(limit)s",
                   hits=f"{guess.hits:.1f}", number=guess.number, earned=f"{guess.earned:.1%}",
                   chance=f"{guess.chance:.1%}", limit=f"{guess.limit:.1%}")
               + f" {over}").rstrip()


def _data(name: str, found: Looked, *, errors_only: bool) -> dict[str, Any]:
    told = [each for each in found.spotted
            if not errors_only or each.finding.severity == "error"]
    return {
        "bank": name, "questions": found.number,
        "errors": found.counts["error"], "warnings": found.counts["warning"],
        "notes": found.counts["note"], "accepted": len(found.accepted),
        "findings": [_finding_data(each) for each in told],
        "guesses": [] if errors_only else [_guess_data(each) for each in found.guesses],
    }


def _finding_data(spotted: Spotted) -> dict[str, Any]:
    finding, measured, accepted = spotted.finding, spotted.finding.measured, spotted.accepted
    return {
        "check": finding.check, "severity": finding.severity, "question": spotted.key or None,
        "place": finding.place, "message": say(finding.template, finding.params),
        "hint": say(finding.hint, finding.params), "why": say(WHY[finding.check]),
        "figure": measured and round(measured.figure, 4), "n": measured and measured.number,
        "limit": measured and round(measured.limit, 4),
        "accepted": accepted and {"reason": accepted.reason, "at": accepted.at.isoformat()},
    }


def _guess_data(guess: Guess) -> dict[str, Any]:
    return {"part": guess.part, "strategy": guess.strategy, "hits": round(guess.hits, 4),
            "n": guess.number, "earned": round(guess.earned, 4), "chance": round(guess.chance, 4),
            "limit": round(guess.limit, 4), "over": guess.over, "hidden": guess.hidden}
