"""A question type is known to its own file and templates, and to nobody else."""

from __future__ import annotations

import ast
import re
from dataclasses import fields as parts_of
from pathlib import Path

from isotrain.questions import TYPES
from isotrain.questions.draft import Draft
from tests.house.test_floors import PACKAGE, ROOT, imports, modules

# How numbers are written, in files as in answers.
NUMBERS = ("isotrain.questions.writing.figures", "isotrain.questions.writing.numbers")
# What others may use of questions/: the contract, and what passes between it and them.
SHARED = ("cloze_source", "contract", "draft", "percent", "pictured", "problem", "sets",
          "staying", "wording")
HELD = ("asked", "keyed", "question", "reviewed", "solution")
# A name of one word is a word of the language too: it counts where it stands in quotes or a path.
NAMES = re.compile("|".join(type_.name if "_" in type_.name else rf"""["'/]{type_.name}["'/.]"""
                            for type_ in TYPES))
# What HTML calls the keys of a keyboard, which bears the name of a type.
KEYBOARD = re.compile(r"""inputmode(?:=|": )["']numeric["']""")
SHAPES = re.compile(r"""\[["']options["']\]|\b(?:%s)\.options\b""" % "|".join(HELD))  # noqa: UP031
# Checks of questions read drafts, as formats do, and say what is wrong with each kind.
OWN = (PACKAGE / "questions", PACKAGE / "formats", PACKAGE / "linting",
       ROOT / "templates" / "questions", ROOT / "static" / "js" / "questions")
SOURCES = [path for folder in ("isotrain", "templates", "static")
           for path in sorted((ROOT / folder).rglob("*"))
           if path.suffix in (".py", ".html", ".js", ".css")
           and not any(own in path.parents for own in OWN)]


def test_there_is_something_to_look_at():
    assert len(SOURCES) > 200
    assert NAMES.search('type_name="single_choice"') and NAMES.search("== 'ordering'")
    assert not NAMES.search("# The ordering of names")
    assert SHAPES.search('solution["options"]')
    assert SHAPES.search("item.asked.options") and not SHAPES.search("plan.options")


def test_no_other_room_template_or_script_names_a_type_or_looks_into_a_question():
    found = {str(path.relative_to(ROOT)): [*NAMES.findall(text), *SHAPES.findall(text)]
             for path in SOURCES
             for text in [KEYBOARD.sub("", path.read_text(encoding="utf-8"))]}
    assert {path: names for path, names in found.items() if names} == {}


def used_of_questions(path: Path) -> set[str]:
    """Return what a module imports of questions/: names of modules, or of the package itself."""
    return {name.split(".")[2] for name, _line in imports(path)
            if name.startswith("isotrain.questions.") and not name.startswith(NUMBERS)}


def test_others_use_the_contract_and_what_passes_but_no_type_by_its_class():
    classes = {type_.__name__ for type_ in TYPES}
    inside = {path.stem for path in (PACKAGE / "questions").iterdir()} - {"__init__"}
    for path in modules():
        if PACKAGE / "questions" not in path.parents:
            used = used_of_questions(path)
            assert used & (classes | inside) <= set(SHARED), path


def test_formats_know_the_fields_of_drafts_and_none_of_a_types_own():
    neutral = {part.name for part in parts_of(Draft)} | {"answer", "questions"}  # of an Import
    handed = {name for type_ in TYPES for each in type_.examples()
              for name in each.question.draft().more}  # as `Draft.more` says them to formats
    own = {key.removesuffix("?") for type_ in TYPES for key in type_.data_keys} - neutral - handed
    assert own, "the types have no field of their own: this test looks at nothing"
    for path in sorted((PACKAGE / "formats").rglob("*.py")):
        if "scoring" in path.parts:  # reads what other programs say, in their words
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named = {node.value for node in ast.walk(tree)
                 if isinstance(node, ast.Constant) and isinstance(node.value, str)}
        reached = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert (named | reached) & own == set(), path
