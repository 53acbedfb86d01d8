"""Sampling: a form as a learner might get it, for the composer's eyes; nothing is kept."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from isotrain.banks import versions
from isotrain.errors import Refusal
from isotrain.exams.drawing import Shortage
from isotrain.i18n import _, chosen_language
from isotrain.quizzes import forming, supply
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.rules import Subject

if TYPE_CHECKING:
    from isotrain.questions.contract import Asked
    from isotrain.quizzes.composing import Workbench


@dataclass(frozen=True)
class SampleItem:
    """One question of a sample form, or a set; `first` is the number of its first question."""

    first: int
    asked: Asked
    topic: str
    difficulty: int | None
    fact: str | None


@dataclass(frozen=True)
class Sample:
    """A sample form with what it is made of."""

    seed: str
    items: tuple[SampleItem, ...]
    types: dict[str, int]


def sample(bench: Workbench, *, seed: str) -> Sample:
    """Draw a form from what is composed; raise Refusal where the banks are short."""
    blueprint = Blueprint.of(bench.composition.cells, bench.composition.rules.to_data(),
                             bench.quiz.kind)
    try:
        pools = forming.current_pools(blueprint.banks, course_id=bench.quiz.course_id)
        drawn = forming.draw(blueprint, pools, seed=seed, history={},
                             language=chosen_language())
    except Shortage as short:
        raise Refusal(_("The banks do not hold enough questions for this form."), status=409) \
            from short
    names = supply.names_of(bench.quiz.course_id)
    contents = versions.contents(drawn.data["items"])
    rows = zip(drawn.data["items"], drawn.data["arrangements"], strict=True)
    found = [(contents[id_], contents[id_].question(), arrangement) for id_, arrangement in rows]
    firsts = accumulate((question.size for _kept, question, _order in found), initial=1)
    items = tuple(
        SampleItem(first, question.asked(arrangement),
                   names.get(Subject("topic", kept.topic or ""), kept.topic or ""),
                   kept.difficulty, kept.fact)
        for first, (kept, question, arrangement) in zip(firsts, found, strict=False))
    return Sample(seed, items, dict(Counter(item.asked.type for item in items)))
