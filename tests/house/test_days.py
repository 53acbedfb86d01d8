"""An instant becomes a day, and a day an instant, in one place: days belong to a time zone."""

from __future__ import annotations

import ast
import re

from tests.house.looking import PACKAGE, broken, tree
from tests.house.test_floors import ROOT, modules

THE_PLACE = PACKAGE / "zones.py"
# Attributes that take the day of an instant, or the instant of a day, in whatever zone is at hand.
TELLING = {"date", "combine", "today", "utcnow", "utcfromtimestamp", "toordinal"}
ALLOWED = {"house.today", "days.today", "func.today"}


def turned(tree: ast.Module) -> list[str]:
    """Return the calls that turn instants into days, or the other way round."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) \
                and node.func.attr in TELLING:
            said = ast.unparse(node.func)
            if said not in ALLOWED and not said.endswith("self.today"):
                found.append(f"line {node.lineno}: {said}")
    return found


def test_only_the_module_of_zones_turns_instants_into_days():
    others = [path for path in modules() if path != THE_PLACE]
    assert broken(others, lambda path: turned(tree(path))) == {}


def test_a_day_of_the_wrong_place_is_found():
    code = "clock.now().date(); datetime.combine(d, time()); date.today(); house.today()"
    assert len(turned(ast.parse(code))) == 3


def test_scripts_show_no_time_of_their_own():
    """What a script shows of time the server has said, in the reader's zone and language."""
    for path in sorted((ROOT / "static" / "js").rglob("*.js")):
        found = re.findall(r"new Date|toLocale\w+|Date\.now", path.read_text(encoding="utf-8"))
        assert found == [], path.name
