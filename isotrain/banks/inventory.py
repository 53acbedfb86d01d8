"""Listing banks and questions: searched, filtered, sorted, a page at a time."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from isotrain.accounts.models import Identity
from isotrain.banks import versions
from isotrain.banks.models import Approval, Bank, BankMember, Question, QuestionVersion
from isotrain.db import db
from isotrain.lists import Key, Listing, chunks, each
from isotrain.questions.pictured import worded
from isotrain.text import level

PAGE_SIZE = 25
STATES = ("approved", "changed", "draft", "retired")
_by_key = (Key(Question.key), Key(Question.id))
SORTS = {
    "key": _by_key, "saved": (Key(QuestionVersion.id), Key(Question.id)),
    "topic": (Key(QuestionVersion.topic, nullable=True), *_by_key),
    "difficulty": (Key(QuestionVersion.difficulty, nullable=True), *_by_key),
}

_retired = Question.retired_at.is_not(None)
_approved = Question.approved_version_id.is_not(None)
_current = Question.approved_version_id == Question.latest_version_id
state_column: sa.ColumnElement[str] = sa.case(
    (_retired, "retired"), (_approved & _current, "approved"), (_approved, "changed"),
    else_="draft",
)


@dataclass(frozen=True)
class BankView:
    """A bank as listed: how many questions of each state and, in use, of each type."""

    id: int
    slug: str
    title: str
    description: str
    library_id: int | None
    states: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """The questions in use."""
        return sum(count for state, count in self.states.items() if state != "retired")


def banks(member: int | None, *, text: str = "") -> Listing[BankView]:
    """Return the list of the banks of a member by title, of all banks when `member` is None."""
    query = sa.select(Bank.id, Bank.slug, Bank.title, Bank.description, Bank.library_id)
    if member is not None:
        query = query.join(BankMember).where(BankMember.user_id == member)
    if text:
        query = query.where(Bank.title.icontains(text, autoescape=True))
    return Listing(query, {"title": (Key(Bank.title), Key(Bank.id))}, _counted, size=PAGE_SIZE)


def _counted(rows: Sequence[tuple[Any, ...]]) -> list[BankView]:
    by_id = {row[0]: BankView(*row) for row in rows}
    counts = (
        sa.select(Question.bank_id, state_column, QuestionVersion.type, sa.func.count())
        .join(QuestionVersion, QuestionVersion.id == Question.latest_version_id)
        .where(Question.bank_id.in_(by_id))
        .group_by(Question.bank_id, state_column, QuestionVersion.type)
    )
    for bank_id, state, type_, count in db.session.execute(counts):
        states, types = by_id[bank_id].states, by_id[bank_id].types
        states[state] = states.get(state, 0) + count
        if state != "retired":
            types[type_] = types.get(type_, 0) + count
    return list(by_id.values())


@dataclass(frozen=True)
class BankTitle:
    """A bank of a library; `id` only for who looks after it."""

    id: int | None
    title: str


def list_titles(library_id: int, *, member: int) -> list[BankTitle]:
    """List the banks in a library by title."""
    own = sa.and_(BankMember.bank_id == Bank.id, BankMember.user_id == member)
    query = (
        sa.select(BankMember.bank_id, Bank.title).select_from(Bank).outerjoin(BankMember, own)
        .where(Bank.library_id == library_id).order_by(Bank.title, Bank.id)
    )
    return [BankTitle(*row) for row in db.session.execute(query)]


def get_view(bank: Bank) -> BankView:
    """Return a bank with its counts by state."""
    query = sa.select(state_column, sa.func.count()).group_by(state_column)
    return BankView(bank.id, bank.slug, bank.title, bank.description, bank.library_id,
                    dict(db.session.execute(query.where(
                        Question.bank_id == bank.id,
                        Question.latest_version_id.is_not(None))).all()))


@dataclass(frozen=True)
class Filter:
    """What a reader asked to see of a bank; empty values ask for nothing."""

    text: str = ""
    topic: str = ""
    difficulty: int | None = None
    type: str = ""
    state: str = ""
    use: str = ""
    fact: str = ""
    sort: str = ""


@dataclass(frozen=True)
class QuestionView:
    """A question as listed, by its latest version."""

    id: int
    key: str
    state: str
    version_id: int
    number: int
    type: str
    stem: str
    topic: str | None
    difficulty: int | None
    use: str
    fact: str | None
    saved_at: datetime


def listing(bank_id: int, asked: Filter) -> Listing[QuestionView]:
    """Return the list of a bank's questions that match."""
    query = _matching(bank_id, asked).with_only_columns(
        Question.id, Question.key, state_column, QuestionVersion.id, QuestionVersion.created_at)
    return Listing(query, SORTS, _views, size=PAGE_SIZE)


