"""Libraries: what they hold now, and which of them somebody looks after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.standards.models import Edition
from isotrain.study.content import FactView
from isotrain.study.models import (
    Course,
    CourseFact,
    CourseMember,
    CourseVersion,
    Fact,
    FactVersion,
    Library,
    LibraryMember,
    Module,
    ModuleVersion,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


@dataclass(frozen=True)
class LibraryView:
    """A library as listed."""

    id: int
    slug: str
    title: str
    topics: Mapping[str, str]
    members: int


@dataclass(frozen=True)
class Title:
    """A module of a library, as listed there."""

    code: str
    title: str


def list_libraries(member: int | None) -> list[LibraryView]:
    """List the libraries somebody looks after by title, or all of them when `member` is None."""
    query = _of(member).order_by(Library.title, Library.id)
    return [_view(*row) for row in db.session.execute(query)]


def get_library(slug: str, *, member: int | None) -> LibraryView:
    """Return a library of a member, or any one when `member` is None; raise NotFound."""
    return _one(Library.slug == slug, member)


def get_library_by_id(library_id: int) -> LibraryView:
    """Return a library by its id or raise NotFound."""
    return _one(Library.id == library_id, None)


def _of(member: int | None) -> sa.Select[Any]:
    count = sa.select(sa.func.count()).where(LibraryMember.library_id == Library.id)
    query = sa.select(Library, count.scalar_subquery())
    if member is not None:
        own = sa.select(LibraryMember.library_id).where(LibraryMember.user_id == member)
        query = query.where(Library.id.in_(own))
    return query


def _one(condition: sa.ColumnElement[bool], member: int | None) -> LibraryView:
    row = db.session.execute(_of(member).where(condition)).first()
    if row is None:
        raise NotFound(_("This library does not exist."))
    return _view(*row)


def _view(library: Library, members: int) -> LibraryView:
    topics = {topic["id"]: topic["title"] for topic in library.topics}
    return LibraryView(library.id, library.slug, library.title, topics, members)


def list_modules(library_id: int) -> list[Title]:
    """List the modules that a library has now, by code in the order people count."""
    query = (
        sa.select(Module.code, ModuleVersion.title)
        .join(ModuleVersion, ModuleVersion.id == Module.current_version_id)
        .where(Module.library_id == library_id)
        .order_by(sa.func.length(Module.code), Module.code)
    )
    return [Title(*row) for row in db.session.execute(query)]


@dataclass(frozen=True)
class KeptCourse:
    """A course as those see it who look after it."""

    slug: str
    title: str
    library: str
    members: int


def list_kept_courses(member: int | None, *, library_id: int | None = None) -> list[KeptCourse]:
    """List the courses somebody looks after, or all when `member` is None, of a library or any."""
    count = sa.select(sa.func.count()).where(CourseMember.course_id == Course.id)
    query = (
        sa.select(Course.slug, CourseVersion.title, Library.title, count.scalar_subquery())
        .join(CourseVersion, CourseVersion.id == Course.current_version_id)
        .join(Library, Library.id == Course.library_id)
        .order_by(CourseVersion.title, Course.id)
    )
    if library_id is not None:
        query = query.where(Course.library_id == library_id)
    if member is not None:
        own = sa.select(CourseMember.course_id).where(CourseMember.user_id == member)
        query = query.where(Course.id.in_(own))
    return [KeptCourse(*row) for row in db.session.execute(query)]


def facts_by_code(library_id: int) -> dict[str, FactView]:
    """Return the facts that a library has now, by code."""
    return {
        code: FactView.of(code, version, edition=label or "", module_slug="")
        for code, version, label in db.session.execute(_facts(
            library_id, Fact.code, FactVersion, Edition.label))
    }


def fact_homes(library_id: int) -> dict[str, str]:
    """Return for each fact that a library has now the code of the module that explains it."""
    rows = db.session.execute(_facts(library_id, Fact.code, FactVersion.module_code))
    return {code: module for code, module in rows if module}


def _facts(library_id: int, *columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(Fact)
        .join(FactVersion, FactVersion.id == Fact.current_version_id)
        .outerjoin(Edition, Edition.id == FactVersion.edition_id)
        .where(Fact.library_id == library_id)
        .order_by(Fact.code)
    )


def courses_with_facts(library_id: int, codes: Collection[str]) -> dict[str, str]:
    """Return for each of some facts a course that shows it now: fact to the course's slug."""
    query = (
        sa.select(Fact.code, Course.slug)
        .join(FactVersion, FactVersion.fact_id == Fact.id)
        .join(CourseFact, CourseFact.fact_version_id == FactVersion.id)
        .join(Course, Course.current_version_id == CourseFact.course_version_id)
        .where(Fact.library_id == library_id, Fact.code.in_(codes))
        .order_by(Course.id.desc())  # the oldest is said last and stays
    )
    return dict(db.session.execute(query).all())
