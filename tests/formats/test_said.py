"""What is said of files: every sentence is given what it names."""

import ast
import re
from pathlib import Path

import pytest

import isotrain

ROOT = Path(isotrain.__file__).parent
FILES = sorted([*(ROOT / "questions").rglob("*.py"), *(ROOT / "formats").rglob("*.py")])
SAYING = {"error", "warning", "question", "Unreadable", "BadSource", "reject", "warn", "refuse"}


def _text(node, known):
    """The text that an expression is, None where that is not plain to see."""
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "N_":
        return _text(node.args[0], known)
    if isinstance(node, ast.Name):
        return known.get(node.id)
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _said(tree):
    """Every call that says something, with the names in its texts and those that it is given."""
    known = {each.targets[0].id: _text(each.value, {}) for each in tree.body
             if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name)}
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or any(each.arg is None for each in call.keywords):
            continue
        if getattr(call.func, "id", getattr(call.func, "attr", "")) in SAYING:
            texts = " ".join(_text(each, known) or "" for each in call.args)
            yield (call.lineno, set(re.findall(r"%\((\w+)\)", texts)),
                   {each.arg for each in call.keywords})


@pytest.mark.parametrize("room", ["questions", "formats"])
def test_every_sentence_is_given_what_it_names(room):
    said = [(path.name, line, named - given) for path in FILES if path.is_relative_to(ROOT / room)
            for line, named, given in _said(ast.parse(path.read_text()))]
    assert len(said) > 50
    assert [each for each in said if each[2]] == []
