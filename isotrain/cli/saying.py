"""What commands are told and say: days, and what is wrong with a file."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from isotrain.i18n import _, say, say_place
from isotrain.questions.problem import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from isotrain.questions.problem import Problem


def a_day(text: str) -> date:
    """Return the day that somebody wrote, such as 2026-03-31; whose day, the command knows."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(_("%(text)s is not a day such as 2026-03-31.",
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
