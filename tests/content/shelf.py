"""The shipped library as its files say it, read strictly and with nothing of the application."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parents[2] / "question_banks" / "iso-certification"
CITATION = re.compile(r"\[([A-Z]\d\d)\]")
HEADING = re.compile(r"^## (.+?) \{#([a-z0-9-]+)\}$", re.MULTILINE)


class StrictLoader(yaml.SafeLoader):
    """The safe loader without aliases and without a key that stands twice in a mapping."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        assert not self.check_event(yaml.AliasEvent), "an alias is used"
        return super().compose_node(parent, index)

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        counted = Counter(key.value for key, _ in node.value)
        repeated = [key for key, count in counted.items() if count > 1]
        assert not repeated, f"{repeated} stand twice near line {node.start_mark.line + 1}"
        return super().construct_mapping(node, deep=deep)


@dataclass(frozen=True)
class Module:
    """One module file: its front matter, its text, and its sections by anchor."""

    file: str
    front: dict[str, Any]
    body: str

    @property
    def id(self) -> str:
        """The id in the front matter."""
        return self.front["id"]

    @property
    def sections(self) -> dict[str, str]:
        """The text of each section by its anchor."""
        _, *parts = HEADING.split(self.body)
        return dict(zip(parts[1::3], parts[2::3], strict=True))


@dataclass(frozen=True)
class Shelf:
    """All files of the library folder; `course` is the course over all of its modules."""

    standards: list[dict[str, Any]]
    library: dict[str, Any]
    courses: dict[str, dict[str, Any]]
    facts: dict[str, dict[str, Any]]
    terms: dict[str, dict[str, Any]]
    modules: dict[str, Module]
    questions: dict[str, dict[str, Any]]
    seed: dict[str, dict[str, Any]]

    @property
    def course(self) -> dict[str, Any]:
        """The course of the library's own name."""
        return self.courses[self.library["id"]]


def read_yaml(text: str) -> Any:
    """The values in a YAML text, read strictly."""
    return yaml.load(text, Loader=StrictLoader)  # a safe loader


def by_id(items: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Items by their id; fails when an id stands twice."""
    repeated = [key for key, count in Counter(i["id"] for i in items).items() if count > 1]
    assert not repeated, f"{repeated} stand twice"
    return {item["id"]: item for item in items}


def read_module(name: str) -> Module:
    """One module file."""
    before, front, body = (FOLDER / "modules" / name).read_text(encoding="utf-8").split("---\n", 2)
    assert not before, f"{name} does not begin with front matter"
    return Module(name, read_yaml(front), body)


@cache
def open_shelf() -> Shelf:
    """The shipped library, read once."""
    read = {path.stem: read_yaml(path.read_text("utf-8")) for path in FOLDER.glob("*.yaml")}
    courses = [read_yaml(path.read_text("utf-8")) for path in sorted(FOLDER.glob("courses/*.yaml"))]
    banks = [read_yaml(path.read_text("utf-8")) for path in sorted(FOLDER.glob("banks/*.yaml"))]
    modules = [read_module(path.name) for path in sorted((FOLDER / "modules").glob("*.md"))]
    return Shelf(
        read_yaml((FOLDER.parent / "editions.yaml").read_text("utf-8")),
        read["library"],
        by_id(courses),
        by_id(read["facts"]),
        by_id(read["glossary"]),
        {module.id: module for module in modules},
        by_id([question for bank in banks for question in bank]),
        read["seed"],
    )


def count_words(text: str) -> int:
    """The words of a text as read: citations and anchors are not words."""
    return len(re.sub(r"\[[A-Z]\d\d\]|\{#[^}]*\}", " ", text).split())
