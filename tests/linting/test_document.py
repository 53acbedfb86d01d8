"""The page on checks names every check and every way of guessing, and no others."""

from __future__ import annotations

import re

from isotrain.config import ROOT
from isotrain.linting.checking import CHECKS
from isotrain.linting.strategies import LEARNING, STRATEGIES

TEXT = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")


def named(heading):
    section = TEXT.split(f"## {heading}\n")[1].split("\n## ")[0]
    return re.findall(r"^\| `([\w-]+)` \|", section, re.MULTILINE)


def test_every_check_is_in_its_table_once():
    assert named("What is looked for") == [check.name for check in CHECKS]


def test_every_way_of_guessing_is_in_its_table_once():
    assert named("What guessing earns") == [each.name for each in (*STRATEGIES, LEARNING)]
