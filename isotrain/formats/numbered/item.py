"""One question as its lines told it, before it is known what is right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from isotrain.formats.numbered.lines import Line
from isotrain.questions.problem import Problem
from isotrain.text import tidy

LETTER, NUMBER, BOX, BULLET = "letter", "number", "box", "bullet"


@dataclass
class Choice:
    """One option: what stood before it, its lines, and the signs that it is right."""

    kind: str
    label: str
    line: Line
    texts: list[str]
    signs: set[str] = field(default_factory=set)
    looks: frozenset[str] = frozenset()
    feedback: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its lines as one text."""
        return tidy("\n".join(self.texts))


@dataclass
class Item:
    """One question; `keys` are the lines that name what is right, `about` what they say else."""

    line: Line
    number: int | None = None
    mark: str = ""
    stem: list[str] = field(default_factory=list)
    choices: list[Choice] = field(default_factory=list)
    keys: list[tuple[Line, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    about: dict[str, str] = field(default_factory=dict)
    said: list[Problem] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """What its options begin with, empty without any."""
        return self.choices[0].kind if self.choices else ""

    @property
    def text(self) -> str:
        """Its stem as one text."""
        return tidy("\n".join(self.stem))

    def fold(self) -> None:
        """What looked like options is a list inside the stem, since options come only now."""
        self.stem += [text for choice in self.choices
                      for text in (f"{choice.label} {choice.texts[0]}", *choice.texts[1:])]
        self.choices = []

    def note(self, problems: Iterable[Problem]) -> None:
        """Keep what is odd about one of its lines."""
        self.said += problems
