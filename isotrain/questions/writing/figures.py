"""Numbers in figures that every program reads: a decimal point, nothing between thousands."""

from collections.abc import Iterable
from dataclasses import replace

from isotrain.questions.cloze_source import BadSource, Part, parsed, written
from isotrain.questions.draft import Draft, Option
from isotrain.questions.writing.comparing import ANYTHING
from isotrain.questions.writing.numbers import middle, number_of, plain


def in_figures(draft: Draft) -> Draft:
    """The draft with the numbers it accepts in figures, also those in gaps."""
    if draft.type == "numeric":
        return replace(draft, options=tuple(map(_figured, draft.options)))
    if draft.type != "cloze":
        return draft
    try:
        pieces = parsed(draft.stem)
    except BadSource:
        return draft
    numeric = any(isinstance(piece, Part) and piece.kind == "numeric" for piece in pieces)
    return replace(draft, stem=written(pieces)) if numeric else draft


def are_numbers(options: Iterable[Option]) -> bool:
    """Whether all of these are numbers, or stand for any, with tolerances that are numbers."""
    for option in map(_figured, options):
        number = 0 if option.text == ANYTHING else number_of(option.text)
        margin = number_of(option.tolerance or "0")
        if number is None or margin is None or margin < 0:
            return False
    return True


def _figured(option: Option) -> Option:
    text, tolerance = middle(option.text) or (option.text, option.tolerance)
    return option._replace(text=_figure(text), tolerance=_figure(tolerance))


def _figure(text: str) -> str:
    number = number_of(text)
    return text if number is None else plain(number)
