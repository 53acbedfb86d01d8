"""A course of one module, small enough for a dump that a person can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

FACTS = {
    "A1": ("who", "Certification bodies audit and certify; ISO writes standards."),
    "A2": ("when", "A certificate of a management system usually runs for three years."),
}
MODULE = {
    "id": "M1", "slug": "short", "title": "Who and when", "goal": "Say who certifies, and when.",
    "minutes": 1, "standards": ["iso-9001-2015"], "terms": ["body"], "facts": ["A1", "A2"],
    "often_said": [{"said": "ISO certified us.", "precise": "A certification body did.",
                    "facts": ["A1"]}],
    "review": [{"id": "M1-R1", "question": "Who certifies?", "answer": "A certification body.",
                "points": ["not ISO"], "facts": ["A1"]}],
    "related": [],
}
TEXT = """## Who certifies {#who}

ISO writes standards; a certification body audits and certifies [A1].

## For how long {#when}

A certificate of a management system usually runs for three years [A2].

## What it means {#meaning}

A certificate says that a system conformed when it was audited.

## What it does not mean {#limits}

It says nothing about a single product.
"""


def _course(name: str) -> dict[str, Any]:
    return {
        "id": name, "title": f"A {name} course", "summary": "Who certifies, and for how long.",
        "language": "en", "version": "1", "author": "Those who test",
        "topics": [{"id": "iso", "title": "What ISO is"}],
        "modules": ["m1-short.md"],
        "bank": {"id": name, "title": f"Questions, {name}", "description": "Who and when."},
        "exam": {"id": f"{name}-exam", "title": f"Exam, {name}", "minutes": 30, "pass_mark": 60,
                 "pass_mark_basis": "Half and a little.", "attempts": 3, "wait_hours": 24,
                 "cells": [{"topic": "iso", "difficulty": 1, "count": 3},
                           {"topic": "iso", "difficulty": 2, "count": 2}]},
        "practice": {"id": f"{name}-practice", "title": f"Practice, {name}",
                     "cells": [{"topic": "iso", "difficulty": 1, "count": 1}]},
        "certificate": {"valid_months": 24},
    }


def _questions() -> list[dict[str, Any]]:
    kinds = [(1, "exam"), (1, "exam"), (1, "exam"), (1, "exam"), (2, "exam"), (2, "exam"),
             (2, "exam"), (1, "practice"), (1, "practice")]
    return [_question(number, *kind) for number, kind in enumerate(kinds, 1)]


def _question(number: int, difficulty: int, use: str) -> dict[str, Any]:
    about = {"id": f"Q{number}", "stem": f"Question {number}: who certifies a company?",
             "explanation": "Certification bodies do.", "topic": "iso", "difficulty": difficulty,
             "fact": "A1", "use": use}
    texts = ["A certification body", f"ISO, office {number}", f"Ministry {number}", "Nobody"]
    if number % 3 == 0:
        return {**about, "type": "true_false", "answer": False,
                "stem": f"Statement {number}: ISO itself certifies companies."}
    if number % 3 == 1:
        return {**about, "type": "single_choice", "options": [
            {"text": text, "right": True} if n == 0 else {"text": text}
            for n, text in enumerate(texts)]}
    return {**about, "type": "multiple_choice",
            "stem": f"Question {number}: who does not certify? Choose all that apply.",
            "options": [{"text": text, "right": True} if n else {"text": text}
                        for n, text in enumerate(texts)]}


def write(folder: Path, name: str) -> Path:
    """Write the folder of a course of this name and return it."""
    folder.mkdir()
    facts = [{"id": id_, "topic": "iso", "statement": statement, "reference": "common knowledge",
              "difficulty": 1, "review_due": "2027-05-31", "module": "M1", "paragraph": paragraph}
             for id_, (paragraph, statement) in FACTS.items()]
    terms = [{"id": "body", "term": "certification body", "also": ["certification bodies"],
              "definition": "An organization that audits and certifies.", "facts": ["A1"]}]
    for file, data in (("course", _course(name)), ("facts", facts), ("glossary", terms),
                       ("questions", _questions())):
        (folder / f"{file}.yaml").write_text(yaml.safe_dump(data, sort_keys=False))
    front = yaml.safe_dump(MODULE, sort_keys=False)
    (folder / "m1-short.md").write_text(f"---\n{front}---\n{TEXT}")
    return folder
