"""What each kind of YAML file may say: the keys of question_banks/README.md, in one table."""

from collections.abc import Mapping
from typing import Any

from isotrain.formats.yaml_shape import Kind
from isotrain.formats.yaml_tree import Fields
from isotrain.questions import find_type

EDITION: Kind = {
    "id": "id",
    "aliases?": ["id"],
    "label": "text",
    "replaces?": "id",
    "published?": "day",
    "withdrawn?": "day",
    "bodies_ready_by?": "day",
    "new_certificates_until?": "day",
    "certificates_until?": "day",
    "confirmed": "day",
}
STANDARD: Kind = {
    "id": "id",
    "reference": "text",
    "title": "text",
    "certifiable": "truth",
    "editions": [EDITION],
}

# A cell names a topic or a module.
CELL: Kind = {
    "bank?": "id",
    "topic?": "id",
    "module?": "id",
    "difficulty": "difficulty",
    "count": "number",
    "set?": "number",
}
EXAM: Kind = {
    "id": "id",
    "title": "text",
    "minutes": "number",
    "pass_mark": "number",
    "pass_mark_basis": "text",
    "attempts": "number",
    "wait_hours": "number",
    "cells": [CELL],
}
PRACTICE: Kind = {"id": "id", "title": "text", "cells": [CELL]}
BANK: Kind = {"id": "id", "title": "text", "description": "text"}
LIBRARY: Kind = {
    "id": "id",
    "title": "text",
    "language": "text",
    "topics": [{"id": "id", "title": "text"}],
    "standards?": [STANDARD],
    "banks": [BANK],
}
COURSE: Kind = {
    "id": "id",
    "title": "text",
    "summary": "text",
    "version": "text",
    "author": "text",
    "modules": ["id"],
    "exam": EXAM,
    "practice": [PRACTICE],
    "certificate": {"valid_months": "number"},
}
# The one course of a folder without library.yaml says what its library is as well.
LONE_COURSE: Kind = {
    **COURSE,
    "language": "text",
    "topics": [{"id": "id", "title": "text"}],
    "standards?": [STANDARD],
    "modules": ["text"],
    "bank": BANK,
    "practice": PRACTICE,
}
FACT: Kind = {
    "id": "id",
    "topic": "id",
    "statement": "text",
    "standard?": "id",
    "edition?": "id",
    "clause?": "text",
    "reference": "text",
    "difficulty": "difficulty",
    "review_due": "day",
    "module": "id",
    "paragraph": "id",
}
TERM: Kind = {
    "id": "id",
    "term": "text",
    "also?": ["text"],
    "definition": "text",
    "facts": ["id"],
}
MODULE: Kind = {
    "id": "id",
    "slug": "id",
    "title": "text",
    "goal": "text",
    "minutes": "number",
    "standards": ["id"],
    "terms": ["id"],
    "facts": ["id"],
    "often_said": [{"said": "text", "precise": "text", "facts": ["id"]}],
    "review": [
        {"id": "id", "question": "text", "answer": "text", "points": ["text"], "facts": ["id"]}
    ],
    "related": ["id"],
}

# What is said about a question; its type says what belongs to its content.
QUESTION: Kind = {
    "id?": "text",
    "type": "text",
    "name?": "text",
    "category?": "text",
    "topic?": "text",
    "difficulty?": "difficulty",
    "module?": "text",
    "fact?": "text",
    "facts?": ["text"],
    "use?": "use",
    "language?": "text",
    "enemies?": "text",
    "tags?": ["text"],
}
NEEDED_IN_COURSE = ("id", "topic", "difficulty", "fact", "use", "explanation")


def question_of(item: Fields) -> Kind:
    """The kind of one question of an uploaded file, by the type it names.

    Of an unknown type nobody knows the keys, so that none of them is wrong.
    """
    type_ = find_type(str(item.get("type")))
    content: Mapping[str, Any] = (
        type_.data_keys if type_ else {f"{name}?": "any" for name in item}
    )
    return {**content, **QUESTION}


def course_question_of(item: Fields) -> Kind:
    """The kind of one question of a course folder: there more must be said about it."""
    listed = "fact" if "facts" in item else ""
    needed = {f"{name}?": name for name in NEEDED_IN_COURSE if name != listed}
    return {needed.get(key, key): rule for key, rule in question_of(item).items()}
