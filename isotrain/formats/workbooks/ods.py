"""Workbooks of LibreOffice and its kin (ODF 1.3, part 3): cells hold the text they show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from isotrain.formats.workbooks.grid import (
    DAY,
    FAULT,
    UNSAVED,
    Grid,
    check_cells,
    cut,
    hidden_rows,
)
from isotrain.formats.workbooks.parts import Attributes, broken, walk
from isotrain.formats.workbooks.signs import Signs

KINDS = (b"application/vnd.oasis.opendocument.spreadsheet",)
_UNSEEN = ("collapse", "filter")


def is_mine(members: Mapping[str, bytes]) -> bool:
    """Whether these are the parts of such a workbook."""
    return members.get("mimetype", b"").startswith(KINDS)


def grids(members: Mapping[str, bytes], signs: Signs) -> Iterator[tuple[str, Grid | None]]:
    """Yield name and grid of each sheet, None for a hidden one; raises Unreadable."""
    if "content.xml" not in members:
        raise broken("it holds no content")
    reader = _Reader(signs)
    walk(members["content.xml"], reader.start, reader.end, reader.text)
    yield from reader.found


class _Reader:
    """All sheets, cell by cell; rows and cells may stand for many of their kind."""

    def __init__(self, signs: Signs) -> None:
        self.found: list[tuple[str, Grid | None]] = []
        self.signs, self.frame, self.described = signs, dict[str, str](), ""
        self.hidden_styles: set[str] = set()
        self.style, self.grid = "", Grid()
        self.seen, self.unseen_row, self.hidden = True, False, list[int]()
        self.row, self.rows, self.column, self.columns = 0, 1, 0, 0
        self.cells: dict[int, str] = {}
        self.cell, self.repeated, self.paragraphs = Attributes(), 1, list[str]()
        self.within, self.looked = list[str](), 0

    def start(self, name: str, attributes: Attributes) -> None:
        given = {key.rpartition(":")[2]: value for key, value in attributes.items()}
        if name == "style":
            self.style = given.get("name", "")
        elif name == "table-properties" and given.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif name == "table" and not self.within:
            self.grid = Grid(given.get("name", ""))
            self.seen = given.get("style-name", "") not in self.hidden_styles
            self.row = self.columns = 0
            self.hidden = []
            self.within.append(name)
        elif name == "table-column":
            count = _count(given, "number-columns-repeated")
            if given.get("visibility") in _UNSEEN:
                self.grid.hidden_columns.update(range(self.columns, min(
                    self.columns + count, 400)))
            self.columns += count
        elif name == "table-row":
            self.rows, self.column, self.cells = _count(given, "number-rows-repeated"), 0, {}
            self.unseen_row = given.get("visibility") in _UNSEEN
        elif name in ("table-cell", "covered-table-cell"):
            self.cell, self.paragraphs = given, []
            self.repeated = _count(given, "number-columns-repeated")
        else:
            self._inside(name, given)

    def _inside(self, name: str, given: Attributes) -> None:
        """An element inside of a cell; notes that are attached to it are not part of its text."""
        if name in ("annotation", "frame", "shapes"):
            self.within.append(name)
            if name == "frame":
                self.frame = {}
        elif name == "image" and self.within[-1:] == ["frame"]:
            self.frame.setdefault("href", given.get("href", "").removeprefix("./"))
        elif name in ("desc", "title") and self.within[-1:] == ["frame"]:
            self.described = name
        elif name == "p" and len(self.within) == 1:
            self.paragraphs.append("")
        elif name in ("s", "tab", "line-break"):
            self.text("\n" if name == "line-break" else " " * min(_count(given, "c"), 100))

    def text(self, text: str) -> None:
        if self.described:
            self.frame[self.described] = self.frame.get(self.described, "") + text
        elif self.paragraphs and len(self.within) == 1:
            self.paragraphs[-1] += text

    def end(self, name: str) -> None:
        if name in ("annotation", "frame", "shapes") and self.within[-1:] == [name]:
            self.within.pop()
            if name == "frame":
                self._take_frame()
        elif name == self.described:
            self.described = ""
        elif name in ("table-cell", "covered-table-cell"):
            self._take()
        elif name == "table-row":
            self._close_row()
        elif name == "table" and self.within == ["table"]:
            self.within.clear()
            if self.hidden:
                self.grid.said.append(hidden_rows(self.hidden))
            self.found.append((self.grid.name, self.grid if self.seen else None))

    def _take_frame(self) -> None:
        """Note a picture on the cell whose frame it is, or on none."""
        alt = self.frame.get("desc") or self.frame.get("title", "")
        spot = (0, 0) if "shapes" in self.within else (self.row + 1, self.column)
        self.grid.pictures.append((spot, self.signs.add(self.frame.get("href", ""), alt)))

    def _take(self) -> None:
        """Keep what the cell shows, as often as it stands there."""
        self.looked += 1
        check_cells(self.looked)
        text, kind = "\n".join(self.paragraphs), self.cell.get("value-type", "")
        if not text and "formula" in self.cell and kind != "string":
            text = "?"
            self.grid.notes[self.row + 1, self.column] = UNSAVED
        if text:
            shown = {"shown": text[:40]}
            if kind == "date":
                self.grid.notes[self.row + 1, self.column] = DAY._replace(params=shown)
            elif "formula" in self.cell and text.startswith(("#", "Err:")):
                self.grid.notes[self.row + 1, self.column] = FAULT._replace(params=shown)
            for place in range(self.column, min(self.column + self.repeated, 400)):
                self.cells[place] = text
        self.column += self.repeated

    def _close_row(self) -> None:
        if any(self.cells.values()):
            for number in range(self.row + 1, self.row + 1 + min(self.rows, 20_001)):
                if self.unseen_row:
                    self.hidden.append(number)
                else:
                    cut(self.cells.items(), number, self.grid)
        self.row += self.rows


def _count(given: Attributes, name: str) -> int:
    text = given.get(name, "1")
    return int(text) if text.isdecimal() and len(text) < 9 else 1