def list_ids(bank_id: int, asked: Filter) -> list[tuple[int, str, int]]:
    """Return (question id, key, latest version id) of everything that matches, in order."""
    columns = (Question.id, Question.key, QuestionVersion.id)
    query = _matching(bank_id, asked).with_only_columns(*columns)
    return list(Listing(query, SORTS, each(lambda *row: row)).every(asked.sort))


@dataclass(frozen=True)
class Selection:
    """Which questions of a bank are meant: those of these ids, else all that a filter finds."""

    asked: Filter = Filter()
    ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Selected:
    """A question that is meant, as it stands; `facts` begins with the tested one."""

    id: int
    key: str
    version_id: int
    approved_version_id: int | None
    retired_at: datetime | None
    topic: str | None
    difficulty: int | None
    use: str
    facts: list[str]


def select(bank_id: int, selection: Selection) -> list[Selected]:
    """List the questions that are meant, in the order of their keys."""
    columns = (Question.id, Question.key, Question.latest_version_id, Question.approved_version_id,
               Question.retired_at, QuestionVersion.topic, QuestionVersion.difficulty,
               QuestionVersion.use, QuestionVersion.facts)
    if selection.ids is None:
        queries = [_matching(bank_id, selection.asked)]
    else:
        queries = [_there(bank_id).where(Question.id.in_(some))
                   for some in chunks(set(selection.ids))]
    rows: Iterable[Any] = [row for query in queries
                           for row in db.session.execute(query.with_only_columns(*columns))]
    return sorted((Selected(*row) for row in rows),
                  key=lambda each: (each.key, each.id))


@dataclass(frozen=True)
class VersionView:
    """One version in the history of a question, or one of its translations."""

    id: int
    number: int
    language: str
    revision: int
    created_at: datetime
    author: str | None
    source: str
    approved_at: datetime | None
    approver: str | None
    second: str | None


def list_versions(
    question_id: int, which: sa.ColumnElement[bool] = versions.shown
) -> list[VersionView]:
    """List the versions of a question with who wrote and who approved each, or those taken back.

    The newest number first, and of one number the original before its translations.
    """
    author, approver, second = (sa.orm.aliased(Identity) for _ in range(3))
    query = (
        sa.select(QuestionVersion.id, QuestionVersion.number, QuestionVersion.language,
                  QuestionVersion.revision, QuestionVersion.created_at, author.name,
                  QuestionVersion.source, Approval.approved_at, approver.name, second.name)
        .outerjoin(Approval, Approval.version_id == QuestionVersion.id)
        .outerjoin(author, author.user_id == QuestionVersion.created_by)
        .outerjoin(approver, approver.user_id == Approval.approved_by)
        .outerjoin(second, second.user_id == Approval.second_approved_by)
        .where(QuestionVersion.question_id == question_id, which)
        .order_by(QuestionVersion.number.desc(), QuestionVersion.id)
    )
    rows: Iterable[Any] = db.session.execute(query)  # more columns than SQLAlchemy counts types
    return [VersionView(*row) for row in rows]


def _there(bank_id: int) -> sa.Select[Any]:
    return sa.select(Question).join(
        QuestionVersion, QuestionVersion.id == Question.latest_version_id
    ).where(Question.bank_id == bank_id)


def _matching(bank_id: int, asked: Filter) -> sa.Select[Any]:
    query = _there(bank_id)
    if asked.state:
        query = query.where(state_column == asked.state)
    else:
        query = query.where(Question.retired_at.is_(None))
    for name in ("topic", "difficulty", "type", "use"):
        if value := getattr(asked, name):
            query = query.where(getattr(QuestionVersion, name) == value)
    if asked.fact:  # the list is kept as JSON text, where each fact stands in quotes
        facts = sa.cast(QuestionVersion.facts, sa.Text)
        query = query.where(facts.contains(json.dumps(asked.fact), autoescape=True))
    if text := level(asked.text):
        query = query.where(
            QuestionVersion.stem_text.contains(text, autoescape=True)
            | sa.func.lower(Question.key).contains(text, autoescape=True)
        )
    return query


def _views(rows: Sequence[tuple[Any, ...]]) -> list[QuestionView]:
    contents = versions.contents(row[3] for row in rows)
    return [_view(*row, content=contents[row[3]]) for row in rows]


def _view(
    id_: int, key: str, state: str, version_id: int, saved_at: datetime, *,
    content: versions.Content,
) -> QuestionView:
    return QuestionView(
        id=id_, key=key, state=state, version_id=version_id, number=content.number,
        type=content.type, stem=worded(content.question().plain_stem), topic=content.topic,
        difficulty=content.difficulty, use=content.use, fact=content.fact, saved_at=saved_at,
    )
