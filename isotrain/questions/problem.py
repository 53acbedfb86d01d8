"""What is wrong with a question or a file, said so that its writer can put it right."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from isotrain.text import N_

SEVERITIES = {"error": N_("error"), "warning": N_("warning"), "question": N_("question")}
# What stands before the number in a place, such as "row 3, column Name".
PLACES = {
    "line": N_("line %(n)s"), "row": N_("row %(n)s"), "column": N_("column %(n)s"),
    "item": N_("item %(n)s"), "question": N_("question %(n)s"), "option": N_("option %(n)s"),
    "answer": N_("answer %(n)s"), "pair": N_("pair %(n)s"), "cell": N_("cell %(n)s"),
    "options": N_("options %(n)s"), "attempt": N_("attempt %(n)s"), "pool": N_("pool %(n)s"),
    "question version": N_("question version %(n)s"), "record": N_("record %(n)s"),
    "key": N_("key %(n)s"), "certificate": N_("certificate %(n)s"), "sheet": N_("sheet %(n)s"),
    "table": N_("table %(n)s"), "questions": N_("questions %(n)s"), "and": N_("and %(n)s more"),
}
# Places that are alone of their kind.
SOLE_PLACES = {
    "file": N_("file"), "page": N_("page"), "form": N_("form"), "header": N_("header"),
    "name": N_("name"), "stem": N_("question text"), "options": N_("options"),
    "answer": N_("answer"), "pairs": N_("pairs"), "explanation": N_("explanation"),
    "feedback": N_("feedback"), "topic": N_("topic"), "difficulty": N_("difficulty"),
    "fact": N_("fact"), "module": N_("module"), "use": N_("use"), "result": N_("result"),
    "left": N_("left side"), "right": N_("right side"), "item": N_("item"),
    "category": N_("category"), "gap": N_("gap"), "word": N_("word"),
    "signature": N_("signature"), "schema": N_("schema"), "cells": N_("cells"),
    "questions": N_("questions"), "every question": N_("every question"),
}
NAMED = 10
_PLACE = re.compile(rf"({'|'.join(sorted(PLACES, key=len, reverse=True))}) (.+)")


class Word(str):
    """A parameter that is translated too, such as the name of a type."""


class Reading(NamedTuple):
    """One of the ways in which a place can be read: its name, and what it would then say."""

    name: str
    template: str
    params: Mapping[str, Any] = {}


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it stands, what is wrong, what to do about it.

    `template` and `hint` are English texts with `%(name)s` placeholders filled from `params`,
    so that a page can translate them before it fills them. A question can be read in several ways
    and is never guessed: `asks` names what is to be chosen among the `readings`, the same name
    wherever one choice decides. A warning that says how a place was read names what chose that.
    """

    severity: Literal["error", "warning", "question"]
    place: str
    template: str
    hint: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    asks: str = ""
    readings: tuple[Reading, ...] = field(default=(), hash=False)

    @property
    def message(self) -> str:
        """The template filled in, in English."""
        return self.template % self.params


def named(questions: Sequence[str]) -> str:
    """The place that names these questions: the first ten, and how many more there are."""
    told = ", ".join(questions[:NAMED])
    more = f", and {len(questions) - NAMED}" if len(questions) > NAMED else ""
    return f"{'question' if len(questions) == 1 else 'questions'} {told}{more}"


def parts_of_place(place: str) -> list[tuple[str, str]]:
    """Return the parts of a place: a template with what fills it, or names as they stand."""
    return [_part_of_place(part) for part in place.split(", ")] if place else []


def _part_of_place(part: str) -> tuple[str, str]:
    if part in SOLE_PLACES:
        return SOLE_PLACES[part], ""
    match = _PLACE.fullmatch(part)
    return (PLACES[match[1]], match[2]) if match else ("", part)


def error(place: str, template: str, hint: str = "", **params: Any) -> Problem:
    """A problem that keeps the question from being used."""
    return Problem("error", place, template, hint, params)


def warning(place: str, template: str, hint: str = "", **params: Any) -> Problem:
    """A problem worth a look, which does not keep the question from being used."""
    return Problem("warning", place, template, hint, params)


def question(
    place: str, template: str, hint: str = "", *, asks: str, readings: Sequence[Reading],
    **params: Any,
) -> Problem:
    """A place that can be read in several ways, among which its writer must choose."""
    return Problem("question", place, template, hint, params, asks, tuple(readings))
