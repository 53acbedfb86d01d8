"""Shorthands of the format tests."""

from isotrain import formats
from isotrain.formats import Draft, Import
from isotrain.questions.pictured import MISSING


def read(text: str | bytes, format_name: str) -> Import:
    data = text.encode() if isinstance(text, str) else text
    return formats.read(data, format_name=format_name)


def only(imported: Import) -> Draft:
    [draft] = imported.questions
    return draft


def options(draft: Draft) -> list[tuple[str, float]]:
    return [(option.text, round(float(option.share), 5)) for option in draft.options]


def missing(imported: Import) -> list[tuple[str, str]]:
    """Places and names of the pictures that are missing: their questions are kept, not approved."""
    assert not imported.faulty_places()
    return [(problem.place, problem.params["name"]) for problem in imported.problems
            if problem.template == MISSING]


def said(imported: Import, severity: str = "") -> list[tuple[str, str]]:
    """Places and messages of problems but the one about explanations."""
    return [
        (problem.place, problem.message)
        for problem in imported.problems
        if severity in ("", problem.severity) and "explanation:" not in problem.message
    ]
