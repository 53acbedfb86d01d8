"""Storing questions and their versions, many at a time: what loading, importing and editing share.

Whoever calls this holds the bank (pooling.lock) or answers for the conflict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.banks import flipping
from isotrain.banks.models import (
    STAGED,
    Approval,
    BatchUndo,
    Question,
    QuestionBatch,
    QuestionKey,
    QuestionPicture,
    QuestionVersion,
)
from isotrain.banks.rules import Written
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.lists import chunks
from isotrain.media import keeping


@dataclass(frozen=True)
class Change:
    """A version to store: the first of the question named `key`, or the next of `question_id`.

    `number` and `revision` follow what is seen; what was undone keeps its own, which are passed
    over. A translation has the number of what it translates, and does not become the latest.
    """

    written: Written
    key: str = ""
    question_id: int | None = None
    number: int = 1
    revision: int = 1
    translates: bool = False
    source: str = ""


def store(bank_id: int, changes: Sequence[Change], *, by: Actor) -> list[int]:
    """Store versions and make each but translations its question's latest; return their ids."""
    question_ids, version_ids = add(bank_id, changes, batch_id=None, by=by)
    _point("latest_version_id", {
        question: version for question, version, change in
        zip(question_ids, version_ids, changes, strict=True) if not change.translates})
    return version_ids


def add(
    bank_id: int, changes: Sequence[Change], *, batch_id: int | None, by: Actor
) -> tuple[list[int], list[int]]:
    """Store versions that are nobody's latest yet; return the ids of their questions and theirs."""
    if not changes:
        return [], []
    question_ids = _questions(bank_id, changes)
    undone = _undone(question_ids)
    rows = [_row(change, id_, by) | undone.beyond(change, id_) | {"batch_id": batch_id}
            for change, id_ in zip(changes, question_ids, strict=True)]
    version_ids = _inserted(QuestionVersion, rows)
    db.session.execute(sa.insert(QuestionKey), [
        {"version_id": version, "key": change.written.question.key()}
        for version, change in zip(version_ids, changes, strict=True)
    ])
    _note_pictures(zip(version_ids, changes, strict=True))
    return question_ids, version_ids


def approve(approved: dict[int, int], *, by: Actor, authors: dict[int, int | None]) -> None:
    """Make versions what new forms draw: {question id: version id}, with the author of each.

    A question that moves to another use does so as an event, and not while that would show keys.
    """
    flips = flipping.find(approved)
    flipping.refuse_barred(flips)
    flipping.note_each(flips, by=by)
    vouch(approved.values(), by=by, authors=authors)
    _point("approved_version_id", approved)


def vouch(
    version_ids: Collection[int], *, by: Actor, authors: dict[int, int | None]
) -> None:
    """Note of versions that they may be drawn, and who says so."""
    known = set(db.session.scalars(
        sa.select(Approval.version_id).where(Approval.version_id.in_(version_ids))
    ))
    rows = [
        {"version_id": version, "approved_at": clock.now(), "approved_by": by.user_id,
         "second_approved_by": _second(authors.get(version), by)}
        for version in version_ids if version not in known
    ]
    if rows:
        db.session.execute(sa.insert(Approval), rows)


def unused_keys(bank_id: int) -> Iterable[str]:
    """Yield names Q-1, Q-2, ... that no question of a bank has."""
    query = sa.select(Question.key).where(Question.bank_id == bank_id)
    used = set(db.session.scalars(query))
    number = len(used)
    while True:
        number += 1
        key = f"Q-{number}"
        if key not in used:
            used.add(key)
            yield key


def is_under_way(bank_id: int) -> bool:
    """Say whether what a file brings is on its way into a bank."""
    return bool(db.session.scalar(sa.select(sa.exists().where(
        QuestionBatch.bank_id == bank_id, QuestionBatch.state == STAGED))))


