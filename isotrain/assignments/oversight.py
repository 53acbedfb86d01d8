"""Overseeing: what was assigned to whom, and how far people are with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity, User
from isotrain.assignments import assigning
from isotrain.assignments.models import Assignment, Requirement
from isotrain.certificates.models import Certificate, Revocation
from isotrain.db import db
from isotrain.people.models import Unit
from isotrain.study.models import Course, CourseVersion

PAGE = 25
STATES = ("open", "withdrawn")
SORTS = {"newest": (Requirement.id.desc(),), "due": (Requirement.due_on, Requirement.id),
         "course": (CourseVersion.title, Requirement.id.desc())}


@dataclass(frozen=True)
class Rule:
    """One requirement with how many people it binds and how far they are."""

    requirement: Requirement
    course: str
    course_slug: str
    unit: str | None
    unit_code: str | None
    person: str | None
    assigned: int = 0
    done: int = 0
    overdue: int = 0

    @property
    def open(self) -> bool:
        return self.requirement.withdrawn_at is None


@dataclass(frozen=True)
class Bound:
    """One person bound by a requirement."""

    user_id: int
    name: str
    personnel_no: str
    due_on: date
    ended_on: date | None
    done: bool

    def state(self, today: date) -> str:
        """Return done, ended, overdue or open."""
        if self.done:
            return "done"
        if self.ended_on:
            return "ended"
        return "overdue" if self.due_on < today else "open"


@dataclass(frozen=True)
class Listing:
    """One page of a list, and how many there are in all."""

    rows: tuple[Any, ...]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def search(*, course: str = "", state: str = "open", sort: str = "newest",
           page: int = 1) -> Listing:
    """List requirements with their progress; counting is done for the page that is shown."""
    query = _rules()
    if course:
        query = query.where(Course.slug == course)
    if state in STATES:
        withdrawn = Requirement.withdrawn_at.is_not(None)
        query = query.where(withdrawn if state == "withdrawn" else ~withdrawn)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    query = query.order_by(*SORTS.get(sort, SORTS["newest"]))
    rows = db.session.execute(query.limit(PAGE).offset((page - 1) * PAGE)).all()
    counts = _progress([row[0].id for row in rows])
    return Listing(tuple(_rule(row, counts) for row in rows), total)


def get(requirement_id: int) -> Rule:
    """Return a requirement with its progress or raise NotFound."""
    assigning.get(requirement_id)
    row = db.session.execute(_rules().where(Requirement.id == requirement_id)).one()
    return _rule(row, _progress([requirement_id]))


def _rule(row: Any, counts: dict[int, tuple[int, int, int]]) -> Rule:
    assigned, done, overdue = counts.get(row[0].id, (0, 0, 0))
    return replace(Rule(*row), assigned=assigned, done=done, overdue=overdue)


def _rules() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Requirement, CourseVersion.title, Course.slug, Unit.name, Unit.code,
                  Identity.name)
        .join(Course, Course.id == Requirement.course_id)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .outerjoin(Unit, Unit.id == Requirement.unit_id)
        .outerjoin(Identity, Identity.user_id == Requirement.user_id)
    )


def _held() -> sa.ColumnElement[bool]:
    """Whether the assigned person holds a valid certificate of the course."""
    return sa.exists().where(
        Certificate.user_id == Assignment.user_id, Certificate.course_id == Assignment.course_id,
        Certificate.valid_until >= clock.today(),
        ~sa.exists().where(Revocation.certificate_id == Certificate.id),
    )


def _progress(requirement_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Return (assigned, done, overdue) of each requirement; who left is not counted."""
    held = sa.case((_held(), 1), else_=0).label("held")
    bound = (
        sa.select(Assignment.requirement_id, Assignment.due_on, held)
        .join(User, User.id == Assignment.user_id)
        .where(Assignment.requirement_id.in_(requirement_ids), Assignment.ended_on.is_(None),
               User.deactivated_at.is_(None))
        .subquery()
    )
    late = sa.case((sa.and_(bound.c.held == 0, bound.c.due_on < clock.today()), 1), else_=0)
    query = sa.select(bound.c.requirement_id, sa.func.count(), sa.func.sum(bound.c.held),
                      sa.func.sum(late)).group_by(bound.c.requirement_id)
    return {row[0]: (row[1], int(row[2]), int(row[3])) for row in db.session.execute(query)}


def people(requirement_id: int, *, page: int = 1) -> Listing:
    """List the people a requirement binds or has bound, by name."""
    query = (
        sa.select(Assignment.user_id, Identity.name, Identity.personnel_no, Assignment.due_on,
                  Assignment.ended_on, _held())
        .join(Identity, Identity.user_id == Assignment.user_id)
        .where(Assignment.requirement_id == requirement_id)
    )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(Assignment).where(
        Assignment.requirement_id == requirement_id)) or 0
    query = query.order_by(Identity.name_folded, Assignment.user_id)
    rows = db.session.execute(query.limit(PAGE).offset((page - 1) * PAGE))
    return Listing(tuple(Bound(*row) for row in rows), total)


def units() -> list[tuple[str, str]]:
    """Return the (code, name) of every unit."""
    query = sa.select(Unit.code, Unit.name).order_by(Unit.name)
    return [(row.code, row.name) for row in db.session.execute(query)]


def courses() -> list[tuple[str, str]]:
    """Return the (slug, title) of every course that can be assigned."""
    query = (
        sa.select(Course.slug, CourseVersion.title)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .order_by(CourseVersion.title)
    )
    return [(row.slug, row.title) for row in db.session.execute(query)]
