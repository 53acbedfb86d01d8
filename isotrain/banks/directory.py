"""Finding banks and questions: what is not of one's own banks does not exist."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.accounts.models import Identity
from isotrain.banks.models import Bank, BankMember, KeySeen, Question
from isotrain.banks.rules import Vocabulary
from isotrain.db import BigId, db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.media import gallery
from isotrain.study import library
from isotrain.study.content import FactView
from isotrain.study.models import Course, CourseMember, Library

if TYPE_CHECKING:
    from collections.abc import Collection


def get_bank(bank_id: int, *, member: int | None) -> Bank:
    """Return a bank of a member, or any bank when `member` is None (a command)."""
    return _one(Bank.id == bank_id, member)


def get_bank_by_slug(slug: str, *, member: int | None) -> Bank:
    """Return a bank of a member by its slug, or any bank when `member` is None (a command)."""
    return _one(Bank.slug == slug, member)


def _one(condition: sa.ColumnElement[bool], member: int | None) -> Bank:
    query = sa.select(Bank).where(condition)
    if member is not None:
        query = query.join(BankMember).where(BankMember.user_id == member)
    bank = db.session.scalar(query)
    if bank is None:
        raise NotFound(_("This question bank does not exist."))
    return bank


def get_question(bank_id: int, question_id: int) -> Question:
    """Return a question of a bank or raise NotFound."""
    return _question(bank_id, Question.id == question_id)


def get_question_by_key(bank_id: int, key: str) -> Question:
    """Return a question of a bank by its name in it, such as Q-14, or raise NotFound."""
    return _question(bank_id, Question.key == key)


def _question(bank_id: int, condition: sa.ColumnElement[bool]) -> Question:
    question = db.session.scalar(sa.select(Question).where(
        condition, Question.bank_id == bank_id, Question.latest_version_id.is_not(None)))
    if question is None:
        raise NotFound(_("This question does not exist."))
    return question


def facts_of(bank: Bank) -> dict[str, FactView]:
    """Return the facts the questions of a bank can cite, by code."""
    return {} if bank.library_id is None else library.facts_by_code(bank.library_id)


def vocabulary(bank: Bank) -> Vocabulary:
    """Return the topics, modules and facts the questions of a bank can name."""
    if bank.library_id is None:
        return Vocabulary(pictures=gallery.Known())
    topics = library.get_library_by_id(bank.library_id).topics
    modules = {module.code: module.title for module in library.list_modules(bank.library_id)}
    return Vocabulary(topics, frozenset(library.fact_homes(bank.library_id)), modules,
                      gallery.Known())


def keys_seen(
    bank_ids: sa.Select[int], user_id: sa.ColumnElement[int]
) -> sa.ColumnElement[bool]:
    """Return the condition that somebody has seen the keys of one of these banks.

    Who looks after a bank sees its keys, and who once did has seen them.
    """
    return sa.or_(*(sa.exists().where(table.bank_id.in_(bank_ids), table.user_id == user_id)
                    for table in (BankMember, KeySeen)))


_SEEN = sa.select(keys_seen(
    sa.select(Bank.id).where(Bank.slug.in_(sa.bindparam("banks", expanding=True))),
    sa.bindparam("user", type_=BigId)))


def has_seen_keys(user_id: int, slugs: Collection[str]) -> bool:
    """Say whether somebody has seen the keys of one of the banks of these slugs."""
    return bool(db.session.scalar(_SEEN, {"user": user_id, "banks": list(slugs)}))


@dataclass(frozen=True)
class Tended:
    """A bank as who oversees it sees it: where it belongs and how many look after it."""

    id: int
    title: str
    library: str | None
    members: int


def list_tended() -> list[Tended]:
    """List all banks by title with how many trainers look after each."""
    count = sa.select(sa.func.count()).where(BankMember.bank_id == Bank.id)
    query = (
        sa.select(Bank.id, Bank.title, Library.title, count.scalar_subquery())
        .outerjoin(Library, Library.id == Bank.library_id)
        .order_by(Bank.title, Bank.id)
    )
    return [Tended(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class Unplaced:
    """A trainer with a bank in a library of whose courses they look after none."""

    name: str
    personnel_no: str
    bank: str
    library: str


def list_unplaced() -> list[Unplaced]:
    """List who looks after a bank but after no course that could draw from it, by name."""
    placed = (
        sa.select(CourseMember.user_id).join(Course, Course.id == CourseMember.course_id)
        .where(Course.library_id == Bank.library_id, CourseMember.user_id == BankMember.user_id)
    )
    query = (
        sa.select(Identity.name, Identity.personnel_no, Bank.title, Library.title)
        .join(BankMember, BankMember.user_id == Identity.user_id)
        .join(Bank, Bank.id == BankMember.bank_id)
        .join(Library, Library.id == Bank.library_id)
        .where(~placed.exists())
        .order_by(Identity.name_folded, Identity.user_id, Bank.title)
    )
    return [Unplaced(*row) for row in db.session.execute(query)]
