"""What was found, printed for people and as data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from isotrain.banks.checks import looking
from isotrain.i18n import _, say, say_place
from isotrain.linting.checking import WHY
from isotrain.linting.finding import SEVERITIES
from isotrain.linting.guessing import PARTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from isotrain.banks.checks.looking import Looked, Spotted
    from isotrain.linting.guessing import Guess


def tell(name: str, found: Looked, *, errors_only: bool) -> None:
    """Print what was found in a bank: by question, as a whole, accepted, by guessing."""
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
    begin = ", ".join(filter(None, [f"{say(SEVERITIES[finding.severity])} {finding.found_by}",
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


def data(name: str, found: Looked, *, errors_only: bool) -> dict[str, Any]:
    """Return the same as JSON accepts it."""
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
        "check": finding.found_by, "severity": finding.severity, "question": spotted.key or None,
        "place": finding.place, "message": say(finding.template, finding.params),
        "hint": say(finding.hint, finding.params), "why": say(WHY[finding.found_by]),
        "figure": measured and round(measured.figure, 4), "n": measured and measured.number,
        "limit": measured and round(measured.limit, 4),
        "accepted": accepted and {"reason": accepted.reason, "at": accepted.at.isoformat()},
    }


def _guess_data(guess: Guess) -> dict[str, Any]:
    return {"part": guess.part, "strategy": guess.strategy, "hits": round(guess.hits, 4),
            "n": guess.number, "earned": round(guess.earned, 4), "chance": round(guess.chance, 4),
            "limit": round(guess.limit, 4), "over": guess.over, "hidden": guess.hidden}
