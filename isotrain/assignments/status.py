"""The status of a person and course, as the database decides it: rules.status said in SQL.

Every list, number, timeline and export that shows a status asks for this one expression; that it
decides as the rule does is a law under test. Facts come from the rows of assignments, certificates,
attempts and reading, or from columns that a query has at hand and that say the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import User
from isotrain.assignments import rules
from isotrain.assignments.models import Assignment, is_there
from isotrain.attempts.models import Attempt, Result
from isotrain.attempts.rules import OPEN
from isotrain.certificates.models import Certificate, Revocation
from isotrain.db import db
from isotrain.people.days import Day, Id, Today
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM
from isotrain.study.models import Course, CourseModule, ModuleVersion, Reading

_bound, _person = aliased(Assignment, name="bound"), aliased(User, name="bound_person")
_here, _other = aliased(Course, name="here"), aliased(Course, name="other")
_other_listed = aliased(CourseModule, name="other_listed")
_other_text = aliased(ModuleVersion, name="other_text")


@dataclass(frozen=True)
class Facts:
    """The columns that make up rules.Facts, and whose they are: each has the day of their site."""

    user_id: Id
    due_on: sa.SQLColumnExpression[date | None]
    valid_until: sa.SQLColumnExpression[date | None]
    failed: sa.ColumnElement[bool]
    begun: sa.ColumnElement[bool]


def status(facts: Facts, today: Today) -> sa.ColumnElement[str]:
    """Return the status; the first that applies counts, as in rules.status."""
    return sa.case(
        (held(facts, today), rules.COMPLETED_PASS),
        (_late(facts, today), rules.OVERDUE),
        (facts.valid_until.is_not(None), rules.EXPIRED),
        (facts.failed, rules.COMPLETED_FAIL),
        (facts.begun, rules.IN_PROGRESS),
        (facts.due_on.is_(None), rules.NOT_ASSIGNED),
        else_=rules.ASSIGNED,
    )


def held(facts: Facts, today: Today) -> sa.ColumnElement[bool]:
    """Return the condition of the status completed_pass: a pass that is still valid."""
    return sa.and_(facts.valid_until.is_not(None), facts.valid_until >= today.of(facts.user_id))


def overdue(facts: Facts, today: Today) -> sa.ColumnElement[bool]:
    """Return the condition of the status overdue."""
    return sa.and_(_lacking(facts, today), _late(facts, today))


def due_soon(facts: Facts, today: Today) -> sa.ColumnElement[bool]:
    """Return the condition that a course is still to do and due soon, as rules.is_due_soon."""
    return sa.and_(_lacking(facts, today), facts.due_on.between(*_soon(facts, today)))


def expiring(facts: Facts, today: Today) -> sa.ColumnElement[bool]:
    """Return the condition that a valid pass runs out soon, as rules.is_expiring."""
    return sa.and_(facts.valid_until.is_not(None),
                   facts.valid_until.between(*_soon(facts, today)))


def _late(facts: Facts, today: Today) -> sa.ColumnElement[bool]:
    return sa.and_(facts.due_on.is_not(None), facts.due_on < today.of(facts.user_id))


def _lacking(facts: Facts, today: Today) -> sa.ColumnElement[bool]:
    return sa.or_(facts.valid_until.is_(None), facts.valid_until < today.of(facts.user_id))


def _soon(facts: Facts, today: Today) -> tuple[Day, Day]:
    """Return the first and the last day that are soon for a person."""
    return today.of(facts.user_id), today.of(facts.user_id, later=rules.SOON)


def facts_of(user_id: Id, course_id: Id) -> Facts:
    """Return the facts of a person and course of the query around it."""
    return Facts(user_id, due_on=_due_on(user_id, course_id), valid_until=_newest(
        Certificate.valid_until, user_id, course_id), failed=_failed(user_id, course_id),
        begun=begun(user_id, course_id))


def facts_for(user_id: int) -> dict[int, tuple[rules.Facts, int | None]]:
    """Return one person's facts and the certificate that counts, by course; none where nothing."""
    found = {}
    rows = db.session.connection().execute(_person_s(), {"user": user_id})
    for course_id, due_on, valid_until, failed, started, certificate in rows:
        one = rules.Facts(due_on, valid_until, bool(failed), bool(started))
        if one != rules.Facts():
            found[course_id] = one, certificate
    return found


