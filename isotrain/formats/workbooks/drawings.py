"""The pictures of Excel: those that lie on a sheet, and those that are the value of a cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from isotrain.formats.workbooks.grid import Spot
from isotrain.formats.workbooks.parts import Attributes, attribute, related, walk_if
from isotrain.formats.workbooks.signs import Signs

_ANCHORS = ("oneCellAnchor", "twoCellAnchor", "absoluteAnchor")
_T = TypeVar("_T")
_IMAGE, _WORDS = "_rvRel:LocalImageIdentifier", "Text"


def lying_on(members: Mapping[str, bytes], part: str, signs: Signs) -> list[tuple[Spot, str]]:
    """The cells on which the pictures of a drawing begin, with the signs of these."""
    walking = _Drawing()
    walk_if(members.get(part), walking.start, walking.end, walking.text)
    files = related(members, part)
    return [(spot, signs.add(files.get(link, ("", ""))[1], alt))
            for spot, link, alt in walking.found]


class _Drawing:
    """Walks a drawing; `found` are the cells, links and words of its pictures."""

    def __init__(self) -> None:
        self.found: list[tuple[Spot, str, str]] = []
        self.names: list[str] = []
        self._at: dict[str, int] = {}
        self._link = self._alt = self._name = self._field = ""
        self._in: list[str] = []

    def start(self, name: str, attributes: Attributes) -> None:
        self._in.append(name)
        if name in _ANCHORS:
            self._at = {}
        elif name == "pic":
            self._link = self._alt = self._name = ""
        elif name == "cNvPr":
            self._alt = attributes.get("descr") or attributes.get("title", "")
            self._name = attributes.get("name", "")
        elif name == "blip":
            self._link = attribute(attributes, "embed")
        self._field = name if self._in[-2:-1] == ["from"] and name in ("row", "col") else ""

    def end(self, name: str) -> None:
        self._in.pop()
        self._field = ""
        if name == "pic" and "Fallback" not in self._in:
            spot = self._at.get("row", -1) + 1, self._at.get("col", 0)
            self.found.append((spot, self._link, self._alt))
            self.names.append(self._name)

    def text(self, text: str) -> None:
        if self._field and text.strip().isdecimal() and len(text) < 10:
            self._at[self._field] = int(text)


def placed_in_cells(members: Mapping[str, bytes], parts: Mapping[str, str], signs: Signs
                    ) -> list[str]:
    """The signs of the pictures that are values of cells, by the numbers cells give for them.

    `parts` are those that the workbook names, by their kinds.
    """
    by_value, by_future = _chosen(members.get(parts.get("sheetMetadata", "")))
    values = _values(members.get(parts.get("rdRichValue", "")),
                     _keys(members.get(parts.get("rdRichValueStructure", ""))))
    part = parts.get("richValueRel", "")
    links, files = _links(members.get(part)), related(members, part)

    def sign(number: int) -> str:
        value = _at(values, _at(by_future, number, -1), {})
        link = _at(links, _whole(value.get(_IMAGE, "")), "")
        return signs.add(files.get(link, ("", ""))[1], value.get(_WORDS, ""))

    return [sign(number) for number in by_value]


def named(members: Mapping[str, bytes], part: str, signs: Signs) -> dict[str, str]:
    """The signs of the pictures that cells of WPS show, by the names cells give for them."""
    walking = _Drawing()
    walk_if(members.get(part), walking.start, walking.end)
    files = related(members, part)
    return {name: signs.add(files.get(link, ("", ""))[1], alt)
            for (_spot, link, alt), name in zip(walking.found, walking.names, strict=True)}


def _at(items: Sequence[_T], index: int, otherwise: _T) -> _T:
    return items[index] if 0 <= index < len(items) else otherwise


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _chosen(part: bytes | None) -> tuple[list[int], list[int]]:
    """Which record each number of a cell means, and which rich value each record."""
    by_value: list[int] = []
    by_future: list[int] = []
    within = ""

    def start(name: str, attributes: Attributes) -> None:
        nonlocal within
        if name in ("futureMetadata", "cellMetadata", "valueMetadata"):
            within = f"{name} {attributes.get('name', '')}".strip()
        elif name == "rc" and within == "valueMetadata":
            by_value.append(_whole(attributes.get("v", "")))
        elif name == "rvb" and within == "futureMetadata XLRICHVALUE":
            by_future.append(_whole(attributes.get("i", "")))

    walk_if(part, start)
    return by_value, by_future


def _keys(part: bytes | None) -> list[list[str]]:
    """What the values of each structure are called."""
    found: list[list[str]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "s":
            found.append([])
        elif name == "k" and found:
            found[-1].append(attributes.get("n", ""))

    walk_if(part, start)
    return found


def _values(part: bytes | None, keys: Sequence[Sequence[str]]) -> list[dict[str, str]]:
    """The rich values with what each says by name."""
    found: list[tuple[int, list[str]]] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "rv":
            found.append((_whole(attributes.get("s", "")), []))
        elif name == "v" and found:
            found[-1][1].append("")

    def text(text: str) -> None:
        if found and found[-1][1]:
            found[-1][1][-1] += text

    walk_if(part, start, None, text)
    return [dict(zip(_at(keys, structure, ()), texts, strict=False)) for structure, texts in found]


def _links(part: bytes | None) -> list[str]:
    found: list[str] = []

    def start(name: str, attributes: Attributes) -> None:
        if name == "rel":
            found.append(attribute(attributes, "id"))

    walk_if(part, start)
    return found
