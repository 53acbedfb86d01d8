"""Catalogues: `python -m isotrain.translations.extracting messages|compile|new LANGUAGE`.

`messages` writes what there is to translate into messages.pot and brings every messages.po up to
it; `compile` makes the messages.mo that are read when the application starts. Babel's parts for
this are needed at set-up alone: nothing that serves pages imports this module.
"""

from __future__ import annotations

import ast
import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from isotrain.i18n import FOLDER, MACHINE_FILE
from isotrain.text import in_words

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = FOLDER.parent.parent
TEMPLATE = FOLDER / "messages.pot"
WRITTEN = MACHINE_FILE.with_suffix(".po")
# Which arguments of a call are texts for readers: by place, or by name.
PLACES: dict[str, tuple[int | str, ...]] = {
    "_": (0,), "lazy": (0,), "N_": (0,), "error": (1, 2), "warning": (1, 2), "remark": (1, 2),
    "BadValue": (0,),
    "fault": (2, 3), "notice": (2, 3), "_fault": (1, 2, 3), "Problem": (2, 3), "ask": (2,),
    "Unreadable": (0, 1),
    "reject": (0, 1), "warn": (0, 1), "_Fault": (0, 1), "_check": (4,), "_refused": (1, 2),
    "_note": (1, 2), "Word": (1, 2),
    "option": ("help",), "argument": ("help",), "command": ("help",), "AppGroup": ("help",),
}
COUNTED = ("ngettext",)
EVENTS = ("note",)
# Lines of a catalogue's head that say when and by what, not what.
HOURS = re.compile(rb'"(POT-Creation-Date|PO-Revision-Date|Generated-By|Project-Id-Version'
                   rb'|Report-Msgid-Bugs-To|Last-Translator|Language-Team):[^"]*"\n')
Message = str | tuple[str, str]


def of_python(tree: ast.AST) -> Iterator[tuple[int, Message]]:
    """Find the texts of a module, each with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and _is_command(node):
            for text in filter(None, [ast.get_docstring(node)]):
                yield node.lineno, text
        elif isinstance(node, ast.Call):
            for message in _of_call(node):
                yield node.lineno, message


def _is_command(node: ast.FunctionDef) -> bool:
    """Say whether a function is a command: what is said of it is its help."""
    calls = [each.func for each in node.decorator_list if isinstance(each, ast.Call)]
    return any(isinstance(each, ast.Attribute) and each.attr == "command" for each in calls)


def name_of(call: ast.Call) -> str:
    """Return the last part of the name of what is called."""
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def _of_call(call: ast.Call) -> Iterator[Message]:
    name = name_of(call)
    named = {each.arg: each.value for each in call.keywords}
    for place in PLACES.get(name, ()):
        given = (named.get(place) if isinstance(place, str)
                 else call.args[place] if place < len(call.args) else None)
        yield from _texts(given)
    if name in COUNTED and len(call.args) > 1:
        yield from zip(_texts(call.args[0]), _texts(call.args[1]), strict=True)
    if name in EVENTS:
        yield from _of_event(call, named)


def _of_event(call: ast.Call, named: dict[str | None, ast.expr]) -> Iterator[str]:
    """Find what an event is called, upon which kind of object it was, and what its details are."""
    on, details = named.get("on"), named.get("details")
    found: list[ast.expr | None] = [*call.args[:1]]
    if isinstance(on, ast.Tuple):
        found += on.elts[:1]
    if isinstance(details, ast.Dict):
        found += details.keys
    yield from (in_words(text) for each in found for text in _texts(each))


def _texts(node: ast.expr | None) -> list[str]:
    """Return the text that is written out, or both of two."""
    if isinstance(node, ast.IfExp):
        return [*_texts(node.body), *_texts(node.orelse)]
    found = node.value if isinstance(node, ast.Constant) else None
    return [found] if isinstance(found, str) and found else []


def extract() -> Catalog:
    """Return everything there is to translate."""
    catalog = Catalog(charset="utf-8", header_comment="# What there is to translate.", fuzzy=False)
    for file in sorted((ROOT / "isotrain").rglob("*.py")):
        if "migrations" not in file.parts:
            for _line, message in of_python(ast.parse(file.read_text("utf-8"))):
                _add(catalog, message, file)
    for file in sorted((ROOT / "templates").rglob("*.htm?")):
        options = {"trimmed": "true", "silent": "false"}
        for _line, found, _notes, _context in extract_from_file(
                "jinja2.ext:babel_extract", str(file), options=options):
            _add(catalog, found if isinstance(found, str) else (found[0], found[1]), file)
    return catalog


def _add(catalog: Catalog, message: Message, file: Path) -> None:
    """Add a message with the file it stands in: lines would change with every edit."""
    catalog.add(message, locations=[(file.relative_to(ROOT).as_posix(), 0)])


def template_text() -> bytes:
    """Return messages.pot; the same texts give the same bytes."""
    return _bytes(extract())


def updated(written: bytes, language: str) -> bytes:
    """Return a messages.po with what there is to translate now; what fits is kept."""
    catalog = read_po(io.BytesIO(written), locale=language)
    catalog.update(read_po(io.BytesIO(template_text())), no_fuzzy_matching=True)
    return _bytes(catalog)


def _bytes(catalog: Catalog) -> bytes:
    """Write a catalogue without the hours at which it was made."""
    out = io.BytesIO()
    write_po(out, catalog, width=96, sort_output=True, ignore_obsolete=True, include_lineno=False)
    return HOURS.sub(b"", out.getvalue())


def compile_catalogue(written: Path) -> None:
    """Make the .mo beside a .po."""
    catalog = read_po(io.BytesIO(written.read_bytes()), locale=written.parts[-3])
    unfinished = written.with_suffix(".part")
    with unfinished.open("wb") as target:
        write_mo(target, catalog)
    unfinished.replace(written.with_suffix(".mo"))


def messages() -> None:
    """Bring the template and every translation to what the texts are now."""
    FOLDER.mkdir(exist_ok=True)
    TEMPLATE.write_bytes(template_text())
    for written in FOLDER.glob(f"*/{WRITTEN}"):
        written.write_bytes(updated(written.read_bytes(), written.parts[-3]))


def begin(language: str) -> None:
    """Begin a translation."""
    written = FOLDER / language / WRITTEN
    written.parent.mkdir(parents=True, exist_ok=True)
    written.write_bytes(updated(b"", language))


def main(act: str, *of: str) -> None:
    """Do what the command line asks for."""
    if act == "new":
        begin(of[0])
    elif act == "compile":
        for written in sorted(FOLDER.glob(f"*/{WRITTEN}")):
            compile_catalogue(written)
    else:
        messages()


if __name__ == "__main__":
    main(*sys.argv[1:])
