"""What of the code is a check, and a copy of the code from which each can be removed alone.

Every check of the copy asks `standing` whether it still stands. A test can find that a check is
gone only where the check would have refused, so that is where it asks.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BESIDE = ("standing.py", "forking.py")  # what stands beside the copy
# Readers of foreign files find faults, the steps of the schema run once, commands print.
ELSEWHERE = {"cli", "formats", "migrations", "translations"}
GUARD = re.compile(r"_?(refuse|check|need)_|_check$|_slow_down$")
REFUSES = re.compile(r"refus|reject|conflict|abort\(")
SCOPE = re.compile(
    r"_id\b|\bid\b|user|member|owner|state|status|_at\b|_on\b|since|until|role|shown")
ANSWERS = re.compile(r"_?(may|is|has|holds)_")
# Where every condition counts, whatever it leads to.
EVERY = re.compile(r"staging|stepping_up|looking|saving|telling")


@dataclass(frozen=True)
class Check:
    """One check: its number, where it stands, which kind it is of, its text."""

    number: int
    file: str
    line: int
    kind: str
    text: str
    early: bool = False  # asked when its module is imported: only a fresh process is without it
    says: str = ""  # for a guard of the schema, when it refuses

    @property
    def room(self) -> str:
        return self.file.split("/")[1].removesuffix(".py")

    def __str__(self) -> str:
        return f"{self.file}:{self.line} {self.kind}: {self.text}"


def copied(target: Path) -> list[Check]:
    """Copy what is tracked and make every check of the application removable; return them."""
    tracked = subprocess.run(["git", "ls-files", "-zco", "--exclude-standard"], cwd=ROOT,
                             check=True, capture_output=True, text=True).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target / name)
    for name in BESIDE:
        shutil.copy(Path(__file__).with_name(name), target / name)
    checks: list[Check] = []
    for file in sorted((target / "isotrain").rglob("*.py")):
        if ELSEWHERE & set(file.relative_to(target).parts):
            continue
        tree = ast.parse(file.read_text())
        _Removable(str(file.relative_to(target)), checks).visit(tree)
        # Imported at once: where it is asked, no file may be open any more.
        tree.body += ast.parse('__import__("standing")').body
        file.write_text(ast.unparse(ast.fix_missing_locations(tree)))
    return checks


class _Removable(ast.NodeTransformer):
    """Makes the checks of one module removable."""

    def __init__(self, file: str, checks: list[Check]) -> None:
        self.file, self.checks, self.inside = file, checks, []

    def _asked(self, what: str, node: ast.expr, kind: str, *more: ast.expr) -> ast.Call:
        """Return a call that asks about a new check: `__import__("standing").what(7, ...)`."""
        number = len(self.checks)
        early = not self.inside and kind in ("scope", "refusal", "branch")
        text = " ".join(ast.unparse(node).split())[:100]
        self.checks.append(Check(number, self.file, node.lineno, kind, text, early))
        module = ast.parse('__import__("standing")', mode="eval").body
        return ast.Call(ast.Attribute(module, what, ast.Load()), [ast.Constant(number), *more], [])

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.decorator_list = [self._decorator(each) for each in node.decorator_list]
        self.inside.append(node)
        node.body = [self.visit(each) for each in node.body]
        self.inside.pop()
        return node

    def _decorator(self, node: ast.expr) -> ast.expr:
        name = _name(node) if isinstance(node, ast.Call) else ""
        if name not in ("requires", "steps_up"):
            return node
        marked = ast.Constant("permission" if name == "requires" else name)
        return self._asked("marked", node, name, marked, node)

    def visit_If(self, node: ast.If) -> ast.AST:
        if _refuses(node.body[-1]) and len(node.body) <= 2:
            node.test = self._removable(node.test, "refusal")
        elif EVERY.search(self.file) and ast.unparse(node.test) != "TYPE_CHECKING":
            node.test = self._removable(node.test, "branch")
        return self.generic_visit(node)

    def _removable(self, test: ast.expr, kind: str) -> ast.expr:
        if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.Or):
            return ast.BoolOp(ast.Or(), [self._removable(each, kind) for each in test.values])
        return ast.BoolOp(ast.And(), [test, self._asked("stands", test, kind)])

    def visit_Expr(self, node: ast.Expr) -> ast.AST:
        # What is called a check in rules gathers faults.
        guards = isinstance(node.value, ast.Call) and GUARD.match(_name(node.value))
        if guards and not self.file.endswith("rules.py"):
            held = ast.Lambda(ast.parse("lambda: 0", mode="eval").body.args, node.value)
            node.value = self._asked("guarded", node.value, "guard", held)
        return self.generic_visit(node)

    def visit_Return(self, node: ast.Return) -> ast.AST:
        around = self.inside[-1] if self.inside else None
        says = around is not None and isinstance(around.returns, ast.Name) \
            and around.returns.id == "bool" and ANSWERS.match(around.name)
        if says and node.value is not None and ast.unparse(node.value) != "True":
            gone = ast.UnaryOp(ast.Not(), self._asked("stands", node.value, "answer"))
            node.value = ast.BoolOp(ast.Or(), [node.value, gone])
        return self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> ast.AST:
        if isinstance(node.func, ast.Attribute) and node.func.attr == "where":
            node.args = [self._condition(each) for each in node.args]
        elif _name(node) == "delete_some":
            node.args[1:] = [self._condition(each) for each in node.args[1:]]
        for keyword in node.keywords:
            if keyword.arg == "where":
                stands = self._asked("stands", keyword.value, "scope")
                keyword.value = ast.IfExp(stands, keyword.value, ast.Constant(None))
        return self.generic_visit(node)

    def _condition(self, node: ast.expr) -> ast.expr:
        if isinstance(node, ast.Starred) or not SCOPE.search(ast.unparse(node)):
            return node
        stands = self._asked("stands", node, "scope")
        return ast.Starred(ast.IfExp(stands, ast.Tuple([node], ast.Load()),
                                     ast.Tuple([], ast.Load())), ast.Load())


def _name(call: ast.Call) -> str:
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


def _refuses(node: ast.stmt) -> bool:
    """Say whether a statement declines: it raises, or aborts, or returns what says no."""
    if isinstance(node, ast.Raise):
        return True
    said = isinstance(node, ast.Return | ast.Expr) and node.value is not None
    return said and bool(REFUSES.search(ast.unparse(node)))
