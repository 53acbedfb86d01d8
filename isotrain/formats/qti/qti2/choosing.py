"""Interactions in which options are chosen: choice, a list in a text, words of a text."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.item import HIDDEN, Item
from isotrain.formats.qti.qti2.declaring import Answer
from isotrain.formats.qti.shares import rule_of, scaled, shared
from isotrain.questions.draft import Option, true_false_options
from isotrain.text import tidy, whole

_TRUTHS = {"true": True, "false": False}


def chosen(
    item: Item, interaction: Element, answer: Answer, *, choices: Sequence[Element]
) -> dict[str, Any]:
    """The fields of a draft whose options are these choices."""
    shuffled = interaction.get("shuffle") == "true"
    options = [_option(item, number, choice, fixed=shuffled and choice.get("fixed") == "true")
               for number, choice in enumerate(choices, 1)]
    names = [choice.get("identifier", "") for choice in choices]
    most = whole(interaction.get("maxChoices", "1"))
    if answer.cardinality == "single" or (most == 1 and len(answer.correct) == 1):
        return {**single(item, keyed(item, names, options, answer, pick=1)), "shuffle": shuffled}
    earning = keyed(item, names, options, answer, pick=most or 0)
    rule = "all_or_nothing" if not answer.points else rule_of([o.share for o in earning])
    return {"type": "multiple_choice", "options": shared(earning, rule), "rule": rule,
            "shuffle": shuffled}


def single(item: Item, options: Sequence[Option]) -> dict[str, Any]:
    """The fields of a draft with these options, of which one is chosen."""
    truths = [_TRUTHS.get(option.text.casefold()) for option in options]
    plain = all(option.share in (0, 1) for option in options)
    right = [truth for truth, option in zip(truths, options, strict=True) if option.share == 1]
    if sorted(map(str, truths)) == ["False", "True"] and plain and len(right) < 2:
        told = dict(zip(truths, (option.feedback for option in options), strict=True))
        return {"type": "true_false",
                "options": true_false_options(right[0] if right else None, told[True], told[False])}
    return {"type": "single_choice", "options": tuple(options)}


def keyed(
    item: Item, names: Sequence[str], options: Sequence[Option], answer: Answer, *, pick: int
) -> list[Option]:
    """The options with what each earns; `pick` is how many may be chosen, 0 any number."""
    if not answer.points:
        right = [name for name in names if name in answer.correct]
        part = Fraction(1, 1 if answer.cardinality == "single" else max(1, len(right)))
        return [o._replace(share=part if n in right else Fraction(0))
                for n, o in zip(names, options, strict=True)]
    points = {name: answer.points.entries.get(name, answer.points.default) for name in names}
    best = sorted((value for value in points.values() if value > 0), reverse=True)
    full = sum(best[: pick or None], Fraction(0))
    upper = answer.points.upper
    if upper is not None and upper < full:
        full = upper
    lower, least = answer.points.lower, min(points.values(), default=Fraction(0))
    if least < 0 and (lower is None or lower < 0):
        item.odd()
    shares = scaled(points, full)
    bottom = Fraction(0 if pick == 1 else -1)
    return [o._replace(share=max(bottom, shares[n])) for n, o in zip(names, options, strict=True)]


def _option(item: Item, number: int, choice: Element, *, fixed: bool) -> Option:
    name, place = choice.get("identifier", ""), f"option {number}, feedback"
    told = [part for part in choice.iter() if part.tag in HIDDEN and part.get("identifier") == name]
    told += [item.feedback.pop(name)] if name in item.feedback else []
    feedback = tidy("\n".join(item.text(place, part) for part in told))
    return Option(item.text(f"option {number}", choice), Fraction(0), feedback, stays=fixed)
