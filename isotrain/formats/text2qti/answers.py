"""What is right in a question of text2qti: choices, texts, numbers with a margin or a range."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from isotrain.formats.contract import Rejected
from isotrain.formats.numbered.words import truth
from isotrain.formats.text2qti.elements import Element
from isotrain.questions.draft import Option, equal_shares, true_false_options
from isotrain.questions.problem import error
from isotrain.text import tidy

_NUMBER = r"[+\-−]?(?:\d[\d_]{0,30}(?:\.\d{0,30})?|\.\d{1,30})(?:[eE][+-]?\d{1,2})?"
_RANGE = re.compile(rf"\[\s*({_NUMBER})\s*,\s*({_NUMBER})\s*\]")
_MARGIN = re.compile(rf"({_NUMBER})(?:\s*(?:\+-|±)\s*({_NUMBER})\s*(%?))?")
_DIGITS = 60
_KINDS = {"right": "choice", "wrong": "choice", "ticked": "ticks", "unticked": "ticks",
          "short": "short", "number": "number", "essay": "essay", "upload": "upload"}


@dataclass
class Answer:
    """One choice or accepted answer with what is said about it."""

    element: Element
    feedback: list[str] = field(default_factory=list)


def typed(answers: Sequence[Answer], place: str) -> tuple[str, dict[str, Any]]:
    """The type that answers tell, and the parts of the draft; raises Rejected."""
    kinds = {_KINDS[answer.element.kind] for answer in answers}
    if not kinds:
        raise Rejected(error(place, "The question has no answers.",
                             "Write choices a) b) *c), an answer * text or = 5, or ____."))
    if len(kinds) > 1:
        raise Rejected(error(place, "The question has answers of several kinds.",
                             "Write each question with answers of one kind."))
    match kinds.pop():
        case "choice":
            return _choice(answers)
        case "ticks":
            return "multiple_choice", {"options": tuple(equal_shares(_options(answers)))}
        case "short":
            return "short_text", {"options": tuple(_options(answers))}
        case "number":
            return "numeric", {"options": tuple(_number(answer) for answer in answers)}
        case "essay":
            return "essay", {}
    raise Rejected(error(place, "The question asks for a file to be uploaded.",
                         "Leave it out, or ask for something to be chosen or written."))


def _options(answers: Sequence[Answer]) -> list[Option]:
    return [Option(answer.element.text.replace("*", r"\*")
                   if answer.element.kind == "short" else answer.element.text,
                   Fraction(answer.element.kind in ("right", "ticked", "short")),
                   tidy("\n".join(answer.feedback))) for answer in answers]


def _choice(answers: Sequence[Answer]) -> tuple[str, dict[str, Any]]:
    options = _options(answers)
    told = [truth(option.text) for option in options]
    right = [at for at, option in enumerate(options) if option.share]
    if sorted(map(str, told)) == ["False", "True"] and len(right) < 2:
        true = options[told.index(True)]
        false = options[told.index(False)]
        answer = bool(true.share) if right else None
        return "true_false", {"options": true_false_options(answer, true.feedback, false.feedback)}
    kind = "multiple_choice" if len(right) > 1 else "single_choice"
    return kind, {"options": tuple(equal_shares(options))}


def _number(answer: Answer) -> Option:
    """An accepted number: exact, with a margin, with a part of itself, or a range."""
    text = answer.element.text
    range_, margin = _RANGE.fullmatch(text), _MARGIN.fullmatch(text)
    feedback = tidy("\n".join(answer.feedback))
    with localcontext() as context:
        context.prec = _DIGITS
        if range_:
            low, high = _value(range_[1]), _value(range_[2])
            if low <= high:
                return Option(_plain((low + high) / 2), Fraction(1), feedback,
                              _plain((high - low) / 2))
        elif margin:
            value, around = _value(margin[1]), _value(margin[2] or "0")
            around = abs(value) * around / 100 if margin[3] else around
            if around >= 0:
                return Option(_plain(value), Fraction(1), feedback,
                              _plain(around) if around else "")
    raise Rejected(error(
        f"line {answer.element.line}", '"%(text)s" is no number with a margin and no range.',
        "Write = 1.41 +- 0.01, = 1.41 +- 1% or = [1.4, 1.5].".replace("%", "%%"),
        text=text[:60]))


def _value(text: str) -> Decimal:
    return Decimal(text.replace("_", "").replace("−", "-"))


def _plain(value: Decimal) -> str:
    """A number without an exponent and without zeros behind its last digit."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
