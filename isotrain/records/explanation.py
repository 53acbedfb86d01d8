"""Explaining one record: what was frozen, whether it still is, and what corrected it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.quizzes import weakening
from isotrain.quizzes.weakening import Line
from isotrain.records import recording, rules
from isotrain.records.models import CompletionRecord, RecordPerson
from isotrain.settings import house
from isotrain.standards import directory as editions

if TYPE_CHECKING:
    from datetime import date

    from isotrain.standards.directory import EditionView


@dataclass(frozen=True)
class Explained:
    """A record with its person (None once erased), its faults, and its place among corrections."""

    record: CompletionRecord
    person: RecordPerson | None
    problems: list[str]
    history: tuple[CompletionRecord, ...]

    @property
    def frozen(self) -> JsonObject:
        return self.record.frozen

    @property
    def completed_on(self) -> date:
        return rules.completed_on(self.frozen)

    @property
    def editions(self) -> list[EditionView]:
        """The editions it names, with where they stand today; what it says itself is frozen."""
        return editions.by_label(self.frozen["standards"], house.today())

    @property
    def weakened(self) -> list[Line]:
        """What had been made weaker in the exam, in words."""
        return weakening.in_words(self.frozen["quiz"].get("weakened") or [])

    @property
    def corrected_by(self) -> CompletionRecord | None:
        """The record that corrects this one."""
        return next((each for each in self.history if each.corrects_id == self.record.id), None)


def get(record_id: int) -> Explained:
    """Return a record with all that explains it or raise NotFound."""
    query = (
        sa.select(CompletionRecord, RecordPerson)
        .outerjoin(RecordPerson, RecordPerson.record_id == CompletionRecord.id)
        .where(CompletionRecord.id == record_id)
    )
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("This record does not exist."))
    record, person = row
    every = sa.select(CompletionRecord).where(CompletionRecord.attempt_id == record.attempt_id)
    history = db.session.scalars(every.order_by(CompletionRecord.id))
    return Explained(record, person, recording.problems(record, person), tuple(history))
