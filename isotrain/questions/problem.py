"""What is wrong with a question or a file, said so that its writer can put it right."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Problem:
    """One thing to put right: where it stands, what is wrong, what to do about it.

    `template` and `hint` are English texts with `%(name)s` placeholders filled from `params`,
    so that a page can translate them before it fills them.
    """

    severity: Literal["error", "warning"]
    place: str
    template: str
    hint: str = ""
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @property
    def message(self) -> str:
        """The template filled in, in English."""
        return self.template % self.params


def error(place: str, template: str, hint: str = "", **params: Any) -> Problem:
    """A problem that keeps the question from being used."""
    return Problem("error", place, template, hint, params)


def warning(place: str, template: str, hint: str = "", **params: Any) -> Problem:
    """A problem worth a look, which does not keep the question from being used."""
    return Problem("warning", place, template, hint, params)
