"""Overseeing: what was assigned to whom, and how far people are with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import sqlalchemy as sa

from isotrain.accounts import search
from isotrain.accounts.models import Identity, User
from isotrain.assignments import assigning, rules, status
from isotrain.assignments.models import Assignment, Requirement
from isotrain.db import db
from isotrain.lists import Key, Listing, each
from isotrain.people import days
from isotrain.people.models import Unit
from isotrain.study import content
from isotrain.study.models import Course, CourseVersion

PAGE = 25
STATES = ("open", "withdrawn")
_newest = Key(Requirement.id, descending=True)
_NAMED = (Key(Identity.name_folded, nullable=True), Key(Assignment.user_id))
SORTS = {"newest": (_newest,), "due": (Key(Requirement.due_on), Key(Requirement.id)),
         "course": (Key(CourseVersion.title), _newest)}
PEOPLE_SORTS = {"name": _NAMED, "due": (Key(Assignment.due_on), *_NAMED)}


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
    """One person whom a requirement binds or has bound, and how they stand with the course."""

    user_id: int
    name: str | None
    personnel_no: str | None
    due_on: date
    ended_on: date | None
    status: str

    @property
    def state(self) -> str:
        """The status; "ended" where the requirement binds no more and nothing was completed."""
        return "ended" if self.ended_on and self.status != rules.COMPLETED_PASS else self.status


def listing(*, course: str = "", state: str = "open") -> Listing[Rule]:
    """Return the list of requirements; progress is counted for those that are shown."""
    query = _rules()
    if course:
        query = query.where(Course.slug == course)
    if state in STATES:
        withdrawn = Requirement.withdrawn_at.is_not(None)
        query = query.where(withdrawn if state == "withdrawn" else ~withdrawn)
    return Listing(query, SORTS, _with_progress, size=PAGE)


def get(requirement_id: int) -> Rule:
    """Return a requirement with its progress or raise NotFound."""
    assigning.get(requirement_id)
    row = db.session.execute(_rules().where(Requirement.id == requirement_id)).one()
    return _with_progress([tuple(row)])[0]


def _with_progress(rows: Sequence[tuple[Any, ...]]) -> list[Rule]:
    counts = _progress([row[0].id for row in rows])
    return [Rule(*(*row, *counts.get(row[0].id, (0, 0, 0)))) for row in rows]


def _rules() -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(Requirement, CourseVersion.title, Course.slug, Unit.name, Unit.code,
                  Identity.name)
        .join(Course, Course.id == Requirement.course_id)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .outerjoin(Unit, Unit.id == Requirement.unit_id)
        .outerjoin(Identity, Identity.user_id == Requirement.user_id)
        .where(Requirement.staged_at.is_(None))
    )


def _progress(requirement_ids: list[int]) -> dict[int, tuple[int, int, int]]:
    """Return (assigned, done, overdue) of each requirement; who left is not counted."""
    today = days.today()
    known = status.facts_of(Assignment.user_id, Assignment.course_id)
    bound = (
        sa.select(Assignment.requirement_id, Assignment.user_id, known.due_on.label("due_on"),
                  known.valid_until.label("valid_until"))
        .join(User, User.id == Assignment.user_id)
        .where(Assignment.requirement_id.in_(requirement_ids), Assignment.ended_on.is_(None),
               User.deactivated_at.is_(None))
        .subquery()
    )
    facts = replace(known, user_id=bound.c.user_id, due_on=bound.c.due_on,
                    valid_until=bound.c.valid_until)
    query = sa.select(bound.c.requirement_id, sa.func.count(), *(
        sa.func.sum(sa.case((condition(facts, today), 1), else_=0))
        for condition in (status.held, status.overdue))).group_by(bound.c.requirement_id)
    return {row[0]: (row[1], int(row[2]), int(row[3])) for row in db.session.execute(query)}


def people(requirement_id: int, *, text: str = "") -> Listing[Bound]:
    """Return the list of the people a requirement binds or has bound."""
    facts = status.facts_of(Assignment.user_id, Assignment.course_id)
    query = (
        sa.select(Assignment.user_id, Identity.name, Identity.personnel_no, Assignment.due_on,
                  Assignment.ended_on, status.status(facts, days.today()))
        .outerjoin(Identity, Identity.user_id == Assignment.user_id)
        .where(Assignment.requirement_id == requirement_id)
    )
    if text:
        query = query.where(Assignment.user_id.in_(search.found(text)))
    return Listing(query, PEOPLE_SORTS, each(Bound), size=PAGE)


def units() -> list[tuple[str, str]]:
    """Return the (code, name) of every unit."""
    query = sa.select(Unit.code, Unit.name).order_by(Unit.name)
    return [(row.code, row.name) for row in db.session.execute(query)]


def courses() -> list[tuple[str, str]]:
    """Return the (slug, title) of every course that can be assigned."""
    return [(course.slug, course.title) for course in content.list_courses()]
