"""Listing who has completed what and who has not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import Identity
from isotrain.assignments.models import Assignment, Requirement
from isotrain.db import db
from isotrain.ledger.canonical import JsonObject
from isotrain.lists import Key, Listing
from isotrain.people.models import JobRole, Site, Unit
from isotrain.records import rules
from isotrain.records.filters import Filter, Rows
from isotrain.records.models import RecordPerson
from isotrain.study import content
from isotrain.study.content import CourseView
from isotrain.study.models import Course, CourseVersion

_manager = aliased(Identity, name="manager")


class Line(NamedTuple):
    """One row of the list: what pages and exports show of a person and course."""

    user_id: int
    course_id: int
    assignment_id: int | None
    due_on: date | None
    status: str
    name: str | None
    personnel_no: str | None
    unit: str | None
    site: str | None
    job_role_code: str | None
    job_role: str | None
    employment_type: str | None
    manager_no: str | None
    assigned_on: date | None
    requirement_id: int | None
    requirement_version: int | None
    level: str | None
    record_id: int | None
    completed_at: datetime | None
    score_percent: str | None
    pass_mark: int | None
    result: str | None
    valid_until: date | None
    attempt_id: int | None
    frozen: JsonObject | None
    recorded_at: datetime | None
    corrects_id: int | None
    correction_reason: str | None
    name_then: str | None
    number_then: str | None
    manager_then: str | None

    @property
    def completed_on(self) -> date | None:
        return rules.completed_on(self.frozen) if self.frozen else None


def listing(wanted: Filter, sort: str = "") -> Listing[Line]:
    """Return the list, joined for one of its orders ("-" before it from the end).

    First the keys of a page are found, then what is shown of them: the database sorts little.
    """
    rows, name = Rows(wanted), sort.removeprefix("-")
    keys = rows.select(rows.pair.c.user_id, rows.pair.c.course_id, names=True,
                       places=name == "unit", records=name == "completed")
    return Listing(keys, _sorts(rows), lambda found: _details(wanted, found))


def _sorts(rows: Rows) -> dict[str, list[Key]]:
    pair = rows.pair.c
    title = sa.select(CourseVersion.title).join(
        Course, Course.current_version_id == CourseVersion.id
    ).where(Course.id == pair.course_id).scalar_subquery()
    # Whose personal data was deleted has no name.
    named = [Key(Identity.name_folded, nullable=True), Key(pair.user_id), Key(pair.course_id)]
    first = {"course": title, "unit": Unit.name, "due": pair.due_on,
             "completed": rows.record.completed_at}
    return {"name": named, **{name: [Key(column, nullable=True), *named]
                              for name, column in first.items()}}


def _details(wanted: Filter, keys: Sequence[tuple[Any, ...]]) -> list[Line]:
    rows = Rows(wanted, users=[user_id for user_id, _course_id in keys])
    found = {row[:2]: Line(*row) for row in db.session.execute(detailed(rows))}
    return [found[key] for key in keys if key in found]


def detailed(rows: Rows) -> sa.Select[Any]:
    """Select the columns of a Line for each of the rows, in no order."""
    pair, record, manager = rows.pair.c, rows.record, _manager
    return (
        rows.select(
            pair.user_id, pair.course_id, pair.assignment_id, pair.due_on,
            rows.status, Identity.name, Identity.personnel_no, Unit.name, Site.name, JobRole.code,
            JobRole.title, rows.place.employment_type, manager.personnel_no,
            Assignment.assigned_on, Assignment.requirement_id, Requirement.version,
            Requirement.level, record.id, record.completed_at, record.score_percent,
            record.pass_mark, record.result, record.valid_until, record.attempt_id, record.frozen,
            record.recorded_at, record.corrects_id, record.correction_reason,
            RecordPerson.name, RecordPerson.personnel_no, RecordPerson.manager_personnel_no,
            names=True, places=True, records=True,
        )
        .outerjoin(Site, Site.id == rows.place.site_id)
        .outerjoin(JobRole, JobRole.id == rows.place.job_role_id)
        .outerjoin(manager, manager.user_id == rows.place.manager_id)
        .outerjoin(Assignment, Assignment.id == pair.assignment_id)
        .outerjoin(Requirement, Requirement.id == Assignment.requirement_id)
        .outerjoin(RecordPerson, RecordPerson.record_id == record.id)
    )


@dataclass(frozen=True)
class Choices:
    """What a filter can choose from."""

    courses: dict[int, CourseView]
    units: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]

    def title(self, course_id: int) -> str:
        """Return the title of a course, "" for one that is offered no more."""
        return self.courses[course_id].title if course_id in self.courses else ""


def choices() -> Choices:
    """Return the courses, units and sites to filter by."""
    units, sites = (
        tuple((row[0], row[1]) for row in db.session.execute(
            sa.select(model.code, model.name).order_by(model.name)))
        for model in (Unit, Site)
    )
    return Choices(courses(), units, sites)


def courses() -> dict[int, CourseView]:
    """Return the courses in their current versions, by id, in order of their titles."""
    return {course.id: course for course in content.list_courses()}
