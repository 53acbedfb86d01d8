"""What commands are told and say: days, and what is wrong with a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import click

from isotrain.i18n import _, say, say_place
from isotrain.ledger.public_keys import Belief
from isotrain.questions.problem import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import NoReturn

    from isotrain.questions.problem import Problem

# 2 is click's own, for what was typed wrong.
EXIT_CODES = {Belief.VALID: 0, Belief.NOT_VALID: 1, Belief.DOUBTFUL: 3}


def a_day(text: str) -> date:
    """Return the day that somebody wrote, such as 2026-03-31; whose day, the command knows."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_("%(text)s is not a day such as 2026-03-31.",
                                   text=repr(text))) from None


def a_moment(text: str) -> datetime:
    """Return the moment that somebody wrote with its distance from UTC, in whole seconds."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no distance from UTC")
        return moment.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        raise click.BadParameter(_("%(text)s is not a moment such as 2026-03-31T08:30Z.",
                                   text=repr(text))) from None


def sentence_of(problem: Problem) -> str:
    """Return what is wrong and what to do about it."""
    return f"{say(problem.template, problem.params)} {say(problem.hint, problem.params)}".strip()


def line_of(problem: Problem) -> str:
    """Return the same with its weight and its place in front."""
    weight, place = say(SEVERITIES[problem.severity]), say_place(problem.place)
    return f"{weight}: {place}: {sentence_of(problem)}"


@contextmanager
def counting(total: int) -> Iterator[Callable[[int, int], None]]:
    """Show on a terminal how much of something is done; takes what is done so far."""
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=total, file=sys.stderr) as bar:
        yield lambda done, of: bar.update(done * total // max(of, 1) - bar.pos)


def end_with(belief: Belief) -> NoReturn:
    """End a command with the word for what a signed file is worth, and the exit code for it."""
    click.echo(say(belief.value))
    raise click.exceptions.Exit(EXIT_CODES[belief])
