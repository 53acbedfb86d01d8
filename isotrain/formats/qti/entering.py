"""Interactions into which something is written: a word, a number, a text."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.declaring import Answer
from isotrain.formats.qti.item import Item
from isotrain.formats.qti.shares import digits, number, scaled
from isotrain.questions.draft import Option
from isotrain.questions.problem import warning

_NUMBERS = ("integer", "float", "duration")


def entered(item: Item, answer: Answer) -> dict[str, Any]:
    """The fields of a numeric or short_text draft."""
    numbers = is_number(answer)
    options = accepted(item, answer)
    cased = not numbers and is_cased(answer)
    return {"type": "numeric" if numbers else "short_text", "options": options,
            "more": {"case": True} if cased else {}}


def is_number(answer: Answer) -> bool:
    """Whether the answer is a number."""
    return answer.type in _NUMBERS


def is_cased(answer: Answer) -> bool:
    """Whether upper and lower case count; in QTI they do unless a file says otherwise."""
    return answer.points.cased if answer.points else True


def accepted(item: Item, answer: Answer) -> tuple[Option, ...]:
    """The accepted answers with what each earns."""
    points = dict.fromkeys(answer.correct, Fraction(1))
    if answer.points and answer.points.entries:
        points = dict(answer.points.entries)
        if answer.points.default > 0:
            points["*"] = answer.points.default
        points = {key: value for key, value in points.items() if value >= 0}
    shares = scaled(points, max(points.values(), default=Fraction(0)))
    return tuple(_options(item, answer, shares))


def _options(item: Item, answer: Answer, shares: dict[str, Fraction]) -> Iterator[Option]:
    wild = bool(answer.points and answer.points.default > 0)
    for text, share in shares.items():
        value = number(text) if is_number(answer) else None
        if value is not None:
            yield Option(digits(value), share, tolerance=_tolerance(item, answer, value))
        elif wild and text == "*":
            yield Option("*", share)
        else:
            yield Option(text.replace("*", "\\*"), share)


def _tolerance(item: Item, answer: Answer, value: Fraction) -> str:
    """How far a number may be off, as text; the wider side where the sides differ."""
    if not answer.margin:
        return "0"
    mode, below, above = answer.margin
    if below != above:
        item.odd()
    width = max(below, above) * (abs(value) / 100 if mode == "relative" else 1)
    return digits(width)


def essay(item: Item, root: Element, answer: Answer) -> dict[str, Any]:
    """The fields of an essay; what scorers are told are the points that a marker ticks."""
    points: list[str] = []
    for rubric in root.iter("rubricBlock"):
        if "scorer" in rubric.get("view", ""):
            listed: Sequence[Element] = list(rubric.iter("li")) or [rubric]
            points += [text for part in listed if (text := item.text("answer", part))]
            item.lost["rubrics"] -= 1
    if answer.correct:
        points += [text for text in answer.correct if text]
        item.told.append(warning(
            "answer", "The file gives an answer to compare with; it became a point to mark.",
            "Look at the points that a marker ticks."))
    return {"type": "essay", "more": {"points": points} if points else {}}
