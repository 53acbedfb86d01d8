"""How an item of QTI 1.2 says what answers earn and what is shown for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from xml.etree.ElementTree import Element

from isotrain.formats.qti.elements import said
from isotrain.formats.qti.shares import number

Given = Mapping[str, frozenset[str]]
"""What was answered, by response."""


@dataclass(frozen=True)
class Condition:
    """One step of marking: upon which test how many points are set or added, and what is shown."""

    test: Element
    sets: bool = False
    points: Fraction = Fraction(0)
    shown: tuple[str, ...] = ()
    goes_on: bool = False

    @property
    def named(self) -> list[tuple[str, str]]:
        """The responses and values that it compares with and does not rule out."""
        return list(_named(self.test))

    @property
    def alone(self) -> tuple[str, str] | None:
        """The one value it asks for, None where it asks for more or otherwise."""
        tests = list(self.test.iter())[1:]
        plain = len(tests) == 1 and tests[0].tag == "varequal"
        return _value(tests[0]) if plain else None


def conditions(item: Element) -> list[Condition]:
    """The steps of marking an item, in order."""
    return [_condition(each) for each in item.iter("respcondition")]


def _condition(told: Element) -> Condition:
    test = told.find("conditionvar")
    variable = told.find("setvar")
    points = None if variable is None else number(said(variable))
    action = "" if variable is None else variable.get("action", "Set")
    counts = "" if variable is None else variable.get("varname", "").casefold()
    away = action == "Subtract" or "incorrect" in counts
    signed = -(points or Fraction(0)) if away else points or Fraction(0)
    return Condition(
        Element("conditionvar") if test is None else test,
        action == "Set",
        signed,
        tuple(each.get("linkrefid", "") for each in told.findall("displayfeedback")),
        told.get("continue", "No").casefold() == "yes",
    )


def earned(steps: Sequence[Condition], given: Given) -> Fraction:
    """The points of an answer, whatever the steps say of going on, which programs pass over."""
    total = Fraction(0)
    held = False
    for step in steps:
        if not holds(step.test, given, held=held):
            continue
        held = True
        total = step.points if step.sets and step.points else total + step.points
    return total


def shown(steps: Sequence[Condition], given: Given) -> list[str]:
    """The feedback that an answer meets; steps that go on do not count for what is "other"."""
    told: list[str] = []
    for step in steps:
        if holds(step.test, given):
            told += step.shown
            if not step.goes_on:
                break
    return told


def holds(test: Element, given: Given, *, held: bool = False) -> bool:
    """Whether a test is passed; several values for a response that takes one are alternatives."""
    if test.tag == "varequal":
        response, value = _value(test)
        return value in given.get(response, frozenset())
    if test.tag == "other":
        return not held
    if test.tag == "unanswered":
        return not given.get(test.get("respident", ""))
    within = [(part, holds(part, given, held=held)) for part in test]
    if test.tag == "or":
        return any(result for _, result in within)
    if test.tag == "not":
        return not all(result for _, result in within)
    if test.tag == "and":
        return bool(within) and all(result for _, result in within)
    return bool(within) and test.tag == "conditionvar" and _all(within)


def _all(within: Sequence[tuple[Element, bool]]) -> bool:
    """Whether all tests are passed, of those for one value of one response any."""
    if len(within) > 1 and all(part.tag == "varequal" for part, _ in within):
        by_response: dict[str, list[bool]] = {}
        for part, result in within:
            by_response.setdefault(part.get("respident", ""), []).append(result)
        return all(any(results) for results in by_response.values())
    return all(result for _, result in within)


def _named(test: Element) -> Iterator[tuple[str, str]]:
    for part in test:
        if part.tag == "varequal":
            yield _value(part)
        elif part.tag != "not":
            yield from _named(part)


def _value(test: Element) -> tuple[str, str]:
    return test.get("respident", ""), said(test)
