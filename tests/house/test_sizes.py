"""Sizes and names: what a reader can take in at a glance."""

from __future__ import annotations

import ast

from tests.house.looking import broken, tree
from tests.house.test_floors import PACKAGE, modules

LONGEST_FUNCTION, LONGEST_FILE = 50, 400
DRAWERS = {"utils", "helpers", "common", "core", "manager", "service", "misc", "tools"}


def _too_long(path):
    lines = len(path.read_text(encoding="utf-8").splitlines())
    found = [f"{lines} lines"] if lines > LONGEST_FILE else []
    for node in ast.walk(tree(path)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            found += [f"{node.name} has {length} lines"] if length > LONGEST_FUNCTION else []
    return found


def test_files_and_functions_stay_small():
    assert broken(modules(), _too_long) == {}


def test_no_module_is_a_drawer():
    for path in modules():
        names = {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
        assert not names & DRAWERS, path


def _silent(path):
    return [node.name for node in tree(path).body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_"
            and node.name != "install" and not ast.get_docstring(node)]


def test_modules_and_public_functions_and_classes_say_what_they_do():
    assert broken(modules(), lambda path: not ast.get_docstring(tree(path))) == {}
    assert broken(modules(), _silent) == {}
