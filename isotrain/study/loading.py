"""Loading a library folder: the same folder twice changes nothing, a changed one makes versions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.media import keeping
from isotrain.questions.pictured import pictures_in
from isotrain.standards import loading as editions
from isotrain.standards.rules import Known
from isotrain.study import illustrating, pinning, rules
from isotrain.study.models import (
    Course,
    Fact,
    FactVersion,
    Library,
    Module,
    ModulePicture,
    ModuleVersion,
    Term,
    TermVersion,
)
from isotrain.study.pinning import Shelf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from isotrain.standards.models import Edition
    from isotrain.study.rules import LibraryFiles

T = TypeVar("T", Module, Fact, Term)


@dataclass(frozen=True)
class Loaded:
    """A library with its courses, as the files have them."""

    library: Library
    courses: list[Course]


def read(path: Path) -> LibraryFiles:
    """Read and check a library folder; refuse it with every problem when one is found."""
    if not path.is_dir():
        raise Refusal(_("There is no folder %(path)s", path=str(path)))
    files = {file.relative_to(path).as_posix(): file.read_bytes()
             for file in sorted(path.rglob("*")) if file.is_file()}
    found = rules.parse(files, Known.of(editions.read()) | editions.known())
    if not found.problems:
        illustrating.illustrate(found, files)
    editions.refuse(found.problems)
    return found


def load(files: LibraryFiles, *, by: Actor) -> Loaded:
    """Bring a library and its courses to what the files say; unchanged parts keep versions."""
    library = _library(files.library)
    editions.load([*editions.read(), *files.library.get("standards", [])], by=by)
    keeping.keep(files.pictures.values())
    held = editions.by_code()
    named = {name: held[code] for name, code in editions.known().codes.items()}
    shelf = Shelf(
        modules=_modules(library.id, files.modules),
        facts=_facts(library.id, files.facts, named),
        terms=_terms(library.id, files.terms),
        editions=named,
    )
    courses = [pinning.load(library, course, files, shelf, by=by) for course in files.courses]
    return Loaded(library, courses)


def _library(described: JsonObject) -> Library:
    library = db.session.scalar(
        sa.select(Library).where(Library.slug == described["id"]).with_for_update())
    if library is None:
        library = Library(slug=described["id"], created_at=clock.now())
        db.session.add(library)
    library.title, library.language = described["title"], described["language"]
    library.topics = described["topics"]
    db.session.flush()
    return library


def _modules(library_id: int, described: list[JsonObject]) -> dict[str, ModuleVersion]:
    modules = _things(Module, library_id, described)
    for item in described:
        modules[item["id"]].slug = item["slug"]
    db.session.flush()
    current = {}
    for item in described:
        module = modules[item["id"]]
        current[module.code] = _module_version(module, item)
        module.current_version_id = current[module.code].id
    db.session.flush()
    return current


def _things(model: type[T], library_id: int, described: list[JsonObject]) -> dict[str, T]:
    """Return what is described by code, new where the library does not have it yet.

    What the files no longer have is left without a current version; old courses still show it.
    """
    held = {row.code: row for row in
            db.session.scalars(sa.select(model).where(model.library_id == library_id))}
    codes = [item["id"] for item in described]
    for code in held.keys() - set(codes):
        held[code].current_version_id = None
    found = {code: held.get(code) or model(library_id=library_id, code=code) for code in codes}
    db.session.add_all(found.values())
    return found


def _module_version(module: Module, described: JsonObject) -> ModuleVersion:
    content = {key: value for key, value in described.items() if key != "file"}
    hashed = hash_of(content)
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
    db.session.add_all(
        ModulePicture(version_id=version.id, sha256=sha256)
        for sha256 in sorted({each.sha256 for each in pictures_in(content["body"])} - {""}))
    return version


def _facts(
    library_id: int, described: list[JsonObject], editions: dict[str, Edition]
) -> dict[str, FactVersion]:
    facts = _things(Fact, library_id, described)
    db.session.flush()
    query = sa.select(FactVersion).join(Fact, Fact.id == FactVersion.fact_id)
    known = {(row.fact_id, row.content_hash): row
             for row in db.session.scalars(query.where(Fact.library_id == library_id))}
    current = {}
    for item in described:
        id_ = facts[item["id"]].id
        current[item["id"]] = (known.get((id_, hash_of(item)))
                               or _fact_version(id_, item, editions))
    _point(facts, current)
    return current


def _fact_version(fact_id: int, item: JsonObject, editions: dict[str, Edition]) -> FactVersion:
    edition = editions[item["edition"]] if item.get("edition") else None
    return FactVersion(
        fact_id=fact_id, statement=item["statement"], topic=item["topic"],
        edition_id=edition.id if edition else None, clause=item.get("clause") or "",
        reference=item["reference"], difficulty=int(item["difficulty"]),
        review_due=date.fromisoformat(item["review_due"]), module_code=item["module"],
        paragraph=item["paragraph"], content_hash=hash_of(item), created_at=clock.now(),
    )


def _terms(library_id: int, described: list[JsonObject]) -> dict[str, TermVersion]:
    terms = _things(Term, library_id, described)
    db.session.flush()
    query = sa.select(TermVersion).join(Term, Term.id == TermVersion.term_id)
    known = {(row.term_id, row.content_hash): row
             for row in db.session.scalars(query.where(Term.library_id == library_id))}
    current = {}
    for item in described:
        id_ = terms[item["id"]].id
        said = {"term": item["term"], "also": item.get("also") or [],
                "definition": item["definition"], "facts": item["facts"]}
        hashed = hash_of({"id": item["id"], **said})
        current[item["id"]] = known.get((id_, hashed)) or TermVersion(
            term_id=id_, content_hash=hashed, created_at=clock.now(), **said)
    _point(terms, current)
    return current


def _point(things: Mapping[str, T], current: Mapping[str, FactVersion | TermVersion]) -> None:
    """Make these the current versions; those that are new are stored all at once."""
    db.session.add_all(current.values())
    db.session.flush()
    for code, version in current.items():
        things[code].current_version_id = version.id
    db.session.flush()
