"""The trainer's own workbook with what is wrong written into its cells."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import PurePath
from typing import TYPE_CHECKING

from isotrain.db import end_reading
from isotrain.errors import Refusal
from isotrain.formats import child
from isotrain.formats.contract import Unreadable
from isotrain.i18n import _, say
from isotrain.questions.problem import SEVERITIES

if TYPE_CHECKING:
    from isotrain.questions.problem import Problem

ENDINGS = (".xlsx", ".xlsm")


def can_annotate(name: str) -> bool:
    """Whether a file of this name is a workbook that can be written again."""
    return PurePath(name).suffix.lower() in ENDINGS


def annotated(data: bytes, name: str, problems: Iterable[Problem]) -> bytes:
    """Write the problems into the cells they are about, in a bounded process; raise Refusal.

    Shapes, pictures and the like may be lost, which the copy says of itself.
    """
    if not can_annotate(name):
        raise Refusal(_("Only workbooks ending with .xlsx or .xlsm come back with the problems in"
                        " their cells."))
    end_reading()
    notes = [(problem.place, problem.severity, sentence(problem)) for problem in problems]
    lost = _("This is a copy with notes. Shapes, pictures and charts may be missing in it; go on"
             " with your own file if you need them.")
    try:
        return child.annotated(data, [*notes, ("file", "warning", lost)])
    except Unreadable as unreadable:
        raise Refusal(f"{say(unreadable.problem.template, unreadable.problem.params)} "
                      f"{say(unreadable.problem.hint, unreadable.problem.params)}".strip()
                      ) from unreadable


def sentence(problem: Problem) -> str:
    """Return all that is to be said of a problem, one thing a line."""
    readings = (f"{name}: {say(template, params)}" for name, template, params in problem.readings)
    lines = [f"{say(SEVERITIES[problem.severity])}: {say(problem.template, problem.params)}",
             *readings, say(problem.hint, problem.params) if problem.hint else ""]
    return "\n".join(filter(None, lines))
