"""A second library with a course, a copy of the shipped one whose keys carry marks to search."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from pathlib import Path

SLUG = "canary"
WHY, HINT = "whycanary", "hintcanary"  # explanation and feedback, each followed by the question
CANARY = re.compile(rf"(?:{WHY}|{HINT})-[a-z0-9-]+", re.IGNORECASE)


def write(shipped: Path, folder: Path) -> Path:
    """Write the library into a folder: same questions, other names, marked keys, one course."""
    shutil.copytree(shipped, folder, dirs_exist_ok=True)
    for file in [*folder.glob("courses/*"), *folder.glob("banks/*")]:
        file.unlink()
    library = _read(shipped / "library.yaml")
    library.update(id=SLUG, title="Canary library")
    library["banks"] = [{"id": SLUG, "title": "Canary bank", "description": "Marked questions."}]
    course = _read(shipped / "courses" / "iso-certification.yaml")
    course.update(id=SLUG, title="Canary course")
    for quiz, kind in ((course["exam"], "exam"), (course["practice"][0], "practice")):
        quiz.update(id=f"{SLUG}-{kind}", title=f"Canary {kind}")
    course["exam"].update(attempts=0, wait_hours=0)
    questions = _read(shipped / "banks" / "iso-certification.yaml")
    for question in questions:
        mark = question["id"].lower()
        question["explanation"] = f"Because {WHY}-{mark} says so."
        for n, option in enumerate(question.get("options", ())):
            option["feedback"] = f"See {HINT}-{mark}-{n}."
    for name, data in (("library", library), (f"courses/{SLUG}", course),
                       (f"banks/{SLUG}", questions)):
        text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
