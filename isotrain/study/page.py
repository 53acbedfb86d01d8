"""The page of a module: its sections rendered, its facts, terms and questions, for every reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.i18n import _
from isotrain.ledger.canonical import JsonObject
from isotrain.settings import house
from isotrain.standards import certified
from isotrain.standards import directory as editions
from isotrain.study import content, rendering
from isotrain.study.models import ModuleVersion
from isotrain.study.rules import sections

if TYPE_CHECKING:
    from markupsafe import Markup

    from isotrain.standards.directory import EditionView
    from isotrain.study.content import CourseView, FactView, ModuleView, TermView


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
    often_said: tuple[JsonObject, ...]
    review: tuple[JsonObject, ...]
    related: tuple[ModuleView, ...]
    before: ModuleView | None
    after: ModuleView | None

    @property
    def editions(self) -> list[EditionView]:
        """The editions its facts are from, with where they stand today."""
        return editions.by_label({fact.edition_label for fact in self.facts}, house.today())

    @property
    def certified(self) -> list[EditionView]:
        """The editions to which the organization is certified."""
        return certified.list_certified()


def get_page(course: CourseView, slug: str) -> Page:
    """Return a module's page in a course version or raise NotFound."""
    modules = content.list_modules(course.version_id)
    module = next((m for m in modules if m.slug == slug), None)
    if module is None:
        raise NotFound(_("This module does not exist."))
    key = ("page", course.version_id, module.version_id, course.current)
    return content.remembered(key, lambda: _build(course, module, modules))


def _build(course: CourseView, module: ModuleView, modules: tuple[ModuleView, ...]) -> Page:
    said = db.session.get_one(ModuleVersion, module.version_id).content
    facts = content.facts_by_code(course)
    terms = {term.code: term for term in content.list_terms(course)}
    links = rendering.Links(_addresses(course, said, facts), _spellings(said, terms))
    by_code = {each.code: each for each in modules}
    at = modules.index(module)
    return Page(
        module=module,
        sections=tuple(SectionView(s.anchor, s.title, rendering.section_html(s.text, links))
                       for s in sections(said["body"])),
        facts=tuple(facts[code] for code in said["facts"] if code in facts),
        terms=tuple(terms[code] for code in said["terms"] if code in terms),
        often_said=tuple(said["often_said"]),
        review=tuple(said["review"]),
        related=tuple(by_code[code] for code in said["related"] if code in by_code),
        before=modules[at - 1] if at else None,
        after=modules[at + 1] if at + 1 < len(modules) else None,
    )


def _addresses(
    course: CourseView, said: JsonObject, facts: dict[str, FactView]
) -> dict[str, str]:
    """Return where each fact is shown: on this page, or as this version of the course shows it."""
    elsewhere = (f"/courses/{course.slug}/facts/" if course.current
                 else f"/courses/{course.slug}/versions/{course.number}#fact-")
    return {code: f"#fact-{code}" if code in said["facts"] else elsewhere + code for code in facts}


def _spellings(said: JsonObject, terms: dict[str, TermView]) -> dict[str, str]:
    return {spelling.lower(): code for code in said["terms"] if code in terms
            for spelling in (terms[code].term, *terms[code].also)}
