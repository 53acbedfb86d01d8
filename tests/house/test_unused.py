"""Nothing stands in the house that nobody in it uses; what only tests use is dead as well."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from tests.house.test_floors import ROOT, modules
from tests.house.test_shape import name_of

# A function that one of these registers is called by its address or by its command.
REGISTER = {"get", "post", "route", "command", "user_loader", "app_template_global",
            "app_template_filter"}
# Named by a library that calls them, or read by a server.
CALLED_BY_OTHERS = {
    "isotrain.accounts.signing_in": {"is_active", "is_anonymous", "get_id"},
    "isotrain.db": {"impl", "cache_ok", "load_dialect_impl", "process_bind_param",
                    "process_result_value", "python_type"},
    "isotrain.formats.markup": {"handle_data", "handle_endtag", "handle_startendtag",
                                "handle_starttag"},
    "isotrain.formats.sheets.annotating": {"write_worksheet"},
    "isotrain.web.addresses": {"to_python"},
    "isotrain.web.forms": {"Meta", "get_translations"},
    "isotrain.web.application": {"create_url_adapter", "digest_method", "ensure_sync",
                                 "get_signing_serializer", "jinja_environment", "make_globals",
                                 "request_class", "session_interface"},
}
# What gunicorn and alembic read, and what every group of commands has.
CALLED_BY_NAME = re.compile(r"isotrain\.(server\..*|migrations\..*|cli\.\w+\.install)")
KEPT = {
    "isotrain.accounts.views.blueprints",  # create_app asks every page module for it
    "isotrain.second_factor.views.blueprints",
    "isotrain.clock.frozen_at",  # tests stop the clock
    # What stands in the catalogue only, because libraries or names of events say it.
    "isotrain.seconding.settling.EVENTS",
    "isotrain.study.membership.EVENTS",
    "isotrain.web.forms.FIELDS_SAY",
}
FIELDS_KEPT = {
    "isotrain.certificates.models.Revocation.second_revoked_by",  # for a second person to revoke
}


@cache
def trees() -> dict[str, ast.Module]:
    """Return every module of the house by its dotted name, and the one that starts it."""
    paths = [*modules(), ROOT / "app.py"]
    return {name_of(path): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def imported(tree: ast.Module) -> dict[str, str]:
    """Return what a module imports of us: the name it has there, and its dotted name."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names if node.module.split(".")[0] == "isotrain"
    }


def origin(name: str, imports: dict[str, dict[str, str]]) -> str:
    """Return the name under which something stands where it is made, not where it is passed on."""
    module, _, attribute = name.rpartition(".")
    further = imports.get(module, {}).get(attribute, name)
    return name if further == name else origin(further, imports)


def named(node: ast.AST, module: str, names: dict[str, str]) -> Iterator[str]:
    """Yield the dotted names of ours that a piece of code mentions."""
    for part in ast.walk(node):
        if isinstance(part, ast.Name) and not isinstance(part.ctx, ast.Store):
            yield names.get(part.id, f"{module}.{part.id}")
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            yield f"{names.get(part.value.id, part.value.id)}.{part.attr}"


def is_registered(node: ast.AST) -> bool:
    """Whether a decorator hands a function to a router or to the commands."""
    calls = [each.func if isinstance(each, ast.Call) else each
             for each in getattr(node, "decorator_list", ())]
    return any(isinstance(call, ast.Attribute) and call.attr in REGISTER for call in calls)


def targets(node: ast.AST) -> list[str]:
    """Return the public names that a statement at the top of a module gives."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        found = [] if is_registered(node) else [node.name]
    elif isinstance(node, ast.Assign):
        found = [name.id for each in node.targets for name in ast.walk(each)
                 if isinstance(name, ast.Name)]
    else:
        found = [node.target.id] if isinstance(node, ast.AnnAssign) \
            and isinstance(node.target, ast.Name) else []
    return [name for name in found if not name.startswith("__")]


def unused(all_of: dict[str, ast.Module]) -> set[str]:
    """Return what stands at the top of a module and is mentioned nowhere but in itself."""
    given, used = set(), Counter()
    imports = {module: imported(tree) for module, tree in all_of.items()}
    for module, tree in all_of.items():
        for node in tree.body:
            own = {f"{module}.{name}" for name in targets(node)}
            given |= own
            mentioned = {origin(name, imports) for name in named(node, module, imports[module])}
            used.update(mentioned - own)
    return {name for name in given if not used[name]}


def test_every_function_class_and_constant_is_used_outside_of_itself():
    found = unused(trees())
    assert found >= KEPT
    assert {name for name in found - KEPT if not CALLED_BY_NAME.fullmatch(name)} == set()


def test_what_is_used_by_itself_alone_is_found():
    code = {
        "isotrain.one": "from isotrain.two import b\nA = 1\ndef f(): return f() + A\nprint(b.c)",
        "isotrain.two": "from isotrain.three import b\nx, y = 1, 2\nprint(x)",
        "isotrain.three": "class b: pass\n@bp.get('/')\ndef page(): pass\nclass d: b",
    }
    found = unused({name: ast.parse(text) for name, text in code.items()})
    assert found == {"isotrain.one.f", "isotrain.two.y", "isotrain.three.d"}


def texts(folder: str, suffix: str, *, but: str = "") -> list[str]:
    """Return the files of a folder, all but one, without their comments."""
    found = [path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).rglob("*"))
             if path.suffix == suffix and path.name != but]
    return [re.sub(r"\{#.*?#\}|/\*.*?\*/", "", text, flags=re.DOTALL) for text in found]


@cache
def words() -> Counter[str]:
    """Count every word of code, pages and scripts."""
    code = [path.read_text(encoding="utf-8") for path in modules()]
    return Counter(word for text in [*code, *texts("templates", ".html"), *texts("static", ".js")]
                   for word in re.findall(r"[A-Za-z_]\w*", text))


def test_every_method_and_field_is_mentioned_somewhere_else():
    found = set()
    for module, tree in trees().items():
        known = CALLED_BY_OTHERS.get(module, set())
        for owner in (node for node in ast.walk(tree) if isinstance(node, ast.ClassDef)):
            found |= {f"{module}.{owner.name}.{name}" for node in owner.body
                      for name in targets(node) if words()[name] == 1 and name not in known}
    assert found == FIELDS_KEPT


def looks() -> set[str]:
    """Return the classes that the style sheets give looks to."""
    selectors = re.findall(r"([^{}]+)\{", "".join(texts("static", ".css")))
    return {name for each in selectors for name in re.findall(r"\.([A-Za-z][\w-]*)", each)}


def test_every_class_with_looks_is_named_by_a_page_or_a_script():
    code = [path.read_text(encoding="utf-8") for path in modules()]
    said = {word for text in [*texts("templates", ".html"), *texts("static", ".js"), *code]
              for word in re.findall(r"[A-Za-z][\w-]*", text)}
    assert looks() - said == set()


def test_every_macro_is_called_by_a_page_other_than_the_gallery():
    pages = texts("templates", ".html", but="gallery.html")
    called = Counter(word for text in pages for word in re.findall(r"\w+", text))
    macros = {name for text in pages for name in re.findall(r"macro (\w+)\(", text)}
    assert {name for name in macros if called[name] < 2} == set()
