"""What services hand to each other and to pages has a type: `Any` stays behind a wall."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.looking import PACKAGE
from tests.house.test_floors import floor, modules

TYPED = [path for path in modules() if floor(path) in (3, 4)]
# What JSON holds has a name of its own, ledger.canonical.JsonObject.
EXCUSED = {
    "records/filters.py Rows.select": "which columns there are is for the caller to say",
    "records/register.py detailed": "of so many columns SQLAlchemy knows no types",
    "web/application.py Application.ensure_sync": "as Flask says it",
    "web/application.py Templates.make_globals": "as Jinja says it",
    "web/forms.py Form.of_request": "what each form takes is handed through",
}


def said(node: ast.AST) -> Iterator[ast.expr | None]:
    """Yield the annotations of a function, or of a field."""
    if isinstance(node, ast.FunctionDef):
        args = node.args
        for each in (*args.posonlyargs, *args.args, *args.kwonlyargs, args.vararg, args.kwarg):
            yield each.annotation if each else None
        yield node.returns
    elif isinstance(node, ast.AnnAssign):
        yield node.annotation


def public(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Yield what others may call or read, by name: functions, methods and fields of classes."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
            yield node.name, node
        elif isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            for part in node.body:
                name = getattr(part, "name", None) or ast.unparse(getattr(part, "target", part))
                if not name.startswith("_") or name == "__init__":
                    yield f"{node.name}.{name}", part


def untyped(path: Path) -> set[str]:
    """Return what is public in a module and has `Any` in an annotation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        f"{path.relative_to(PACKAGE)} {name}" for name, node in public(tree)
        for annotation in said(node) if annotation is not None
        and "Any" in {part.id for part in ast.walk(annotation) if isinstance(part, ast.Name)}
    }


def test_nothing_without_a_type_goes_from_services_to_pages():
    assert set().union(*map(untyped, TYPED)) - EXCUSED.keys() == set()


def test_what_is_excused_from_types_is_still_there():
    assert set().union(*map(untyped, TYPED)) >= EXCUSED.keys()


def test_an_argument_a_result_and_a_field_without_a_type_are_seen(tmp_path, monkeypatch):
    monkeypatch.setattr(f"{__name__}.PACKAGE", tmp_path)
    path = tmp_path / "some.py"
    path.write_text("def a(x: Any): ...\ndef b() -> list[Any]: ...\ndef c(*, y: Any): ...\n"
                    "class D:\n    e: Any\n    def f(self) -> int: ...\ndef _g() -> Any: ...\n")
    assert untyped(path) == {"some.py a", "some.py b", "some.py c", "some.py D.e"}
