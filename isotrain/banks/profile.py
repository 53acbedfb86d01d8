"""Showing one question to a trainer: as it is asked, with its key, its fact and its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from isotrain.banks import difference, directory, flipping, inventory, versions
from isotrain.banks.difference import Difference
from isotrain.banks.flipping import Flip, Usage
from isotrain.banks.inventory import VersionView
from isotrain.banks.models import Bank, Question
from isotrain.banks.rules import Written, advice, hindrances
from isotrain.questions import contract
from isotrain.questions.contract import Asked, AsWritten, Reviewed, T
from isotrain.questions.problem import Problem
from isotrain.study import library
from isotrain.study.content import FactView
from isotrain.wired import wired

COUNTED = 1_000  # a question in more forms than this is in "more than" so many


@dataclass(frozen=True)
class Past:
    """A version in the history, what it changed of the one before, and its newest translations."""

    version: VersionView
    differences: tuple[Difference, ...]
    translations: tuple[VersionView, ...]


@dataclass(frozen=True)
class QuestionPage:
    """Everything a trainer sees of one question; the shown version is the latest.

    `keyed` is what a reviewer would see who had answered nothing; `varies` says whether forms show
    its parts in different orders; `facts` are those it cites that the course has; `flip` is there
    when approving it moves the question to another use.
    """

    id: int
    key: str
    state: str
    version_id: int
    written: Written
    asked: Asked
    keyed: Reviewed
    varies: bool
    facts: tuple[FactView, ...]
    courses: Mapping[str, str]
    hindrances: tuple[Problem, ...]
    advice: tuple[Problem, ...]
    history: tuple[Past, ...]
    taken_back: tuple[Past, ...]
    forms: int
    flip: Flip | None


def question_page(bank: Bank, question: Question) -> QuestionPage:
    """Gather the page of a question."""
    latest = question.latest_version_id
    assert latest is not None, "a question is stored with its first version"
    history = inventory.list_versions(question.id)
    taken_back = inventory.list_versions(question.id, versions.taken_back)
    written = versions.written(version.id for version in (*history, *taken_back))
    facts = directory.facts_of(bank)
    shown = written[latest]
    order = shown.question.arranged(AsWritten())
    return QuestionPage(
        id=question.id, key=question.key, state=state_of(question), version_id=latest,
        written=shown, asked=shown.question.asked(order), keyed=keyed(shown.question),
        varies=shown.question.arranged(_Backwards()) != order,
        facts=tuple(facts[code] for code in shown.facts if code in facts),
        courses=({} if bank.library_id is None
                 else library.courses_with_facts(bank.library_id, shown.facts)),
        hindrances=hindrances(shown), advice=advice(shown, directory.vocabulary(bank)),
        history=_history(history, written),
        taken_back=tuple(_taken_back(taken_back, written[latest], written)),
        forms=wired(Usage).count_forms([version.id for version in history], COUNTED + 1),
        flip=next(iter(flipping.find({question.id: latest})), None),
    )


def keyed(question: contract.Question) -> Reviewed:
    """Return a question with its key, in the order in which it was written."""
    return question.review(None, question.arranged(AsWritten()), key=True)


class _Backwards:
    def shuffled(self, things: Sequence[T]) -> list[T]:
        return list(reversed(things))


def state_of(question: Question) -> str:
    """Return the state of a question as the list names it."""
    if question.retired_at is not None:
        return "retired"
    if question.approved_version_id is None:
        return "draft"
    same = question.approved_version_id == question.latest_version_id
    return "approved" if same else "changed"


def _taken_back(
    gone: list[VersionView], now: Written, written: dict[int, Written]
) -> Iterator[Past]:
    """Drafts that were taken back, each beside what the question says now."""
    for _number, (original, *translations) in _by_number(gone):
        found = difference.differences(now.draft(), written[original.id].draft())
        yield Past(original, tuple(found), tuple(translations))


def _by_number(history: list[VersionView]) -> Iterator[tuple[int, list[VersionView]]]:
    return ((number, list(each)) for number, each in groupby(history, lambda v: v.number))


def _history(history: list[VersionView], written: dict[int, Written]) -> tuple[Past, ...]:
    numbers = [each for _number, each in _by_number(history)]
    drafts = [written[original.id].draft() for original, *_translations in numbers]
    changes = [tuple(difference.differences(before, after))
               for after, before in pairwise(drafts)]
    return tuple(
        Past(original, found, tuple({each.language: each for each in translations}.values()))
        for (original, *translations), found in zip(numbers, [*changes, ()], strict=True))
