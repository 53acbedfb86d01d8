"""Reading a library folder: the shape of question_banks/README.md, checked whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from isotrain.formats import yaml_kinds
from isotrain.formats.yaml_folder import Folder
from isotrain.questions.problem import error, warning
from isotrain.standards import rules as editions
from isotrain.standards.rules import Known
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import date

    from isotrain.formats.picture import Picture
    from isotrain.formats.yaml_shape import Path
    from isotrain.questions.problem import Problem

HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<anchor>[a-z0-9-]+)\}\s*$", re.MULTILINE)
CITATION = re.compile(r"\[([A-Z][0-9]{2})\]")
LIBRARY, LONE_COURSE = "library.yaml", "course.yaml"
FACTS, TERMS = "facts.yaml", "glossary.yaml"
UNKNOWN = N_('"%(what)s" is not known here.')
MEND = N_("Write one that the library has, or add it there.")


@dataclass(frozen=True)
class Section:
    """One section of a module's text: an addressable piece with a heading."""

    anchor: str
    title: str
    text: str


@dataclass
class LibraryFiles:
    """A library folder as read: plain values; its folder knows where each stands.

    A bank holds its `questions`, a course its `practice` quizzes as a list and its modules by id;
    a cell names its bank. What stands in a file of its own says in which `file`. `pictures` are
    those of modules and questions by their hashes.
    """

    folder: Folder
    library: dict[str, Any] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    modules: list[dict[str, Any]] = field(default_factory=list)
    banks: list[dict[str, Any]] = field(default_factory=list)
    courses: list[dict[str, Any]] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)

    @property
    def problems(self) -> list[Problem]:
        """Everything that is wrong in the files."""
        return self.folder.problems

    def modules_of(self, course: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the modules that a course lists, in its order."""
        by_id = {module["id"]: module for module in self.modules}
        return [by_id[id_] for id_ in course["modules"]]

    def facts_of(self, course: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the facts at home in the modules of a course, and those that these cite."""
        modules = self.modules_of(course)
        cited = {id_ for module in modules for id_ in cited_facts(module)}
        homes = {module["id"] for module in modules}
        return [fact for fact in self.facts if fact["id"] in cited or fact["module"] in homes]

    def terms_of(self, course: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Return the glossary entries that the modules of a course name."""
        named = {id_ for module in self.modules_of(course) for id_ in module["terms"]}
        return [term for term in self.terms if term["id"] in named]


def cited_facts(module: Mapping[str, Any]) -> set[str]:
    """Return the facts that a module names anywhere."""
    boxes = [*module["often_said"], *module["review"]]
    return {*module["facts"], *CITATION.findall(module["body"]),
            *(id_ for box in boxes for id_ in box["facts"])}


def sections(body: str) -> list[Section]:
    """Split a module's text at its headings."""
    found = list(HEADING.finditer(body))
    ends = [match.start() for match in found[1:]] + [len(body)]
    return [
        Section(match["anchor"], match["title"], body[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    ]


def parse(files: Mapping[str, bytes], known: Known) -> LibraryFiles:
    """Read a library from its files by path; never raises, problems say file and line.

    A folder without library.yaml is a library of one course that course.yaml describes. `known`
    are the editions that facts and modules may name beside those the library describes itself.
    """
    folder = Folder(files)
    read = LibraryFiles(folder)
    read.facts = folder.read(FACTS, [yaml_kinds.FACT]) or []
    read.terms = folder.read(TERMS, [yaml_kinds.TERM]) or []
    if LIBRARY in files:
        _read_library(folder, read, sorted(files))
    else:
        _read_lone_course(folder, read)
    if not folder.problems:
        _Checker(folder, read, known).check()
    return read


def _read_library(folder: Folder, read: LibraryFiles, names: Sequence[str]) -> None:
    read.library = folder.read(LIBRARY, yaml_kinds.LIBRARY) or {}
    for name in names:
        if re.fullmatch(r"modules/[^/]+\.md", name):
            _read_module(folder, read, name)
    for bank in read.library.get("banks") or []:
        _read_questions(folder, read, bank, f"banks/{bank.get('id')}.yaml")
    for name in names:
        if re.fullmatch(r"courses/[^/]+\.yaml", name):
            course = folder.read(name, yaml_kinds.COURSE)
            if course:
                _keep_course(read, course, name)


def _read_lone_course(folder: Folder, read: LibraryFiles) -> None:
    course = folder.read(LONE_COURSE, yaml_kinds.LONE_COURSE) or {}
    for name in course.get("modules") or []:
        _read_module(folder, read, name)
    bank = course.pop("bank", {})
    _read_questions(folder, read, bank, "questions.yaml")
    shared = {key: course.pop(key) for key in ("language", "topics", "standards") if key in course}
    read.library = {"id": course.get("id"), "title": course.get("title"), **shared,
                    "banks": [bank]}
    course["modules"] = [module.get("id") for module in read.modules]
    course["practice"] = [course.get("practice") or {}]
    _keep_course(read, course, LONE_COURSE)


def _read_module(folder: Folder, read: LibraryFiles, name: str) -> None:
    front, body = folder.read_page(name, yaml_kinds.MODULE)
    if front:
        read.modules.append({**front, "file": name, "body": body})


def _read_questions(folder: Folder, read: LibraryFiles, bank: dict[str, Any], name: str) -> None:
    questions = folder.read(name, [yaml_kinds.course_question_of]) or []
    read.banks.append({**bank, "file": name, "questions": questions})


def _keep_course(read: LibraryFiles, course: dict[str, Any], name: str) -> None:
    """Keep a course, with the bank in every cell that its library leaves no doubt about."""
    only = read.banks[0].get("id") if len(read.banks) == 1 else ""
    for quiz in (course.get("exam") or {}, *course.get("practice", ())):
        quiz["cells"] = [{"bank": only, **cell} for cell in quiz.get("cells") or []]
    read.courses.append({**course, "file": name})


class _Checker:
    """What the parts of a library name of each other; every file has its shape by now."""

    def __init__(self, folder: Folder, read: LibraryFiles, known: Known) -> None:
        self.folder, self.read = folder, read
        self.file = LIBRARY if read.courses and read.courses[0]["file"] != LONE_COURSE \
            else LONE_COURSE
        described = read.library.get("standards") or []
        editions.check(folder, self.file, ("standards",), described)
        self.known = known | Known.of(described)
        self.topics = [topic["id"] for topic in read.library["topics"]]
        self.facts = [fact["id"] for fact in read.facts]
        self.terms = [term["id"] for term in read.terms]
        self.modules = [module["id"] for module in read.modules]
        self.banks = [bank["id"] for bank in read.banks]

    def check(self) -> None:
        """Tell the folder everything that is wrong."""
        self._unique(FACTS, self.facts)
        self._unique(TERMS, self.terms)
        for n, module in enumerate(self.read.modules):
            if module["id"] in self.modules[:n]:
                self._twice(module["file"], ("id",), module["id"])
            self._check_module(module)
        self._check_facts()
        for n, term in enumerate(self.read.terms):
            self._names(TERMS, (n, "facts"), term["facts"], self.facts)
        for bank in self.read.banks:
            self._check_questions(bank)
        for n, course in enumerate(self.read.courses):
            if course["id"] in [each["id"] for each in self.read.courses[:n]]:
                self._twice(course["file"], ("id",), course["id"])
            self._check_course(course)

    def _check_facts(self) -> None:
        anchors = {m["id"]: {s.anchor for s in sections(m["body"])} for m in self.read.modules}
        for n, fact in enumerate(self.read.facts):
            self._names(FACTS, (n, "topic"), [fact["topic"]], self.topics)
            self._names(FACTS, (n, "module"), [fact["module"]], self.modules)
            if fact["module"] in anchors:
                self._names(FACTS, (n, "paragraph"), [fact["paragraph"]], anchors[fact["module"]])
            self._check_source(n, fact)

    def _check_source(self, n: int, fact: Mapping[str, Any]) -> None:
        """Check edition, clause and standard of a fact, and that they belong to each other."""
        standards = set(self.known.standards.values())
        if "edition" in fact:
            self._names(FACTS, (n, "edition"), [fact["edition"]], self.known.codes)
            code = self.known.codes.get(fact["edition"], "")
            standards &= {self.known.standards.get(code, "")}
        elif "clause" in fact:
            self.folder.fault(FACTS, (n, "clause"), "A clause needs an edition.",
                              "Name the edition it belongs to, or leave the clause out.")
        if "standard" in fact:
            self._names(FACTS, (n, "standard"), [fact["standard"]], standards)

    def _check_module(self, module: Mapping[str, Any]) -> None:
        for key, named, known in (("facts", cited_facts(module), self.facts),
                                  ("terms", module["terms"], self.terms),
                                  ("related", module["related"], self.modules),
                                  ("standards", module["standards"], self.known.codes)):
            for name in sorted(set(named) - set(known)):
                place = self.folder.place_of_word(module["file"], name, key)
                self.folder.problems.append(error(place, UNKNOWN, MEND, what=name))

    def _check_questions(self, bank: Mapping[str, Any]) -> None:
        self._unique(bank["file"], [question["id"] for question in bank["questions"]])
        for n, question in enumerate(bank["questions"]):
            facts = question.get("facts") or [question["fact"]]
            key = "facts" if "facts" in question else "fact"
            self._names(bank["file"], (n, key), facts, self.facts)
            self._names(bank["file"], (n, "topic"), [question["topic"]], self.topics)
            if "module" in question:
                self._names(bank["file"], (n, "module"), [question["module"]], self.modules)

    def _check_course(self, course: Mapping[str, Any]) -> None:
        file, lone = course["file"], course["file"] == LONE_COURSE
        self._names(file, ("modules",), course["modules"], self.modules)
        if not course["modules"]:
            self.folder.fault(file, ("modules",), "The course has no module.", "List one or more.")
        for n, id_ in enumerate(course["modules"]):
            if id_ in course["modules"][:n] and not lone:
                self._twice(file, ("modules",), id_)
        self._check_cells(course, ("exam",), course["exam"])
        for n, quiz in enumerate(course["practice"]):
            self._check_cells(course, ("practice",) if lone else ("practice", n), quiz)

    def _check_cells(self, course: Mapping[str, Any], path: Path, quiz: Mapping[str, Any]) -> None:
        for n, cell in enumerate(quiz["cells"]):
            here = (*path, "cells", n)
            self._names(course["file"], (*here, "bank"), [cell["bank"]], self.banks)
            if ("topic" in cell) == ("module" in cell):
                self.folder.fault(course["file"], here, "A row names a topic or a module.",
                                  "Write one of the two.")
            elif "topic" in cell:
                self._names(course["file"], (*here, "topic"), [cell["topic"]], self.topics)
            else:
                self._names(course["file"], (*here, "module"), [cell["module"]],
                            course["modules"])

    def _unique(self, file: str, ids: Sequence[str]) -> None:
        for n, id_ in enumerate(ids):
            if id_ in ids[:n]:
                self._twice(file, (n, "id"), id_)

    def _twice(self, file: str, path: Path, id_: str) -> None:
        self.folder.fault(file, path, 'The id "%(id)s" stands twice.', "Choose another.", id=id_)

    def _names(
        self, file: str, path: Path, named: Sequence[str], known: Collection[str]
    ) -> None:
        for name in named:
            if name not in known:
                self.folder.fault(file, path, UNKNOWN, MEND, what=name)


def past_review(read: LibraryFiles, today: date) -> list[Problem]:
    """Return a warning for every fact whose day of review is past."""
    return [
        warning(read.folder.place(FACTS, n, "review_due"),
                'The fact "%(id)s" was to be looked at again by %(day)s.',
                "Check it against its source, then write the next day.",
                id=fact["id"], day=fact["review_due"])
        for n, fact in enumerate(read.facts) if fact["review_due"] < today.isoformat()
    ]
