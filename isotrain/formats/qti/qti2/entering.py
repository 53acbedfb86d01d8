"""Interactions into which something is written: a word, a number, a text."""

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2.declaring import Answer, Margin
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
    if answer.near and is_number(answer):
        points = {near: near.points for near in answer.near if near.points >= 0}
        shares = scaled(points, full(answer))
        return tuple(_number(item, near.value, share, near.margin)
                     for near, share in shares.items())
    earned = dict.fromkeys(answer.correct, Fraction(1))
    if answer.points and answer.points.entries:
        earned = {key: value for key, value in answer.points.entries.items() if value >= 0}
        if answer.points.default > 0:
            earned["*"] = answer.points.default
    return tuple(_options(item, answer, scaled(earned, max(earned.values(), default=Fraction(0)))))


def full(answer: Answer) -> Fraction:
    """The most that an answer earns."""
    points = [near.points for near in answer.near] or list(answer.earning.values())
    return max(points, default=Fraction(1))


def _options(item: Item, answer: Answer, shares: dict[str, Fraction]) -> Iterator[Option]:
    wild = bool(answer.points and answer.points.default > 0)
    for text, share in shares.items():
        value = number(text) if is_number(answer) else None
        if value is not None:
            yield _number(item, value, share, answer.margin)
        elif wild and text == "*":
            yield Option("*", share)
        else:
            yield Option(text.replace("*", "\\*"), share)


def _number(item: Item, value: Fraction, share: Fraction, margin: Margin) -> Option:
    """An accepted number; the wider side counts where the sides of its margin differ."""
    if margin.below != margin.above:
        item.odd()
    width = max(margin.below, margin.above) * (abs(value) / 100 if margin.relative else 1)
    return Option(digits(value), share, tolerance=digits(width))


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
