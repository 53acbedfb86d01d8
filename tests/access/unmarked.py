"""Finding what a page shows that was not translated, in the language that marks what was.

What stands between the marks was translated, whatever it holds. The rest must be data: a value
that stands in the database, or is kept apart with translate="no" (what was recorded, names).
"""

from __future__ import annotations

import json
import re
from contextlib import suppress
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.db import db
from tests.catalogues import BEGIN, END
from tests.house.markup import VOID
from tests.house.wording import NAMES, SHOWN_ATTRIBUTES

if TYPE_CHECKING:
    from collections.abc import Iterator

WORD = re.compile(r"[A-Za-z]{2,}")
SILENT = {"script", "style", "code", "em", "ins", "del"}  # the last stand in content
# Columns that hold codes of ours; people read words instead.
CODED = {"action", "actor_kind", "kind", "object_type", "order", "purpose", "role", "scope",
         "severity", "state", "status", "target", "type", "use", "employment_type", "language",
         "algorithm", "marking"}
FIRST = re.compile(r"^[ ·,]*(?:[A-Z]\d+)?[ ·,]*")
NUMBERED = re.compile(r"\S*\d\S*|(?<!\S)\.\w+(?:, \.\w+)*")  # numbers, and codes with one
BLOCKS = {"p", "li", "td", "th", "dd", "dt", "h1", "h2", "h3", "h4", "div", "section", "main",
          "label", "option", "button", "summary", "title", "small", "caption", "legend"}
# What stands between two values, the widest gap first.
APART = [re.compile(each) for each in (r"·", r"  +|: |; |\n", r", ", r"[–—()\[\]“”\"/;|+>]|\d+\. ")]
MARKDOWN = re.compile(r"[*`_]|\]\([^)]*\)|\[|^#+ |^[-*] ", re.MULTILINE)


class Shown(HTMLParser):
    """Every piece of a page that stands outside of the marks, with the element around it."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[tuple[str, str]] = []
        self.cut: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self._depth = 0
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        mute = (tag in SILENT or given.get("translate") == "no"
                or bool(self._open and self._open[-1][1]))
        if not mute:
            for name in SHOWN_ATTRIBUTES & given.keys():
                self._note(given[name] or "", f"{tag} {name}")
            if tag == "input" and given.get("type") in ("submit", "button"):
                self._note(given.get("value") or "", "input value")
        if tag not in VOID:
            self._open.append((tag, mute))

    def handle_endtag(self, tag: str) -> None:
        if tag in BLOCKS and self._depth:
            self.cut.append(f"a mark is not closed in <{tag}>")
            self._depth = 0
        if tag not in VOID and self._open:
            self._open.pop()

    def handle_data(self, data: str) -> None:
        outside = ""
        for letter in data:
            self._depth += (letter == BEGIN) - (letter == END)
            outside += letter if not self._depth else " "
        if not (self._open and self._open[-1][1]):
            self._found(outside.replace(END, " "), self._open[-1][0] if self._open else "")

    def _note(self, text: str, where: str) -> None:
        self._found(outside(text), where)

    def _found(self, text: str, where: str) -> None:
        text = " ".join(text.split())
        if WORD.search(text):
            self.pieces.append((text, where))


def outside(text: str) -> str:
    """Return what of a text stands outside of the marks."""
    kept, depth = "", 0
    for letter in text:
        depth += letter == BEGIN
        kept += letter if not depth else ""
        depth -= letter == END
    return kept


class Known:
    """What the database holds, and so may stand on a page as it is."""

    def __init__(self, before: Known | None = None) -> None:
        self.values = before.values if before else {name.casefold() for name in NAMES}
        self.more: set[str] = before.more if before else set()  # whose pieces may be shown
        self._long = ""
        for text in _texts():
            self.learn(text)

    def learn(self, text: str) -> None:
        if text in self.more:
            return
        for line in (text, *text.splitlines()):
            self.values.add(_plain(line))
        if len(text) > 8 and text not in self.more:
            self.more.add(text)
            if self._long:
                self._long += "\n" + _plain(MARKDOWN.sub("", text))

    @property
    def long(self) -> str:
        """All long texts in one, put together when somebody asks."""
        if not self._long:
            self._long = "\n".join(_plain(MARKDOWN.sub("", text)) for text in self.more)
        return self._long

    def __contains__(self, text: str) -> bool:
        if not WORD.search(text) or _plain(text) in self.values:
            return True
        begun = _plain(FIRST.sub("", text))  # a long one may be shown by its beginning
        piece = text[0] in ",;." or text[-1] in ",;("  # a sentence that a link or emphasis cuts
        if ((" " in begun and len(begun) > 8) or piece) and begun in self.long:
            return True
        if (bare := " ".join(NUMBERED.sub(" ", text).split())) != text and bare in self:
            return True
        return any(self._holds_all(apart.split(text)) for apart in APART)

    def _holds_all(self, parts: list[str]) -> bool:
        found = [part for part in parts if part.strip()]
        return len(parts) > 1 and all(part in self for part in found)


def _plain(text: str) -> str:
    return " ".join(text.split()).strip(" .,:;!?'’·…–-").casefold()


def _texts() -> Iterator[str]:
    """Walk through every text of every row."""
    for table in db.metadata.sorted_tables:
        columns = [column for column in table.columns
                   if isinstance(column.type, (sa.String, sa.JSON, sa.TypeDecorator))]
        for row in db.session.execute(sa.select(*columns)) if columns else ():
            for column, value in zip(columns, row, strict=True):
                if column.name not in CODED:
                    yield from _leaves(value)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if value[:1] in "{[":
            with suppress(ValueError):
                yield from _leaves(json.loads(value))
        yield value
    elif isinstance(value, dict):
        for name, each in value.items():
            if name not in CODED:
                yield from _leaves(each)
    elif isinstance(value, list):
        for each in value:
            yield from _leaves(each)


def unmarked(html: str, known: Known) -> list[str]:
    """Return what a page shows that was neither translated nor is data."""
    page = Shown(html)
    return page.cut + [f"<{where}> {text}" for text, where in page.pieces if text not in known]
