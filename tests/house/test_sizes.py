"""Sizes and names: what a reader can take in at a glance."""

from __future__ import annotations

import ast

import pytest

from tests.house.test_floors import PACKAGE, modules

LONGEST_FUNCTION, LONGEST_FILE = 50, 400
DRAWERS = {"utils", "helpers", "common", "core", "manager", "service", "misc", "tools"}


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path):
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            length = (node.end_lineno or 0) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


def test_no_module_is_a_drawer():
    for path in modules():
        names = {part.removesuffix(".py") for part in path.relative_to(PACKAGE).parts}
        assert not names & DRAWERS, path


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_public_functions_and_classes_say_what_they_do(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "the module has no docstring"
    for node in tree.body:
        public = isinstance(node, (ast.FunctionDef, ast.ClassDef)) and node.name[0] != "_"
        if public and node.name != "install":
            assert ast.get_docstring(node), node.name
