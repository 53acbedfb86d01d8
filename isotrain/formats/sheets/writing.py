"""Writing sheets: CSV and workbooks with the same columns, which we read back without loss."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import partial

from isotrain.formats.contract import Export
from isotrain.formats.losing import Losses
from isotrain.formats.sheets.own import PAIRED
from isotrain.questions.draft import Draft
from isotrain.spreadsheet import csv_file

_ABOUT = ("explanation", "topic", "difficulty", "fact", "use")
_REST = ("name", "category", "tags", "language", "shuffle", "enemies", "module_id")
_MORE = ("rule", "unit", "case", "marking_points")
_TYPES = ("single_choice", "multiple_choice", "true_false", "short_text", "numeric", "ordering",
          "matching", "categorising", "gap_text", "cloze", "essay", "information")
_CARRIED = ("unit", "case", "points")
_CHOSEN = {"type": _TYPES, "difficulty": ("1", "2", "3"), "use": ("exam", "practice"),
           "shuffle": ("yes", "no")}
_WIDTHS = {"stem": 60, "explanation": 40, "id": 14, "type": 16}


@dataclass(frozen=True)
class Table:
    """A header and its rows; `widths` are those of the options."""

    header: list[str]
    rows: Iterator[list[str]]


def write_csv(drafts: Sequence[Draft], *, separator: str = ",") -> Export:
    """A file for spreadsheet programs, cut by the separator that its reader's program expects."""
    table, losses = _table("CSV", drafts)
    return losses.export(csv_file(table.header, table.rows, separator=separator))


def write_xlsx(drafts: Sequence[Draft]) -> Export:
    """A workbook that offers the words of types, difficulties and uses to choose from."""
    import xlsxwriter  # only an export needs it

    table, losses = _table("Excel", drafts)
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})  # texts stay texts: `write_string`
    sheet = book.add_worksheet("Questions")
    sheet.freeze_panes(1, 3)
    look = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
    bold = book.add_format({"bold": True, "num_format": "@"})
    rows = list(table.rows)
    for column, name in enumerate(table.header):
        sheet.set_column(column, column, _WIDTHS.get(name, 20), look)
        sheet.write_string(0, column, name, bold)
        if name in _CHOSEN:
            sheet.data_validation(1, column, max(len(rows), 1) + 1_000, column,
                                  {"validate": "list", "source": list(_CHOSEN[name])})
    for number, cells in enumerate(rows, 1):
        for column, cell in enumerate(cells):
            if cell:
                sheet.write_string(number, column, cell, look)
    book.close()
    return losses.export(out.getvalue())


def _table(label: str, drafts: Sequence[Draft]) -> tuple[Table, Losses]:
    losses = Losses(label, drafts)
    kept = losses.writable(_TYPES, carried=_CARRIED)
    width = max((len(_lefts(draft)) for draft in kept), default=0)
    numbers = range(1, max(width, 2) + 1)
    beside = {"feedback": True, "match": any(d.pairs for d in kept),
              "share": any(map(_has_parts, kept)),
              "tolerance": any(o.tolerance for d in kept for o in d.options),
              "stays": any(o.stays for d in kept for o in d.options)}
    more = [name for name in _MORE if any(_more(draft, name) for draft in kept)]
    words = [word for word, used in beside.items() if used]
    header = ["id", "type", "stem", *_named("option", numbers), "right", *_ABOUT]
    for word in words:
        header += _named(word, numbers)
    row = partial(_cells, width=len(numbers), words=words, more=more)
    return Table([*header, *_REST, *more], map(row, kept)), losses


def _named(word: str, numbers: Sequence[int]) -> list[str]:
    return [f"{word}_{number}" for number in numbers]


def _has_parts(draft: Draft) -> bool:
    """Whether an option earns another part than all, or than all right ones equally."""
    usual = Fraction(1, len(draft.right) or 1) if draft.type == "multiple_choice" else 1
    return any(option.share not in (usual, 0) for option in draft.options)


def _lefts(draft: Draft) -> list[str]:
    if draft.type in PAIRED:
        return [left for left, _right in draft.pairs]
    return [] if draft.type == "true_false" else [option.text for option in draft.options]


def _beside(draft: Draft, word: str) -> list[str]:
    """What stands beside the options of a draft."""
    if word == "match":
        return [right for _left, right in draft.pairs]
    if word == "share":
        return [str(o.share) for o in draft.options] if _has_parts(draft) else []
    if word == "stays":
        return ["yes" if option.stays else "" for option in draft.options]
    return [getattr(option, word) for option in draft.options]


def _more(draft: Draft, name: str) -> str:
    """What only some types say."""
    if name == "rule":
        return draft.rule
    if name == "marking_points":
        return "\n".join(" ".join(str(p).split("\n")) for p in draft.more.get("points", ()))
    said = draft.more.get(name, "")
    return "yes" if said is True else str(said or "")


def _right(draft: Draft) -> str:
    if draft.type == "true_false":
        return str(draft.answer).lower()
    if draft.type == "ordering":
        return ""
    return ";".join(str(n) for n, option in enumerate(draft.options, 1) if option.share > 0)


def _cells(draft: Draft, *, width: int, words: Sequence[str], more: Sequence[str]) -> list[str]:
    beside = [cell for word in words for cell in _padded(_beside(draft, word), width)]
    return [
        *(draft.external_id, draft.type, draft.stem),
        *_padded(_lefts(draft), width),
        _right(draft),
        *(draft.explanation, draft.topic, str(draft.difficulty or "")),
        *("; ".join(draft.facts), draft.use),
        *beside,
        *(draft.name, draft.category, "; ".join(draft.tags), draft.language),
        *("" if draft.shuffle else "no", draft.enemies, draft.module),
        *(_more(draft, name) for name in more),
    ]


def _padded(cells: Sequence[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]
