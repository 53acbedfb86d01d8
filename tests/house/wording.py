"""Finding what a reader would see untranslated, in templates and in Python."""

from __future__ import annotations

import ast
import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from jinja2 import nodes

if TYPE_CHECKING:
    from jinja2 import Environment

SHOWN_ATTRIBUTES = {"alt", "title", "placeholder", "aria-label", "aria-description", "label",
                    "summary", "data-label"}
# Names that are the same in every language.
NAMES = {"Isotrain", "ISO", "CSV", "JSON", "YAML", "PDF", "XLSX", "GIFT", "Aiken", "QR", "SHA-256",
         "Ed25519", "Excel", "UTC"}
# A number and after it a word in its plural.
PLURAL = re.compile(r"%\((?:num|n|count|people|rows|questions|minutes|days)\)s [a-z]{3,}s\b")
WORD = re.compile(r"[^\W\d_]{2,}")
HOLE = "\0"  # where the template puts a value
CLASS_BLOCKS = {"body_class", "wide"}  # blocks of the layouts that hold class names
# Calls whose first argument people read.
SAYING = {"flash", "Refusal", "Conflict", "NotFound", "echo", "secho", "ClickException",
          "UsageError", "BadParameter"}
# Calls that translate: what they are given is written out, or extraction would not find it.
TRANSLATING = {"_", "gettext", "lazy", "N_", "ngettext"}


class _Texts(HTMLParser):
    """The texts and shown attributes of a template whose Jinja parts are holes."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name in SHOWN_ATTRIBUTES:
                self._note(value or "")

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self._note(data)

    def _note(self, text: str) -> None:
        words = [word for word in WORD.findall(text) if word not in NAMES]
        if words:
            self.found.append((self.getpos()[0], " ".join(text.replace(HOLE, "…").split())))


def untranslated(environment: Environment, source: str) -> list[tuple[int, str]]:
    """Return (line, text) of what a template shows without gettext."""
    parser = _Texts()
    parser.feed(_with_holes(environment, source))
    parser.close()
    return parser.found


def _with_holes(environment: Environment, source: str) -> str:
    """Leave only the HTML of a template; newlines stay, so that lines can be named."""
    parts, mute = [], False
    names: list[str] = []
    for _line, kind, value in environment.lex(source):
        newlines = "\n" * value.count("\n")
        if kind == "name":
            names.append(value)
        if kind == "block_end":
            mute = names[:1] == ["trans"] or (names[:1] == ["block"] and names[1] in CLASS_BLOCKS)
        if kind in ("variable_begin", "block_begin"):
            names = []
        shown = {"data": "" if mute else value, "variable_begin": HOLE}.get(kind, "")
        parts.append(shown if kind == "data" and not mute else shown + newlines)
    return "".join(parts)


def unfindable(tree: ast.AST) -> list[tuple[int, str]]:
    """Return (line, text) of sentences that are translated and that extraction cannot find."""
    found = []
    for node in ast.walk(tree):
        name = getattr(node.func, "id", "") if isinstance(node, ast.Call) else ""
        if name in TRANSLATING:
            for given in node.args[:2 if name == "ngettext" else 1]:
                if not (isinstance(given, ast.Constant) and isinstance(given.value, str)):
                    found.append((node.lineno, ast.unparse(node)[:80]))
    return found


def unfindable_in_template(environment: Environment, source: str) -> list[tuple[int, str]]:
    """Return the same of a template."""
    return [(call.lineno, call.node.name)
            for call in environment.parse(source).find_all(nodes.Call)
            if isinstance(call.node, nodes.Name) and call.node.name in TRANSLATING
            for given in call.args[:2 if call.node.name == "ngettext" else 1]
            if not isinstance(given, nodes.Const)]


def counted_without_plural(tree: ast.AST) -> list[tuple[int, str]]:
    """Return (line, text) of sentences in which a number stands before a word, with one form."""
    return [(node.lineno, given.value)
            for node in ast.walk(tree) if isinstance(node, ast.Call) and node.args
            and getattr(node.func, "id", "") in ("_", "lazy")
            and isinstance(given := node.args[0], ast.Constant)
            and PLURAL.search(str(given.value))]


def unsaid(tree: ast.AST) -> list[tuple[int, str]]:
    """Return (line, text) of literal sentences that Python code shows without gettext."""
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else \
            getattr(node.func, "id", "")
        if name not in SAYING and not name.endswith("Field"):
            continue
        first = node.args[0]
        pieces = first.values if isinstance(first, ast.JoinedStr) else [first]
        if any(word not in NAMES for piece in pieces if isinstance(piece, ast.Constant)
               for word in WORD.findall(str(piece.value).replace("SHA-256", ""))):
            found.append((node.lineno, ast.unparse(first)[:80]))
    return found
