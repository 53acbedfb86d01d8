"""What an item of QTI 2 or 3 declares of its answers, and how it says that they are marked."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple
from xml.etree.ElementTree import Element

from isotrain.formats.qti.elements import child, said
from isotrain.formats.qti.shares import number


class Points(NamedTuple):
    """What answers earn, added up between bounds; `cased` where upper and lower case count."""

    entries: Mapping[str, Fraction]
    default: Fraction
    lower: Fraction | None
    upper: Fraction | None
    cased: bool


class Margin(NamedTuple):
    """How far a number may be off, below and above: as a number or in percent of it."""

    relative: bool
    below: Fraction
    above: Fraction


class Near(NamedTuple):
    """A number that a rule compares with, and the points it gives."""

    value: Fraction
    margin: Margin
    points: Fraction


EXACT = Margin(False, Fraction(0), Fraction(0))


@dataclass(frozen=True)
class Answer:
    """The declaration of one response, and how the item marks it.

    `margin` is how far a number may be off that is declared as correct; `near` are those that
    stand in the rules themselves.
    """

    cardinality: str = "single"
    type: str = "identifier"
    correct: tuple[str, ...] = ()
    points: Points | None = None
    margin: Margin = EXACT
    near: tuple[Near, ...] = ()

    @property
    def keyed(self) -> bool:
        """Whether it says what is right."""
        return bool(self.correct or self.earning or self.near)

    @property
    def earning(self) -> dict[str, Fraction]:
        """The answers that earn points, where points are what counts."""
        entries = self.points.entries if self.points else {}
        return {key: value for key, value in entries.items() if value > 0}


@dataclass
class Marking:
    """How responses are marked: by comparing, by adding points up, or otherwise (`odd`)."""

    compared: set[str] = field(default_factory=set)
    added: set[str] = field(default_factory=set)
    margins: dict[str, Margin] = field(default_factory=dict)
    near: dict[str, list[Near]] = field(default_factory=dict)
    odd: bool = False


_TESTS = frozenset({"match", "not", "isNull", "and", "variable", "correct", "baseValue",
                    "equal", "gt", "gte", "lt", "lte"})
_SUMS = frozenset({"sum", "variable", "baseValue", "mapResponse"})


def answers(item: Element, marking: Marking) -> dict[str, Answer]:
    """What the item declares, by the names of its responses."""
    return {each.get("identifier", ""): _answer(each, marking)
            for each in item.findall("responseDeclaration")}


def _answer(declared: Element, marking: Marking) -> Answer:
    name, values = declared.get("identifier", ""), child(declared, "correctResponse")
    mapping = child(declared, "mapping")
    told = [] if values is None else [_value(value) for value in values.findall("value")]
    by_points = mapping is not None and (name in marking.added or name not in marking.compared)
    return Answer(
        declared.get("cardinality", "single"),
        declared.get("baseType") or _record_type(values),
        tuple(told),
        _points(mapping) if mapping is not None and by_points else None,
        marking.margins.get(name, EXACT),
        tuple(marking.near.get(name, ())),
    )


def _value(value: Element) -> str:
    text = "".join(value.itertext())
    return " ".join(text.split())


def _record_type(values: Element | None) -> str:
    """The type of the first field of a record."""
    first = child(values, "value")
    return "string" if first is None else first.get("baseType", "string")


def _points(mapping: Element) -> Points:
    entries: dict[str, Fraction] = {}
    for entry in mapping.findall("mapEntry"):
        key = " ".join(entry.get("mapKey", "").split())
        entries[key] = number(entry.get("mappedValue")) or Fraction(0)
    cased = {entry.get("caseSensitive", "true") for entry in mapping.findall("mapEntry")}
    return Points(entries, number(mapping.get("defaultValue")) or Fraction(0),
                  number(mapping.get("lowerBound")), number(mapping.get("upperBound")),
                  "false" not in cased)


def marked(item: Element) -> Marking:
    """How the item says that its responses are marked."""
    processing, names = item.find("responseProcessing"), _names(item)
    if processing is None:
        return Marking()
    template = (processing.get("template") or processing.get("templateLocation") or "").lower()
    template = template.rpartition("/")[2].removesuffix(".xml")
    if len(processing) or not template:
        return _by_rules(processing, names)
    if "map_response" in template and "point" not in template:
        return Marking(added=names)
    return Marking(compared=names) if "match" in template else Marking(odd=True)


def _names(item: Element) -> set[str]:
    return {each.get("identifier", "") for each in item.findall("responseDeclaration")}


def _by_rules(processing: Element, names: set[str]) -> Marking:
    """What the rules come to where they only compare with what is right and add up."""
    marking = Marking()
    for condition in processing:
        if condition.tag == "responseCondition":
            for branch in condition:
                _branch(branch, names, marking)
        elif condition.tag == "setOutcomeValue":
            _assigned(condition, [], names, marking)
        elif condition.tag != "exitResponse":
            marking.odd = True
    return marking


def _branch(branch: Element, names: set[str], marking: Marking) -> None:
    tests = [part for part in branch if part.tag != "setOutcomeValue"]
    for part in branch:
        if part.tag == "setOutcomeValue":
            _assigned(part, tests, names, marking)
        elif part.tag == "responseCondition":
            marking.odd = True


def _assigned(rule: Element, tests: list[Element], names: set[str], marking: Marking) -> None:
    """Note what a rule that sets a number says; those that choose feedback say nothing."""
    within = list(rule.iter())[1:]
    if any(part.get("baseType") in ("identifier", "boolean", "string") for part in within):
        return
    asked = [part for test in tests for part in test.iter()]
    compared = {part.get("identifier", "") for part in asked if part.tag == "correct"} & names
    added = {part.get("identifier", "") for part in within if part.tag == "mapResponse"} & names
    for part in asked:
        if part.tag == "equal":
            _compared(part, within, names, marking)
    marking.compared |= compared
    marking.added |= added
    tested = {part.get("identifier", "") for part in asked if part.tag == "variable"} & names
    known = {part.tag for part in asked} <= _TESTS and {part.tag for part in within} <= _SUMS
    nothing = [said(part) for part in within if part.tag == "baseValue"]
    earns = added or any(number(text) != 0 for text in nothing) or not nothing
    several = len(compared) > 1
    if earns and (not known or several or (tested - compared and not added)):
        marking.odd = marking.odd or not _only_margins(asked, tested)


def _only_margins(asked: list[Element], tested: set[str]) -> bool:
    return len(tested) == 1 and {part.tag for part in asked} <= {
        "equal", "variable", "correct", "baseValue"}


def _compared(test: Element, within: list[Element], names: set[str], marking: Marking) -> None:
    """Note with which number a test compares a response, and how far off that may be."""
    name = next((part.get("identifier", "") for part in test if part.tag == "variable"), "")
    told = [number(text) for text in (test.get("tolerance") or "0").split()[:2]]
    mode = test.get("toleranceMode", "exact")
    if name not in names:
        return
    if not told or None in told:
        marking.odd = True
        return
    below, above = told[0] or Fraction(0), told[-1] or Fraction(0)
    exact = mode not in ("absolute", "relative")
    margin = EXACT if exact else Margin(mode == "relative", below, above)
    value = next((number(said(part)) for part in test if part.tag == "baseValue"), None)
    if value is None:
        marking.margins[name] = margin
        return
    points = [number(said(part)) for part in within if part.tag == "baseValue"]
    marking.near.setdefault(name, []).append(
        Near(value, margin, (points or [None])[-1] or Fraction(0)))
