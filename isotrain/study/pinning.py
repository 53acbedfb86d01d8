"""Pinning: a version of a course keeps the versions of modules, facts and terms that it shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.study.models import (
    Course,
    CourseFact,
    CourseModule,
    CourseTerm,
    CourseVersion,
    FactVersion,
    Library,
    ModuleVersion,
    TermVersion,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from isotrain.standards.models import Edition
    from isotrain.study.rules import LibraryFiles


@dataclass(frozen=True)
class Shelf:
    """What a library holds now, by code."""

    modules: Mapping[str, ModuleVersion]
    facts: Mapping[str, FactVersion]
    terms: Mapping[str, TermVersion]
    editions: Mapping[str, Edition]


@dataclass(frozen=True)
class Shown:
    """What a course shows of its library, as one version of it pins it."""

    modules: list[ModuleVersion]
    facts: list[FactVersion]
    terms: list[TermVersion]
    editions: list[dict[str, str]]

    def hash_with(self, described: JsonObject) -> str:
        """Return the SHA-256 of a course that is described so and shows this."""
        return hash_of({
            "course": described, "editions": self.editions,
            **{name: [version.content_hash for version in getattr(self, name)]
               for name in ("modules", "facts", "terms")},
        })


def load(
    library: Library, described: JsonObject, files: LibraryFiles, shelf: Shelf, *, by: Actor
) -> Course:
    """Bring a course to what its file says; a course that shows the same keeps its version."""
    course = _course(library, described)
    facts = files.facts_of(described)
    shown = Shown(
        modules=[shelf.modules[id_] for id_ in described["modules"]],
        facts=[shelf.facts[fact["id"]] for fact in facts],
        terms=[shelf.terms[term["id"]] for term in files.terms_of(described)],
        editions=_editions_named({fact["edition"] for fact in facts if fact.get("edition")},
                                 shelf.editions),
    )
    about = {"id": course.slug, "language": library.language, "topics": library.topics,
             **{key: described[key] for key in ("title", "summary", "version", "author")}}
    _take_up(course, _version(course, about, shown, by), by)
    return course


def _editions_named(named: set[str], editions: Mapping[str, Edition]) -> list[dict[str, str]]:
    """Return the editions that the facts of a course speak about, whatever their state.

    A withdrawn edition stays: what is taught about it is still taught, and certificates say so.
    """
    rows = {editions[code].code: editions[code] for code in named}
    return [{"code": row.code, "label": row.label}
            for row in sorted(rows.values(), key=lambda row: row.label)]


def _course(library: Library, described: JsonObject) -> Course:
    course = db.session.scalar(sa.select(Course).where(Course.slug == described["id"]))
    if course is None:
        course = Course(slug=described["id"], library_id=library.id, created_at=clock.now())
        db.session.add(course)
    elif course.library_id != library.id:
        raise Refusal(_("The course %(slug)s belongs to another library.", slug=course.slug))
    course.certificate_months = int(described["certificate"]["valid_months"])
    db.session.flush()
    return course


def _version(
    course: Course, about: JsonObject, shown: Shown, by: Actor
) -> CourseVersion:
    """Return the version of a course that says and shows this; a new one where there is none."""
    hashed = shown.hash_with(about)
    versions = list(db.session.scalars(
        sa.select(CourseVersion).where(CourseVersion.course_id == course.id)))
    same = next((version for version in versions if version.content_hash == hashed), None)
    if same is not None:
        return same
    now = clock.now()
    version = CourseVersion(
        course_id=course.id, number=len(versions) + 1, label=about["version"],
        title=about["title"], summary=about["summary"], language=about["language"],
        topics=about["topics"], editions=shown.editions, content_hash=hashed, created_at=now,
        approved_at=now, approved_by=by.user_id, approved_by_name=about["author"],
    )
    db.session.add(version)
    db.session.flush()
    db.session.add_all([
        *(CourseModule(course_version_id=version.id, module_version_id=module.id, position=n)
          for n, module in enumerate(shown.modules, 1)),
        *(CourseFact(course_version_id=version.id, fact_version_id=fact.id)
          for fact in shown.facts),
        *(CourseTerm(course_version_id=version.id, term_version_id=term.id)
          for term in shown.terms),
    ])
    return version


def _take_up(course: Course, version: CourseVersion, by: Actor) -> None:
    """Make a version the one that learners see."""
    if course.current_version_id == version.id:
        return
    course.current_version_id = version.id
    note("course.loaded", by, scope="training", on=("course", course.id),
         after={"version": version.content_hash}, details={"version": version.number})
    db.session.flush()
