"""Forming: from a quiz version and a seed to one person's form, kept so as to be derived again.

The work is that of the form, not of the bank: pools are snapshots found by their hash.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.banks import pooling, versions
from isotrain.banks.models import Bank, PoolSnapshot
from isotrain.db import db
from isotrain.exams import drawing, receipts
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.quizzes.rules import Subject, size_of, subject_of
from isotrain.study.models import Course

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from isotrain.banks.shelf import Shelf
    from isotrain.exams.pools import Cell, Id, Pool
    from isotrain.questions.contract import Question


@dataclass(frozen=True)
class Blueprint:
    """What a form is drawn from beside pools, seed and history.

    `topics` says to which it is narrowed, sorted; None is the whole, which is what `hash` names.
    """

    cells: tuple[Cell, ...]
    order: drawing.Order
    topics: tuple[str, ...] | None = None

    @classmethod
    def of(
        cls, cells: Sequence[JsonObject], rules: JsonObject, use: str
    ) -> Blueprint:
        """Read the cells and rules of a quiz version; `use` is the kind of its quiz."""
        return cls(
            tuple(subject_of(cell).cell(cell["difficulty"], cell["count"], cell["bank"], use=use,
                                        size=size_of(cell)) for cell in cells),
            rules["order"],
        )

    def on(self, topics: Iterable[str]) -> Blueprint:
        """Return the blueprint narrowed to some topics."""
        return replace(self, topics=tuple(sorted(set(topics))))

    def inputs(self, pools: Sequence[Pool]) -> tuple[Sequence[Cell], Sequence[Pool]]:
        """Return the cells to fill and what from, with no topic but those it is narrowed to."""
        if self.topics is None:
            return self.cells, pools
        return drawing.narrowed(self.cells, pools, self.topics)

    @cached_property
    def hash(self) -> str:
        """The SHA-256 that the receipt names."""
        cells = [{"bank": cell.bank, "difficulty": cell.difficulty, "count": cell.count,
                  "use": cell.use, subject.kind: subject.code}
                 for cell in self.cells if (subject := Subject.of(cell))]
        return hash_of({"cells": cells, "order": self.order})

    @property
    def banks(self) -> set[str]:
        return {str(cell.bank) for cell in self.cells}

    @property
    def size(self) -> int:
        """How many questions a form has that is not narrowed."""
        return sum(cell.questions for cell in self.cells)

    def count(self, pools: Sequence[Pool]) -> int:
        """Return how many questions a form has that is drawn from these pools."""
        return sum(cell.questions for cell in self.inputs(pools)[0])


@dataclass(frozen=True)
class Drawn:
    """A form with all it was derived from."""

    seed: str
    pools: tuple[Pool, ...]
    history: Mapping[Id, int]
    data: JsonObject
    receipt: JsonObject


def draw(
    blueprint: Blueprint, pools: Sequence[Pool], *, seed: str, history: Mapping[Id, int],
    language: str = "",
) -> Drawn:
    """Draw a form and write its receipt; raises exams.drawing.Shortage.

    Questions are drawn, and the form is then frozen in one language: a question is asked in its
    own where it has no approved translation, or where no language is asked for.
    """
    drawn = _drawn(blueprint, pools, seed=seed, history=history, algorithm=drawing.ALGORITHM,
                   worded=lambda ids: versions.in_language(ids, language), asked=asked_questions)
    return _named(drawn, language)


def draw_again(
    blueprint: Blueprint, pools: Sequence[Pool], *, seed: str, history: Mapping[Id, int],
    receipt: JsonObject, shelf: Shelf,
) -> Drawn:
    """Draw a form as its receipt says; receipts that name no questions have their own words."""
    named = receipt["algorithm"]
    algorithm = named if named in drawing.ALGORITHMS else drawing.ALGORITHM
    if "receipt" not in receipt:
        return _drawn(blueprint, pools, seed=seed, history=history, algorithm=algorithm,
                      worded=list, asked=shelf.asked)
    language: str = receipt["language"]
    drawn = _drawn(blueprint, pools, seed=seed, history=history, algorithm=algorithm,
                   worded=lambda ids: shelf.as_named(ids, language, receipt["questions"]),
                   asked=shelf.asked)
    return _named(drawn, language)


def _drawn(
    blueprint: Blueprint, pools: Sequence[Pool], *, seed: str, history: Mapping[Id, int],
    algorithm: str, worded: Callable[[Sequence[int]], Sequence[int]],
    asked: Callable[[Iterable[int]], Mapping[Id, Question]],
) -> Drawn:
    """Draw questions and arrange them, then put the words of each in their place."""
    cells, parts = blueprint.inputs(pools)
    form = drawing.draw(cells, parts, seed=seed, history=history, order=blueprint.order)
    versions_drawn = [int(id_) for id_ in form.items]
    arrangements = drawing.arrangements(form, asked(versions_drawn), seed)
    data = receipts.form_data(replace(form, items=tuple(worded(versions_drawn))), arrangements)
    receipt = receipts.receipt(data, algorithm=algorithm, blueprint=blueprint.hash, pools=pools,
                               seed=seed, history=history)
    if blueprint.topics is not None:
        receipt = receipts.narrowed(receipt, blueprint.topics)
    return Drawn(seed, tuple(pools), history, data, receipt)


def _named(drawn: Drawn, language: str) -> Drawn:
    contents = versions.contents(drawn.data["items"])
    questions = [contents[id_].identity for id_ in drawn.data["items"]]
    receipt = receipts.named(drawn.receipt, language=language, questions=questions)
    return replace(drawn, receipt=receipt)


def asked_questions(version_ids: Iterable[int]) -> dict[Id, Question]:
    """Return the questions of some versions without their keys, so that they can only be asked."""
    return {id_: kept.question() for id_, kept in versions.contents(version_ids).items()}


def current_pools(banks: Iterable[str], *, course_id: int) -> list[Pool]:
    """Return the present pools of some banks, given by their slugs; a bank may have none yet."""
    return [pooling.pool(hash_) for hash_ in sorted(current_hashes(banks, [course_id]).values())]


def current_hashes(banks: Iterable[str], course_ids: Iterable[int]) -> dict[tuple[int, str], str]:
    """Return the hashes of the present pools by course and bank.

    A course draws from the banks of its library: others have none for it.
    """
    query = (
        sa.select(Course.id, Bank.slug, PoolSnapshot.hash)
        .join(Bank, Bank.current_pool_id == PoolSnapshot.id)
        .join(Course, Course.library_id == Bank.library_id)
        .where(Bank.slug.in_(list(banks)), Course.id.in_(list(course_ids)))
    )
    return {(course, slug): hash_ for course, slug, hash_ in db.session.execute(query)}
