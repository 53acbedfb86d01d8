"""Choices, orders and written answers of QTI 1.2."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any
from xml.etree.ElementTree import Element

from isotrain.formats.qti.elements import said
from isotrain.formats.qti.item import Item
from isotrain.formats.qti.qti2.choosing import single
from isotrain.formats.qti.qti12.conditions import Condition, earned, shown
from isotrain.formats.qti.qti12.presenting import Response, text_of
from isotrain.formats.qti.shares import digits, number, rule_of, scaled, shared
from isotrain.questions.draft import Option
from isotrain.questions.problem import error
from isotrain.text import N_, tidy

_ABOVE, _BELOW = ("vargte", "vargt"), ("varlte", "varlt")
_HALF_OPEN = N_("The range of right numbers is open on one side, which cannot be kept.")
Told = Callable[[str, Sequence[str]], str]
"""The text of feedback: its place, and the names by which conditions call it."""


def one_of(
    item: Item, response: Response, steps: Sequence[Condition], told: Told
) -> dict[str, Any]:
    """The fields of a question in which one option is chosen."""
    names = [label.get("ident", "") for label in response.labels]
    given = [{response.name: frozenset({name})} for name in names]
    points = [earned(steps, each) for each in given]
    shares = scaled(dict(enumerate(points)), max(points, default=Fraction(0)))
    if min(points, default=Fraction(0)) < 0:
        item.odd()
    met = [shown(steps, each) for each in given]
    general = [name for name in met[0] if all(name in each for each in met)] if len(met) > 1 else []
    options = [
        _option(item, label, number, max(Fraction(0), shares[number - 1]),
                told(f"option {number}, feedback", [n for n in each if n not in general]))
        for number, (label, each) in enumerate(zip(response.labels, met, strict=True), 1)]
    return {**single(item, options), "explanation": told("explanation", general),
            **_shuffled(response)}


def some_of(
    item: Item, response: Response, steps: Sequence[Condition], told: Told, *, algorithm: str
) -> dict[str, Any]:
    """The fields of a question in which any options are chosen."""
    shares, rule = _several(item, response, [step for step in steps if step.points])
    if algorithm == "AllOrNothing":
        rule = "all_or_nothing"
    alone: dict[str, list[str]] = {}
    for step in steps:
        if step.alone:
            alone.setdefault(step.alone[1], []).extend(step.shown)
    common = [name for name in next(iter(alone.values()), [])
              if len(alone) > 1 and all(name in names for names in alone.values())]
    options = [
        _option(item, label, number, shares.get(label.get("ident", ""), Fraction(0)),
                told(f"option {number}, feedback",
                     [n for n in alone.get(label.get("ident", ""), []) if n not in common]))
        for number, label in enumerate(response.labels, 1)]
    return {"type": "multiple_choice", "options": shared(options, rule), "rule": rule,
            "explanation": told("explanation", ["general_fb", *common]), **_shuffled(response)}


def _several(
    item: Item, response: Response, scoring: Sequence[Condition]
) -> tuple[Mapping[str, Fraction], str]:
    """What options earn, and the rule: added up, or only all together."""
    names = [label.get("ident", "") for label in response.labels]
    if scoring and all(step.alone for step in scoring):
        points = dict.fromkeys(names, Fraction(0))
        for step in scoring:
            if step.alone and step.alone[0] == response.name:
                points[step.alone[1]] = points.get(step.alone[1], Fraction(0)) + step.points
        if any(step.sets for step in scoring) and len(scoring) > 1:
            item.odd()
        shares = scaled(points, sum((p for p in points.values() if p > 0), Fraction(0)))
        return shares, rule_of([shares[name] for name in names])
    winning = [step for step in scoring if step.points > 0]
    best = max((step.points for step in winning), default=Fraction(0))
    right = [value for step in winning if step.points == best for _, value in step.named]
    tests = {part.tag for step in winning for part in step.test.iter()}
    ruled_out = sum(part.tag == "not" for step in winning for part in step.test.iter())
    if len(scoring) > 1 or "or" in tests or ruled_out < len(names) - len(set(right)):
        item.odd()
    return dict.fromkeys(right, Fraction(1)), "all_or_nothing"


def in_order(item: Item, response: Response, steps: Sequence[Condition]) -> dict[str, Any]:
    """The fields of an ordering."""
    texts = {label.get("ident", ""): text_of(item, f"option {number}", label)
             for number, label in enumerate(response.labels, 1)}
    best = max(steps, key=lambda step: step.points, default=None)
    named = [] if best is None or best.points <= 0 else best.named
    right = list(dict.fromkeys(value for _, value in named if value in texts))
    if len(right) < len(texts):
        item.keyless()
        right += [name for name in texts if name not in right]
    if sum(step.points != 0 for step in steps) > 1:
        item.odd()
    return {"type": "ordering", "options": tuple(Option(texts[name]) for name in right),
            "rule": "all_or_nothing"}


def written_answers(
    item: Item, response: Response, steps: Sequence[Condition], told: Told, *, wild: bool = False
) -> dict[str, Any]:
    """The fields of a short text: every value that a condition accepts.

    `wild` says that stars stand for any text, as in files of ours.
    """
    answers = _Answers()
    cases: set[str] = set()
    for step in steps:
        for test in _accepting(step.test, response.name):
            answers.add(_accepted(test, wild=wild), "", step)
            cases |= {test.get("case", "No").casefold()} if step.points > 0 else set()
    if len(cases) > 1:
        item.odd()
    return {"type": "short_text", "options": answers.options(told),
            "more": {"case": True} if cases == {"yes"} else {}}


class _Answers:
    """Accepted answers with their margins: what each earns, and which feedback it meets."""

    def __init__(self) -> None:
        self._points: dict[tuple[str, str], Fraction] = {}
        self._shown: dict[tuple[str, str], list[str]] = {}

    def add(self, text: str, margin: str, step: Condition) -> None:
        """Take in what a step says of an answer."""
        key = text, margin
        self._points[key] = max(self._points.get(key, Fraction(0)), step.points)
        self._shown.setdefault(key, []).extend(step.shown)

    def options(self, told: Told) -> tuple[Option, ...]:
        """The options, without the feedback that all of them meet."""
        shown = list(self._shown.values())
        common = [name for name in shown[0] if all(name in each for each in shown)] if (
            len(shown) > 1) else ["general_fb"]
        shares = scaled(self._points, max(self._points.values(), default=Fraction(0)))
        return tuple(
            Option(text, share, told(f"answer {number}, feedback", [
                name for name in self._shown[text, margin] if name not in common]), margin)
            for number, ((text, margin), share) in enumerate(shares.items(), 1))


def _accepting(test: Element, response: str) -> Iterator[Element]:
    """The comparisons with texts in a test that are not ruled out."""
    for part in test:
        if part.tag in ("varequal", "varsubstring"):
            if part.get("respident", response) == response:
                yield part
        elif part.tag != "not":
            yield from _accepting(part, response)


def _accepted(test: Element, *, wild: bool) -> str:
    value = tidy("".join(test.itertext()))
    value = value if wild else value.replace("*", "\\*")
    return f"*{value}*" if test.tag == "varsubstring" else value


def numbers(
    item: Item, response: Response, steps: Sequence[Condition], told: Told
) -> dict[str, Any]:
    """The fields of a numeric question: exact numbers, or the middles of ranges."""
    answers = _Answers()
    for step in steps:
        for text, margin in _ranges(item, step.test):
            answers.add(text, margin, step)
    others = [name for step in steps if step.test.find("other") is not None
              for name in step.shown if name != "general_fb"]
    options = answers.options(told)
    if options and (feedback := told(f"answer {len(options) + 1}, feedback", others)):
        options = (*options, Option("*", Fraction(0), feedback))
    return {"type": "numeric", "options": options}


def _ranges(item: Item, test: Element) -> list[tuple[str, str]]:
    """The numbers that one test accepts, with how far off each may be."""
    above = [number(said(part)) for part in test.iter() if part.tag in _ABOVE]
    below = [number(said(part)) for part in test.iter() if part.tag in _BELOW]
    exact = [number(said(part)) for part in test.iter() if part.tag == "varequal"]
    if len(above) == len(below) and above:
        return [_range(low, high) for low, high in zip(above, below, strict=True)
                if low is not None and high is not None]
    if above or below:
        item.told.append(error("answer", _HALF_OPEN, N_("Write both ends of the range.")))
    return [(digits(value), "0") for value in exact if value is not None]


def _range(low: Fraction, high: Fraction) -> tuple[str, str]:
    return digits((low + high) / 2), digits(abs(high - low) / 2)


def _option(item: Item, label: Element, number: int, share: Fraction, feedback: str) -> Option:
    stays = label.get("rshuffle", "Yes").casefold() == "no" or label.get("lock") == "Yes"
    return Option(text_of(item, f"option {number}", label), share, feedback, stays=stays)


def _shuffled(response: Response) -> dict[str, bool]:
    """Whether options are shuffled; where nothing is said the program decides."""
    return {"shuffle": response.shuffle != "no"}
