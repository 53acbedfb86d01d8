"""XML read within limits, its names without namespaces and those of QTI 3 as QTI 2 spells them."""

import codecs
import re
from functools import lru_cache
from html.entities import name2codepoint
from typing import Any
from xml.etree.ElementTree import Element, ParseError, TreeBuilder
from xml.parsers.expat import errors

from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
from defusedxml.ElementTree import XMLParser  # type: ignore[import-untyped]

from isotrain.formats.contract import Unreadable
from isotrain.formats.decoding import decoded
from isotrain.questions.problem import Problem, warning

DEPTH_LIMIT, ELEMENT_LIMIT = 100, 800_000
# What files declare, and what Python calls it: Latin 1 nearly always is Windows-1252.
_ENCODINGS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "windows-1252": "cp1252",
              "iso-8859-2": "iso8859-2", "iso-8859-15": "iso8859-15", "windows-1250": "cp1250",
              "windows-1251": "cp1251"}
for _name in _ENCODINGS.values():
    codecs.lookup(_name)  # its module is loaded while files can be opened
_UNICODE = frozenset({"", "utf-8", "utf8", "utf-16", "us-ascii", "ascii"})
_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"']")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]*(?:\[([^\]]*)\]\s*)?>", re.IGNORECASE)
_REFERENCE = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,10});")
_XML_NAMES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_NEXT_WORD = re.compile(r"-(\w)")
_SAMPLE = re.compile(r"\w*[^\x00-\x7f]\w*")


class _Builder(TreeBuilder):
    """Builds the tree, counting how deep and how large it becomes."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = self.count = 0

    def start(self, tag: Any, attrs: dict[Any, Any], /) -> Element:
        self.depth += 1
        self.count += 1
        if self.depth > DEPTH_LIMIT or self.count > ELEMENT_LIMIT:
            raise _too_large()
        plain = {_plain(name, tag): value for name, value in attrs.items()}
        return super().start(_plain(tag, tag), plain)

    def end(self, tag: str, /) -> Element:
        self.depth -= 1
        return super().end(_plain(tag, tag))


def parsed(data: bytes) -> tuple[Element, tuple[Problem, ...]]:
    """The root of an XML file, and what had to be guessed about its encoding; raises Unreadable."""
    text, problems = _text(data)
    source = _without_doctype(text)
    try:
        return _tree(source), problems
    except ParseError as fault:
        if fault.code != errors.codes[errors.XML_ERROR_UNDEFINED_ENTITY]:
            raise _not_xml(fault) from None
    try:
        return _tree(_REFERENCE.sub(_as_number, source)), problems
    except ParseError as fault:
        raise _not_xml(fault) from None


def _tree(source: str) -> Element:
    parser = XMLParser(target=_Builder(), forbid_dtd=True)
    try:
        parser.feed(source)
        root: Element = parser.close()
    except DefusedXmlException:
        raise _declares() from None
    return root


def _text(data: bytes) -> tuple[str, tuple[Problem, ...]]:
    """The text by its mark, its declaration, or what it turns out to be."""
    found = _ENCODING.match(data)
    declared = found[1].decode().lower() if found else ""
    if declared in _UNICODE:
        return decoded(data)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return _as_declared(data, declared), ()
    if text.isascii():
        return text, ()
    return text, (warning(
        "file",
        'The file calls itself %(encoding)s but is UTF-8; it was read as UTF-8: "%(sample)s".',
        "Look at the accented letters.",
        encoding=declared.upper(),
        sample=", ".join(_SAMPLE.findall(text)[:3])[:80],
    ),)


def _as_declared(data: bytes, declared: str) -> str:
    try:
        return data.decode(_ENCODINGS[declared])
    except (KeyError, UnicodeDecodeError):
        raise Unreadable(
            "The encoding %(encoding)s cannot be read.", "Save the file as UTF-8 and try again.",
            code="encoding", encoding=declared.upper(),
        ) from None


def _without_doctype(text: str) -> str:
    """The text without declarations, which never reach the parser; its lines stay as they are."""
    text = _DECLARATION.sub(_only_lines, text.lstrip("\ufeff"), count=1)
    doctype = _DOCTYPE.search(text[:20_000])
    if not doctype:
        return text.lstrip(" \t")
    if "<!ENTITY" in doctype[0].upper():
        raise _declares()
    return f"{text[: doctype.start()]}{_only_lines(doctype)}{text[doctype.end() :]}"


def _only_lines(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


def _as_number(match: re.Match[str]) -> str:
    """A character that HTML knows by name, as XML writes it."""
    known = match[1] in name2codepoint and match[1] not in _XML_NAMES
    return f"&#{name2codepoint[match[1]]};" if known else match[0]


@lru_cache(maxsize=4096)
def _plain(name: str, element: str) -> str:
    """A name without namespace; within elements of QTI 3 also without hyphens."""
    local = name.rpartition("}")[2].rpartition(":")[2]
    if local.startswith("qti-"):
        local = local[4:]
    elif not element.rpartition("}")[2].startswith("qti-") or local.startswith(("data-", "aria-")):
        return local
    return _NEXT_WORD.sub(lambda match: match[1].upper(), local)


def _not_xml(fault: ParseError) -> Unreadable:
    line = fault.position[0]
    return Unreadable(
        "This is no well-formed XML: line %(line)s cannot be read.",
        "Export the file again from the program that made it.",
        place=f"line {line}", code="xml", line=line,
    )


def _declares() -> Unreadable:
    return Unreadable(
        "The file declares entities of its own; such files are not read.",
        "Export it again without a document type.", code="entities",
    )


def _too_large() -> Unreadable:
    return Unreadable(
        "The file has more elements, or deeper ones, than are read.",
        "Split it into several files.", code="too_large",
    )


def child(element: Element | None, *names: str) -> Element | None:
    """The element found by going down these names, None where there is none."""
    for name in names:
        element = None if element is None else element.find(name)
    return element


def said(element: Element | None) -> str:
    """All the text in an element, its spaces made single."""
    return "" if element is None else " ".join("".join(element.itertext()).split())
