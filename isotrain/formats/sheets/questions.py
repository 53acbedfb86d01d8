"""Questions from the rows of a sheet, one question or one option in each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from isotrain.formats.contract import Rejected, Unreadable, check_count
from isotrain.formats.model import Import
from isotrain.formats.sheets.key import (
    Style,
    is_marked,
    right_indices,
    style_of,
    truth,
    without_labels,
)
from isotrain.formats.sheets.rows import HEADER_ROWS, OWN, Row, Sheet, find_header
from isotrain.formats.sheets.words import CHOICE, difficulty_of, is_off, type_of
from isotrain.questions.draft import Draft, Option, equal_shares, true_false_options
from isotrain.questions.problem import error, warning
from isotrain.text import N_, tidy

USES = ("", "exam", "practice")

_COPIED = ("stem", "name", "explanation", "category", "topic", "module", "language", "enemies")
_EXPONENT = re.compile(r"\d(?:[.,]\d+)?E\+\d+")
_QUOTED = re.compile(r"\"([^\"]*)\"|'([^']*)'")
_STRONG_SEPARATOR = re.compile(r"\s*[\n|;]\s*")
_WEAK_SEPARATOR = re.compile(r"\s*[,，、]\s*")


def read_rows(format_name: str, rows: Sequence[Row]) -> Import:
    """Read the questions below the header; raises Unreadable."""
    header = find_header(rows)
    if header is None:
        raise _no_header(rows)
    sheet = Sheet(header[1], own=header[0].cells[: len(OWN)] == OWN)
    for row in rows:
        if row.number > header[0].number:
            sheet.add(row)
    _note_unread(sheet)
    drafts = tuple(_questions(sheet))
    check_count(len(drafts))
    return Import(format_name, drafts, tuple(sheet.problems))


def _note_unread(sheet: Sheet) -> None:
    """Name the columns that hold something and are not read."""
    header = sheet.columns.header
    unread = [header[i].strip() for i in range(len(header)) if i not in sheet.columns.used]
    if any(unread):
        sheet.problems.append(
            warning(
                "file",
                "Columns that were not read: %(names)s.",
                "Rename a column if it belongs to the question.",
                names=", ".join(name[:40] for name in unread if name)[:300],
            )
        )


def _no_header(rows: Sequence[Row]) -> Unreadable:
    seen = next((row.cells for row in rows if any(row.cells)), ())
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
    one_per_option = sheet.columns.flag is not None
    style = Style() if one_per_option or sheet.own else _style(sheet)
    for rows in _groups(sheet) if one_per_option else ([row] for row in sheet.rows):
        try:
            yield _draft(sheet, rows, style)
        except Rejected as rejection:
            sheet.problems.append(rejection.problem)


def _style(sheet: Sheet) -> Style:
    keys = sheet.columns.right
    style = style_of(([row.cells[i] for i in keys], _texts(sheet, row)) for row in sheet.rows)
    if style.from_zero:
        sheet.problems.append(
            warning(
                "file",
                "The numbers of right answers were counted from 0.",
                "Check a few questions; letters instead of numbers are clearer.",
            )
        )
    return style


def _groups(sheet: Sheet) -> Iterator[list[Row]]:
    """Rows of one question: the same id and stem as the row before, or blank ones."""
    group: list[Row] = []
    for row in sheet.rows:
        first = group[0] if group else row
        if any(sheet.value(row, r) not in ("", sheet.value(first, r)) for r in ("id", "stem")):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _draft(sheet: Sheet, rows: Sequence[Row], style: Style) -> Draft:
    """The draft of one question; raises Rejected."""
    row, columns = rows[0], sheet.columns
    draft = _about(sheet, row)
    if columns.flag is not None:
        options = [
            Option(each.cells[columns.option or 0], Fraction(is_marked(each.cells[columns.flag])))
            for each in rows
        ]
    elif columns.wrong:
        options = _right_and_wrong(sheet, row)
    else:
        options = _keyed(sheet, row, style)
    options = [option for option in options if option.text]
    if draft.type in ("", "true_false"):
        answer = _truth(sheet, row, options, draft.type)
        if answer is not None or (draft.type and not options):
            return _true_false(sheet, row, draft, answer)
    return _with_answers(sheet, row, draft, options)


def _with_answers(sheet: Sheet, row: Row, draft: Draft, options: list[Option]) -> Draft:
    several = sum(option.share > 0 for option in options) > 1
    if not options:
        return _without_options(sheet, row, draft)
    if draft.type in ("", CHOICE, "true_false"):
        draft = replace(draft, type="multiple_choice" if several else "single_choice")
    if draft.type == "multiple_choice":
        options = equal_shares(options)
    return replace(draft, options=tuple(options))


def _without_options(sheet: Sheet, row: Row, draft: Draft) -> Draft:
    """A question that is answered in words, with the accepted answers in the key; may reject."""
    keys = [row.cells[index] for index in sheet.columns.right if row.cells[index]]
    if draft.type in ("essay", "information", "cloze"):
        return draft
    if not keys or draft.type in (CHOICE, "single_choice", "multiple_choice"):
        raise Rejected(
            error(
                row.place,
                "The question has no options.",
                "Fill at least two options and say which is right.",
            )
        )
    accepted = [text for key in keys for text in _STRONG_SEPARATOR.split(key) if text]
    options = tuple(Option(text, Fraction(1)) for text in accepted)
    return replace(draft, type=draft.type or "short_text", options=options)


def _truth(sheet: Sheet, row: Row, options: Sequence[Option], type_: str) -> bool | None:
    """The answer of a true_false question, None when this is none or does not say."""
    named = bool(type_)
    if options:
        truths = [truth(option.text, yes_no=named) for option in options]
        if sorted(map(str, truths)) != ["False", "True"]:
            return None
        right = [value for value, o in zip(truths, options, strict=True) if o.share]
        return right[0] if len(right) == 1 else None
    keys = [row.cells[index] for index in sheet.columns.right if row.cells[index]]
    found = truth(keys[0], yes_no=named) if keys else None
    return found


def _true_false(sheet: Sheet, row: Row, draft: Draft, answer: bool | None) -> Draft:
    feedback = [_feedback(sheet, row, index) for index in sheet.columns.options[:2]]
    options = true_false_options(answer, *(feedback if sheet.own else ()))
    return replace(draft, type="true_false", options=options)


def _keyed(sheet: Sheet, row: Row, style: Style) -> list[Option]:
    """The options of a row whose key names the right ones; raises Rejected."""
    texts = _texts(sheet, row)
    if not any(texts):
        return []
    right: set[int] = set()
    for index in sheet.columns.right:
        key = row.cells[index]
        found = right_indices(key, texts, style) if key else set()
        if found is None or any(not texts[number] for number in found):
            raise Rejected(
                error(
                    sheet.place(row, index),
                    'The right answer "%(key)s" is none of the options.',
                    "Write the letter, the number or the text of an option.",
                    key=key[:60],
                )
            )
        right |= found
    columns = sheet.columns.options or range(len(texts))
    options = []
    for number, (text, column) in enumerate(zip(texts, columns, strict=True)):
        is_right = number in right or _is_marked(sheet, row, column)
        options.append(Option(text, Fraction(is_right), _feedback(sheet, row, column)))
    return options


def _right_and_wrong(sheet: Sheet, row: Row) -> list[Option]:
    """The options of a row that has the right answer and the wrong ones in columns of their own."""
    right = [row.cells[index] for index in sheet.columns.right]
    wrong = [row.cells[index] for index in sheet.columns.wrong]
    if len(wrong) == 1:
        wrong = _listed(wrong[0])
    return [*(Option(text, Fraction(1)) for text in right), *(Option(text) for text in wrong)]


def _texts(sheet: Sheet, row: Row) -> list[str]:
    """The option texts of a row, blank ones included so that letters keep their meaning."""
    if sheet.columns.list is not None:
        return without_labels(_listed(row.cells[sheet.columns.list]))
    texts = [row.cells[index] for index in sheet.columns.options]
    if sheet.own:
        return texts
    filled = iter(without_labels([text for text in texts if text]))
    return [next(filled) if text else "" for text in texts]


def _listed(cell: str) -> list[str]:
    """The parts of a cell that holds a list."""
    if cell.startswith("[") and _QUOTED.search(cell):
        return [tidy(double or single) for double, single in _QUOTED.findall(cell)]
    parts = _STRONG_SEPARATOR.split(cell)
    return [tidy(part) for part in (parts if len(parts) > 1 else _WEAK_SEPARATOR.split(cell))]


def _is_marked(sheet: Sheet, row: Row, column: int) -> bool:
    index = sheet.columns.marks.get(column)
    return index is not None and is_marked(row.cells[index])


def _feedback(sheet: Sheet, row: Row, column: int) -> str:
    index = sheet.columns.feedback.get(column)
    return "" if index is None else row.cells[index]


def _about(sheet: Sheet, row: Row) -> Draft:
    """Everything but the answers; the type is empty where the sheet does not name a known one."""
    use = sheet.value(row, "use")
    level, type_ = sheet.value(row, "difficulty"), sheet.value(row, "type")
    _check(sheet, row, "use", not use or use in USES, N_("Write exam or practice."))
    _check(sheet, row, "difficulty", not level or difficulty_of(level), "Write 1, 2 or 3.")
    _check(sheet, row, "type", not type_ or type_of(type_),
           N_("Write a type such as single_choice."))
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
        place=row.place,
        type=type_of(type_) or "",
        external_id=identity,
        tags=_parts(sheet.value(row, "tags")),
        facts=_parts(sheet.value(row, "fact")),
        difficulty=difficulty_of(level),
        use=use if use in USES else "",
        shuffle=not is_off(sheet.value(row, "shuffle")),
        **{role: sheet.value(row, role) for role in _COPIED},  # type: ignore[arg-type]
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
