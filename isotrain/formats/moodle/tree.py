"""Moodle XML taken apart: the questions of a quiz one by one, each a small tree."""

import re
from collections.abc import Callable, Iterator
from html import escape
from typing import Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from isotrain.formats.contract import Unreadable
from isotrain.formats.decoding import decoded
from isotrain.questions.problem import Problem

DEPTH_LIMIT = 30
ELEMENT_LIMIT = 20_000
"""How deep elements may stand in each other, and how many a question may have."""

_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,100}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,20})["']""")
_ENCODINGS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252",
              "us-ascii": "cp1252"}


class Node:
    """One element: its name, attributes, the line on which it begins, what stands in it."""

    __slots__ = ("attributes", "inside", "line", "name")

    def __init__(self, name: str, attributes: dict[str, str], line: int) -> None:
        self.name, self.attributes, self.line = name, attributes, line
        self.inside: list[str | Node] = []

    def every(self, name: str) -> list["Node"]:
        """The elements of this name directly inside."""
        return [each for each in self.inside if isinstance(each, Node) and each.name == name]

    def one(self, name: str) -> "Node | None":
        """The first element of this name directly inside, or None."""
        return next(iter(self.every(name)), None)

    def within(self) -> Iterator["Node"]:
        """All elements inside, however deep."""
        for each in self.inside:
            if isinstance(each, Node):
                yield each
                yield from each.within()

    def said(self, name: str = "") -> str:
        """What its element of this name says, in a `text` of its own or directly."""
        node = self.one(name) if name else self
        if node is None:
            return ""
        return (node.one("text") or node).source()

    def source(self) -> str:
        """The text inside; where it has elements, which somebody forgot to escape, with their tags.
        """
        if all(isinstance(each, str) for each in self.inside):
            return "".join(map(str, self.inside))
        return "".join(escape(each, quote=False) if isinstance(each, str)
                       else f"<{each.name}{each.told_attributes()}>{each.source()}</{each.name}>"
                       for each in self.inside)

    def told_attributes(self) -> str:
        """The attributes as a tag writes them."""
        return "".join(f' {name}="{escape(value)}"' for name, value in self.attributes.items())


def walk(data: bytes, take: Callable[[Node], None]) -> tuple[Problem, ...]:
    """Hand every question of the file to `take`; raises Unreadable.

    Returns what had to be guessed about the encoding.
    """
    text, problems = _text(data)
    gathering = _Gathering(take)
    parser = DefusedXMLParser(target=gathering, forbid_dtd=True)
    gathering.expat = parser.parser
    try:
        parser.feed(text)
        parser.close()
    except DefusedXmlException:
        raise Unreadable(
            "The file declares entities or a document type, which are not read.",
            "Delete the DOCTYPE, or export the questions again.", code="dtd") from None
    except ParseError as fault:
        line = fault.position[0]
        raise Unreadable(
            "The file is no valid XML: it breaks off or has a stray sign at line %(line)s.",
            "Export the questions again as Moodle XML.", place=f"line {line}", code="syntax",
            line=line) from None
    return problems


def _text(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text in the encoding that the file declares, else in the one it seems to have."""
    declared = _DECLARED.match(data)
    told = declared[1].decode().lower() if declared else "utf-8"
    try:
        return data.decode(_ENCODINGS.get(told, "utf-8")), ()
    except UnicodeDecodeError:
        if not told.startswith("utf") and told not in _ENCODINGS:
            raise Unreadable("The file is written in %(encoding)s, which is not read.",
                             "Save it as UTF-8 and say so in its first line.",
                             code="encoding", encoding=told) from None
    return decoded(data)


class _Gathering:
    """Builds the tree of one question after the other, as the target of a parser."""

    expat: Any

    def __init__(self, take: Callable[[Node], None]) -> None:
        self.take = take
        self.open: list[Node] = []
        self.count = self.depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins; raises Unreadable."""
        self.depth += 1
        self.count += 1
        line = self.expat.CurrentLineNumber
        if self.depth == 1 and name != "quiz":
            raise Unreadable("This is XML, but no Moodle XML: it begins with <%(name)s>.",
                             "Export the questions as Moodle XML.", code="unknown_format",
                             name=name[:60])
        if self.depth > DEPTH_LIMIT or self.count > ELEMENT_LIMIT:
            raise Unreadable(
                "A question at line %(line)s has more elements than a question may have.",
                "Export the questions again as Moodle XML.", place=f"line {line}",
                code="too_large", line=line)
        if self.open or name == "question":
            node = Node(name, attributes, line)
            if self.open:
                self.open[-1].inside.append(node)
            self.open.append(node)

    def data(self, text: str) -> None:
        """A piece of text."""
        if self.open:
            self.open[-1].inside.append(text)

    def end(self, name: str) -> None:
        """An element ends, and with it perhaps a question."""
        self.depth -= 1
        if self.open:
            node = self.open.pop()
            if not self.open:
                self.count = 0
                self.take(node)

    def close(self) -> None:
        """The file ends."""
