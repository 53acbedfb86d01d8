"""Reading: courses, modules, facts and terms as pages show them.

Versions never change, so what was built from one is kept in process without invalidation.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.standards.models import Edition
from isotrain.study import rendering
from isotrain.study.models import (
    Course,
    CourseModule,
    CourseVersion,
    Fact,
    FactVersion,
    Module,
    ModuleVersion,
    Term,
)
from isotrain.study.rules import sections

if TYPE_CHECKING:
    from markupsafe import Markup


@dataclass(frozen=True)
class CourseView:
    """A course in its current version."""

    id: int
    slug: str
    version_id: int
    version_label: str
    title: str
    summary: str
    certificate_months: int
    topics: tuple[tuple[str, str], ...]

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


@dataclass(frozen=True)
class SectionView:
    """One section of a module, rendered."""

    anchor: str
    title: str
    html: Markup


@dataclass(frozen=True)
class Page:
    """Everything a module's page shows that is the same for every reader."""

    module: ModuleView
    sections: tuple[SectionView, ...]
    facts: tuple[FactView, ...]
    terms: tuple[TermView, ...]
    often_said: tuple[dict[str, Any], ...]
    review: tuple[dict[str, Any], ...]
    related: tuple[ModuleView, ...]
    before: ModuleView | None
    after: ModuleView | None


def list_courses() -> list[CourseView]:
    """List the courses that have a version, by title."""
    query = sa.select(Course, CourseVersion).join(
        CourseVersion, CourseVersion.id == Course.current_version_id
    )
    rows = db.session.execute(query.order_by(CourseVersion.title)).all()
    return [_course_view(course, version) for course, version in rows]


def find_course(slug: str) -> CourseView | None:
    """Return a course by its slug."""
    return _one(Course.slug == slug)


def get_course(slug: str) -> CourseView:
    """Return a course by its slug or raise NotFound."""
    course = find_course(slug)
    if course is None:
        raise NotFound(_("This course does not exist."))
    return course


def get_course_by_id(course_id: int) -> CourseView:
    """Return a course by its id or raise NotFound."""
    course = _one(Course.id == course_id)
    if course is None:
        raise NotFound(_("This course does not exist."))
    return course


def _one(condition: sa.ColumnElement[bool]) -> CourseView | None:
    query = sa.select(Course, CourseVersion).join(
        CourseVersion, CourseVersion.id == Course.current_version_id
    )
    row = db.session.execute(query.where(condition)).first()
    return _course_view(row[0], row[1]) if row else None


def _course_view(course: Course, version: CourseVersion) -> CourseView:
    return CourseView(
        id=course.id, slug=course.slug, version_id=version.id, version_label=version.label,
        title=version.title, summary=version.summary,
        certificate_months=course.certificate_months,
        topics=tuple((topic["id"], topic["title"]) for topic in version.topics),
    )


@lru_cache(maxsize=64)
def _modules(url: str, course_version_id: int) -> tuple[ModuleView, ...]:
    """Return the modules of a course version in order; `url` keeps databases apart."""
    query = (
        sa.select(CourseModule.position, Module, ModuleVersion)
        .join(ModuleVersion, ModuleVersion.id == CourseModule.module_version_id)
        .join(Module, Module.id == ModuleVersion.module_id)
        .where(CourseModule.course_version_id == course_version_id)
        .order_by(CourseModule.position)
    )
    return tuple(
        ModuleView(id=module.id, version_id=version.id, code=module.code,
                   slug=version.content["slug"], title=version.title,
                   goal=version.content["goal"], minutes=version.minutes, position=position)
        for position, module, version in db.session.execute(query)
    )


def list_modules(course_version_id: int) -> tuple[ModuleView, ...]:
    """Return the modules of a course version in order."""
    return _modules(_database(), course_version_id)


def _database() -> str:
    """Name the database, so that what is kept in process belongs to it."""
    return str(db.engine.url)


def facts_by_code(course: CourseView) -> dict[str, FactView]:
    """Return the current facts of a course by code."""
    slugs = {module.code: module.slug for module in list_modules(course.version_id)}
    query = (
        sa.select(Fact.code, FactVersion, Edition.label)
        .join(FactVersion, FactVersion.id == Fact.current_version_id)
        .outerjoin(Edition, Edition.id == FactVersion.edition_id)
        .where(Fact.course_id == course.id)
        .order_by(Fact.code)
    )
    return {
        code: FactView(
            code=code, statement=version.statement, topic=version.topic,
            edition_label=label or "", clause=version.clause, reference=version.reference,
            review_due=version.review_due, module_code=version.module_code or "",
            module_slug=slugs.get(version.module_code or "", ""),
            paragraph=version.paragraph or "", difficulty=version.difficulty,
        )
        for code, version, label in db.session.execute(query)
    }


def get_fact(course: CourseView, code: str) -> FactView:
    """Return a fact by its code or raise NotFound."""
    fact = facts_by_code(course).get(code)
    if fact is None:
        raise NotFound(_("This fact does not exist."))
    return fact


def list_terms(course: CourseView) -> list[TermView]:
    """Return the glossary of a course, in alphabetical order."""
    query = sa.select(Term).where(Term.course_id == course.id)
    terms = [TermView(t.code, t.term, tuple(t.also), t.definition)
             for t in db.session.scalars(query)]
    return sorted(terms, key=lambda term: term.term.casefold())


_pages: dict[tuple[str, int, int], Page] = {}


def get_page(course: CourseView, slug: str) -> Page:
    """Return a module's page or raise NotFound."""
    modules = list_modules(course.version_id)
    module = next((m for m in modules if m.slug == slug), None)
    if module is None:
        raise NotFound(_("This module does not exist."))
    kept = (_database(), course.version_id, module.version_id)
    if kept not in _pages:
        if len(_pages) > 200:
            _pages.clear()
        _pages[kept] = _build(course, module, modules)
    return _pages[kept]


def _build(course: CourseView, module: ModuleView, modules: tuple[ModuleView, ...]) -> Page:
    version = db.session.get(ModuleVersion, module.version_id)
    assert version is not None
    content = version.content
    facts = facts_by_code(course)
    terms = {term.code: term for term in list_terms(course)}
    links = _links(course, module, content, facts, terms)
    by_code = {each.code: each for each in modules}
    at = modules.index(module)
    return Page(
        module=module,
        sections=tuple(SectionView(s.anchor, s.title, rendering.section_html(s.text, links))
                       for s in sections(content["body"])),
        facts=tuple(facts[code] for code in content["facts"] if code in facts),
        terms=tuple(terms[code] for code in content["terms"] if code in terms),
        often_said=tuple(content["often_said"]),
        review=tuple(content["review"]),
        related=tuple(by_code[code] for code in content["related"] if code in by_code),
        before=modules[at - 1] if at else None,
        after=modules[at + 1] if at + 1 < len(modules) else None,
    )


def _links(
    course: CourseView, module: ModuleView, content: dict[str, Any],
    facts: dict[str, FactView], terms: dict[str, TermView],
) -> rendering.Links:
    here = set(content["facts"])
    fact_links = {
        code: f"#fact-{code}" if code in here else f"/courses/{course.slug}/facts/{code}"
        for code in facts
    }
    spellings = {}
    for code in content["terms"]:
        if code in terms:
            for spelling in (terms[code].term, *terms[code].also):
                spellings[spelling.lower()] = code
    return rendering.Links(facts=fact_links, terms=spellings)
