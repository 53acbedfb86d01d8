"""Rows that our own export wrote: read strictly as they were written."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from isotrain.formats.contract import Rejected
from isotrain.formats.sheets.kinds import beside, keyed_truth
from isotrain.formats.sheets.rows import Sheet
from isotrain.formats.sheets.words import CHOICE, is_off
from isotrain.formats.workbooks.grid import Row
from isotrain.questions.draft import Draft, Option, equal_shares
from isotrain.questions.problem import error

PAIRED = ("matching", "categorising", "gap_text")
"""The types whose options are the left sides of pairs."""


def read(sheet: Sheet, row: Row, draft: Draft) -> Draft:
    """The draft of a row; raises Rejected."""
    columns = sheet.columns
    type_ = draft.type if draft.type != CHOICE else ""
    draft = replace(draft, more=_more(sheet, row, type_))
    if type_ == "true_false":
        return keyed_truth(sheet, row, draft)
    if type_ in PAIRED:
        pairs = [(row.cells[c], beside(row, columns.matches, c)) for c in columns.options]
        return replace(draft, pairs=tuple(pair for pair in pairs if any(pair)))
    right = _numbers(sheet, row)
    if type_ == "ordering":
        right = frozenset()
    options = [_option(sheet, row, column, number in right)
               for number, column in enumerate(columns.options, 1) if row.cells[column]]
    if not options and type_ == "":
        raise Rejected(error(sheet.at(row), "The question has no options.",
                             "Fill at least two options and say which is right."))
    type_ = type_ or ("multiple_choice" if len(right) > 1 else "single_choice")
    if type_ == "multiple_choice" and not _has_shares(sheet, row):
        options = equal_shares(options)
    return replace(draft, type=type_, options=tuple(options))


def _option(sheet: Sheet, row: Row, column: int, right: bool) -> Option:
    columns = sheet.columns
    share = beside(row, columns.shares, column)
    try:
        earns = Fraction(share) if share else Fraction(right)
    except (ValueError, ZeroDivisionError):
        raise Rejected(error(sheet.place(row, columns.shares[column]), '"%(key)s" is no number.',
                             "Write a part such as 1/2.", key=share[:60])) from None
    return Option(row.cells[column], earns, beside(row, columns.feedback, column),
                  beside(row, columns.tolerances, column),
                  bool(beside(row, columns.stays, column)))


def _has_shares(sheet: Sheet, row: Row) -> bool:
    return any(row.cells[index] for index in sheet.columns.shares.values())


def _numbers(sheet: Sheet, row: Row) -> frozenset[int]:
    """The numbers of the right options; raises Rejected where the key names none."""
    index = sheet.columns.right[0] if sheet.columns.right else None
    key = row.cells[index] if index is not None else ""
    parts = [part.strip().removesuffix(".0") for part in key.replace(",", ";").split(";")]
    numbers = [int(part) for part in parts if part.isdecimal() and len(part) < 4]
    filled = {number for number, column in enumerate(sheet.columns.options, 1) if row.cells[column]}
    if key and (len(numbers) < len(parts) or not filled.issuperset(numbers)) and index is not None:
        raise Rejected(error(sheet.place(row, index),
                             'The right answer "%(key)s" is none of the options.',
                             "Write the number of an option.", key=key[:60]))
    return frozenset(numbers)


def _more(sheet: Sheet, row: Row, type_: str) -> dict[str, object]:
    """What only its type understands."""
    unit, points, case = (sheet.value(row, role) for role in ("unit", "marking", "case"))
    if type_ == "numeric" and unit:
        return {"unit": unit}
    if type_ == "essay" and points:
        return {"points": points.split("\n")}
    return {"case": True} if type_ == "short_text" and case and not is_off(case) else {}
