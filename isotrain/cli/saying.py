"""How commands say what is wrong with a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain.i18n import say, say_place
from isotrain.questions.problem import SEVERITIES

if TYPE_CHECKING:
    from isotrain.questions.problem import Problem


def sentence_of(problem: Problem) -> str:
    """Return what is wrong and what to do about it."""
    return f"{say(problem.template, problem.params)} {say(problem.hint, problem.params)}".strip()


def line_of(problem: Problem) -> str:
    """Return the same with its weight and its place in front."""
    weight, place = say(SEVERITIES[problem.severity]), say_place(problem.place)
    return f"{weight}: {place}: {sentence_of(problem)}"
