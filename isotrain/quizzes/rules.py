"""Pure rules of quizzes: what the rules and cells of a blueprint may say."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from isotrain.exams.pools import Cell, use_of
from isotrain.questions.problem import Problem, error
from isotrain.questions.sets import FEWEST, MOST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

EXAM, PRACTICE = "exam", "practice"
ORDERS = ("shuffled", "blueprint")
FEEDBACK = ("explanations", "topics", "answers")
BANDS = (1, 2, 3)

# The lowest and highest number each rule may say.
LIMITS = {"minutes": (0, 600), "pass_mark": (1, 100), "attempts": (0, 99), "wait_hours": (0, 8760)}
MOST_QUESTIONS = 200


class Subject(NamedTuple):
    """What a cell asks about: a "topic" or a "module", by its code."""

    kind: str
    code: str

    @classmethod
    def of(cls, cell: Cell) -> Subject:
        """Return what a cell that is drawn asks about."""
        return cls("module", cell.module) if cell.module else cls("topic", cell.topic)

    def cell(self, difficulty: int, count: int, bank: str, *, use: str, size: int) -> Cell:
        """Return the cell that draws so many questions of it, or sets of this size."""
        named = {self.kind: self.code}
        return Cell(topic=named.get("topic", ""), module=named.get("module", ""),
                    difficulty=difficulty, count=count, bank=bank, use=use_of(use, size))


def subject_of(cell: Mapping[str, Any]) -> Subject:
    """Return what a cell, as a quiz version keeps it, asks about."""
    kind = "module" if "module" in cell else "topic"
    return Subject(kind, cell[kind])


def size_of(cell: Mapping[str, Any]) -> int:
    """Return how many questions the sets have that a cell draws; 1 where it draws no sets."""
    size: int = cell.get("set", 1)
    return size


def count_questions(cells: Sequence[Mapping[str, Any]]) -> int:
    """Return how many questions cells ask for; a count that was mistyped asks for none."""
    return sum(max(0, cell["count"]) * size_of(cell) for cell in cells)


@dataclass(frozen=True)
class Rules:
    """The rules of a quiz; 0 minutes, attempts or hours mean that there is no such limit."""

    minutes: int = 0
    pass_mark: int = 80
    pass_mark_basis: str = ""
    attempts: int = 0
    wait_hours: int = 0
    order: str = "shuffled"
    feedback: str = "explanations"

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Rules:
        """Read the rules as a quiz version keeps them; what is missing is as by default."""
        return cls(**{name: data[name] for name in cls.__dataclass_fields__ if name in data})

    def to_data(self) -> dict[str, Any]:
        """Return the rules as a quiz version keeps them."""
        return asdict(self)


# What a version asks of those who sit it, by rule; `difficulty` is the average in hundredths.
Demands = dict[str, "int | str"]


def demands(rules: Rules, cells: Sequence[Mapping[str, Any]]) -> Demands:
    """Return what rules and cells ask of those who sit them."""
    questions = count_questions(cells)
    hardness = sum(count_questions([cell]) * cell["difficulty"] for cell in cells)
    return {"pass_mark": rules.pass_mark, "attempts": rules.attempts,
            "wait_hours": rules.wait_hours, "minutes": rules.minutes, "feedback": rules.feedback,
            "questions": questions, "difficulty": 100 * hardness // max(1, questions)}


def _laxity(rule: str, value: int | str) -> int:
    """Return how little a value of a rule asks: the more, the weaker."""
    if isinstance(value, str):
        return ("topics", "explanations", "answers").index(value)
    if rule in ("attempts", "minutes"):
        return value or sys.maxsize  # 0 is no limit
    return -value


def weaker(before: Demands, after: Demands) -> tuple[str, ...]:
    """Return the rules in which a version asks less than the one before."""
    return tuple(rule for rule in before
                 if _laxity(rule, after[rule]) > _laxity(rule, before[rule]))


def weakened(
    kept: Sequence[Mapping[str, Any]], before: Demands, after: Demands, *, alone: bool
) -> list[dict[str, Any]]:
    """Return what a version keeps of what was made weaker, now or before it.

    Each entry names the rule, its value before it was ever weaker and now, and whether one person
    acted alone. It ends when the rule asks as much again.
    """
    fresh = weaker(before, after)
    first = {rule: before[rule] for rule in fresh} | {each["rule"]: each["before"]
                                                      for each in kept}
    lone = {each["rule"] for each in kept if each["alone"]} | set(fresh if alone else ())
    return [{"rule": rule, "before": value, "after": after[rule], "alone": rule in lone}
            for rule, value in first.items()
            if _laxity(rule, after[rule]) > _laxity(rule, value)]


def problems(rules: Rules, cells: Sequence[Mapping[str, Any]]) -> tuple[Problem, ...]:
    """Return what is wrong with rules and cells in themselves, whatever the banks hold."""
    return (*_rule_problems(rules), *_cell_problems(cells))


def _rule_problems(rules: Rules) -> Iterator[Problem]:
    for name, (low, high) in LIMITS.items():
        value = getattr(rules, name)
        if type(value) is not int or not low <= value <= high:
            yield error(name, "Enter a whole number from %(low)s to %(high)s", low=low, high=high)
    if not isinstance(rules.pass_mark_basis, str) or len(rules.pass_mark_basis) > 1000:
        yield error("pass_mark_basis", "Use at most 1000 characters")
    for name, known in (("order", ORDERS), ("feedback", FEEDBACK)):
        if getattr(rules, name) not in known:
            yield error(name, "Choose one of the listed kinds")


def _cell_problems(cells: Sequence[Mapping[str, Any]]) -> Iterator[Problem]:
    counts = [cell["count"] for cell in cells]
    sizes = [cell["set"] for cell in cells if "set" in cell]
    if any(type(count) is not int or count < 1 for count in counts):
        yield error("cells", "Enter whole numbers of questions")
    elif any(type(s) is not int or not FEWEST <= s <= MOST for s in sizes):
        yield error("cells", "A set has %(fewest)s to %(most)s questions", fewest=FEWEST, most=MOST)
    elif not 1 <= count_questions(cells) <= MOST_QUESTIONS:
        yield error("cells", "Ask for 1 to %(most)s questions in all", most=MOST_QUESTIONS)
    if any(cell["difficulty"] not in BANDS for cell in cells):
        yield error("cells", "A difficulty is 1, 2 or 3")
    if len({(c["bank"], subject_of(c), size_of(c), c["difficulty"]) for c in cells}) < len(cells):
        yield error("cells", "A topic or module stands twice with the same difficulty")
