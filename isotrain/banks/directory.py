"""Finding banks and questions: what is not of one's own banks does not exist."""

from __future__ import annotations

import sqlalchemy as sa

from isotrain.banks.models import Bank, BankMember, Question
from isotrain.banks.rules import Vocabulary
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.study import content
from isotrain.study.content import CourseView, FactView


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
    query = sa.select(Question).where(Question.id == question_id,
                                      Question.bank_id == bank_id)
    question = db.session.scalar(query)
    if question is None:
        raise NotFound(_("This question does not exist."))
    return question


def course_of(bank: Bank) -> CourseView | None:
    """Return the course a bank belongs to."""
    return None if bank.course_id is None else content.get_course_by_id(bank.course_id)


def facts_of(bank: Bank) -> dict[str, FactView]:
    """Return the facts the questions of a bank can cite, by code."""
    course = course_of(bank)
    return content.facts_by_code(course) if course else {}


def vocabulary(bank: Bank) -> Vocabulary:
    """Return the topics, modules and facts the questions of a bank can name."""
    course = course_of(bank)
    if course is None:
        return Vocabulary()
    modules = {module.code: module.title for module in content.list_modules(course.version_id)}
    return Vocabulary(dict(course.topics), frozenset(content.facts_by_code(course)), modules)
