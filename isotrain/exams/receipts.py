"""The receipt of a form: what it was derived from, so that anybody can derive it again."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from isotrain.exams.drawing import Form
from isotrain.exams.pools import Id, Pool
from isotrain.ledger.hashing import hash_of
from isotrain.questions.problem import Problem, error

NAMED = "isotrain-receipt-2"
"""The receipt that names language and questions; those of before have no name and neither."""

_PARTS = (
    error("algorithm", "The form was drawn with another algorithm."
          " Kept: %(stored)s; derived: %(derived)s."),
    error("blueprint", "The blueprint is not the one the form was drawn from."
          " Kept: %(stored)s; derived: %(derived)s."),
    error("pools", "The pools of questions are not those the form was drawn from."),
    error("narrowed", "The topics are not those that the form was narrowed to."
          " Kept: %(stored)s; derived: %(derived)s."),
    error("seed", "The seed is not the one the form was drawn with."
          " Kept: %(stored)s; derived: %(derived)s."),
    error("history", "What the person had seen before is not what the receipt says."
          " Kept: %(stored)s; derived: %(derived)s."),
    error("questions", "The questions are not the versions that the receipt names."),
    error("form", "The form is not the one the receipt was written for."
          " Kept: %(stored)s; derived: %(derived)s."),
)


def form_data(form: Form, arrangements: Sequence[Sequence[Any]]) -> dict[str, Any]:
    """The whole form as canonical JSON accepts it: versions, cells, option orders, in order."""
    return {
        "items": list(form.items),
        "cells": list(form.cells),
        "arrangements": [list(arrangement) for arrangement in arrangements],
    }


def history_data(history: Mapping[Id, int]) -> list[list[Any]]:
    """Question ids with how often each was seen, sorted, as canonical JSON accepts it."""
    return [[question, history[question]] for question in sorted(history) if history[question]]


def receipt(
    form: Mapping[str, Any],
    *,
    algorithm: str,
    blueprint: str,
    pools: Sequence[Pool],
    seed: str,
    history: Mapping[Id, int],
) -> dict[str, Any]:
    """All a form was derived from; `form` is its `form_data`, `blueprint` the blueprint's hash."""
    return {
        "algorithm": algorithm,
        "blueprint": blueprint,
        "pools": sorted(pool.hash for pool in pools),
        "seed": seed,
        "history": hash_of(history_data(history)),
        "form": hash_of(form),
    }


def narrowed(receipt: Mapping[str, Any], topics: Sequence[str]) -> dict[str, Any]:
    """The receipt of a form that was drawn from some topics of its blueprint and pools alone."""
    return {**receipt, "narrowed": list(topics)}


def named(
    receipt: Mapping[str, Any], *, language: str, questions: Sequence[Sequence[Any]]
) -> dict[str, Any]:
    """The receipt of a form that was frozen in one language.

    `questions` are in presented order: question, number, language and revision of each version,
    and the name of the rule by which it is marked.
    """
    rows = [list(row) for row in questions]
    return {**receipt, "receipt": NAMED, "language": language, "questions": rows}


def differences(stored: Mapping[str, Any], derived: Mapping[str, Any]) -> tuple[Problem, ...]:
    """In what a stored form differs from the derived one, in words; empty when they are equal.

    Each is a receipt and its `form_data` in one mapping: `{**receipt(...), **form_data(...)}`,
    both named or neither.
    """
    parts = (
        replace(part, params={"stored": stored.get(part.place), "derived": derived.get(part.place)})
        for part in _PARTS if stored.get(part.place) != derived.get(part.place)
    )
    return (*parts, *_form_differences(stored, derived))


def _form_differences(stored: Mapping[str, Any], derived: Mapping[str, Any]) -> Iterator[Problem]:
    if len(stored["items"]) != len(derived["items"]):
        yield error(
            "form",
            "The form has %(stored)s questions; %(derived)s are derived.",
            stored=len(stored["items"]),
            derived=len(derived["items"]),
        )
        return
    rows = zip(_rows(stored), _rows(derived), strict=True)
    for number, (kept, found) in enumerate(rows, 1):
        place = f"question {number}"
        if kept[0] != found[0]:
            yield error(
                place,
                "The question is version %(stored)s; version %(derived)s is derived.",
                stored=kept[0],
                derived=found[0],
            )
        elif kept[1] != found[1]:
            yield error(place, "The question was drawn for another row of the blueprint.")
        elif kept[2] != found[2]:
            yield error(place, "The options stand in another order than the derived one.")


def _rows(form: Mapping[str, Any]) -> list[tuple[Any, Any, Any]]:
    return list(zip(form["items"], form["cells"], form["arrangements"], strict=True))
