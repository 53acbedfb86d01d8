"""The body of a Word document, walked once: paragraphs with their letters' looks, and tables."""

from __future__ import annotations

import html
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from isotrain.formats.markup import reduced
from isotrain.formats.numbered.lines import TYPED, Run
from isotrain.formats.word.noting import NOTED, TOLD
from isotrain.formats.word.numbering import Lists, whole
from isotrain.formats.word.styles import Look, Styles, with_property
from isotrain.formats.workbooks.parts import Attributes, attribute, walk
from isotrain.questions.problem import Problem

_LEFT_OUT = ("del", "moveFrom", "Fallback", "instrText", "delText", "rPrChange", "pPrChange",
             "sdtPr", "annotation")
_SIGNS = {"tab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
_SYMBOLS = {"F0FE": "☒", "F0FD": "☒", "F0A8": "☐", "F06F": "☐", "F0FC": "✓", "F052": "☑",
            "2610": "☐", "2611": "☑", "2612": "☒", "F0E0": "→", "F0B7": "•"}


@dataclass
class Paragraph:
    """One paragraph; `label` is what a list puts before it, `level` how deep it stands there."""

    runs: list[Run] = field(default_factory=list)
    label: str = ""
    level: int = TYPED
    noted: set[str] = field(default_factory=set)
    style: str = ""
    list: str | None = None
    depth: int | None = None

    @property
    def text(self) -> str:
        """Its letters without the label."""
        return "".join(run.text for run in self.runs)


Cell = list[Paragraph]


@dataclass
class Table:
    """One table, row by row."""

    rows: list[list[Cell]] = field(default_factory=list)


@dataclass
class Body:
    """What a document holds in its order, and how often it holds what is only named."""

    blocks: list[Paragraph | Table] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    asides: list[Paragraph] = field(default_factory=list)

    def said(self) -> list[Problem]:
        """What is left out, or was taken in though somebody may not mean it."""
        found = [TOLD[name](count) for name, count in sorted((+self.told).items()) if name in TOLD]
        texts = [each.text.strip() for each in self.asides if each.text.strip()]
        return [*found, *([TOLD["box"](len(texts), texts[0][:60])] if texts else [])]


class _Walk:
    """What `parts.walk` calls back."""

    def __init__(self, styles: Styles, lists: Lists, pictures: Callable[[str, str], str]) -> None:
        self.body = Body()
        self._styles, self._lists, self._pictures = styles, lists, pictures
        self._alt = ""
        self._paragraphs: list[Paragraph] = []
        self._tables: list[Table] = []
        self._homes: list[list[Paragraph]] = []  # where paragraphs go: cells, text boxes
        self._left_out = 0
        self._in: Counter[str] = Counter()
        self._look, self._styled = Look(), Look()
        self._opening = {
            "p": self._open_paragraph, "r": self._open_run, "rStyle": self._open_run_style,
            "sym": self._open_symbol, "ins": self._open_insertion, "moveTo": self._open_insertion,
            "txbxContent": self._open_box, "tbl": self._open_table, "tr": self._open_row,
            "tc": self._open_cell, "docPr": self._describe_picture, "shape": self._describe_picture,
            "blip": self._show, "imagedata": self._show}
        self._closing = {"p": self._close_paragraph, "txbxContent": self._close_box,
                         "tbl": self._close_table, "tc": self._close_cell}

    def start(self, element: str, attributes: Attributes) -> None:
        if self._left_out or element in _LEFT_OUT:
            changed = element in ("del", "moveFrom") and not self._left_out
            self.body.told["deleted"] += changed and not self._in["rPr"]
            self._left_out += 1
            return
        self._in[element] += 1
        opened = self._opening.get(element)
        if opened:
            opened(attributes)
        elif self._in["pPr"]:
            self._describe(element, attributes)
        elif self._in["rPr"]:
            self._look = with_property(self._look, element, attributes)
        elif element in NOTED and self._paragraphs:
            self._paragraphs[-1].noted.add(NOTED[element])
        elif element in _SIGNS:
            self.text(_SIGNS[element], shown=True)

    def end(self, element: str) -> None:
        if self._left_out:
            self._left_out -= 1
            return
        self._in[element] -= 1
        closed = self._closing.get(element)
        if closed:
            closed()

    def text(self, text: str, *, shown: bool = False) -> None:
        """Take letters in as they look."""
        if self._left_out or not self._paragraphs or not (shown or self._in["t"]):
            return
        paragraph = self._paragraphs[-1]
        look = self._look.over(self._styled).over(self._styles.look(paragraph.style)).over(
            self._styles.plain)
        if look.hidden:
            self.body.told["hidden"] += 1
            return
        if look.struck and text.strip():
            paragraph.noted.add("struck")
        if look.raised:
            text = reduced(f"<{look.raised}>{html.escape(text)}</{look.raised}>")[0]
        paragraph.runs.append(Run(text, look.names))

    def _open_paragraph(self, _attributes: Attributes) -> None:
        self._paragraphs.append(Paragraph(style=self._styles.default))

    def _close_paragraph(self) -> None:
        paragraph = self._paragraphs.pop()
        list_, depth = self._styles.list_of(paragraph.style)
        list_ = list_ if paragraph.list is None else paragraph.list
        depth = depth if paragraph.depth is None else paragraph.depth
        if paragraph.text.strip() and list_:
            paragraph.label = self._lists.label(list_, depth)
            paragraph.level = depth if paragraph.label else TYPED
        home = self._homes[-1] if self._homes else self.body.blocks
        home.append(paragraph)

    def _describe(self, element: str, attributes: Attributes) -> None:
        """What is said of a paragraph as a whole."""
        if not self._paragraphs or self._in["rPr"]:
            return
        value = attribute(attributes, "val")
        if element == "pStyle":
            self._paragraphs[-1].style = value
        elif element == "numId":
            self._paragraphs[-1].list = value
        elif element == "ilvl":
            self._paragraphs[-1].depth = whole(value)

    def _open_run(self, _attributes: Attributes) -> None:
        self._look, self._styled = Look(), Look()

    def _open_run_style(self, attributes: Attributes) -> None:
        if not self._in["pPr"]:
            self._styled = self._styles.look(attribute(attributes, "val"))

    def _open_symbol(self, attributes: Attributes) -> None:
        self.text(_SYMBOLS.get(attribute(attributes, "char").upper(), "�"), shown=True)

    def _describe_picture(self, attributes: Attributes) -> None:
        words = (attributes.get(name, "") for name in ("descr", "alt", "title"))
        self._alt = next(filter(None, words), "")

    def _show(self, attributes: Attributes) -> None:
        """Put the sign of a picture where it stands; what an object shows of itself is none."""
        if not self._paragraphs or self._in["object"]:
            return
        link = attribute(attributes, "embed") or attribute(attributes, "id")
        sign = self._pictures(link, self._alt)
        if sign:
            self.text(sign, shown=True)
        else:
            self._paragraphs[-1].noted.add("picture")

    def _open_insertion(self, _attributes: Attributes) -> None:
        self.body.told["inserted"] += not self._in["rPr"]

    def _open_box(self, _attributes: Attributes) -> None:
        self._homes.append(self.body.asides)

    def _close_box(self) -> None:
        self._homes.pop()

    def _open_table(self, _attributes: Attributes) -> None:
        self._tables.append(Table())

    def _close_table(self) -> None:
        table = self._tables.pop()
        if not self._homes:
            self.body.blocks.append(table)
            return
        for row in table.rows:  # a table in a cell or in a text box
            for cell in row:
                self._homes[-1] += cell

    def _open_row(self, _attributes: Attributes) -> None:
        if self._tables:
            self._tables[-1].rows.append([])

    def _open_cell(self, _attributes: Attributes) -> None:
        cell: Cell = []
        if self._tables and self._tables[-1].rows:
            self._tables[-1].rows[-1].append(cell)
        self._homes.append(cell)

    def _close_cell(self) -> None:
        self._homes.pop()


def body_of(part: bytes, styles: Styles, lists: Lists, pictures: Callable[[str, str], str]) -> Body:
    """What the main part of a document holds; raises Unreadable.

    `pictures` gives the sign for the picture that is linked so and has these words.
    """
    walking = _Walk(styles, lists, pictures)
    walk(part, walking.start, walking.end, walking.text)
    return walking.body
