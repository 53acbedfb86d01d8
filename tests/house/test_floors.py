"""The floors of the house: who may import whom."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

from tests.house.looking import PACKAGE, broken, tree

ROOT = PACKAGE.parent
CORE = ("ledger", "questions", "exams", "formats", "linting")
FEATURES = ("audit", "settings", "jobs", "mail", "accounts", "seconding", "second_factor",
            "people", "standards", "media", "study", "banks", "quizzes", "attempts", "certificates",
            "assignments", "records", "keeping")
GROUND = ("config", "clock", "errors", "db", "i18n", "schema", "wired", "text", "lists",
          "spreadsheet", "scratch", "kept", "zones",
          "zone_words")
PURE_GROUND = ("text", "spreadsheet", "zones")  # of these the core may be made too
DOORS = ("__init__", "wiring", "timetable", "cli", "server", "migrations")
WEB_LIBRARIES = ("flask", "flask_login", "wtforms", "werkzeug", "jinja2")
CORE_FORBIDDEN = (*WEB_LIBRARIES, "sqlalchemy", "flask_sqlalchemy", "flask_babel")
# Below each core package, what it may use of the others.
CORE_ORDER = {"ledger": (), "questions": ("ledger",), "exams": ("ledger", "questions"),
              "formats": ("ledger", "questions"), "linting": ("questions",)}


@cache
def modules() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if "versions" not in path.parts]


@cache
def imports(path: Path) -> list[tuple[str, int]]:
    """Return the dotted names a module imports at run time, with their lines."""
    module = tree(path)
    typing_only = {
        id(node)
        for block in ast.walk(module)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for child in block.body
        for node in ast.walk(child)
    }
    found = []
    for node in ast.walk(module):
        if id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def room(name: str) -> str | None:
    """Return the part of the package that a dotted name belongs to."""
    parts = name.split(".")
    if parts[0] != "isotrain":
        return None
    return parts[1] if len(parts) > 1 else "__init__"


def floor(path: Path) -> int:
    inside = path.relative_to(PACKAGE).parts
    top = inside[0].removesuffix(".py")
    if top in CORE or path.name == "rules.py":
        return 0
    if top in GROUND and len(inside) == 1:
        return 1
    if top in FEATURES:
        if path.name in ("models.py", "permissions.py", "news.py"):
            return 2
        pages = ("views.py", "forms.py", "pages.py")
        return 4 if path.name.endswith(pages) else 3
    return 4 if top == "web" else 5


def broken_rules(path: Path) -> list[str]:
    inside = path.relative_to(PACKAGE).parts
    top = inside[0].removesuffix(".py")
    level = floor(path)
    return [
        f"{path.relative_to(ROOT)}:{line} imports {name}: {reason}"
        for name, line in imports(path)
        if (reason := _reason(path, top, level, name))
    ]


def _reason(path: Path, top: str, level: int, name: str) -> str | None:
    library = name.split(".")[0]
    target = room(name)
    if level == 0:
        return _core_reason(path, top, name, library, target)
    if level == 1:
        if top in PURE_GROUND and (library in CORE_FORBIDDEN or target is not None):
            return "the core rests on it"
        return "the ground knows no feature" if target in (*FEATURES, "web", "cli") else None
    if level == 2 and library in (*WEB_LIBRARIES,):
        return "models know nothing of the web"
    if level == 3:
        reason = _service_reason(name, library)
        if reason:
            return reason
    if level == 4:
        reason = _page_reason(path, name, library)
        if reason:
            return reason
    if level < 5 and target in DOORS and target not in ("__init__",):
        return "nothing imports a door"
    if level in (2, 3, 4) and target in FEATURES and top in FEATURES:
        return _order_reason(path, top, name, target)
    if level in (2, 3) and target == "web":
        return "services know no pages"
    if top == "web" and target in FEATURES and target not in ("accounts", "audit"):
        return "web knows accounts and no other feature"
    return None


def _core_reason(path: Path, top: str, name: str, library: str, target: str | None) -> str | None:
    if library in CORE_FORBIDDEN:
        return "the core is pure"
    if target is None or target in PURE_GROUND:
        return None
    if top in CORE:
        allowed = (top, *CORE_ORDER[top])
        return None if target in allowed else f"{top} may use only {allowed}"
    # a rules.py inside a feature
    below = target in FEATURES and FEATURES.index(target) <= FEATURES.index(top)
    return None if target in CORE or (below and ".rules" in name) else "rules are pure"


def _service_reason(name: str, library: str) -> str | None:
    if library in ("wtforms", "flask_login"):
        return "services know no forms and no current user"
    if name in ("flask.request", "flask.session", "flask.current_app", "flask.g"):
        return "services know no request"
    return None


def _page_reason(path: Path, name: str, library: str) -> str | None:
    exempt = path.name in ("transaction.py", "gate.py", "readiness.py", "failing.py")
    if path.parent.name == "web" and exempt:
        return None
    if library in ("sqlalchemy", "flask_sqlalchemy") or name.startswith("isotrain.db"):
        return "pages do not touch the database"
    if path.name.endswith("forms.py") and ".models" in name:
        return "forms never query"
    return None


def _order_reason(path: Path, top: str, name: str, target: str) -> str | None:
    if floor(path) == 4 and name.startswith("isotrain.accounts.permissions"):
        return None  # every page names the permission it needs
    if FEATURES.index(target) > FEATURES.index(top):
        return f"{target} stands above {top}"
    own_pages = name.split(".")[2:3]
    if own_pages and own_pages[0].endswith(("views", "forms", "pages")) and target != top:
        return "pages of another feature are not for import"
    return None


def test_a_module_imports_only_what_its_floor_allows():
    assert broken(modules(), broken_rules) == {}


def test_services_never_commit():
    for path in modules():
        if floor(path) == 3:
            assert ".commit(" not in path.read_text(encoding="utf-8"), path


def test_only_the_child_process_module_starts_processes():
    allowed = {PACKAGE / "formats" / "child.py"}
    found = {
        path for path in modules()
        if any(name.split(".")[0] == "subprocess" or name in ("os.system", "os.popen")
               for name, _ in imports(path))
    }
    assert found <= allowed


def test_nothing_evaluates_text_or_unpickles_it():
    banned = {"eval", "exec", "compile", "render_template_string", "__import__"}
    for path in modules():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        called = {node.func.id for node in ast.walk(tree)
                  if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
        assert not called & banned, path
        libraries = {name.split(".")[0] for name, _ in imports(path)}
        assert not libraries & {"pickle", "marshal", "shelve", "random_module"}, path


def test_the_draw_never_uses_pythons_own_random():
    for path in modules():
        if floor(path) == 0:
            assert "random" not in {name.split(".")[0] for name, _ in imports(path)}, path
