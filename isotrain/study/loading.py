"""Loading a course folder: the same folder twice changes nothing, a changed one makes versions."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, digest, note
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.standards import loading as editions
from isotrain.study import rules
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

if TYPE_CHECKING:
    from pathlib import Path

    from isotrain.standards.models import Edition
    from isotrain.study.rules import CourseFiles

SHOWN_PROBLEMS = 50


def read(path: Path) -> CourseFiles:
    """Read and check a course folder; refuse it with every problem when one is found."""
    if not path.is_dir():
        raise Refusal(_("There is no folder %(path)s", path=str(path)))
    files = {file.name: file.read_bytes() for file in sorted(path.iterdir()) if file.is_file()}
    found = rules.parse(files)
    if found.problems:
        shown = "\n".join(found.problems[:SHOWN_PROBLEMS])
        raise Refusal(
            _("%(n)s problems; nothing was loaded.", n=len(found.problems)) + "\n" + shown
        )
    return found


def load(files: CourseFiles, *, by: Actor) -> Course:
    """Bring a course to what its files say; unchanged parts keep their versions."""
    course = _course(files.course)
    editions.load(editions.read(), by=by)
    held = editions.by_code()
    modules = [_module_version(course.id, module) for module in files.modules]
    _facts(course.id, files.facts, held)
    _terms(course.id, files.terms)
    content = {
        "course": _described(files.course),
        "modules": [version.content_hash for version in modules],
        "facts": files.facts,
        "terms": files.terms,
    }
    described = {**files.course, "editions": _editions_used(files, held)}
    _course_version(course, described, modules, content_hash=digest(content), by=by)
    return course


def _editions_used(files: CourseFiles, editions: dict[str, Edition]) -> list[dict[str, str]]:
    """Return the editions that the facts of a course speak about, whatever their state."""
    used = {fact.get("edition") for fact in files.facts}
    return [
        {"code": row.code, "label": row.label}
        for row in sorted(editions.values(), key=lambda row: row.label)
        if row.code in used
    ]


def _course(described: dict[str, Any]) -> Course:
    course = db.session.scalar(sa.select(Course).where(Course.slug == described["id"]))
    if course is None:
        course = Course(slug=described["id"], created_at=clock.now())
        db.session.add(course)
    course.certificate_months = int(described["certificate"]["valid_months"])
    db.session.flush()
    return course


def _described(course: dict[str, Any]) -> dict[str, Any]:
    """Return what of course.yaml belongs to the course version; quizzes have their own."""
    keys = ("id", "title", "summary", "language", "version", "author", "topics", "standards")
    return {key: course[key] for key in keys}


def _module_version(course_id: int, described: dict[str, Any]) -> ModuleVersion:
    query = sa.select(Module).where(Module.course_id == course_id,
                                    Module.code == described["id"])
    module = db.session.scalar(query)
    if module is None:
        module = Module(course_id=course_id, code=described["id"], slug=described["slug"])
        db.session.add(module)
    module.slug = described["slug"]
    db.session.flush()
    content = {key: value for key, value in described.items() if key != "file"}
    hashed = digest(content)
    versions = list(db.session.scalars(
        sa.select(ModuleVersion).where(ModuleVersion.module_id == module.id)
    ))
    same = next((version for version in versions if version.content_hash == hashed), None)
    if same is not None:
        return same
    version = ModuleVersion(
        module_id=module.id, number=len(versions) + 1, title=described["title"],
        minutes=int(described["minutes"]), content=content, content_hash=hashed,
        created_at=clock.now(),
    )
    db.session.add(version)
    db.session.flush()
    return version


def _facts(course_id: int, described: list[dict[str, Any]], editions: dict[str, Edition]) -> None:
    facts = {row.code: row for row in
             db.session.scalars(sa.select(Fact).where(Fact.course_id == course_id))}
    for item in described:
        if item["id"] not in facts:
            facts[item["id"]] = Fact(course_id=course_id, code=item["id"])
            db.session.add(facts[item["id"]])
    db.session.flush()
    query = sa.select(FactVersion).join(Fact, Fact.id == FactVersion.fact_id)
    known = {(row.fact_id, row.content_hash): row
             for row in db.session.scalars(query.where(Fact.course_id == course_id))}
    for item in described:
        fact, hashed = facts[item["id"]], digest(item)
        version = known.get((fact.id, hashed))
        if version is None:
            version = _fact_version(fact.id, item, editions)
            db.session.add(version)
            db.session.flush()
        fact.current_version_id = version.id
    for code in set(facts) - {item["id"] for item in described}:
        facts[code].current_version_id = None
    db.session.flush()


def _fact_version(fact_id: int, item: dict[str, Any], editions: dict[str, Edition]) -> FactVersion:
    edition = editions[item["edition"]] if item.get("edition") else None
    return FactVersion(
        fact_id=fact_id, statement=item["statement"], topic=item["topic"],
        edition_id=edition.id if edition else None, clause=item.get("clause") or "",
        reference=item["reference"], difficulty=int(item["difficulty"]),
        review_due=date.fromisoformat(item["review_due"]), module_code=item["module"],
        paragraph=item["paragraph"], content_hash=digest(item), created_at=clock.now(),
    )


def _terms(course_id: int, described: list[dict[str, Any]]) -> None:
    terms = {row.code: row for row in
             db.session.scalars(sa.select(Term).where(Term.course_id == course_id))}
    for item in described:
        term = terms.pop(item["id"], None)
        if term is None:
            term = Term(course_id=course_id, code=item["id"])
            db.session.add(term)
        term.term, term.definition = item["term"], item["definition"]
        term.also, term.facts = item.get("also") or [], item["facts"]
    for gone in terms.values():
        db.session.delete(gone)
    db.session.flush()


def _course_version(
    course: Course, described: dict[str, Any], modules: list[ModuleVersion], *,
    content_hash: str, by: Actor,
) -> None:
    query = sa.select(CourseVersion).where(CourseVersion.course_id == course.id)
    versions = list(db.session.scalars(query))
    version = next((v for v in versions if v.content_hash == content_hash), None)
    if version is None:
        version = _new_version(course.id, described, len(versions) + 1, content_hash, by)
        db.session.add(version)
        db.session.flush()
        db.session.add_all(
            CourseModule(course_version_id=version.id, module_version_id=module.id, position=n)
            for n, module in enumerate(modules, 1)
        )
    if course.current_version_id == version.id:
        return
    course.current_version_id = version.id
    note("course.loaded", by, scope="training", on=("course", course.id),
         after={"version": content_hash}, details={"version": version.number})
    db.session.flush()


def _new_version(
    course_id: int, described: dict[str, Any], number: int, content_hash: str, by: Actor
) -> CourseVersion:
    return CourseVersion(
        course_id=course_id, number=number, label=described["version"], title=described["title"],
        summary=described["summary"], language=described["language"], topics=described["topics"],
        editions=described["editions"], content_hash=content_hash, created_at=clock.now(),
        approved_at=clock.now(), approved_by=by.user_id, approved_by_name=described["author"],
    )
