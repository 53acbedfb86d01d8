"""Reading a course folder: the shape of question_banks/README.md, checked whole."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*")
HEADING = re.compile(r"^## (?P<title>.+?) \{#(?P<anchor>[a-z0-9-]+)\}\s*$", re.MULTILINE)
CITATION = re.compile(r"\[([A-Z][0-9]{2})\]")
LARGEST_FILE = 4 * 1024 * 1024


class CourseLoader(yaml.SafeLoader):
    """PyYAML's safe loader that refuses aliases and duplicate keys."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.YAMLError(f"line {event.start_mark.line + 1}: aliases are not taken")
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        for key in keys:
            if keys.count(key) > 1:
                line = node.start_mark.line + 1
                raise yaml.YAMLError(f"line {line}: the key {key!r} stands twice")
        return super().construct_mapping(node, deep=deep)


@dataclass(frozen=True)
class Section:
    """One section of a module's text: an addressable piece with a heading."""

    anchor: str
    title: str
    text: str


@dataclass
class CourseFiles:
    """A course folder as read: plain values, and every problem found."""

    course: dict[str, Any] = field(default_factory=dict)
    facts: list[dict[str, Any]] = field(default_factory=list)
    terms: list[dict[str, Any]] = field(default_factory=list)
    modules: list[dict[str, Any]] = field(default_factory=list)
    questions: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def sections(body: str) -> list[Section]:
    """Split a module's text at its headings."""
    found = list(HEADING.finditer(body))
    ends = [match.start() for match in found[1:]] + [len(body)]
    return [
        Section(match["anchor"], match["title"], body[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    ]


def plain(value: Any) -> Any:
    """Return a value with dates as ISO text, fit for JSON."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return value


def parse(files: Mapping[str, bytes]) -> CourseFiles:
    """Read a course from its files by name; never raises, problems say file and place."""
    read = CourseFiles()
    read.course = _yaml(files, "course.yaml", dict, read.problems) or {}
    read.facts = _yaml(files, "facts.yaml", list, read.problems) or []
    read.terms = _yaml(files, "glossary.yaml", list, read.problems) or []
    read.questions = _yaml(files, "questions.yaml", list, read.problems) or []
    for name in read.course.get("modules") or []:
        module = _module(files, str(name), read.problems)
        if module:
            read.modules.append(module)
    if not read.problems:
        _check(read)
    return read


def _text(files: Mapping[str, bytes], name: str, problems: list[str]) -> str | None:
    data = files.get(name)
    if data is None:
        problems.append(f"{name}: the file is missing")
        return None
    if len(data) > LARGEST_FILE:
        problems.append(f"{name}: the file is larger than 4 MiB")
        return None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        problems.append(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8")
        return None


def _yaml(files: Mapping[str, bytes], name: str, kind: type, problems: list[str]) -> Any:
    text = _text(files, name, problems)
    return None if text is None else _load(text, name, kind, problems)


def _load(text: str, name: str, kind: type, problems: list[str]) -> Any:
    try:
        value = plain(yaml.load(text, Loader=CourseLoader))  # noqa: S506  a safe loader
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        problems.append(f"{name}: {' '.join(str(error).split())}")
        return None
    if not isinstance(value, kind):
        wanted = "a list" if kind is list else "keys and values"
        problems.append(f"{name}: write {wanted}")
        return None
    if isinstance(value, list) and not all(isinstance(item, dict) for item in value):
        problems.append(f"{name}: every item must be keys and values")
        return None
    return value


def _module(files: Mapping[str, bytes], name: str, problems: list[str]) -> dict[str, Any] | None:
    text = _text(files, name, problems)
    if text is None:
        return None
    parts = re.split(r"^---\s*$", text, maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        problems.append(f"{name}: begin with front matter between two --- lines")
        return None
    front = _load(parts[1], name, dict, problems)
    return None if front is None else {**front, "file": name, "body": parts[2].strip()}


REQUIRED = {
    "course": ("id", "title", "summary", "language", "version", "author", "topics", "standards",
               "modules", "bank", "exam", "practice", "certificate"),
    "exam": ("id", "title", "minutes", "pass_mark", "pass_mark_basis", "attempts", "wait_hours",
             "cells"),
    "practice": ("id", "title", "cells"),
    "fact": ("id", "topic", "statement", "reference", "difficulty", "review_due", "module",
             "paragraph"),
    "term": ("id", "term", "definition", "facts"),
    "module": ("id", "slug", "title", "goal", "minutes", "terms", "facts", "often_said", "review",
               "related", "body"),
    "question": ("id", "type", "stem", "explanation", "topic", "difficulty", "fact", "use"),
}


def _check(read: CourseFiles) -> None:
    say = read.problems.append
    _require(read.course, "course", "course.yaml", say)
    for part in ("exam", "practice"):
        _require(read.course.get(part) or {}, part, f"course.yaml, {part}", say)
    for kind, file, items in (("fact", "facts.yaml", read.facts),
                              ("term", "glossary.yaml", read.terms),
                              ("question", "questions.yaml", read.questions)):
        for n, item in enumerate(items, 1):
            _require(item, kind, f"{file}, {item.get('id', f'item {n}')}", say)
    for module in read.modules:
        _require(module, "module", module["file"], say)
    if not read.problems:
        _check_references(read, say)


def _require(item: dict[str, Any], kind: str, place: str, say: Callable[[str], None]) -> None:
    for key in REQUIRED[kind]:
        if item.get(key) is None:
            say(f"{place}: add the key {key!r}")
    identifier = item.get("id")
    if identifier is not None and not IDENTIFIER.fullmatch(str(identifier)):
        say(f"{place}: use only letters, digits, dots and hyphens in the id")


def _check_references(read: CourseFiles, say: Callable[[str], None]) -> None:
    facts = _unique(read.facts, "facts.yaml", say)
    terms = _unique(read.terms, "glossary.yaml", say)
    modules = _unique(read.modules, "modules", say)
    _unique(read.questions, "questions.yaml", say)
    topics = {topic["id"] for topic in read.course["topics"]}
    editions = {e["id"] for s in read.course["standards"] for e in s["editions"]}
    anchors = {m["id"]: {s.anchor for s in sections(m["body"])} for m in read.modules}
    for fact in read.facts:
        place = f"facts.yaml, {fact['id']}"
        _known(fact["topic"], topics, place, "topic", say)
        if fact.get("edition"):
            _known(fact["edition"], editions, place, "edition", say)
        if fact["module"] in modules:
            _known(fact["paragraph"], anchors[fact["module"]], place, "paragraph", say)
    for module in read.modules:
        cited = [*module["facts"], *CITATION.findall(module["body"])]
        for wanted, known, word in ((cited, facts, "fact"), (module["terms"], terms, "term"),
                                    (module["related"], modules, "module"),
                                    (module.get("standards") or [], editions, "edition")):
            for name in wanted:
                _known(name, known, module["file"], word, say)
    for question in read.questions:
        place = f"questions.yaml, {question['id']}"
        _known(question["fact"], facts, place, "fact", say)
        _known(question["topic"], topics, place, "topic", say)


def _unique(items: Iterable[dict[str, Any]], place: str, say: Callable[[str], None]) -> set[str]:
    seen: set[str] = set()
    for item in items:
        if item["id"] in seen:
            say(f"{place}: the id {item['id']} stands twice")
        seen.add(item["id"])
    return seen


def _known(name: str, known: set[str], place: str, word: str, say: Callable[[str], None]) -> None:
    if name not in known:
        say(f"{place}: the {word} {name!r} is not known")
