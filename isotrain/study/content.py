"""Courses, modules, facts and terms as pages show them, of any version of a course.

What a version shows never changes, so what was read of one is kept in process.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

import sqlalchemy as sa

from isotrain.db import db, is_writing
from isotrain.errors import NotFound
from isotrain.i18n import _, sort_key
from isotrain.standards.models import Edition
from isotrain.study.models import (
    Course,
    CourseFact,
    CourseModule,
    CourseTerm,
    CourseVersion,
    Fact,
    FactVersion,
    Module,
    ModuleVersion,
    Term,
    TermVersion,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")
KEPT = 400


@dataclass(frozen=True)
class CourseView:
    """A course in one of its versions; `current` says whether learners see this one."""

    id: int
    slug: str
    version_id: int
    version_label: str
    title: str
    summary: str
    certificate_months: int
    topics: tuple[tuple[str, str], ...]
    library_id: int
    number: int
    current: bool
    editions: tuple[tuple[str, str], ...]
    approved_by: str
    made_at: datetime

    def topic_title(self, topic: str) -> str:
        return dict(self.topics).get(topic, topic)


@dataclass(frozen=True)
class ModuleView:
    """A module as listed: what it is called and how long it takes."""

    id: int
    version_id: int
    code: str
    slug: str
    title: str
    goal: str
    minutes: int
    position: int
    number: int


@dataclass(frozen=True)
class FactView:
    """A fact with what is needed to show and to link it."""

    code: str
    statement: str
    topic: str
    edition_label: str
    clause: str
    reference: str
    review_due: date | None
    module_code: str
    module_slug: str
    paragraph: str
    difficulty: int

    @classmethod
    def of(cls, code: str, version: FactVersion, *, edition: str, module_slug: str) -> FactView:
        """Show a version of a fact; `edition` is what its edition was called."""
        return cls(
            code=code, statement=version.statement, topic=version.topic, edition_label=edition,
            clause=version.clause, reference=version.reference, review_due=version.review_due,
            module_code=version.module_code or "", module_slug=module_slug,
            paragraph=version.paragraph or "", difficulty=version.difficulty,
        )

    @property
    def source(self) -> str:
        """Edition and clause as people write them."""
        if not self.edition_label:
            return self.reference
        return f"{self.edition_label}, {self.clause}" if self.clause else self.edition_label


@dataclass(frozen=True)
class TermView:
    """A glossary entry."""

    code: str
    term: str
    also: tuple[str, ...]
    definition: str


# Built once: building a statement costs more than sending it.
_CURRENT = sa.select(Course, CourseVersion).join(
    CourseVersion, CourseVersion.id == Course.current_version_id)
_LISTED = _CURRENT.order_by(CourseVersion.title, Course.id)
_BY_SLUG = _CURRENT.where(Course.slug == sa.bindparam("slug"))
_BY_ID = _CURRENT.where(Course.id == sa.bindparam("course"))


def list_courses() -> list[CourseView]:
    """List the courses that have a version, by title."""
    return [_course_view(*row) for row in db.session.execute(_LISTED)]


def find_course(slug: str) -> CourseView | None:
    """Return a course in its current version by its slug."""
    row = db.session.execute(_BY_SLUG, {"slug": slug}).first()
    return _course_view(*row) if row else None


def get_course(slug: str) -> CourseView:
    """Return a course in its current version by its slug or raise NotFound."""
    return _found(find_course(slug))


def get_course_by_id(course_id: int) -> CourseView:
    """Return a course in its current version by its id or raise NotFound."""
    row = db.session.execute(_BY_ID, {"course": course_id}).first()
    return _found(_course_view(*row) if row else None)


def get_version(slug: str, number: int) -> CourseView:
    """Return a course in the version with this number or raise NotFound."""
    query = _versions(slug).where(CourseVersion.number == number)
    row = db.session.execute(query).first()
    if row is None:
        raise NotFound(_("This version does not exist."))
    return _course_view(*row)


def list_versions(slug: str) -> list[CourseView]:
    """List every version of a course, newest first."""
    query = _versions(slug).order_by(CourseVersion.number.desc())
    return [_course_view(*row) for row in db.session.execute(query)]


def _versions(slug: str) -> sa.Select[Course, CourseVersion]:
    return (
        sa.select(Course, CourseVersion)
        .join(CourseVersion, CourseVersion.course_id == Course.id)
        .where(Course.slug == slug)
    )


def _found(course: CourseView | None) -> CourseView:
    if course is None:
        raise NotFound(_("This course does not exist."))
    return course


def _course_view(course: Course, version: CourseVersion) -> CourseView:
    return CourseView(
        id=course.id, slug=course.slug, version_id=version.id, version_label=version.label,
        title=version.title, summary=version.summary,
        certificate_months=course.certificate_months,
        topics=tuple((topic["id"], topic["title"]) for topic in version.topics),
        library_id=course.library_id, number=version.number,
        current=version.id == course.current_version_id,
        editions=tuple((edition["code"], edition["label"]) for edition in version.editions),
        approved_by=version.approved_by_name or "", made_at=version.created_at,
    )


# What is kept lives as long as the connections it was read through.
_kept: WeakKeyDictionary[sa.Pool, dict[tuple[Any, ...], Any]] = WeakKeyDictionary()


def remembered(key: tuple[object, ...], read: Callable[[], T]) -> T:
    """Return what was read of a version before, or read it; what may roll back is not kept."""
    kept = _kept.setdefault(db.engine.pool, {})
    if key in kept:
        found: T = kept[key]
        return found
    found = read()
    if not is_writing():
        if len(kept) >= KEPT:
            kept.clear()
        kept[key] = found
    return found


def list_modules(course_version_id: int) -> tuple[ModuleView, ...]:
    """Return the modules of a course version in order."""
    return modules_of([course_version_id])[course_version_id]


def modules_of(course_version_ids: Sequence[int]) -> dict[int, tuple[ModuleView, ...]]:
    """Return the modules of each of these course versions in order; what is not kept, at once."""
    read: dict[int, tuple[ModuleView, ...]] = {}

    def of(version_id: int) -> tuple[ModuleView, ...]:
        if not read:
            read.update(_modules(course_version_ids))
        return read[version_id]

    return {each: remembered(("modules", each), partial(of, each)) for each in course_version_ids}


def _modules(course_version_ids: Sequence[int]) -> dict[int, tuple[ModuleView, ...]]:
    query = (
        sa.select(CourseModule.course_version_id, CourseModule.position, Module, ModuleVersion)
        .join(ModuleVersion, ModuleVersion.id == CourseModule.module_version_id)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(CourseModule.course_version_id.in_(course_version_ids))
        .order_by(CourseModule.course_version_id, CourseModule.position)
    )
    found: dict[int, list[ModuleView]] = {each: [] for each in course_version_ids}
    for course_version_id, position, module, version in db.session.execute(query):
        found[course_version_id].append(ModuleView(
            id=module.id, version_id=version.id, code=module.code, slug=version.content["slug"],
            title=version.title, goal=version.content["goal"], minutes=version.minutes,
            position=position, number=version.number))
    return {each: tuple(modules) for each, modules in found.items()}


def facts_by_code(course: CourseView) -> dict[str, FactView]:
    """Return the facts that a course version shows, by code."""
    return remembered(("facts", course.version_id), lambda: _facts(course))


def _facts(course: CourseView) -> dict[str, FactView]:
    slugs = {module.code: module.slug for module in list_modules(course.version_id)}
    labels = dict(course.editions)
    query = (
        sa.select(Fact.code, FactVersion, Edition.code, Edition.label)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .join(CourseFact, CourseFact.fact_version_id == FactVersion.id)
        .outerjoin(Edition, Edition.id == FactVersion.edition_id)
        .where(CourseFact.course_version_id == course.version_id)
        .order_by(Fact.code)
    )
    return {
        code: FactView.of(code, version, edition=labels.get(edition, label or ""),
                          module_slug=slugs.get(version.module_code or "", ""))
        for code, version, edition, label in db.session.execute(query)
    }


def get_fact(course: CourseView, code: str) -> FactView:
    """Return a fact by its code or raise NotFound."""
    fact = facts_by_code(course).get(code)
    if fact is None:
        raise NotFound(_("This fact does not exist."))
    return fact


def list_terms(course: CourseView) -> list[TermView]:
    """Return the glossary of a course version, in alphabetical order."""
    return remembered(("terms", course.version_id), lambda: _terms(course.version_id))


def _terms(course_version_id: int) -> list[TermView]:
    query = (
        sa.select(Term.code, TermVersion)
        .join(TermVersion, TermVersion.term_id == Term.id)
        .join(CourseTerm, CourseTerm.term_version_id == TermVersion.id)
        .where(CourseTerm.course_version_id == course_version_id)
    )
    terms = [TermView(code, version.term, tuple(version.also), version.definition)
             for code, version in db.session.execute(query)]
    return sorted(terms, key=lambda term: sort_key(term.term))
