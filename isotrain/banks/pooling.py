"""Snapshots of what can be drawn: made when the approved set of a bank changes, never altered.

What would leave a published quiz short of questions is agreed to before it is so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.banks import versions as contents
from isotrain.banks.models import Bank, PoolSnapshot, Question, QuestionVersion
from isotrain.db import Json, db
from isotrain.errors import NotFound, Refusal
from isotrain.exams.pools import Entry, Place, Pool, use_of
from isotrain.i18n import _, ngettext
from isotrain.lists import chunks
from isotrain.questions import TYPES
from isotrain.study import library
from isotrain.wired import wired


@lru_cache(maxsize=64)  # a pool is what its hash says, in whichever database it stands
def pool(hash: str) -> Pool:
    """Return the pool with this hash; its banks are named by slug."""
    data = db.session.scalar(sa.select(PoolSnapshot.pool).where(PoolSnapshot.hash == hash))
    if data is None:
        raise NotFound(_("There is no pool with this hash."))
    found = Pool.from_data(data)
    assert found.hash == hash, "the stored pool is not the one its hash names"
    return found


@dataclass(frozen=True)
class Foreseen:
    """The pool of a bank once some versions are approved, worked out before they are.

    It holds for exactly these approved versions, by question; it is written as it will be kept.
    """

    versions: Mapping[int, int]
    pool: Pool
    written: Json


def foresee(
    bank_id: int, approving: Mapping[int, int], *, without: Collection[int] = ()
) -> Foreseen:
    """Work out the pool of a bank as it would be with these versions: {question: version}.

    Reads only, so that who holds the lock need not: a large pool takes a while.
    """
    bank = db.session.get_one(Bank, bank_id)
    meant = _approved_versions(bank_id) | dict(approving)
    return _worked_out(bank, {question: version for question, version in meant.items()
                              if question not in without})


def _worked_out(bank: Bank, versions: Mapping[int, int]) -> Foreseen:
    pool = _pool_of(bank, versions)
    return Foreseen(versions, pool, Json.of(pool.to_data()))


# -- quizzes that a pool would leave short


@dataclass(frozen=True)
class LeftShort:
    """A published quiz that new forms cannot be drawn for, and what is missing, row by row."""

    quiz_id: int
    title: str
    missing: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Guard:
    """How quizzes say which of them lack more once a bank has another pool, and hear that it has.

    `left_short` takes the slug of the bank, the hash of its pool of now and the pool to come.
    """

    left_short: Callable[[str, str, Pool], list[LeftShort]]
    hear: Callable[[Sequence[LeftShort], Actor], None]


class LeavesShort(Refusal):
    """Published quizzes would be left short, which nobody has agreed to; `quizzes` are those."""

    def __init__(self, quizzes: Sequence[LeftShort]) -> None:
        self.quizzes = tuple(quizzes)
        self.lines = tuple(line for quiz in quizzes for line in quiz.lines)
        titles = ", ".join(quiz.title for quiz in quizzes)
        super().__init__(ngettext(
            "Nobody could start this published quiz any more: %(titles)s.",
            "Nobody could start these published quizzes any more: %(titles)s.",
            len(quizzes), titles=titles), status=409)

    @property
    def advice(self) -> str:
        """What would mend it."""
        return _("First approve other questions for these rows, or publish a version of the quiz"
                 " that asks for fewer.")


class _Every(Container[int]):
    def __contains__(self, _quiz_id: object) -> bool:
        return True


EVERY: Container[int] = _Every()
"""Agreeing to whatever is left short, as who loads a whole library does."""


def refresh(
    bank_id: int, foreseen: Foreseen | None = None, *, by: Actor, agreed: Container[int] = (),
) -> PoolSnapshot | None:
    """Make the approved questions of a bank its pool; the same set is the same snapshot.

    Two acts on one bank wait for each other here, so that neither misses what the other approved.
    What was foreseen is taken where it is what is approved now. Refuses with LeavesShort to leave a
    published quiz short that is not among those to which who acts has agreed.
    """
    bank = lock(bank_id)
    standing = _approved_versions(bank_id)
    fresh = foreseen if foreseen and foreseen.versions == standing else _worked_out(bank, standing)
    snapshot, left_short = _snapshot(bank, fresh) if fresh.pool.cells else None, _short(bank, fresh)
    if any(each.quiz_id not in agreed for each in left_short):
        raise LeavesShort(left_short)
    bank.current_pool_id = snapshot.id if snapshot else None
    db.session.flush()
    wired(Guard).hear(left_short, by)
    return snapshot


def would_leave_short(bank: Bank, foreseen: Foreseen) -> LeavesShort | None:
    """Return what `refresh` would refuse with where nothing is agreed to, if it would."""
    short = _short(bank, foreseen)
    return LeavesShort(short) if short else None


def _short(bank: Bank, fresh: Foreseen) -> list[LeftShort]:
    before = db.session.scalar(
        sa.select(PoolSnapshot.hash).where(PoolSnapshot.id == bank.current_pool_id))
    if before in (None, fresh.pool.hash):
        return []
    return wired(Guard).left_short(bank.slug, before or "", fresh.pool)


def lock(bank_id: int) -> Bank:
    """Return a bank, held until the transaction ends; raise NotFound."""
    query = sa.select(Bank).where(Bank.id == bank_id).with_for_update()
    bank = db.session.scalar(query.execution_options(populate_existing=True))
    if bank is None:
        raise NotFound(_("This question bank does not exist."))
    return bank


def _approved_versions(bank_id: int) -> dict[int, int]:
    """Return the versions that may be drawn by question."""
    query = sa.select(Question.id, Question.approved_version_id).where(
        Question.bank_id == bank_id, Question.retired_at.is_(None),
        Question.approved_version_id.is_not(None))
    return {row[0]: row[1] or 0 for row in db.session.execute(query)}


def _pool_of(bank: Bank, versions: Mapping[int, int]) -> Pool:
    homes = {} if bank.library_id is None else library.fact_homes(bank.library_id)
    query = (
        sa.select(QuestionVersion.question_id, QuestionVersion.id, QuestionVersion.topic,
                  QuestionVersion.difficulty, QuestionVersion.use, QuestionVersion.enemies,
                  QuestionVersion.module, QuestionVersion.facts, QuestionVersion.type)
        .where(QuestionVersion.id.in_(sa.bindparam("versions", expanding=True)),
               QuestionVersion.type.not_in(_asking_nothing()))
    )
    cells: dict[Place, list[Entry]] = defaultdict(list)
    rows = [row for some in chunks(versions.values())
            for row in db.session.execute(query, {"versions": some})]
    sizes = contents.sizes({row.id: row.type for row in rows})
    for row in rows:
        question, version, topic, difficulty, use, enemies, module, facts, _type = row
        assert topic and difficulty, "only complete versions are approved"
        module = module or next((homes.get(fact, "") for fact in facts[:1]), "")
        cells[bank.slug, topic, difficulty, use_of(use, sizes[version])].append(
            Entry(question, version, enemies or "", module))
    return Pool.of(cells)


def _asking_nothing() -> list[str]:
    """The types that are shown and never asked, so that no form is filled with them."""
    return [type_.name for type_ in TYPES if not type_.asks]


def _snapshot(bank: Bank, fresh: Foreseen) -> PoolSnapshot:
    query = sa.select(PoolSnapshot).where(PoolSnapshot.hash == fresh.pool.hash)
    snapshot = db.session.scalar(query)
    if snapshot is None:  # nobody else can add it: the bank is locked and its slug is in the hash
        db.session.execute(sa.insert(PoolSnapshot).values(
            hash=fresh.pool.hash, bank_id=bank.id, pool=fresh.written, created_at=clock.now(),
            size=fresh.pool.size))
        snapshot = db.session.scalars(query).one()
    return snapshot
