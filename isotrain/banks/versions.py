"""Reading versions of questions: what a learner may see, and apart from it the keys.

Versions never change, so their contents are kept in process; keys are read when they are needed
and kept nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from isotrain.banks.models import (
    SHOWN,
    Approval,
    BatchUndo,
    QuestionBatch,
    QuestionKey,
    QuestionVersion,
    VersionUndo,
)
from isotrain.banks.rules import Written
from isotrain.db import db, is_writing
from isotrain.ledger.canonical import JsonObject
from isotrain.questions import TYPES, marked_by
from isotrain.questions.contract import Question

KEPT = 20_000

taken_back: sa.ColumnElement[bool] = QuestionVersion.id.in_(sa.select(VersionUndo.version_id))
"""The condition that a version is a draft that somebody took back."""

undone: sa.ColumnElement[bool] = sa.or_(
    sa.func.coalesce(QuestionVersion.batch_id, 0).in_(sa.select(BatchUndo.batch_id)), taken_back)
"""The condition that a version was there and is not any more: by itself, or with its batch."""

shown: sa.ColumnElement[bool] = sa.and_(
    sa.func.coalesce(QuestionVersion.batch_id, 0).not_in(
        sa.select(QuestionBatch.id).where(QuestionBatch.state != SHOWN)),
    sa.not_(undone),
)
"""The condition that a version is there: it came by itself, or all it came with is shown still."""


@dataclass(frozen=True)
class Content:
    """A version without its key; shared between requests, so its parts are read only."""

    id: int
    question_id: int
    number: int
    revision: int
    type: str
    marking: str
    content: JsonObject
    topic: str | None
    difficulty: int | None
    module: str | None
    facts: list[str]
    use: str
    language: str
    enemies: str | None

    @property
    def identity(self) -> list[int | str]:
        """What names these words and how they are marked, as a receipt does."""
        return [self.question_id, self.number, self.language, self.revision, self.marking]

    @property
    def fact(self) -> str | None:
        """The fact it asks about."""
        return self.facts[0] if self.facts else None

    def question(self, key: JsonObject | None = None) -> Question:
        """The question; without its key it can be asked but not marked."""
        return marked_by(self.marking).join(self.content, key)

    def written(self, key: JsonObject) -> Written:
        """Everything the version says."""
        return Written(self.question(key), topic=self.topic, difficulty=self.difficulty,
                       module=self.module, facts=tuple(self.facts), use=self.use,
                       language=self.language, enemies=self.enemies)


COLUMNS = tuple(getattr(QuestionVersion, name) for name in Content.__dataclass_fields__)
# Built once: building a statement costs more than sending it.
_CONTENTS = sa.select(*COLUMNS).where(
    QuestionVersion.id.in_(sa.bindparam("versions", expanding=True)))
_KEYS = sa.select(QuestionKey.version_id, QuestionKey.key).where(
    QuestionKey.version_id.in_(sa.bindparam("versions", expanding=True)))

# What is kept lives as long as the connections it was read through: a database that is put in
# place of another (restored, or made anew for a test) starts with nothing.
_kept: WeakKeyDictionary[sa.Pool, dict[int, Content]] = WeakKeyDictionary()


def contents(version_ids: Iterable[int]) -> dict[int, Content]:
    """Return the contents of these versions by id; ids that do not exist are left out."""
    wanted = set(version_ids)
    kept = _kept.setdefault(db.engine.pool, {})
    found = {id_: kept[id_] for id_ in wanted if id_ in kept}
    missing = wanted - found.keys()
    if missing:
        rows = db.session.execute(_CONTENTS, {"versions": list(missing)})
        read = {row.id: Content(*row) for row in rows}
        found |= read
        if not is_writing():  # a version of this transaction may yet be rolled back
            if len(kept) + len(read) > KEPT:
                kept.clear()
            kept.update(read)
    return found


def sizes(types: Mapping[int, str]) -> dict[int, int]:
    """Return how many questions versions of these types count as; of sets alone more is read."""
    sets = {type_.name for type_ in TYPES if type_.is_set}
    found = contents(id_ for id_, type_ in types.items() if type_ in sets)
    return {id_: found[id_].question().size if id_ in found else 1 for id_ in types}


def keys(version_ids: Iterable[int]) -> dict[int, JsonObject]:
    """Return the keys of these versions by id: right answers, explanation, feedback."""
    rows = db.session.execute(_KEYS, {"versions": list(set(version_ids))})
    return {row.version_id: row.key for row in rows}


def questions(version_ids: Iterable[int]) -> dict[int, Question]:
    """Return these versions as questions with their keys, for marking."""
    wanted = set(version_ids)
    found, key_of = contents(wanted), keys(wanted)
    return {id_: content.question(key_of[id_]) for id_, content in found.items()}


def in_language(version_ids: Sequence[int], language: str) -> list[int]:
    """Return for each version its newest approved translation into a language, else itself."""
    found = contents(version_ids)
    foreign = [id_ for id_ in version_ids if language and found[id_].language != language]
    if not foreign:
        return list(version_ids)
    original = sa.orm.aliased(QuestionVersion)
    query = (
        sa.select(original.id, QuestionVersion.id)
        .join(original, (original.question_id == QuestionVersion.question_id)
              & (original.number == QuestionVersion.number))
        .join(Approval, Approval.version_id == QuestionVersion.id)
        .where(original.id.in_(foreign), QuestionVersion.language == language, shown)
        .order_by(QuestionVersion.revision)
    )
    newest = dict(db.session.execute(query).all())
    return [newest.get(id_, id_) for id_ in version_ids]


def written(version_ids: Iterable[int]) -> dict[int, Written]:
    """Return everything these versions say, for editing, comparing and exporting."""
    wanted = set(version_ids)
    found, key_of = contents(wanted), keys(wanted)
    return {id_: content.written(key_of[id_]) for id_, content in found.items()}
