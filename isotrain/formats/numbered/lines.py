"""Lines of a text with what their letters look like, and what each line begins."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import NamedTuple

from isotrain.formats.workbooks.signs import without_signs
from isotrain.questions.problem import Problem

BOLD, UNDERLINED = "bold", "underlined"
TYPED = -1  # the level of a line whose number or letter stands in the text itself

_HEAVY = re.compile(r"\*\*([^*]+)\*\*|__([^_]+)__")
_NEXT = re.compile(r"(?:\t\s*|[ \u00a0]{2,})(?=\*?\(?([A-Za-z])[.)．）]\s*\S)")


class Run(NamedTuple):
    """Letters that look alike: bold, underlined, of a colour, highlighted."""

    text: str
    looks: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One line that holds something.

    `level` is how deep it stands in a list that a program numbers, `noted` what is odd about it
    without a place, since that is the question's. `paragraph` says that a program keeps it as one,
    `found` names its place where lines have no numbers.
    """

    number: int
    runs: tuple[Run, ...]
    after_blank: bool = False
    level: int = TYPED
    noted: tuple[Problem, ...] = field(default=(), compare=False)
    paragraph: bool = False
    found: str = ""

    @cached_property
    def text(self) -> str:
        """Its letters, whatever they look like."""
        return "".join(run.text for run in self.runs)

    @property
    def place(self) -> str:
        """Where it stands."""
        return self.found or f"line {self.number}"

    @property
    def stands_apart(self) -> bool:
        """Whether it does not simply go on with the line above."""
        return self.after_blank or self.paragraph

    def looks(self, start: int) -> frozenset[str]:
        """What all letters from here on look like; of single words it says nothing."""
        found: frozenset[str] | None = None
        at = 0
        for run in self.runs:
            at += len(run.text)
            part = run.text[max(0, start - at + len(run.text)):]
            if at > start and without_signs(part).strip():
                found = run.looks if found is None else found & run.looks
        return found or frozenset()

    def cut(self, start: int, end: int) -> Line:
        """The line with only the letters between."""
        runs, at = [], 0
        for run in self.runs:
            part = run.text[max(0, start - at):max(0, end - at)]
            at += len(run.text)
            if part:
                runs.append(run._replace(text=part))
        return replace(self, runs=tuple(runs), after_blank=self.after_blank and not start,
                       noted=() if start else self.noted)


def plain_lines(text: str) -> Iterator[Line]:
    """The lines of a text that hold something; a line that is wholly in ** looks bold."""
    after_blank = True
    for number, raw in enumerate(text.split("\n"), 1):
        stripped = raw.strip(" \t\v\f\u3000\ufeff\u00a0")
        if not stripped:
            after_blank = True
            continue
        heavy = _HEAVY.fullmatch(stripped)
        run = Run(heavy[1] or heavy[2], frozenset([BOLD])) if heavy else Run(stripped)
        yield Line(number, (run,), after_blank)
        after_blank = False


def apart(line: Line, first: re.Match[str]) -> Sequence[Line]:
    """A line on which several options stand, one behind the other, as several lines.

    `first` is how its first option was recognised: with its letter.
    """
    cuts, letter = [0], (first["a"] or first["b"]).upper()
    for match in _NEXT.finditer(line.text, first.end("letter")):
        if match[1].upper() == chr(ord(letter) + 1):
            letter = match[1].upper()
            cuts.append(match.end())
    if len(cuts) == 1:
        return [line]
    return [line.cut(start, end) for start, end in zip(cuts, [*cuts[1:], len(line.text)],
                                                       strict=True)]
