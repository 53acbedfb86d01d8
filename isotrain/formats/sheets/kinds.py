"""The answers of questions by type: what is not chosen among options."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction

from isotrain.formats.contract import Rejected
from isotrain.formats.sheets.choices import Ways
from isotrain.formats.sheets.key import LETTERS, truth
from isotrain.formats.sheets.rows import Sheet
from isotrain.formats.sheets.words import is_off
from isotrain.formats.workbooks.grid import Row
from isotrain.questions.draft import Draft, Option, true_false_options
from isotrain.questions.problem import error
from isotrain.text import N_, tidy

NUMBER_LENGTH = 100
_ARROWS = ("->", "→", "=>", "⇒", "↔", "=", "|", ":", " - ", " – ")
_SEPARATOR = re.compile(r"\s*[\n|;]\s*")
_WEAK_SEPARATOR = re.compile(r"\s*[,，、\n|;]\s*")
_GAP = re.compile(r"_{2,}|…{2,}|\.{4,}")
_PLAIN = r"[-+−]?\d[\d.,’' \u00a0\u202f]*(?:[eE][-+]?\d{1,3})?"
_NUMERIC = re.compile(
    rf"(?P<low>{_PLAIN})\s*(?:\.\.+|…|bis|to|à|–)\s*(?P<high>{_PLAIN})"
    rf"|(?P<value>{_PLAIN})\s*(?:(?:±|\+/?-)\s*(?P<off>{_PLAIN}))?\s*(?P<unit>[^\d\s+\-−±.,].{{0,20}})?")
_THOUSANDS = re.compile(r"[-+−]?\d{1,3}[.,]\d{3}")
_GROUPED = re.compile(r"[-+−]?[1-9]\d{0,2}(?:([.,’' \u00a0\u202f])\d{3})(?:\1\d{3})*(?:[.,]\d+)?")


def answered(sheet: Sheet, row: Row, draft: Draft, cells: Sequence[str]) -> Draft:
    """The draft of a type that has no options to choose among; raises Rejected or Undecided.

    `cells` are those of the options, as they stand in the sheet.
    """
    return _KINDS[draft.type](sheet, row, draft, cells)


def is_answered(type_: str) -> bool:
    """Whether a type is read here."""
    return type_ in _KINDS


def keys_of(sheet: Sheet, row: Row) -> list[tuple[int, str]]:
    """The filled cells of the key, each with its column."""
    return [(index, row.cells[index]) for index in sheet.columns.right if row.cells[index]]


def keyed_truth(sheet: Sheet, row: Row, draft: Draft) -> Draft:
    """A statement whose key says whether it is true; raises Rejected."""
    keys = keys_of(sheet, row)
    word = keys[0][1] if keys else ""
    said = {"1": True, "0": False, "1.0": True, "0.0": False}.get(word, truth(word, yes_no=True))
    if word and said is None:
        raise Rejected(error(sheet.place(row, keys[0][0]),
                             '"%(key)s" says neither true nor false.', "Write true or false.",
                             key=word[:60]))
    feedback = [beside(row, sheet.columns.feedback, column) for column in sheet.columns.options[:2]]
    return replace(draft, type="true_false",
                   options=true_false_options(said, *(feedback if sheet.own else ())))


def untyped(sheet: Sheet, row: Row, draft: Draft) -> Draft:
    """A question with a key and neither options nor a type; raises Rejected or Undecided."""
    [(column, key), *more] = keys_of(sheet, row)
    if not more and key in ("0", "1"):
        ways = Ways[str]({"number": key, "truth": "False" if key == "0" else "True"})
        if sheet.choices.decide(ways, place=sheet.place(row, column), cell=key) != key:
            return keyed_truth(sheet, row, draft)
        return answered(sheet, row, replace(draft, type="numeric"), ())
    if not more and truth(key) is not None:
        return keyed_truth(sheet, row, draft)
    number = not more and _NUMERIC.fullmatch(key[:NUMBER_LENGTH])
    type_ = "numeric" if number and not number["unit"] and not number["low"] else "short_text"
    return answered(sheet, row, replace(draft, type=type_), ())


def beside(row: Row, columns: dict[int, int], column: int) -> str:
    """The cell that stands beside an option, empty where there is none."""
    index = columns.get(column)
    return "" if index is None else row.cells[index]


def _accepted(sheet: Sheet, row: Row, draft: Draft, cells: Sequence[str]) -> Draft:
    """A question that is answered in words: all texts of the key are right."""
    texts = [text for _c, key in keys_of(sheet, row) for text in _SEPARATOR.split(key) if text]
    texts = texts or [cell for cell in cells if cell]
    if not texts:
        raise _unanswered(sheet, row)
    options = tuple(Option(text.replace("*", r"\*"), Fraction(1)) for text in texts)
    case = sheet.value(row, "case")
    more = {"case": True} if case and not is_off(case) else {}
    return replace(draft, options=options, more=more)


def _unanswered(sheet: Sheet, row: Row) -> Rejected:
    return Rejected(error(sheet.at(row), "No right answer is given.", "Write the right answer."))


def _numeric(sheet: Sheet, row: Row, draft: Draft, cells: Sequence[str]) -> Draft:
    """A question that is answered by a number, with a range or a tolerance."""
    keys = keys_of(sheet, row) or [
        (column, cell) for column, cell in zip(sheet.columns.options, cells, strict=False) if cell]
    parts = [(column, part) for column, key in keys for part in _SEPARATOR.split(key) if part]
    if not parts:
        raise _unanswered(sheet, row)
    options, unit = [], sheet.value(row, "unit")
    for column, part in parts:
        match = _NUMERIC.fullmatch(part[:NUMBER_LENGTH])
        if match is None:
            raise Rejected(error(sheet.place(row, column), '"%(key)s" is no number.',
                                 "Write a number such as 3.5, or a range such as 3..4.",
                                 key=part[:60]))
        unit = unit or (match["unit"] or "").strip()
        options.append(_accepted_number(sheet, row, column, match))
    return replace(draft, options=tuple(options), more={"unit": unit} if unit else {})


def _accepted_number(sheet: Sheet, row: Row, column: int, match: re.Match[str]) -> Option:
    def number(text: str) -> Fraction:
        return _number(sheet, row, column, text)

    if match["low"]:
        low, high = number(match["low"]), number(match["high"])
        if low > high:
            raise Rejected(error(sheet.place(row, column), "The range ends before it begins.",
                                 "Write the smaller number first."))
        return Option(_written((low + high) / 2), Fraction(1), "", _written((high - low) / 2))
    given = match["off"] or sheet.value(row, "tolerance")
    off = abs(number(given)) if re.fullmatch(_PLAIN, given or "") else None
    if given and off is None:
        raise Rejected(error(sheet.place(row, sheet.columns.named["tolerance"]),
                             '"%(key)s" is no number.', "Write a number such as 0.5.",
                             key=given[:60]))
    return Option(_written(number(match["value"])), Fraction(1), "",
                  _written(off) if off is not None else "")


def _number(sheet: Sheet, row: Row, column: int, text: str) -> Fraction:
    """The number a text is, with a decimal point or comma; raises Rejected or Undecided."""
    text = text.strip().replace("−", "-")
    if _THOUSANDS.fullmatch(text) and not text.lstrip("+-").startswith("0"):
        ways = Ways[str]({"decimals": text.replace(",", "."),
                          "thousands": re.sub("[.,]", "", text)})
        text = sheet.choices.decide(ways, place=sheet.place(row, column), cell=text) or text
    elif grouped := _GROUPED.fullmatch(text):
        text = text.replace(grouped[1], "").replace(",", ".")
    try:
        return Fraction(text.replace(",", ".").replace(" ", ""))
    except (ValueError, ZeroDivisionError):
        raise Rejected(error(sheet.place(row, column), '"%(key)s" is no number.',
                             "Write a number such as 3.5, or a range such as 3..4.",
                             key=text[:60])) from None


def _written(number: Fraction) -> str:
    """A number as short as it can be written exactly."""
    if number.denominator == 1:
        return str(number.numerator)
    return f"{float(number):.12g}"


def _ordering(sheet: Sheet, row: Row, draft: Draft, cells: Sequence[str]) -> Draft:
    """Items in their right order: as they stand, or as the key puts them."""
    items = [cell for cell in cells if cell]
    keys = keys_of(sheet, row)
    if keys and not sheet.own:
        column, key = keys[0]
        if not items:
            items = [tidy(part) for part in _WEAK_SEPARATOR.split(key) if part]
        else:
            items = _ordered(sheet, row, column, key, items)
    if len(items) < 2:
        raise Rejected(error(sheet.at(row), "The question has too few items to be put in order.",
                             "Write the items in the columns of the options, in the right order."))
    return replace(draft, options=tuple(Option(item) for item in items))


def _ordered(sheet: Sheet, row: Row, column: int, key: str, items: list[str]) -> list[str]:
    parts = [part.lower().strip("(). ") for part in re.split(r"\s*[,;|\s>/-]+\s*", key) if part]
    if len(parts) == 1 and len(key) == len(items):
        parts = list(key.lower())
    counted = [LETTERS.find(p) if len(p) == 1 and p.isalpha() else
               int(p) - 1 if p.isdecimal() and len(p) < 3 else -1 for p in parts]
    if sorted(counted) != list(range(len(items))):
        raise Rejected(error(sheet.place(row, column), 'The key "%(key)s" does not name every item '
                             "once.", "Write the letters or numbers of all items in order.",
                             key=key[:60]))
    sequence = [items[place] for place in counted]
    ranks = [items[counted.index(place)] for place in range(len(items))]
    if any(part.isalpha() for part in parts):
        return sequence
    ways = Ways[list[str]]({"sequence": sequence, "ranks": ranks}, words="; ".join)
    return sheet.choices.decide(ways, place=sheet.place(row, column), cell=key) or sequence


def _pairs(sheet: Sheet, row: Row, draft: Draft, cells: Sequence[str]) -> Draft:
    """What belongs together: in columns beside the options, or joined by an arrow in a cell."""
    columns = sheet.columns
    rights = [beside(row, columns.matches, column) for column in columns.options]
    if any(rights):
        pairs = [(left, right) for left, right in zip(cells, rights, strict=True) if left or right]
    else:
        joined = [cell for cell in cells if cell] or [
            part for _column, key in keys_of(sheet, row) for part in _SEPARATOR.split(key) if part]
        pairs = _parted(sheet, row, joined)
    lonely = next((left for left, right in pairs if not right), "")
    if lonely or not any(left for left, _right in pairs):
        raise Rejected(error(sheet.at(row), 'Nothing says what "%(left)s" belongs to.',
                             "Write what belongs together as left -> right in one cell, or in"
                             " columns such as Option 1 and Match 1.", left=lonely[:60]))
    return replace(draft, pairs=tuple(pairs))


def _parted(sheet: Sheet, row: Row, joined: Sequence[str]) -> list[tuple[str, str]]:
    """The pairs of cells that all hold the same sign between two texts."""
    for arrow in _ARROWS:
        parts = [cell.partition(arrow) for cell in joined]
        if all(sign and right.strip() for _left, sign, right in parts):
            return [(left.strip(), right.strip()) for left, _sign, right in parts]
    return [(cell, "") for cell in joined]


def _gaps(sheet: Sheet, row: Row, draft: Draft, cells: Sequence[str]) -> Draft:
    """A text with gaps and the words for them."""
    if any(row.cells[index] for index in sheet.columns.matches.values()):
        return _pairs(sheet, row, draft, cells)
    words = [word for _column, key in keys_of(sheet, row) for word in _WEAK_SEPARATOR.split(key)
             if word]
    stem, count = draft.stem, len(re.findall(r"\[\[\d+\]\]", draft.stem))
    if not count:
        numbers = itertools.count(1)
        stem, count = _GAP.subn(lambda _gap: f"[[{next(numbers)}]]", stem)
    if not count or count != len(words):
        raise Rejected(error(
            sheet.at(row), "The text has %(gaps)s gaps, and the key has %(words)s words.",
            "Write ___ for every gap, and the right words into the key with commas between them.",
            gaps=count, words=len(words)))
    pairs = [(str(number), word) for number, word in enumerate(words, 1)]
    return replace(draft, stem=stem,
                   pairs=(*pairs, *(("", cell) for cell in cells if cell and cell not in words)))


def _plain(sheet: Sheet, row: Row, draft: Draft, _cells: Sequence[str]) -> Draft:
    """A question without anything to answer from."""
    points = sheet.value(row, "marking")
    listed = [tidy(point) for point in _SEPARATOR.split(points) if point]
    return replace(draft, more={"points": listed}) if listed and draft.type == "essay" else draft


def _scenario(sheet: Sheet, row: Row, _draft: Draft, _cells: Sequence[str]) -> Draft:
    raise Rejected(error(sheet.at(row), "A scenario cannot be read from a sheet.",
                         N_("Make it in the editor, or write its questions into rows of their"
                            " own.")))


_KINDS: dict[str, Callable[[Sheet, Row, Draft, Sequence[str]], Draft]] = {
    "short_text": _accepted, "numeric": _numeric, "ordering": _ordering, "matching": _pairs,
    "categorising": _pairs, "gap_text": _gaps, "cloze": _plain, "essay": _plain,
    "information": _plain, "scenario": _scenario,
}