def _questions(bank_id: int, changes: Sequence[Change]) -> list[int]:
    """Return the question id of each change, adding the questions that are new.

    One that was undone is there again when its key comes again.
    """
    fresh = [change.key for change in changes if change.question_id is None]
    ids: dict[str, int] = {}
    for some in chunks(fresh):
        ids |= {row.key: row.id for row in db.session.execute(
            sa.select(Question.key, Question.id).where(
                Question.bank_id == bank_id, Question.key.in_(some),
                Question.latest_version_id.is_(None)))}
    if ids:
        db.session.execute(sa.update(Question).where(Question.id.in_(ids.values()))
                           .values(retired_at=None))
    missing = [key for key in fresh if key not in ids]
    ids |= dict(zip(missing, _inserted(Question, [
        {"bank_id": bank_id, "key": key, "created_at": clock.now()} for key in missing]),
        strict=True))
    return [ids[change.key] if change.question_id is None else change.question_id
            for change in changes]


@dataclass(frozen=True)
class _Undone:
    """What was undone of questions: the last number of each, the last revision of its words."""

    numbers: dict[int, int] = field(default_factory=dict)
    revisions: dict[tuple[int, int, str], int] = field(default_factory=dict)

    def beyond(self, change: Change, question_id: int) -> dict[str, int]:
        """The number or the revision of a version, past those that were undone."""
        if change.translates:
            last = self.revisions.get((question_id, change.number, change.written.language), 0)
            return {"revision": max(change.revision, last + 1)}
        return {"number": max(change.number, self.numbers.get(question_id, 0) + 1)}


def _undone(question_ids: Collection[int]) -> _Undone:
    version, found = QuestionVersion, _Undone()
    for some in chunks(question_ids):
        query = (
            sa.select(version.question_id, version.number, version.language,
                      sa.func.max(version.revision))
            .join(BatchUndo, BatchUndo.batch_id == version.batch_id)
            .where(version.question_id.in_(some))
            .group_by(version.question_id, version.number, version.language)
        )
        for question, number, language, revision in db.session.execute(query):
            found.numbers[question] = max(number, found.numbers.get(question, 0))
            found.revisions[question, number, language] = revision
    return found


def _row(change: Change, question_id: int, by: Actor) -> dict[str, Any]:
    written = change.written
    return {
        "question_id": question_id, "number": change.number, "revision": change.revision,
        "type": written.question.name, "marking": written.question.marking,
        "content": written.question.content(), "stem_text": written.stem_text,
        "content_hash": written.hash, "topic": written.topic, "difficulty": written.difficulty,
        "module": written.module, "facts": list(written.facts), "use": written.use,
        "language": written.language, "enemies": written.enemies, "source": change.source,
        "created_at": clock.now(), "created_by": by.user_id,
    }


def _note_pictures(stored: Iterable[tuple[int, Change]]) -> None:
    """Note which pictures each version shows, and keep them by that."""
    pairs = [(version, sha256) for version, change in stored
             for sha256 in sorted(change.written.pictures)]
    if not pairs:
        return
    shown = {sha256 for _version, sha256 in pairs}
    if keeping.keep_on(shown) != shown:
        raise Refusal(_("A picture is no longer there. Add it again."))
    db.session.execute(sa.insert(QuestionPicture), [
        {"version_id": version, "sha256": sha256} for version, sha256 in pairs])


def _inserted(table: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    if not rows:
        return []
    statement = sa.insert(table).returning(table.id, sort_by_parameter_order=True)
    return list(db.session.scalars(statement, rows))


def _point(column: str, targets: dict[int, int]) -> None:
    """Set a column of questions: {question id: value}."""
    if not targets:
        return
    db.session.execute(sa.update(Question),
                       [{"id": id_, column: value} for id_, value in targets.items()])
    db.session.expire_all()


def _second(author: int | None, by: Actor) -> int | None:
    return author if author != by.user_id and by.user_id is not None else None
