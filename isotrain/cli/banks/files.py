"""What the commands about question files share: which file, how it is read, what it says."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from isotrain.banks.files import choosing
from isotrain.cli.saying import line_of
from isotrain.formats.contract import SIZE_LIMIT
from isotrain.i18n import _, ngettext, say

if TYPE_CHECKING:
    from collections.abc import Iterable

    from isotrain.questions.problem import Problem

CHOOSES = "--reading"
SHOWN = 50
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


def given(file: Path) -> tuple[bytes, str]:
    """Return the bytes and the name of a file; what is piped in has none."""
    if file == Path("-"):
        return sys.stdin.buffer.read(SIZE_LIMIT + 1), ""
    return file.read_bytes(), file.name


def print_problems(problems: Iterable[Problem]) -> None:
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
