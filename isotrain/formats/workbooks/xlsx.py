"""Workbooks of Excel, from the parts of their archive: what each cell showed, not what it held."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from isotrain.formats.workbooks import drawings
from isotrain.formats.workbooks.grid import (
    DAY,
    FAULT,
    PICTURE,
    UNSAVED,
    UNSURE,
    Grid,
    Spot,
    check_cells,
    column_of,
    cut,
    hidden_rows,
)
from isotrain.formats.workbooks.parts import (
    Attributes,
    attribute,
    broken,
    is_on,
    related,
    walk,
    walk_if,
)
from isotrain.formats.workbooks.shown import Shown, built_in, general, shown
from isotrain.formats.workbooks.signs import Signs

_SUPERSCRIPT = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_SUBSCRIPT = str.maketrans("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎")
_RAISED = {"superscript": ("^", _SUPERSCRIPT), "subscript": ("_", _SUBSCRIPT)}
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_EMPTY = re.compile(rb'<c(?: [rs]="[A-Z0-9]*")+ ?/>')
_UNPLACED = re.compile(rb"<c(?: [a-qs-z]+=\"[^\"]*\")*\s*/?>")
_MERGED_LIMIT = 50_000
_WPS_PICTURE = re.compile(r'=(?:_xlfn\.)?DISPIMG\("([^"]*)"')


@dataclass
class Book:
    """What the sheets of a workbook share; a style is a number format and whether it is bold.

    `inside` are the signs of pictures that were placed in cells, `named` those that cells show by
    their names.
    """

    strings: list[tuple[str, bool]] = field(default_factory=list)
    styles: list[tuple[str, bool]] = field(default_factory=list)
    from_1904: bool = False
    cells: int = 0
    inside: list[str] = field(default_factory=list)
    named: dict[str, str] = field(default_factory=dict)


def grids(members: Mapping[str, bytes], signs: Signs) -> Iterator[tuple[str, Grid | None]]:
    """Yield name and grid of each sheet of a workbook, None for a hidden one; raises Unreadable."""
    part = next((path for kind, path in related(members, "").values()
                 if kind == "officeDocument"), "xl/workbook.xml")
    if part not in members:
        raise broken("it holds no workbook")
    parts = related(members, part)
    listed: list[tuple[str, str, bool]] = []
    book = Book()

    def start(name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            book.from_1904 = is_on(attributes, "date1904")
        elif name == "sheet":
            path = parts.get(attribute(attributes, "id"), ("", ""))[1]
            visible = attributes.get("state", "visible") == "visible"
            listed.append((attributes.get("name", ""), path, visible))

    walk(members[part], start)
    by_kind = dict(parts.values())
    book.strings = _strings(members.get(by_kind.get("sharedStrings", "")))
    book.styles = _styles(members.get(by_kind.get("styles", "")))
    book.inside = drawings.placed_in_cells(members, by_kind, signs)
    book.named = drawings.named(members, by_kind.get("cellImage", ""), signs)
    for name, path, visible in listed:
        if not visible:
            yield name, None
        elif path in members and "chartsheet" not in path:
            grid, hidden = _grid(name, members[path], book)
            for kind, drawing in related(members, path).values():
                if kind == "drawing":
                    grid.pictures += [(spot, sign) for spot, sign in drawings.lying_on(
                        members, drawing, signs) if spot[0] not in hidden]
            yield name, grid


def _strings(part: bytes | None) -> list[tuple[str, bool]]:
    """The shared texts, and whether all of each is bold."""
    found: list[tuple[str, bool]] = []
    rich = Rich()

    def start(name: str, attributes: Attributes) -> None:
        if name == "si":
            rich.clear()
        rich.start(name, attributes)

    def end(name: str) -> None:
        rich.end(name)
        if name == "si":
            found.append(rich.told())

    walk_if(part, start, end, rich.text)
    return found


class Rich:
    """A text made of runs, some raised, lowered or bold; how it is spoken is left out."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Begin a new text."""
        self.runs: list[tuple[str, bool]] = []
        self.bold = self.open = self.spoken = False
        self.raised = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element of the text begins."""
        if name == "t":
            self.open = not self.spoken
        elif name == "r":
            self.bold, self.raised = False, ""
        elif name == "rPh":
            self.spoken = True
        elif name == "b":
            self.bold = attributes.get("val", "1") not in ("0", "false")
        elif name == "vertAlign":
            self.raised = attributes.get("val", "")

    def end(self, name: str) -> None:
        """An element of the text ends."""
        if name == "t":
            self.open = False
        elif name == "rPh":
            self.spoken = False

    def text(self, text: str) -> None:
        """Some characters, which count between the ends of `t`."""
        if self.open:
            self.runs.append((_raised(text, self.raised), self.bold))

    def told(self) -> tuple[str, bool]:
        """The whole text, and whether all of it is bold."""
        written = [bold for text, bold in self.runs if text.strip()]
        told = _ESCAPED.sub(_unescaped, "".join(text for text, _bold in self.runs))
        return told, bool(written) and all(written)


def _unescaped(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return match[0] if "\ud800" <= char <= "\udfff" else char


def _raised(text: str, how: str) -> str:
    if how not in _RAISED or not text.strip():
        return text
    sign, table = _RAISED[how]
    if all(ord(char) in table for char in text):
        return text.translate(table)
    return f"{sign}{text}" if len(text) == 1 else f"{sign}({text})"


def _styles(part: bytes | None) -> list[tuple[str, bool]]:
    """Number format and boldness by the number of a style."""
    formats: dict[str, str] = {}
    fonts: list[bool] = []
    found: list[tuple[str, str]] = []
    within = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within
        if name in ("fonts", "cellXfs", "cellStyleXfs", "dxfs"):
            within = name
        elif name == "numFmt" and within != "dxfs":
            formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "General")
        elif name == "font" and within == "fonts":
            fonts.append(False)
        elif name == "b" and within == "fonts" and fonts:
            fonts[-1] = attributes.get("val", "1") not in ("0", "false")
        elif name == "xf" and within == "cellXfs":
            found.append((attributes.get("numFmtId", "0"), attributes.get("fontId", "0")))

    walk_if(part, start)
    return [(formats.get(number) or built_in(_whole(number)), dict(enumerate(fonts)).get(
        _whole(font), False)) for number, font in found]


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _grid(name: str, part: bytes, book: Book) -> tuple[Grid, frozenset[int]]:
    """The cells of a sheet, and its hidden rows."""
    reader = _Reader(Grid(name), book)
    walk(_filled(part), reader.start, reader.end, reader.text)
    if reader.hidden:
        reader.grid.said.append(hidden_rows(reader.hidden))
    return reader.grid, frozenset(reader.hidden)


def _filled(part: bytes) -> bytes:
    """A sheet without its empty cells, of which some programs write millions."""
    if not _UNPLACED.search(part):
        part = _EMPTY.sub(b"", part)
    check_cells(sum(map(part.count, (b"<c ", b"<c>", b"<c/"))))
    return part


class _Reader:
    """One sheet, cell by cell."""

    def __init__(self, grid: Grid, book: Book) -> None:
        self.grid, self.book = grid, book
        self.hidden: list[int] = []
        self.row, self.column, self.unseen = 0, -1, False
        self.cells: dict[int, str] = {}
        self.kind, self.style, self.shows = "", 0, ""
        self.value, self.formula = list[str](), list[str]()
        self.taken = ""
        self.rich = Rich()

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "c":
            self._begin(attributes)
        elif name in ("v", "f"):
            self.taken = name
            if name == "f":
                self.formula.append("=")
        elif name == "row":
            self.row = _whole(attributes["r"]) if "r" in attributes else self.row + 1
            self.unseen, self.column, self.cells = is_on(attributes, "hidden"), -1, {}
        elif name == "col" and is_on(attributes, "hidden"):
            first, last = (_whole(attributes.get(end, "")) for end in ("min", "max"))
            self.grid.hidden_columns.update(range(first - 1, min(last, 400)))
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))
        elif self.kind == "inlineStr":
            self.rich.start(name, attributes)

    def _begin(self, attributes: Attributes) -> None:
        self.book.cells += 1
        check_cells(self.book.cells)
        reference = attributes.get("r")
        self.column = column_of(reference) if reference else self.column + 1
        self.kind, self.style = attributes.get("t", "n"), _whole(attributes.get("s", "0"))
        self.value, self.formula = [], []
        if self.kind == "inlineStr":
            self.rich.clear()
        if "vm" in attributes and self.kind == "e":
            signs = dict(enumerate(self.book.inside, 1))
            self.kind, self.shows = "picture", signs.get(_whole(attributes["vm"]), "")

    def text(self, text: str) -> None:
        if self.taken == "v":
            self.value.append(text)
        elif self.taken == "f":
            self.formula.append(text)
        elif self.kind == "inlineStr":
            self.rich.text(text)

    def end(self, name: str) -> None:
        if name in ("v", "f"):
            self.taken = ""
        elif name == "c":
            self._take()
            self.kind = ""
        elif name == "row" and any(self.cells.values()):
            if self.unseen:
                self.hidden.append(self.row)
            else:
                cut(self.cells.items(), self.row, self.grid)
        elif self.kind == "inlineStr":
            self.rich.end(name)

    def _take(self) -> None:
        """Keep what the cell shows, if it shows anything."""
        value, spot = "".join(self.value), (self.row, self.column)
        if shows := _WPS_PICTURE.match("".join(self.formula)):
            self.kind, self.shows = "picture", self.book.named.get(shows[1], "")
        if not value and self.kind not in ("inlineStr", "picture"):
            if self.formula and self.kind != "str" and not self.unseen:
                self.cells[self.column] = "".join(self.formula)
                self.grid.notes[spot] = UNSAVED
            return
        text, bold = self._told(value, spot)
        self.cells[self.column] = text
        if bold or self._styled()[1]:
            self.grid.bold.add(spot)

    def _told(self, value: str, spot: Spot) -> tuple[str, bool]:
        if self.kind == "s":
            strings = self.book.strings
            number = _whole(value)
            return strings[number] if 0 <= number < len(strings) else ("", False)
        if self.kind == "inlineStr":
            return self.rich.told()
        if self.kind == "picture":
            if not self.shows:
                self.grid.notes[spot] = PICTURE
            return self.shows or "?", False
        if self.kind == "e":
            self.grid.notes[spot] = FAULT._replace(params={"shown": value[:20]})
            return value, False
        if self.kind == "b":
            return ("TRUE" if value == "1" else "FALSE"), False
        return (self._number(value, spot) if self.kind == "n" else value), False

    def _styled(self) -> tuple[str, bool]:
        styles = self.book.styles
        return styles[self.style] if 0 <= self.style < len(styles) else ("General", False)

    def _number(self, value: str, spot: Spot) -> str:
        try:
            number = float(value)
        except ValueError:
            return value
        if not abs(number) < 1e300:
            return value
        code = self._styled()[0]
        told = (Shown(general(number)) if code == "General"
                else shown(number, code, from_1904=self.book.from_1904))
        if told.day or not told.sure:
            note = DAY if told.day else UNSURE
            self.grid.notes[spot] = note._replace(params={"shown": told.text[:40]})
        return told.text

    def _merge(self, reference: str) -> None:
        """Note the cells below the first one of a merged column."""
        first, _, last = reference.partition(":")
        column, rows = column_of(first), [_whole(part.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
                                          for part in (first, last)]
        if min(rows) < 1 or len(self.grid.merged) + rows[1] - rows[0] > _MERGED_LIMIT:
            return
        for row in range(rows[0] + 1, rows[1] + 1):
            self.grid.merged[row, column] = rows[0], column
