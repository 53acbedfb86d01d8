"""Forms of attempts: an answer as it was sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.attempts.asking import encoded
from isotrain.questions.contract import is_answer

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

SPEAK = "speak-"


@dataclass(frozen=True)
class SentAnswer:
    """What the one form of a question page sent: the answer, its number, and where to go next."""

    fields: dict[str, list[str]]
    rev: int
    base: int
    flagged: bool
    go: str
    changed: bool

    @property
    def language(self) -> str:
        """The language that was chosen instead of another question; "" where none was."""
        return self.go.removeprefix(SPEAK) if self.go.startswith(SPEAK) else ""

    @classmethod
    def of(cls, values: MultiDict[str, str]) -> SentAnswer:
        """Read the form; the button "flag" turns the flag over."""
        fields = {name: given for name, given in values.lists() if is_answer(name)}
        go = values.get("go", "next")
        turned = go == "flag"
        flagged = (values.get("flagged") == "1") != turned
        changed = turned or encoded(fields) != values.get("was", "")
        rev = values.get("rev", 0, type=int)
        base = values.get("base", rev - 1, type=int)
        return cls(fields=fields, rev=rev, base=base, flagged=flagged, go=go, changed=changed)

    def target(self, position: int) -> int | None:
        """Return the position to go to, None for the page where all answers are checked."""
        if self.go == "check":
            return None
        if self.go.isascii() and self.go.isdigit():
            return int(self.go[:6])
        steps = {"next": 1, "previous": -1 if position > 1 else 0}
        return position + steps.get(self.go, 0)
