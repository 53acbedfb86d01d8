"""Loading the banks of a shipped library: the same files twice change nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.banks import pooling, storing, versions
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.banks.pooling import EVERY
from isotrain.banks.rules import Settled, Vocabulary, Written, advice, hindrances, settle
from isotrain.banks.storing import Change
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.formats.yaml_bank import draft_of
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.questions import TYPES
from isotrain.questions.contract import BadData
from isotrain.questions.problem import error
from isotrain.standards.loading import refuse

if TYPE_CHECKING:
    from isotrain.questions.problem import Problem
    from isotrain.study.models import Library
    from isotrain.study.rules import LibraryFiles

Wanted = list[dict[str, Written]]
SHIPPED = "shipped course"
SHOWN = 50


def read(files: LibraryFiles) -> Wanted:
    """Return what each bank of a library holds as its files say, by its questions' names.

    Raises Refusal with every problem. Needs no database.
    """
    return [_written(files, described) for described in files.banks]


def load(files: LibraryFiles, wanted: Wanted, library: Library, *, by: Actor) -> list[Bank]:
    """Bring the banks of a library to what was read from its files.

    What changed in the files gets a new version, approved as shipped content by nobody; what is
    gone from them is retired. What trainers added or changed since stays as they left it.
    """
    return [_load(_bank(described, library), written, by=by)
            for described, written in zip(files.banks, wanted, strict=True)]


def _load(bank: Bank, wanted: dict[str, Written], *, by: Actor) -> Bank:
    shipped = _shipped(bank.id)
    changes = [_change(key, written, shipped.get(key)) for key, written in wanted.items()
               if key not in shipped or shipped[key].hash != written.hash]
    _check_free(bank.id, [change.key for change in changes if change.key])
    fresh = storing.store(bank.id, changes, by=by)
    _approve(fresh, by=by)
    gone = [standing.question_id for key, standing in shipped.items()
            if key not in wanted and not standing.retired]
    _retire(gone)
    # A fact that moved to another module changes the pool without a new version of a question.
    snapshot = pooling.refresh(bank.id, by=by, agreed=EVERY)
    if changes or gone:
        note("bank.loaded", by, scope="banks", on=("bank", bank.id),
             after={"pool": snapshot.hash if snapshot else None},
             details={"versions": len(changes), "retired": len(gone), "questions": len(wanted)})
        db.session.flush()
    return bank


@dataclass(frozen=True)
class _Standing:
    """A question of the bank that came from the files: the last version they gave it."""

    question_id: int
    hash: str
    latest_number: int
    retired: bool


def _written(files: LibraryFiles, bank: JsonObject) -> dict[str, Written]:
    vocabulary = Vocabulary({topic["id"]: topic["title"] for topic in files.library["topics"]},
                            frozenset(fact["id"] for fact in files.facts),
                            {module["id"]: module["title"] for module in files.modules})
    written: dict[str, Written] = {}
    problems: list[Problem] = []
    for n, data in enumerate(bank["questions"]):
        settled = _settled(data, files.folder.place(bank["file"], n), vocabulary,
                           language=files.library["language"])
        problems += settled.problems
        if settled.written is not None:
            written[data["id"]] = settled.written
    refuse(problems)
    return written


def _settled(
    data: JsonObject, place: str, vocabulary: Vocabulary, *, language: str
) -> Settled:
    """Make a version of a question, with everything that keeps it from being used or good."""
    try:
        settled = settle(draft_of(data, place), vocabulary, language=language)
    except BadData as bad:
        return Settled(None, bad.problems)
    found = list(settled.problems)
    if settled.written is not None:
        more = (*hindrances(settled.written), *advice(settled.written, vocabulary))
        found += [replace(problem, place=f"{place}, {problem.place}") for problem in more]
    elif not found:
        found.append(error(f"{place}, type", 'The type "%(type)s" is unknown.',
                           "Write one of %(types)s.", type=data["type"],
                           types=", ".join(type_.name for type_ in TYPES)))
    return Settled(settled.written, tuple(found))


def _bank(described: JsonObject, library: Library) -> Bank:
    bank = db.session.scalar(
        sa.select(Bank).where(Bank.slug == described["id"]).with_for_update())
    if bank is None:
        bank = Bank(slug=described["id"], created_at=clock.now())
        db.session.add(bank)
    elif bank.library_id != library.id:
        raise Refusal(_("The bank %(slug)s belongs to something else.", slug=bank.slug))
    bank.title, bank.description = described["title"], described["description"]
    bank.language, bank.library_id = library.language, library.id
    db.session.flush()
    return bank


def _shipped(bank_id: int) -> dict[str, _Standing]:
    query = (
        sa.select(Question.key, Question.id, Question.retired_at, QuestionVersion.content_hash,
                  QuestionVersion.source, QuestionVersion.number)
        .join(QuestionVersion, QuestionVersion.question_id == Question.id)
        .where(Question.bank_id == bank_id, versions.shown)
        .order_by(QuestionVersion.number)
    )
    found: dict[str, _Standing] = {}
    for key, id_, retired_at, hash_, source, number in db.session.execute(query):
        if source == SHIPPED:
            found[key] = _Standing(id_, hash_, number, retired_at is not None)
        elif key in found:
            found[key] = replace(found[key], latest_number=number)
    return found


def _change(key: str, written: Written, standing: _Standing | None) -> Change:
    if standing is None:
        return Change(written, key=key, source=SHIPPED)
    return Change(written, question_id=standing.question_id, source=SHIPPED,
                  number=standing.latest_number + 1)


def _check_free(bank_id: int, keys: list[str]) -> None:
    query = sa.select(Question.key).where(Question.bank_id == bank_id, Question.key.in_(keys))
    taken = list(db.session.scalars(query.order_by(Question.key)))
    if taken:
        raise Refusal(_("The bank has questions of its own named %(keys)s. Rename them in the "
                        "files.", keys=", ".join(taken[:SHOWN])))


def _retire(question_ids: list[int]) -> None:
    db.session.execute(
        sa.update(Question).where(Question.id.in_(question_ids)).values(retired_at=clock.now()))


def _approve(version_ids: list[int], *, by: Actor) -> None:
    """Approve shipped versions, which bring a retired question back; no person vouches for them."""
    query = sa.select(QuestionVersion.question_id, QuestionVersion.id)
    fresh = dict(db.session.execute(
        query.where(QuestionVersion.id.in_(version_ids))).all())
    storing.approve(fresh, by=Actor(by.kind, request_id=by.request_id), authors={})
    db.session.execute(
        sa.update(Question).where(Question.id.in_(fresh)).values(retired_at=None))
