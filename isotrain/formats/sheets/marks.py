"""Marks beside options, stars before them and bold letters in them: what each option earns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from isotrain.formats.contract import Rejected
from isotrain.formats.sheets.choices import Ways
from isotrain.formats.sheets.key import Places, mark
from isotrain.formats.sheets.rows import Sheet
from isotrain.formats.workbooks.grid import Row
from isotrain.questions.problem import error

SINGLE, MULTIPLE = "single_choice", "multiple_choice"

_NUMBER = re.compile(r"([-+]?\d{1,6}(?:[.,]\d{1,9})?)\s*(%?)")
_NEAR = Fraction(1, 1000)


@dataclass(frozen=True)
class Earned:
    """What each option earns, and the type this says; `weighed` where parts of it count."""

    shares: tuple[Fraction, ...]
    type: str = ""
    weighed: bool = False


def earned(sheet: Sheet, row: Row, cells: Sequence[tuple[int, str]], type_: str) -> Earned | None:
    """What the cells beside the options say, None when they say nothing.

    A cell is its column and its text. Raises Rejected or Undecided.
    """
    values = [_value(sheet, row, column, cell) for column, cell in cells]
    if not any(cell for _column, cell in cells) or not any(values):
        return None
    percent = any("%" in cell for _column, cell in cells)
    if not percent and all(value in (0, 1) for value in values):
        return Earned(tuple(values))
    plus = [value for value in values if value > 0]
    if not plus:
        return None
    total = sum(plus, Fraction(0))
    if percent or max(plus) == 100 or abs(total - 100) < _NEAR * 100:
        return _shares([value / 100 for value in values], type_)
    if max(plus) == 1 or abs(total - 1) < _NEAR:
        return _shares(values, type_)
    return _points(sheet, row, values, type_)


def _value(sheet: Sheet, row: Row, column: int, cell: str) -> Fraction:
    """What one cell says, in its own unit; raises Rejected."""
    match = _NUMBER.fullmatch(cell.strip())
    if match:
        return Fraction(match[1].replace(",", "."))
    said = mark(cell)
    if said is None:
        raise Rejected(error(
            sheet.place(row, column), '"%(value)s" says neither that the option is right nor that '
            "it is wrong.", "Write yes or no, or how much the option earns.", value=cell[:60]))
    return Fraction(said)


def _shares(shares: Sequence[Fraction], type_: str) -> Earned:
    """Shares of the whole mark: where the best option earns all of it, one is to be chosen."""
    plus = [share for share in shares if share > 0]
    wholes = plus.count(Fraction(1))
    if type_ == MULTIPLE or (not wholes and type_ != SINGLE):
        return Earned(_exact(shares), MULTIPLE, True)
    if wholes > 1 and len(plus) == wholes and min(shares) >= 0 and type_ != SINGLE:
        return Earned(tuple(shares))
    return Earned(tuple(shares), SINGLE)


def _exact(shares: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Shares whose sum was rounded, such as three times 33.33, as the parts that were meant."""
    plus = [share for share in shares if share > 0]
    part = Fraction(1, len(plus))
    if all(abs(share - part) < Fraction(1, 100) for share in plus):
        return tuple(part if share > 0 else share for share in shares)
    return tuple(shares)


def _points(sheet: Sheet, row: Row, values: Sequence[Fraction], type_: str) -> Earned:
    """Points: parts of the most that one option earns, or of what all right ones earn."""
    plus = [value for value in values if value > 0]
    best = tuple(value / max(plus) for value in values)
    total = tuple(value / sum(plus) for value in values)
    if len(plus) == 1 or type_ == SINGLE:
        return Earned(best, SINGLE)
    if type_ == MULTIPLE:
        return Earned(total, MULTIPLE, True)
    ways = Ways[tuple[Fraction, ...]](
        {"best": best, "sum": total},
        words=lambda shares: "; ".join(f"{float(share):.0%}" for share in shares))
    column = next(iter(sheet.columns.shares.values()), sheet.columns.named["stem"])
    told = " ".join(f"{float(value):g}" for value in values)
    chosen = sheet.choices.decide(ways, place=sheet.place(row, column), cell=told)
    return Earned(total, MULTIPLE, True) if chosen == total else Earned(best, SINGLE)


def starred(texts: Sequence[str]) -> tuple[list[str], Places]:
    """The texts without the stars that mark some of them, and which these are.

    A star that marks all of them or none says nothing, and stays.
    """
    cut = [_without_star(text) for text in texts]
    places = tuple(place for place, text in enumerate(texts) if text and cut[place] != text)
    if not 0 < len(places) < sum(map(bool, texts)):
        return list(texts), ()
    return cut, places


def _without_star(text: str) -> str:
    bare = text[1:] if text.startswith("*") else text[:-1] if text.endswith("*") else text
    return text if "*" in bare or not bare.strip() else bare.strip()


def bold(sheet: Sheet, row: Row, columns: Sequence[int], texts: Sequence[str]) -> Places:
    """The options in bold letters, where some are and others are not."""
    places = tuple(place for place, column in enumerate(columns)
                   if texts[place] and (row.number, column) in sheet.grid.bold)
    return places if len(places) < sum(map(bool, texts)) else ()


def shown_right(sheet: Sheet, row: Row, texts: Sequence[str]) -> tuple[list[str], Places]:
    """The options that stars or bold letters mark as right; raises Undecided where both do."""
    cut, stars = starred(texts)
    heavy = bold(sheet, row, sheet.columns.options, texts) if sheet.columns.options else ()
    ways = Ways[Places](words=lambda places: "; ".join(cut[place] for place in places))
    ways.found = {name: found for name, found in (("star", stars), ("bold", heavy)) if found}
    if not ways.found:
        return list(texts), ()
    chosen = sheet.choices.decide(ways, place=sheet.at(row), cell="; ".join(filter(None, texts)))
    return cut, chosen or ()
