"""The shape of the house: no circles of modules, small rooms, lines that can be read."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

from tests.house.test_floors import PACKAGE, ROOT, modules

MOST_FILES = 20
LONGEST_TEMPLATE_LINE = 140


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def known_imports(path: Path, known: set[str]) -> set[str]:
    """Return the modules of ours a module names above its functions, also where only types do.

    An import inside a function waits until it is called, so it closes no circle.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(child) for node in ast.walk(tree)
              if isinstance(node, ast.FunctionDef) for child in ast.walk(node)}
    found = set()
    for node in ast.walk(tree):
        if id(node) in inside or not isinstance(node, ast.ImportFrom) or not node.module:
            continue
        for alias in node.names:
            whole = f"{node.module}.{alias.name}"
            found.add(whole if whole in known else node.module)
    return found & known - {name_of(path)}


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Return the groups of two or more nodes that reach each other (Tarjan's components)."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []
    found = []

    def visit(node: str) -> None:
        order[node] = low[node] = len(order)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in order:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], order[other])
        if low[node] == order[node]:
            group = stack[stack.index(node):]
            del stack[stack.index(node):]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(graph):
        if node not in order:
            visit(node)
    return found


def test_a_circle_of_three_is_found_and_a_line_is_none():
    line = {"a": {"b"}, "b": {"c"}, "c": set()}
    assert circles(line) == []
    assert circles({**line, "c": {"a"}}) == [["a", "b", "c"]]


def test_no_modules_import_each_other_in_a_circle_not_even_for_types():
    paths = {name_of(path): path for path in modules()}
    graph = {name: known_imports(path, set(paths)) for name, path in paths.items()}
    assert circles(graph) == []


def test_a_room_over_twenty_files_is_two_rooms():
    sizes = Counter(path.parent for path in modules() if path.name != "__init__.py")
    full = {str(room.relative_to(PACKAGE)): size for room, size in sizes.items()
            if size > MOST_FILES}
    assert full == {}


def test_lines_of_templates_can_be_read_without_scrolling():
    long = [f"{path.relative_to(ROOT)}:{number} has {len(line)}"
            for path in sorted((ROOT / "templates").rglob("*.html"))
            for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
            if len(line) >= LONGEST_TEMPLATE_LINE]
    assert long == []


def test_no_journey_takes_a_promise_for_a_yes():
    """Playwright's `wait_for_function` ends at once when its function is async (see `until`)."""
    said = [path.name for path in sorted((ROOT / "tests").rglob("*.py"))
            if re.search(r'wait_for_function\(\s*"+\s*async', path.read_text(encoding="utf-8"))]
    assert said == []