@lru_cache
def _person_s() -> sa.Select[*tuple[Any, ...]]:
    """Return what facts_for asks, built once: building it costs more than sending it."""
    user: sa.BindParameter[int] = sa.bindparam("user", type_=sa.Integer)
    facts = facts_of(user, Course.id)
    return sa.select(Course.id, facts.due_on, facts.valid_until, facts.failed, facts.begun,
                     _newest(Certificate.id, user, Course.id))


def _due_on(user_id: Id, course_id: Id) -> sa.ScalarSelect[Any]:
    """Select the earliest day of several assignments; who left is bound to nothing."""
    bound, person = _bound, _person
    return (
        sa.select(sa.func.min(bound.due_on)).join(person, person.id == bound.user_id)
        .where(bound.user_id == user_id, bound.course_id == course_id, bound.ended_on.is_(None),
               is_there(bound), person.deactivated_at.is_(None))
        .scalar_subquery()
    )


def _newest(column: sa.SQLColumnExpression[Any], user_id: Id, course_id: Id
            ) -> sa.ScalarSelect[Any]:
    """Select a column of the newest certificate that was not revoked."""
    return (
        sa.select(column).select_from(Certificate)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .where(Certificate.user_id == user_id, Certificate.course_id == course_id,
               Revocation.certificate_id.is_(None))
        .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        .limit(1)
        .correlate_except(Certificate, Revocation)
        .scalar_subquery()
    )


def _failed(user_id: Id, course_id: Id) -> sa.ColumnElement[bool]:
    return sa.exists().where(
        Attempt.user_id == user_id, Attempt.quiz_id == Quiz.id, Quiz.course_id == course_id,
        Quiz.kind == EXAM, Result.attempt_id == Attempt.id, Result.passed.is_(False),
    ).correlate_except(Attempt, Quiz, Result)


def begun(user_id: Id, course_id: Id) -> sa.ColumnElement[bool]:
    """Return the condition that something of a course was read, or that its exam is being sat.

    A module that several courses list counts in each that this person is bound to or holds; what
    is read for one of these does not begin another course that nobody asked for.
    """
    asked_elsewhere = (
        sa.exists().where(
            _other_listed.module_version_id == _other_text.id,
            _other_text.module_id == ModuleVersion.module_id,
            _other.current_version_id == _other_listed.course_version_id, _other.id != course_id,
            _asked_for(user_id, _other.id),
        ).correlate_except(_other_listed, _other_text, _other)
    )
    read = sa.exists().where(
        Reading.user_id == user_id, Reading.module_id == ModuleVersion.module_id,
        ModuleVersion.id == CourseModule.module_version_id,
        CourseModule.course_version_id == _here.current_version_id, _here.id == course_id,
        sa.or_(_asked_for(user_id, course_id), ~asked_elsewhere),
    ).correlate_except(Reading, ModuleVersion, CourseModule, _here)
    sat = sa.exists().where(Attempt.user_id == user_id, Attempt.state == OPEN,
                            Attempt.quiz_id == Quiz.id, Quiz.course_id == course_id,
                            Quiz.kind == EXAM).correlate_except(Attempt, Quiz)
    return sa.or_(read, sat)


def _asked_for(user_id: Id, course_id: Id) -> sa.ColumnElement[bool]:
    """Return the condition that somebody is bound to a course or holds a pass of it."""
    bound = sa.exists().where(
        _bound.user_id == user_id, _bound.course_id == course_id, _bound.ended_on.is_(None),
        is_there(_bound),
    ).correlate_except(_bound)
    return sa.or_(bound, _newest(Certificate.id, user_id, course_id).is_not(None))
