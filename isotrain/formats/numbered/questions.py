"""Drafts from the questions of a text, each of the type that its lines tell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from isotrain.formats.contract import Rejected
from isotrain.formats.numbered.item import LETTER, Item
from isotrain.formats.numbered.keys import Undecided, right_of
from isotrain.formats.numbered.words import KINDS, truth
from isotrain.formats.sheets.words import difficulty_of
from isotrain.questions.draft import Draft, Option, equal_shares, true_false_options
from isotrain.questions.problem import Problem, error, warning
from isotrain.text import tidy

_PAIR = re.compile(r"(.+?)(?:\s+=\s+|\s*(?:->|=>|→|\t)\s*|\s\|\s)(.+)", re.DOTALL)
_PLAIN_FIELDS = ("name", "topic", "category")


def draft_of(item: Item, place: str, chosen: Mapping[str, str]) -> tuple[Draft | None,
                                                                         list[Problem]]:
    """The draft of a question and what is odd about it; no draft where nothing can be made."""
    problems = [Problem(p.severity, place, p.template, p.hint, p.params) for p in item.said]
    fields: dict[str, Any] = {
        "place": place, "stem": item.text, "explanation": tidy("\n".join(item.notes)),
        **{name: tidy(item.about.get(name, "")) for name in _PLAIN_FIELDS},
        "difficulty": difficulty_of(item.about.get("difficulty", ""))}
    try:
        type_, parts = _typed(item, place, chosen)
    except Undecided as undecided:
        options = tuple(Option(choice.text) for choice in item.choices)
        return Draft(type="single_choice", options=options, **fields), [*problems,
                                                                        undecided.problem]
    except Rejected as rejection:
        return None, [*problems, rejection.problem]
    return Draft(type=type_, **fields, **parts), [*problems, *_about(item, type_, place)]


def _about(item: Item, type_: str, place: str) -> Iterator[Problem]:
    if type_ == "essay" and "type" not in item.about:
        yield warning(place, "There are no options here and no answer; it was read as an open"
                      " question.", "Write options A) B) C) and mark the right one.")


def _typed(item: Item, place: str, chosen: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The type of a question and its parts; raises Rejected and Undecided."""
    wanted = _wanted(item, place)
    if wanted == "essay":
        answers = [key for _line, key in item.keys] + [choice.text for choice in item.choices]
        return "essay", {"more": {"points": answers}} if answers else {}
    if wanted == "matching":
        return "matching", {"pairs": tuple(_pair(item, place, choice.text)
                                           for choice in item.choices)}
    if not item.choices or wanted == "short_text":
        return _without_options(item, place, wanted)
    _check_letters(item, place)
    right = right_of(item, place, chosen)
    told = [truth(choice.text) for choice in item.choices]
    if sorted(map(str, told)) == ["False", "True"] and len(right) < 2:
        return "true_false", {"options": _truths(item, told.index(True), right)}
    options = [Option(choice.text, Fraction(at in right), tidy("\n".join(choice.feedback)))
               for at, choice in enumerate(item.choices)]
    several = wanted == "multiple_choice" or len(right) > 1
    return ("multiple_choice" if several else "single_choice",
            {"options": tuple(equal_shares(options))})


def _wanted(item: Item, place: str) -> str:
    """The type that a line Type: names, empty without one; raises Rejected for an unknown one."""
    told = item.about.get("type", "").strip(" .")
    word = told.lower()
    if word and word not in KINDS:
        raise Rejected(error(place, 'The type "%(type)s" is not known here.',
                             "Write MC, MR, TF, F, MT or E.", type=told[:40]))
    return KINDS.get(word, "")


def _without_options(item: Item, place: str, wanted: str) -> tuple[str, dict[str, Any]]:
    """A statement, a short text or an open question, by what its key says; raises Rejected."""
    accepted = [choice.text for choice in item.choices] + [key for _line, key in item.keys]
    said = truth(accepted[0]) if len(accepted) == 1 else None
    if said is not None and wanted != "short_text":
        return "true_false", {"options": true_false_options(said)}
    if not accepted:
        return "essay", {}
    if wanted != "short_text" and re.fullmatch(r"\(?[A-Za-z]\)?\.?", accepted[0]):
        raise Rejected(error(place, 'The answer "%(key)s" names an option, and there are none.',
                             "Write options A) B) C), each on a line of its own.",
                             key=accepted[0]))
    return "short_text", {"options": tuple(
        Option(text.replace("*", r"\*"), Fraction(1)) for text in accepted)}


def _truths(item: Item, true: int, right: frozenset[int]) -> tuple[Option, Option]:
    feedback = [tidy("\n".join(choice.feedback)) for choice in item.choices]
    answer = None if not right else true in right
    return true_false_options(answer, feedback[true], feedback[1 - true])


def _pair(item: Item, place: str, text: str) -> tuple[str, str]:
    match = _PAIR.fullmatch(text)
    if match is None:
        raise Rejected(error(place, 'In "%(text)s" nothing sets the two sides apart.',
                             "Write them with = between, such as: Norm = ISO 9001.",
                             text=text[:60]))
    return tidy(match[1]), tidy(match[2])


def _check_letters(item: Item, place: str) -> None:
    """Raise Rejected where an option is missing between two others, or text above them."""
    if not item.text:
        raise Rejected(error(place, "There is no question text above the options.",
                             "Write the question, then its options."))
    if item.kind != LETTER:
        return
    for before, choice in zip(item.choices, item.choices[1:], strict=False):
        if ord(choice.label) != ord(before.label) + 1:
            raise Rejected(error(
                place, "Option %(expected)s is missing: this line begins with %(letter)s.",
                "Letter the options A, B, C and so on without gaps.",
                expected=chr(ord(before.label) + 1), letter=choice.label))
    if item.choices[0].label == "B":
        raise Rejected(error(place, "Option A is missing above option B.",
                             "Letter the options A, B, C and so on without gaps."))
