"""What a people file would do: who is new, changed, back or gone, and what is to be asked first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from isotrain.accounts.registering import Person
from isotrain.people.files.knowledge import Knowledge, Known
from isotrain.people.files.rules import Header, Line
from isotrain.people.resolving import Words
from isotrain.questions.problem import Problem
from isotrain.settings import house


@dataclass(frozen=True)
class Options:
    """How a file is meant: does it name everybody, from which day does it hold, what was answered?
    """

    complete: bool = False
    effective_on: date = field(default_factory=house.today)
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Question:
    """What is asked before anything happens; without choices the answer is typed."""

    key: str
    template: str
    params: Mapping[str, object]
    choices: tuple[tuple[str, str], ...] = ()


@dataclass
class Entry:
    """One person as they will be.

    `known` is None for somebody new, whose id is below zero. `words` begin as they are and are
    overwritten by what the file has columns for; `hired_on` stays None where the employment goes
    on; `changes` are (column, before, after) in words.
    """

    line: Line
    known: Known | None
    id: int
    person: Person
    words: Words
    hired_on: date | None = None
    changes: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class Move:
    """A unit that will stand under another one, with the people in it and below."""

    name: str
    before: str
    after: str
    people: int


@dataclass
class Plan:
    """What applying a file would do; not to be applied with faults or open questions.

    `staying` are those of the file who will be here, by folded personnel number; `persons` is
    everybody by id, as they will be called. `parents` are units (codes) and the units above them,
    `renamed` are those of whom a step writes who they are, and nothing else yet; `zones` sites
    (codes) and the time zones they get, "" for the organization's.
    """

    header: Header
    options: Options
    knowledge: Knowledge
    faults: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    staying: dict[str, Entry] = field(default_factory=dict)
    persons: dict[int, Person] = field(default_factory=dict)
    parents: dict[str, str] = field(default_factory=dict)
    zones: dict[str, str] = field(default_factory=dict)
    new: list[Entry] = field(default_factory=list)
    back: list[Entry] = field(default_factory=list)
    changed: list[Entry] = field(default_factory=list)
    renamed: list[Entry] = field(default_factory=list)
    left: list[tuple[Known, date]] = field(default_factory=list)
    moves: list[Move] = field(default_factory=list)
    unchanged: int = 0
    unheard: int = 0

    @property
    def empty(self) -> bool:
        """Whether applying would change nothing."""
        return not (self.new or self.back or self.changed or self.left or self.parents
                    or self.zones)

    def fault(self, line: Line, column: str, template: str, hint: str, **params: object) -> None:
        """Note what is wrong with a cell."""
        place = self.header.place(line.row, column)
        self.faults.append(Problem("error", place, template, hint, params))

    def notice(self, line: Line, column: str, template: str, **params: object) -> None:
        """Note what is worth a look in a cell."""
        place = self.header.place(line.row, column)
        self.notices.append(Problem("warning", place, template, "", params))

    def ask(
        self, key: str, choices: Sequence[tuple[str, str]], template: str, **params: object
    ) -> str | None:
        """Return what was answered; None, and the question is noted, where nothing was yet."""
        answer = self.options.answers.get(key)
        if answer in [value for value, _label in choices]:
            return answer
        self.questions.append(Question(key, template, params, tuple(choices)))
        return None
