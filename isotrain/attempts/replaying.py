"""Replaying: derive a form and its marks again; say whether they are those that are stored."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.attempts import marking
from isotrain.attempts.extra import overview
from isotrain.attempts.kept import Kept, get_kept
from isotrain.attempts.marking import UnknownRule
from isotrain.attempts.rules import OPEN, Viewer, Visible, visible
from isotrain.banks import pooling
from isotrain.banks.models import Bank, PoolSnapshot
from isotrain.banks.shelf import Shelf
from isotrain.db import db
from isotrain.exams import receipts
from isotrain.exams.drawing import Shortage
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.questions.problem import Problem, error
from isotrain.quizzes import forming
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.rules import EXAM, Rules
from isotrain.study import content

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from isotrain.attempts.extra.overview import Given
    from isotrain.attempts.kept import Mark
    from isotrain.attempts.marking import Marked
    from isotrain.attempts.models import Result
    from isotrain.exams.pools import Id


class Sources:
    """What forms are drawn from and marked by, each read once; for one run and no longer."""

    def __init__(self) -> None:
        self.shelf = Shelf()
        self._blueprints: dict[int, Blueprint] = {}

    def fetch(self, kept: Iterable[Kept]) -> None:
        """Read what the questions of these attempts are marked by, in one query."""
        self.shelf.fetch({item.question_version_id for each in kept for item in each.items})

    def blueprint(self, kept: Kept) -> Blueprint:
        """Return what an attempt's form was drawn from."""
        version = kept.version
        if version.id not in self._blueprints:
            self._blueprints[version.id] = Blueprint.of(version.cells, version.rules,
                                                        kept.quiz.kind)
        return self._blueprints[version.id]


def replay(kept: Kept, sources: Sources | None = None) -> tuple[Problem, ...]:
    """Say in what the stored form differs from the one derived anew; empty when they are equal."""
    form, sources = kept.form, sources or Sources()
    blueprint = sources.blueprint(kept)
    if form.narrowed is not None:
        if kept.quiz.kind == EXAM:
            return (error("narrowed", "An exam was narrowed to some topics."),)
        blueprint = blueprint.on(form.narrowed)
    pools = [pooling.pool(hash_) for hash_ in form.pools]
    history: dict[Id, int] = {int(question): times for question, times in form.history.items()}
    try:
        drawn = forming.draw_again(blueprint, pools, seed=form.seed, history=history,
                                   receipt=form.receipt, shelf=sources.shelf)
    except Shortage as short:
        return short.problems
    return receipts.differences({**form.receipt, **stored_data(kept)},
                                {**drawn.receipt, **drawn.data})


def stored_data(kept: Kept) -> JsonObject:
    """Return the stored items as exams.receipts writes a form."""
    return {"items": [item.question_version_id for item in kept.items],
            "arrangements": [item.arrangement for item in kept.items],
            "cells": [item.cell for item in kept.items]}


def stored_hash(kept: Kept) -> str:
    """Return the hash of the stored items; it is to be the form's and the receipt's."""
    return hash_of(stored_data(kept))


def is_intact(kept: Kept) -> bool:
    """Say whether the stored items are those the receipt's hash was taken of."""
    form = kept.form
    return bool(stored_hash(kept) == form.hash == form.receipt["form"])


def remark(kept: Kept, sources: Sources | None = None) -> tuple[Problem, ...]:
    """Say in what the stored marks and result are not those that the answers and rule give.

    Empty when they are equal. Of an attempt whose answers are erased only the sum is proved.
    """
    if kept.attempt.state == OPEN:
        return ()
    if _answers_erased(kept):
        return tuple(_sum_problems(kept, sources or Sources()))
    try:
        marked = _marked(kept, sources or Sources())
    except UnknownRule:
        return (error("marking", "The answers are marked by the rule %(name)s, which this version"
                      " of Isotrain does not have.", name=kept.form.marking),)
    return (*_mark_problems(kept.marks, marked.rows(kept.attempt.id)),
            *_result_problems(kept.result, marked))


def _marked(kept: Kept, sources: Sources) -> Marked:
    marked_by = marking.rule(kept.form.marking)
    rows = [(item.question_version_id, kept.responses.get(item.position)) for item in kept.items]
    return marking.mark_answers(
        rows, sources.shelf.keyed(version for version, _response in rows), marked_by=marked_by,
        pass_mark=Rules.from_data(kept.version.rules).pass_mark)


def _answers_erased(kept: Kept) -> bool:
    """A result that earned something without a single answer row: retention took the answers."""
    return not kept.responses and kept.result is not None and kept.result.score != "0"


def _sum_problems(kept: Kept, sources: Sources) -> Iterator[Problem]:
    versions = {item.position: item.question_version_id for item in kept.items}
    asked = sources.shelf.asked(versions.values())
    total = sum((Fraction(mark.share) * asked[versions[mark.position]].size for mark in kept.marks),
                Fraction(0))
    if kept.result is not None and total != Fraction(kept.result.score):
        yield _differs("score", kept.result.score, total)


def _mark_problems(
    stored: Sequence[Mark], derived: Sequence[JsonObject]
) -> Iterator[Problem]:
    """Hold what the rule marks against the rows; what a person marks has a row and no rule."""
    kept = {mark.position: (mark.share, mark.topic) for mark in stored}
    for row in derived:
        found = kept.get(row["position"])
        if found != (row["share"], row["topic"]):
            yield _differs(f"question {row['position']}", found and found[0], row["share"])


def _result_problems(stored: Result | None, marked: Marked) -> Iterator[Problem]:
    for name, value in (marked.columns() or {}).items():
        found = getattr(stored, name, None)
        if found != value:
            yield _differs(name, found, value)


def _differs(what: str, stored: object, derived: object) -> Problem:
    return error(what, "%(name)s is %(stored)s, the answers give %(derived)s.", name=what,
                 stored=stored, derived=derived)


@dataclass(frozen=True)
class PoolRow:
    """One pool a form was drawn from."""

    hash: str
    bank: str
    size: int
    made_at: datetime


@dataclass(frozen=True)
class ReceiptPage:
    """The receipt of a form as it is shown; `differs` None means that it is not told yet.

    `topics` are the titles of those to which the form was narrowed.
    """

    kept: Kept
    shown: Visible
    pools: tuple[PoolRow, ...]
    differs: bool | None
    extra: Given | None
    topics: Sequence[str]


def receipt_page(attempt_id: int, viewer: Viewer) -> ReceiptPage:
    """Return what the receipt page of an attempt shows to a viewer or raise NotFound."""
    kept = get_kept(attempt_id)
    shown = visible(kind=kept.quiz.kind, feedback=Rules.from_data(kept.version.rules).feedback,
                    state=kept.attempt.state, viewer=viewer, in_use=True)
    query = (
        sa.select(PoolSnapshot.hash, Bank.title, PoolSnapshot.size, PoolSnapshot.created_at)
        .join(Bank, Bank.id == PoolSnapshot.bank_id)
        .where(PoolSnapshot.hash.in_(kept.form.pools))
        .order_by(PoolSnapshot.hash)
    )
    pools = tuple(PoolRow(*row) for row in db.session.execute(query))
    differs = (bool(replay(kept)) or not is_intact(kept)) if shown.seed else None
    extra = overview.found(kept.extra) if kept.extra else None
    return ReceiptPage(kept, shown, pools, differs, extra, _titles(kept))


def _titles(kept: Kept) -> list[str]:
    if kept.form.narrowed is None:
        return []
    course = content.get_course_by_id(kept.quiz.course_id)
    return [course.topic_title(topic) for topic in kept.form.narrowed]
