"""Listing who has completed what and who has not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.accounts.models import Identity
from isotrain.assignments.models import Assignment, Requirement
from isotrain.db import db
from isotrain.people.models import JobRole, Site, Unit
from isotrain.records.filters import Filter, Rows
from isotrain.records.models import RecordPerson
from isotrain.study.models import Course, CourseVersion

PAGE = 50
SORTS = ("name", "course", "unit", "due", "completed")


@dataclass(frozen=True)
class Listing:
    """One page of the list, and how many rows there are in all."""

    rows: tuple[Any, ...]
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE))


def search(wanted: Filter, *, sort: str = "name", page: int = 1) -> Listing:
    """Return one page of the list; `sort` is one of SORTS, with "-" before it from the end.

    First the keys of the page are found, then what is shown of them: the database sorts little.
    """
    rows = Rows(wanted)
    name = sort.removeprefix("-")
    keys = rows.select(rows.pair.c.user_id, rows.pair.c.course_id, names=True,
                       places=name == "unit", records=name == "completed")
    keys = keys.order_by(*_order(rows, sort))
    found = [tuple(key) for key in db.session.execute(
        keys.limit(PAGE).offset((page - 1) * PAGE))]
    total = count(wanted) if page > 1 or len(found) == PAGE else len(found)
    return Listing(tuple(_details(wanted, found)), total)


def count(wanted: Filter) -> int:
    """Count the rows a filter wants."""
    return db.session.scalar(Rows(wanted).select(sa.func.count())) or 0


def _order(rows: Rows, sort: str) -> list[Any]:
    pair, record = rows.pair.c, rows.record
    version = sa.select(CourseVersion.title).join(
        Course, Course.current_version_id == CourseVersion.id)
    keys: dict[str, Any] = {
        "name": Identity.name_folded, "unit": Unit.name, "due": pair.due_on,
        "course": version.where(Course.id == pair.course_id).scalar_subquery(),
        "completed": record.completed_at,
    }
    name = sort.removeprefix("-")
    key = keys.get(name, Identity.name_folded)
    ordered = key.desc() if sort.startswith("-") else key.asc()
    return [ordered.nulls_last(), Identity.name_folded, pair.user_id, pair.course_id]


def _details(wanted: Filter, keys: list[tuple[int, int]]) -> list[Any]:
    if not keys:
        return []
    rows = Rows(wanted, users=[user_id for user_id, _course_id in keys])
    found = {(row.user_id, row.course_id): row
             for row in db.session.execute(detailed(rows))}
    return [found[key] for key in keys if key in found]


def detailed(rows: Rows) -> sa.Select[Any]:
    """Select everything that pages and exports show of the rows, in no order."""
    manager = aliased(Identity, name="manager")
    pair, record = rows.pair.c, rows.record
    return (
        rows.select(
            pair.user_id, pair.course_id, pair.assignment_id, pair.due_on,
            rows.status.label("status"), Identity.name, Identity.personnel_no,
            Unit.name.label("unit"), Site.name.label("site"),
            JobRole.code.label("job_role_code"), JobRole.title.label("job_role"),
            rows.place.employment_type, manager.personnel_no.label("manager_no"),
            Assignment.assigned_on, Assignment.requirement_id,
            Requirement.version.label("requirement_version"), Requirement.level,
            record.id.label("record_id"), record.completed_at, record.score_percent,
            record.pass_mark, record.result, record.valid_until, record.attempt_id, record.frozen,
            RecordPerson.name.label("name_then"), RecordPerson.personnel_no.label("number_then"),
            RecordPerson.manager_personnel_no.label("manager_then"), record.certificate_id,
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
class CourseChoice:
    """A course as lists name it."""

    id: int
    slug: str
    title: str
    version: str
    standards: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """What a filter can choose from."""

    courses: dict[int, CourseChoice]
    units: tuple[tuple[str, str], ...]
    sites: tuple[tuple[str, str], ...]


def choices() -> Choices:
    """Return the courses, units and sites to filter by."""
    units, sites = (
        tuple((row[0], row[1]) for row in db.session.execute(
            sa.select(model.code, model.name).order_by(model.name)))
        for model in (Unit, Site)
    )
    return Choices(courses(), units, sites)


def courses() -> dict[int, CourseChoice]:
    """Return the courses in their current versions, by id, in order of their titles."""
    query = (
        sa.select(Course.id, Course.slug, CourseVersion.title, CourseVersion.label,
                  CourseVersion.editions)
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .order_by(CourseVersion.title)
    )
    return {
        row.id: CourseChoice(row.id, row.slug, row.title, row.label,
                             tuple(edition["label"] for edition in row.editions))
        for row in db.session.execute(query)
    }
