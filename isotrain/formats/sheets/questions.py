"""Questions from the rows of sheets, one question or one option in each."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

from isotrain.formats.contract import Rejected, Unreadable, check_count
from isotrain.formats.model import Import
from isotrain.formats.sheets import kinds, options, own
from isotrain.formats.sheets.choices import Undecided
from isotrain.formats.sheets.illustrating import note_pictures
from isotrain.formats.sheets.numbering import unnumbered
from isotrain.formats.sheets.rows import HEADER_ROWS, Sheet, find_header, note_unread
from isotrain.formats.sheets.words import (
    CHOICE,
    difficulty_of,
    is_off,
    is_open,
    is_slide,
    other_kind,
    type_of,
)
from isotrain.formats.workbooks.grid import Grid, Row
from isotrain.formats.workbooks.signs import bare, signs_in
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem, warning
from isotrain.text import N_, tidy

USES = ("", "exam", "practice")

_COPIED = ("stem", "name", "explanation", "category", "topic", "module", "language", "enemies",
           "rule")
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
_PLAIN_NAME = re.compile(r"(?:sheet|tabelle|feuil|feuille|hoja|foglio|planilha|blad|arkusz|table"
                         r"|工作表|シート)\s?\d*", re.IGNORECASE)


def read_grids(format_name: str, grids: Sequence[Grid], readings: Mapping[str, str]) -> Import:
    """Read the questions of all sheets; raises Unreadable where none has a header."""
    filled = [grid for grid in grids if grid.rows]
    named = len(filled) > 1
    drafts: list[Draft] = []
    problems: list[Problem] = []
    headers = [(grid, find_header(grid.rows)) for grid in filled]
    if not any(header for _grid, header in headers):
        raise _no_header(filled)
    for grid, header in headers:
        if header is None:
            problems.append(_unread(grid))
            continue
        sheet = Sheet.of(grid, header, name=grid.name if named else "", readings=readings)
        note_unread(sheet)
        drafts += _of_sheet(sheet, named=named)
        problems += sheet.problems
        check_count(len(drafts))
    return Import(format_name, tuple(drafts), tuple(problems))


def _of_sheet(sheet: Sheet, *, named: bool) -> list[Draft]:
    """The drafts of one sheet; what is said about all of them becomes its problem."""
    drafts = list(_questions(sheet))
    if not sheet.own:
        drafts, said = unnumbered(drafts, sheet.whole())
        sheet.problems += said
    sheet.problems += sheet.choices.again(sheet.whole())
    if named and not sheet.own and not _PLAIN_NAME.fullmatch(sheet.name.strip()):
        drafts = [d if d.category else replace(d, category=tidy(sheet.name)) for d in drafts]
    return drafts


def _unread(grid: Grid) -> Problem:
    count = sum(bool(cell.strip()) for row in grid.rows for cell in row.cells)
    return warning(f"sheet {grid.name}", "No row names a column for questions; the sheet was not "
                   "read (cells: %(count)s).",
                   "Name its columns in the first row if it holds questions.", count=count)


def _no_header(grids: Sequence[Grid]) -> Unreadable:
    seen = next((row.cells for grid in grids for row in grid.rows if any(row.cells)), ())
    return Unreadable(
        "No row among the first %(count)s names a column for the question and one for the right "
        "answer. The first row reads: %(seen)s",
        "Name the columns in the first row, such as Question, Option A, Option B, Correct answer.",
        code="no_header",
        count=HEADER_ROWS,
        seen=", ".join(filter(None, seen))[:120],
    )


def _questions(sheet: Sheet) -> Iterator[Draft]:
    """The drafts of all rows; what cannot be read becomes a problem of the sheet."""
    one_per_option = sheet.columns.option is not None
    reader = options.Options(sheet)
    for rows in _groups(sheet) if one_per_option else ([row] for row in sheet.rows):
        draft = _about(sheet, rows)
        try:
            read = _read(sheet, rows, draft, reader)
        except Rejected as rejection:
            sheet.problems.append(rejection.problem)
            continue
        except Undecided as undecided:  # listed without a key until it is chosen
            sheet.problems.append(undecided.problem)
            listed = options.unkeyed(sheet, rows)
            choice = "single_choice" if listed else "short_text"
            type_ = choice if draft.type in ("", CHOICE) else draft.type
            read = replace(draft, type=type_, options=listed)
        if read is not None:
            _note_unkept(sheet, rows, read)
            note_pictures(sheet, rows, read)
            yield read


def _groups(sheet: Sheet) -> Iterator[list[Row]]:
    """Rows of one question: the same id and stem as the row before, or blank ones."""
    group: list[Row] = []
    for row in sheet.rows:
        first = group[0] if group else row
        if any(_said(sheet, row, r) not in ("", _said(sheet, first, r)) for r in ("id", "stem")):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _said(sheet: Sheet, row: Row, role: str) -> str:
    """What a cell says beside its pictures."""
    text = bare(sheet.value(row, role))
    return "" if signs_in(text) else text


def _read(sheet: Sheet, rows: Sequence[Row], draft: Draft, reader: options.Options) -> Draft | None:
    """The draft of one question, None for what is none; raises Rejected and Undecided."""
    if sheet.own:
        return own.read(sheet, rows[0], draft)
    word = sheet.value(rows[0], "type")
    if kind := other_kind(word):
        sheet.problems.append(warning(
            sheet.at(rows[0]), "This is %(kind)s: nothing in it is right or wrong. It was left "
            "out.", "Make it a question with a right answer if it belongs to the bank.", kind=kind))
        return None
    if is_slide(word):
        sheet.problems.append(warning(
            sheet.at(rows[0]), "This is a slide; it was read as information without a question.",
            "Delete it if the bank does not need it."))
        draft = replace(draft, type="information")
    elif is_open(word):
        draft = replace(draft, type=_open_type(sheet, rows[0]))
    return reader.read(rows, draft)


def _open_type(sheet: Sheet, row: Row) -> str:
    """An open question with a key is answered by a short text, one without by an essay."""
    if kinds.keys_of(sheet, row) or any(row.cells[i] for i in sheet.columns.options):
        return "short_text"
    sheet.problems.append(warning(
        sheet.at(row), "This is an open question without a right answer; it was read as an essay,"
        " which a person marks.", "Write accepted answers into the column of the right answer to"
        " have it marked."))
    return "essay"


def _note_unkept(sheet: Sheet, rows: Sequence[Row], draft: Draft) -> None:
    """Name the cells of a question whose text is nowhere in it."""
    columns = sheet.columns
    places: set[int | None] = {*columns.feedback.values(), *columns.matches.values()}
    if draft.type not in ("true_false", "numeric"):  # whose cells are read, not kept
        places |= {*columns.options, *columns.wrong, columns.list, columns.option}
    if draft.type in ("essay", "information", "cloze"):
        places |= {*columns.right, *columns.marks.values(), *columns.shares.values()}
    kept = options.words_of(draft)
    for row in rows:
        lost = [i for i in sorted(p for p in places if p is not None) if not _is_kept(
            row.cells[i], kept)]
        for index in lost:
            sheet.problems.append(warning(
                sheet.place(row, index), '"%(cell)s" belongs to no part of the question and was '
                "left out.", "Check the row.", cell=row.cells[index][:60]))


def _is_kept(cell: str, kept: Collection[str]) -> bool:
    """Whether each word of a cell stands somewhere in a question, but letters in front."""
    words = options.words(cell)
    return all(word in kept or len(word) < 2 for word in words[:1]) and all(
        word in kept for word in words[1:])


def _about(sheet: Sheet, rows: Sequence[Row]) -> Draft:
    """Everything but the answers; the type is empty where the sheet does not name a known one."""
    row = rows[0]
    others = [sign for each in rows[1:] for sign in signs_in(sheet.value(each, "stem"))]
    use = sheet.value(row, "use")
    level, type_ = sheet.value(row, "difficulty"), sheet.value(row, "type")
    _check(sheet, row, "use", not use or use in USES, N_("Write exam or practice."))
    _check(sheet, row, "difficulty", not level or difficulty_of(level), "Write 1, 2 or 3.")
    known = type_of(type_) or other_kind(type_) or is_slide(type_) or is_open(type_)
    _check(sheet, row, "type", not type_ or known, N_("Write a type such as single_choice."))
    identity = sheet.value(row, "id")
    if _EXPONENT.fullmatch(identity):
        sheet.problems.append(
            warning(
                sheet.place(row, sheet.columns.named["id"]),
                'The id "%(id)s" was probably changed by a spreadsheet program.',
                "Format the column as text and type the id again.",
                id=identity,
            )
        )
    return Draft(
        place=sheet.at(row),
        type=type_of(type_) or "",
        external_id=identity,
        tags=_parts(sheet.value(row, "tags")),
        facts=_parts(sheet.value(row, "fact")),
        difficulty=difficulty_of(level),
        use=use if use in USES else "",
        shuffle=not is_off(sheet.value(row, "shuffle")),
        **{  # type: ignore[arg-type]
            **{role: sheet.value(row, role) for role in _COPIED},
            "stem": "\n".join(filter(None, (sheet.value(row, "stem"), *others)))},
    )


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, map(tidy, cell.split(";"))))


def _check(sheet: Sheet, row: Row, role: str, fine: object, hint: str) -> None:
    """Note a value that is not one of those its column can have."""
    if not fine:
        sheet.problems.append(
            warning(
                sheet.place(row, sheet.columns.named[role]),
                '"%(value)s" is unknown here and was left out.',
                hint,
                value=sheet.value(row, role)[:60],
            )
        )
