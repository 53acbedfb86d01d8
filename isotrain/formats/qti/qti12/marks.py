"""The responses and the marking of each type, as QTI 1.2 writes them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from isotrain.formats.qti.rendering import html_of_text, plain, tag, text
from isotrain.formats.qti.shares import digits, number
from isotrain.questions.cloze_source import Part, parsed
from isotrain.questions.draft import Draft, Option

_ONE, _PART = "response1", "answer1"
_GAP = re.compile(r"\[\[([0-9]+)\]\]")
_WILD = re.compile(r"(?<!\\)\*")


@dataclass
class Written:
    """What stands in an item: its text, its responses, its marking and its feedback."""

    stem: str
    responses: str = ""
    marking: str = ""
    feedback: Mapping[str, str] = field(default_factory=dict)
    lists: bool = False


def mattext(value: str) -> str:
    """A text: HTML where that reads back the same."""
    source = html_of_text(value)
    if source is None:
        return tag("mattext", text(value), texttype="text/plain")
    return tag("mattext", text(source), texttype="text/html")


def shown(test: str, name: str) -> str:
    """A step that shows feedback and goes on."""
    return tag("respcondition", tag("conditionvar", test),
               tag("displayfeedback", feedbacktype="Response", linkrefid=name), continue_="Yes")


def _scored(test: str, points: Fraction, action: str = "Set") -> str:
    """A step that gives points of a hundred; one that gives none must not name any.

    Canvas takes every answer that points are given for as a right one.
    """
    given = tag("setvar", digits(points), action=action, varname="SCORE") if points else ""
    return tag("respcondition", tag("conditionvar", test), given,
               continue_="Yes" if action == "Add" else "No")


def _equal(value: str, response: str = _ONE, case: str | None = None) -> str:
    return tag("varequal", text(value), respident=response, case=case)


def _label(name: str, value: str, *, stays: bool = False) -> str:
    return tag("response_label", tag("material", mattext(value)), ident=name,
               rshuffle="No" if stays else None)


def _choice(draft: Draft, cardinality: str) -> str:
    labels = (_label(f"a{number}", option.text, stays=option.stays)
              for number, option in enumerate(draft.options, 1))
    return tag("response_lid",
               tag("render_choice", *labels, shuffle="Yes" if draft.shuffle else "No"),
               ident=_ONE, rcardinality=cardinality)


def _told(options: Sequence[Option], tests: Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """The step that shows the feedback of each option, and the feedback by its name."""
    names = [f"a{number}_fb" for number in range(1, len(options) + 1)]
    steps = [shown(test, name) if option.feedback else ""
             for test, name, option in zip(tests, names, options, strict=True)]
    return steps, {name: o.feedback for name, o in zip(names, options, strict=True)}


def one_of(draft: Draft) -> Written:
    """One option is chosen."""
    tests = [_equal(f"a{number}") for number in range(1, len(draft.options) + 1)]
    steps, feedback = _told(draft.options, tests)
    scored = (_scored(test, 100 * option.share)
              for test, option in zip(tests, draft.options, strict=True) if option.share)
    marking = "".join([*steps, *scored])
    return Written(draft.stem, _choice(draft, "Single"), marking, feedback)


def some_of(draft: Draft) -> Written:
    """Any options are chosen: points for each, or for exactly the right ones."""
    tests = [_equal(f"a{number}") for number in range(1, len(draft.options) + 1)]
    steps, feedback = _told(draft.options, tests)
    if draft.rule in ("all_or_nothing", "per_option"):
        exact = (test if option.share > 0 else tag("not", test)
                 for test, option in zip(tests, draft.options, strict=True))
        scored = _scored(tag("and", *exact), Fraction(100))
    else:
        scored = "".join(_scored(test, 100 * share, "Add")
                         for test, share in zip(tests, _added(draft), strict=True) if share)
    return Written(draft.stem, _choice(draft, "Multiple"), "".join(steps) + scored, feedback)


def _added(draft: Draft) -> list[Fraction]:
    """What each option adds under the rule of the draft."""
    if draft.rule == "weights":
        return [option.share for option in draft.options]
    right = sum(option.share > 0 for option in draft.options)
    wrong = right if draft.rule == "equal_parts" else len(draft.options) - right
    return [Fraction(1, right) if option.share > 0 else Fraction(-1, wrong)
            for option in draft.options]


def has_wild(draft: Draft) -> bool:
    """Whether an accepted text has a wildcard that only we understand."""
    inner = (o.text[1:-1] if _contains(o.text) else o.text for o in draft.options)
    return draft.type == "short_text" and any(map(_WILD.search, inner))


def is_wild(value: str) -> bool:
    """Whether a star in an accepted text stands for any text."""
    return bool(_WILD.search(value))


def _contains(value: str) -> bool:
    return len(value) > 2 and value[0] == value[-1] == "*" and value[-2] != "\\"


def _field(kind: str | None = None) -> str:
    return tag("response_str", tag("render_fib", tag("response_label", ident=_PART), fibtype=kind),
               ident=_ONE, rcardinality="Single")


def words(draft: Draft) -> Written:
    """Accepted texts."""
    case = "Yes" if draft.more.get("case") else None
    wild = has_wild(draft)
    tests = [_equal(option.text, case=case) if wild else _accepted(option.text, case)
             for option in draft.options]
    steps, feedback = _told(draft.options, tests)
    scored = (step + _scored(test, 100 * option.share)
              for step, test, option in zip(steps, tests, draft.options, strict=True))
    return Written(draft.stem, _field(), "".join(scored), feedback)


def _accepted(value: str, case: str | None) -> str:
    if _contains(value):
        inner = value[1:-1].replace("\\*", "*")
        return tag("varsubstring", text(inner), respident=_ONE, case=case)
    return _equal(value.replace("\\*", "*"), case=case)


def numbers(draft: Draft) -> Written:
    """Numbers, each with its margin."""
    tests = ["<other/>" if option.text == "*" else _near(option) for option in draft.options]
    steps, feedback = _told(draft.options, tests)
    scored = (step if option.text == "*" else step + _scored(test, 100 * option.share)
              for step, test, option in zip(steps, tests, draft.options, strict=True))
    return Written(draft.stem, _field("Decimal"), "".join(scored), feedback)


def _near(option: Option) -> str:
    value, margin = number(option.text), number(option.tolerance)
    if value is None or not margin:
        return _equal(option.text)
    ends = (tag(name, digits(end), respident=_ONE)
            for name, end in (("vargte", value - margin), ("varlte", value + margin)))
    return tag("or", _equal(option.text), tag("and", *ends))


def _places(lefts: Sequence[str], rights: Sequence[str], key: Mapping[int, Sequence[int]],
            cardinality: str) -> tuple[str, str]:
    """One response for each on the left, with all on the right to choose among."""
    labels = "".join(_label(f"b{number}", right) for number, right in enumerate(rights, 1))
    responses = "".join(
        tag("response_lid", tag("material", mattext(left)), tag("render_choice", labels),
            ident=f"response_{number}", rcardinality=cardinality)
        for number, left in enumerate(lefts, 1))
    points = Fraction(100, max(1, sum(map(len, key.values()))))
    scored = "".join(
        _scored(_equal(f"b{right + 1}", f"response_{left + 1}"), points, "Add")
        for left, found in key.items() for right in found)
    return responses, scored


def pairs(draft: Draft) -> Written:
    """Each on the left with its partner."""
    lefts = [left for left, _ in draft.pairs if left]
    rights = list(dict.fromkeys(right for _, right in draft.pairs))
    key = {number: [rights.index(right)]
           for number, right in enumerate(right for left, right in draft.pairs if left)}
    return Written(draft.stem, *_places(lefts, rights, key, "Single"))


def categories(draft: Draft) -> Written:
    """Each category with its items."""
    names = list(dict.fromkeys(category for _, category in draft.pairs))
    items = list(dict.fromkeys(item for item, _ in draft.pairs if item))
    key: dict[int, list[int]] = {}
    for item, category in draft.pairs:
        if item:
            key.setdefault(names.index(category), []).append(items.index(item))
    return Written(draft.stem, *_places(names, items, key, "Multiple"))


def order(draft: Draft) -> Written:
    """The items in their order."""
    labels = [_label(f"a{number}", o.text) for number, o in enumerate(draft.options, 1)]
    response = tag("response_lid", tag("render_choice", *labels, shuffle="Yes"),
                   ident=_ONE, rcardinality="Ordered")
    test = "".join(_equal(f"a{number}") for number in range(1, len(draft.options) + 1))
    return Written(draft.stem, response, _scored(test, Fraction(100)))


def gaps(draft: Draft) -> Written:
    """A list of all the words in each gap."""
    listed = list(dict.fromkeys(word for _, word in draft.pairs))
    right = {number: word for number, word in draft.pairs if number}
    parts = [Part(1, "choice", alternatives=tuple(
        Option(word, Fraction(word == right[number])) for word in listed)) for number in right]
    names = _names(draft.stem, len(parts))
    called = dict(zip(right, names, strict=True))
    stem = _GAP.sub(lambda gap: f"[{called[gap[1]]}]" if gap[1] in called else gap[0], draft.stem)
    return _blanks(stem, parts, names)


def cloze(draft: Draft) -> Written:
    """The parts of a cloze, each under a name in its text."""
    pieces = parsed(draft.stem)
    parts = [piece for piece in pieces if isinstance(piece, Part)]
    names = _names("".join(piece for piece in pieces if isinstance(piece, str)), len(parts))
    waiting = iter(names)
    stem = "".join(piece if isinstance(piece, str) else f"[{next(waiting)}]" for piece in pieces)
    return _blanks(stem, parts, names)


def _names(stem: str, count: int) -> list[str]:
    """Names for gaps that do not occur in the text."""
    begin = next(f"gap{'x' * length}" for length in range(99) if f"[gap{'x' * length}" not in stem)
    return [f"{begin}{number}" for number in range(1, count + 1)]


def _word(value: str) -> str:
    """What fills a gap: where it has no marks as it is typed, which Canvas compares with."""
    if html_of_text(value) != tag("p", plain(value)):
        return mattext(value)
    return tag("mattext", text(value), texttype="text/plain")


def _blanks(stem: str, parts: Sequence[Part], names: Sequence[str]) -> Written:
    responses, scored = [], []
    for name, part in zip(names, parts, strict=True):
        labels = [tag("response_label", tag("material", _word(option.text)),
                      ident=f"{name}_{number}")
                  for number, option in enumerate(part.alternatives, 1)]
        responses.append(tag(
            "response_lid", tag("material", tag("mattext", name)), tag("render_choice", *labels),
            ident=f"response_{name}"))
        right = next(n for n, option in enumerate(part.alternatives, 1) if option.share == 1)
        scored.append(_scored(_equal(f"{name}_{right}", f"response_{name}"),
                              Fraction(100, len(parts)), "Add"))
    lists = all(part.kind == "choice" for part in parts)
    return Written(stem, "".join(responses), "".join(scored), lists=lists)


def essay(draft: Draft) -> Written:
    """A field; a person marks it."""
    return Written(draft.stem, _field(), tag("respcondition", tag("conditionvar", "<other/>"),
                                             continue_="No"))


def nothing(draft: Draft) -> Written:
    """A text alone."""
    return Written(draft.stem)
