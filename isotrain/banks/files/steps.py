"""What an import would do to a bank, question by question, and what can be decided about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from isotrain.banks.rules import Written
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem


@dataclass(frozen=True)
class Standing:
    """A question as it stands in the bank."""

    question_id: int
    key: str
    version_id: int
    number: int
    language: str
    hash: str
    type: str
    stem: str
    retired: bool


CHANGE, ADD, LEAVE = "change", "add", "leave"
NOTHING: Mapping[str, str] = {}
# What a reader may decide about a question by its effect, and of one that looks like another.
OFFERED = {"new": (ADD, LEAVE), "changed": (CHANGE, LEAVE), "older": (CHANGE, LEAVE)}
WRITING = ("new", "changed", "translated")
OFFERED_ALIKE = (CHANGE, ADD, LEAVE)


@dataclass(frozen=True)
class Like:
    """A question of the bank that one of the file looks like, and how much in per cent.

    `written` is what that one would say if the one of the file changed it.
    """

    standing: Standing
    percent: int
    written: Written


@dataclass(frozen=True)
class Step:
    """What happens to one question of the file; `standing` is the question of the bank it meets.

    One whose effect is open waits until somebody chooses how it is to be read, and one that is
    alike until somebody decides whether it changes the question it is `like`. One that is older
    stood in the bank before, and is left out unless somebody decides otherwise. `offered` is what
    can be decided, `decided` what was. A translation becomes this `revision` of its language.
    """

    draft: Draft
    effect: str
    written: Written | None = None
    standing: Standing | None = None
    complete: bool = False
    revision: int = 1
    like: Like | None = None
    offered: tuple[str, ...] = ()
    decided: str = ""

    @property
    def meets(self) -> Standing | None:
        """The question of the bank to compare it with."""
        return self.standing or (self.like.standing if self.like else None)

    @property
    def becomes(self) -> Written | None:
        """What the question of the bank would say, to compare it with."""
        return self.like.written if self.like else self.written

    @property
    def chosen(self) -> str:
        """What holds for it: what was decided, or what is done as long as nothing is."""
        if self.decided or self.effect == "alike":
            return self.decided
        usual = {"new": ADD, "older": LEAVE}.get(self.effect, CHANGE)
        return usual if usual in self.offered else ""


@dataclass(frozen=True)
class Plan:
    """What applying a file would do, and everything that is to be put right.

    `basis` names the state of the bank it was made for; `proposed` are the topics that sheets or
    categories propose for questions that name none. `missing` are questions of the bank that the
    file does not have, where it has others of them: they stay as they are. `twins` counts the
    groups of new questions, and of those of the bank, that ask nearly the same.
    """

    steps: tuple[Step, ...]
    problems: tuple[Problem, ...]
    faulty: int
    basis: str = ""
    proposed: tuple[str, ...] = ()
    missing: tuple[Standing, ...] = ()
    twins: int = 0

    @cached_property
    def counts(self) -> Counter[str]:
        """How many questions have each effect; faulty ones that could not be read count too."""
        counts = Counter(step.effect for step in self.steps)
        counts["faulty"] = self.faulty
        return counts

    @cached_property
    def incomplete(self) -> int:
        """How many would come in as drafts that cannot be approved yet."""
        return sum(not step.complete for step in self.writes)

    @cached_property
    def without(self) -> dict[str, int]:
        """How many questions of the file do not say their topic, difficulty or use."""
        return {name: sum(not getattr(step.draft, name) for step in self.steps)
                for name in ("topic", "difficulty", "use")}

    @property
    def writes(self) -> list[Step]:
        """The steps that change the bank."""
        return [step for step in self.steps if step.effect in WRITING]
