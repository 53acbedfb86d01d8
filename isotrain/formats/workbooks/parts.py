"""The XML parts of a workbook, walked once: no entities, no deep nesting, no tree in memory."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import NoReturn
from xml.parsers import expat

from isotrain.formats.contract import Unreadable
from isotrain.formats.workbooks.archive import SAVE_AGAIN

DEPTH_LIMIT = 64

Attributes = dict[str, str]
Start = Callable[[str, Attributes], None]
End = Callable[[str], None]
Text = Callable[[str], None]


def walk(part: bytes, start: Start, end: End | None = None, text: Text | None = None) -> None:
    """Call back for each element without its prefix, and for the text between; raises Unreadable.

    A document type is refused, since what it declares could grow without end.
    """
    parser = expat.ParserCreate()
    depth = 0

    def opened(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEPTH_LIMIT:
            raise broken("elements are nested too deeply")
        start(name.rpartition(":")[2] if ":" in name else name, attributes)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1
        if end:
            end(name.rpartition(":")[2] if ":" in name else name)

    def refused(*_declared: object) -> NoReturn:
        raise broken("it declares a document type")

    parser.buffer_text = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    parser.StartDoctypeDeclHandler = refused
    if text:
        parser.CharacterDataHandler = text
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, ValueError, LookupError) as fault:
        raise broken(str(fault)[:100]) from None


def broken(reason: str) -> Unreadable:
    """What to say of a workbook that cannot be read."""
    return Unreadable("The spreadsheet cannot be read: %(reason)s.", SAVE_AGAIN,
                      code="xlsx_broken", reason=reason)


def related(members: Mapping[str, bytes], part: str) -> dict[str, tuple[str, str]]:
    """What a part refers to by its ids: the last word of each kind, and the name of the part."""
    folder, _, name = part.rpartition("/")
    found: dict[str, tuple[str, str]] = {}

    def start(element: str, attributes: Attributes) -> None:
        if element == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "")
            path = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            kind = attributes.get("Type", "").rpartition("/")[2]
            found[attributes.get("Id", "")] = kind, path

    walk_if(members.get(f"{folder}/_rels/{name}.rels".lstrip("/")), start)
    return found


def walk_if(part: bytes | None, start: Start, end: End | None = None,
            text: Text | None = None) -> None:
    """Walk a part that a workbook may have."""
    if part:
        walk(part, start, end, text)


def attribute(attributes: Attributes, name: str) -> str:
    """The attribute of this name, whatever its prefix."""
    return next((value for key, value in attributes.items()
                 if key.rpartition(":")[2] == name and key != name), "")


def is_on(attributes: Attributes, name: str) -> bool:
    """Whether an attribute of this name says yes."""
    return attributes.get(name, "0").lower() in ("1", "true", "on")
