"""Storing questions and their versions, many at a time: what loading, importing and editing share.

Whoever calls this holds the bank (pooling.lock) or answers for the conflict.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.banks import flipping, versions
from isotrain.banks.models import (
    STAGED,
    Approval,
    Question,
    QuestionBatch,
    QuestionKey,
    QuestionPicture,
    QuestionVersion,
)
from isotrain.banks.rules import Written
from isotrain.db import Json, add_each, add_rows, db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.media import keeping

FEW = 1_000  # changes that are worth asking for by name


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

    @cached_property
    def row(self) -> dict[str, object]:
        """What its row says whoever stores it when; large values are written as JSON already."""
        written = self.written
        return {
            "number": self.number, "revision": self.revision,
            "type": written.question.name, "marking": written.question.marking,
            "content": Json.of(written.question.content()), "stem_text": written.stem_text,
            "content_hash": written.hash, "topic": written.topic,
            "difficulty": written.difficulty, "module": written.module,
            "facts": list(written.facts), "use": written.use, "language": written.language,
            "enemies": written.enemies, "source": self.source}

    @cached_property
    def answer(self) -> Json:
        """The key of the version, written as JSON."""
        return Json.of(self.written.question.key())


@dataclass(frozen=True)
class Undone:
    """What was undone: questions by key, the last number of each, the last revision of its words.

    Only a question of which nothing else is there has its key here.
    """

    questions: dict[str, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    revisions: dict[tuple[int, int, str], int] = field(default_factory=dict)

    def beyond(self, change: Change, question_id: int) -> dict[str, int]:
        """The number or the revision of a version, past those that were undone."""
        if change.translates:
            last = self.revisions.get((question_id, change.number, change.written.language), 0)
            return {"revision": max(change.revision, last + 1)}
        return {"number": max(change.number, self.numbers.get(question_id, 0) + 1)}


def prepare(changes: Iterable[Change]) -> None:
    """Work out what versions come to before anybody waits for the lock."""
    for change in changes:
        _ready = change.row, change.answer, change.written.pictures


def store(bank_id: int, changes: Sequence[Change], *, by: Actor) -> list[int]:
    """Store versions and make each but translations its question's latest; return their ids."""
    question_ids, version_ids = add(bank_id, changes, batch_id=None, by=by)
    _point("latest_version_id", {
        question: version for question, version, change in
        zip(question_ids, version_ids, changes, strict=True) if not change.translates})
    return version_ids


def add(
    bank_id: int, changes: Sequence[Change], *, batch_id: int | None, by: Actor,
    undone: Undone | None = None,
) -> tuple[list[int], list[int]]:
    """Store versions that are nobody's latest yet; return the ids of their questions and theirs.

    A question that was undone is there again when its key comes again. Who stores many in steps
    looks once for what was undone: what is undone meanwhile stands in the way of their keys.
    """
    if not changes:
        return [], []
    if undone is None:
        undone = find_undone(bank_id, changes)
    question_ids = _questions(bank_id, changes, undone)
    by_all = {"created_at": clock.now(), "created_by": by.user_id, "batch_id": batch_id}
    version_ids = add_each(QuestionVersion, [
        {**change.row, **undone.beyond(change, id_), **by_all, "question_id": id_}
        for change, id_ in zip(changes, question_ids, strict=True)])
    add_rows(QuestionKey, [
        {"version_id": version, "key": change.answer}
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


def find_undone(bank_id: int, changes: Sequence[Change] | None = None) -> Undone:
    """Find what was undone in a bank, or only what concerns some changes."""
    version, found = QuestionVersion, Undone()
    query = (
        sa.select(Question.id, Question.key, Question.latest_version_id, version.number,
                  version.language, sa.func.max(version.revision))
        .join(version, version.question_id == Question.id)
        .where(Question.bank_id == bank_id, versions.undone)
        .group_by(Question.id, version.number, version.language)
    )
    if changes is not None and len(changes) <= FEW:
        query = query.where(sa.or_(
            Question.key.in_([change.key for change in changes if change.question_id is None]),
            Question.id.in_([change.question_id for change in changes if change.question_id])))
    for id_, key, latest, number, language, revision in db.session.execute(query):
        if latest is None:
            found.questions[key] = id_
        found.numbers[id_] = max(number, found.numbers.get(id_, 0))
        found.revisions[id_, number, language] = revision
    return found


def _questions(bank_id: int, changes: Sequence[Change], undone: Undone) -> list[int]:
    """Return the question id of each change, adding the questions that are new."""
    fresh = [change.key for change in changes if change.question_id is None]
    ids = {key: undone.questions[key] for key in fresh if key in undone.questions}
    if ids:
        db.session.execute(sa.update(Question).where(Question.id.in_(ids.values()))
                           .values(retired_at=None))
    missing, at = [key for key in fresh if key not in ids], clock.now()
    ids |= zip(missing, add_each(Question, [
        {"bank_id": bank_id, "key": key, "created_at": at} for key in missing]), strict=True)
    return [change.question_id or ids[change.key] for change in changes]


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


def _point(column: str, targets: dict[int, int]) -> None:
    """Set a column of questions: {question id: value}."""
    if not targets:
        return
    db.session.execute(sa.update(Question),
                       [{"id": id_, column: value} for id_, value in targets.items()])
    db.session.expire_all()


def _second(author: int | None, by: Actor) -> int | None:
    return author if author != by.user_id and by.user_id is not None else None
