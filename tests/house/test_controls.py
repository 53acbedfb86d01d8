"""A control never fails open because an argument was left out: it has no default."""

from __future__ import annotations

import ast
import re

import pytest

from tests.house.looking import PACKAGE, tree
from tests.house.test_floors import modules

# Who acts, whose objects are meant, what may be seen, who else must agree, what must match.
CONTROLS = re.compile(
    r"by|actor|owner|member|viewer|scopes?|roles?|permissions?|secret|password|sha256|base|user_id"
    r"|two_person\w*|second\w*|alone|may_\w+|must_\w+|requires?_?\w*|checks?_?\w*|verif\w+"
    r"|allow\w*|force\w*|strict\w*|trust\w*|unsafe\w*|skip_(?!faulty)\w+"
)
# A default that is the stricter of two answers, and what would happen without it.
STRICT = {
    "accounts/signing_in.py end_all but",  # all sessions end
    "accounts/linking.py set_password keep_session",  # all sessions end
    "banks/files/applying.py apply skip_faulty",  # a file with errors is refused
}
# These name a person that is acted upon, not whose objects are looked for.
SUBJECTS = {"assignments/assigning.py assign user_id", "audit/noting.py Actor user_id"}


def defaults(path):
    """Yield where a parameter or a field of a value has a default, as "file owner name"."""
    name = path.relative_to(PACKAGE)
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            places = [*node.args.posonlyargs, *node.args.args]
            told = places[len(places) - len(node.args.defaults):]
            told += [place for place, default
                     in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if default]
            yield from (f"{name} {node.name} {place.arg}" for place in told)
        elif isinstance(node, ast.ClassDef) and any("dataclass" in ast.unparse(each)
                                                    for each in node.decorator_list):
            yield from (f"{name} {node.name} {field.target.id}" for field in node.body
                        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
                        and _fallback(field.value))


def _fallback(value):
    """Whether a field has a default; field(repr=False) gives none."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == "field":
        return any((word.arg or "").startswith("default") for word in value.keywords)
    return value is not None


def test_no_control_has_a_default():
    found = {place for path in modules() for place in defaults(path)
             if CONTROLS.fullmatch(place.rpartition(" ")[2])}
    assert found - SUBJECTS == set()


def test_what_is_excused_is_still_there():
    everything = {place for path in modules() for place in defaults(path)}
    assert everything >= STRICT | SUBJECTS


@pytest.mark.parametrize("name", ["by", "member", "two_person", "may_see", "check", "sha256"])
def test_the_names_of_controls_are_known(name):
    assert CONTROLS.fullmatch(name)


@pytest.mark.parametrize("name", ["page", "sort", "but", "skip_faulty", "basis", "months"])
def test_other_names_are_not_taken_for_controls(name):
    assert not CONTROLS.fullmatch(name)
