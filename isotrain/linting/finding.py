"""What a check finds, said so that the writer of a question can put it right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from isotrain.text import N_

Severity = Literal["error", "warning", "note"]
SEVERITIES: Mapping[str, str] = {"error": N_("Error"), "warning": N_("Warning"), "note": N_("Note")}


@dataclass(frozen=True)
class Measured:
    """What was counted over a bank: a figure among `number` questions, and how far it may go."""

    figure: float
    number: int
    limit: float


@dataclass(frozen=True)
class Finding:
    """One thing worth a look: by which check, how grave, where, what, and what to do about it.

    `template` and `hint` are English texts with `%(name)s` placeholders filled from `params`.
    """

    severity: Severity
    place: str
    template: str
    hint: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    found_by: str = ""
    measured: Measured | None = None


def error(place: str, template: str, hint: str = "", **params: Any) -> Finding:
    """A finding that spoils the question."""
    return Finding("error", place, template, hint, params)


def warning(place: str, template: str, hint: str = "", **params: Any) -> Finding:
    """A finding that makes the question worse."""
    return Finding("warning", place, template, hint, params)


def remark(place: str, template: str, hint: str = "", **params: Any) -> Finding:
    """A finding worth a look, which may be as it should be."""
    return Finding("note", place, template, hint, params)
