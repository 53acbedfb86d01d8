"""A second course, a copy of the shipped one whose keys carry marks that can be searched for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from pathlib import Path

SLUG = "canary"
WHY, HINT = "whycanary", "hintcanary"  # explanation and feedback, each followed by the question
CANARY = re.compile(rf"(?:{WHY}|{HINT})-[a-z0-9-]+", re.IGNORECASE)


def write(shipped: Path, folder: Path) -> Path:
    """Write the course into a folder: same questions, other names, marked keys."""
    for file in shipped.iterdir():
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text, encoding="utf-8")
    course = yaml.safe_load((folder / "course.yaml").read_text(encoding="utf-8"))
    course["id"] = course["bank"]["id"] = SLUG
    course["title"] = course["bank"]["title"] = "Canary course"
    for kind in ("exam", "practice"):
        course[kind].update(id=f"{SLUG}-{kind}", title=f"Canary {kind}")
    course["exam"].update(attempts=0, wait_hours=0)
    questions = yaml.safe_load((folder / "questions.yaml").read_text(encoding="utf-8"))
    for question in questions:
        mark = question["id"].lower()
        question["explanation"] = f"Because {WHY}-{mark} says so."
        for n, option in enumerate(question.get("options", ())):
            option["feedback"] = f"See {HINT}-{mark}-{n}."
    for name, data in (("course.yaml", course), ("questions.yaml", questions)):
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        (folder / name).write_text(text, encoding="utf-8")
    return folder
