"""CSV: a spreadsheet as text, with whatever separator, encoding and header it has."""

import csv
import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

from isotrain.formats.contract import SIZE_LIMIT, Export, Format, Unreadable
from isotrain.formats.decoding import decoded, peek
from isotrain.formats.losing import Losses
from isotrain.formats.model import Import
from isotrain.formats.sheets.questions import read_rows
from isotrain.formats.sheets.rows import HEADER_ROWS, Row, check_rows, find_header
from isotrain.questions.draft import Draft
from isotrain.spreadsheet import csv_file

SEPARATORS = (",", ";", "\t", "|")
EXTENSIONS = (".csv", ".tsv")

_ABOUT = ("explanation", "topic", "difficulty", "fact", "use")
_REST = ("name", "category", "tags", "language", "shuffle", "enemies", "module_id")
_TYPES = ("single_choice", "multiple_choice", "true_false", "short_text", "essay", "information")

csv.field_size_limit(SIZE_LIMIT)


def detect(data: bytes, filename: str) -> bool:
    """Whether the file is named so, or a header row of a question sheet can be found."""
    return filename.lower().endswith(EXTENSIONS) or _best_separator(peek(data)) is not None


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    text, problems = decoded(data)
    separator = _best_separator(text[: SIZE_LIMIT // 100]) or ","
    imported = read_rows("csv", list(text_rows(text, separator)))
    return Import("csv", imported.questions, (*problems, *imported.problems))


def _best_separator(text: str) -> str | None:
    """The separator with which most columns of a header row are recognised, None without one."""
    named = named_separator(text)
    if named:
        return named
    scores = {}
    for separator in SEPARATORS:
        header = find_header(_first_rows(text, separator))
        if header:
            scores[separator] = header[1].score
    return max(scores, key=lambda separator: scores[separator]) if scores else None


def named_separator(text: str) -> str | None:
    """The separator that a first line such as sep=; names for spreadsheet programs."""
    first = text.lstrip("\ufeff").partition("\n")[0].strip('"')
    return first[4] if len(first) == 5 and first.lower().startswith("sep=") else None


def _first_rows(text: str, separator: str) -> Iterator[Row]:
    reader = csv.reader(_lines(text), delimiter=separator, skipinitialspace=True)
    for number, cells in enumerate(reader, 1):
        if number > HEADER_ROWS:
            return
        yield Row(number, tuple(cell.strip("\ufeff") for cell in cells))


def text_rows(text: str, separator: str) -> Iterator[Row]:
    """All rows; a quote that is never closed is told by the line on which it opens."""
    reader = csv.reader(_lines(text), delimiter=separator, skipinitialspace=True, strict=True)
    number, line = 0, 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise _bad_quote(line, reader.line_num) from None
        number += 1
        check_rows(number)
        line = reader.line_num + 1
        yield Row(number, tuple(cell.strip("\ufeff") for cell in cells))


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends; only \\n ends a line, decoding has seen to that."""
    return iter(io.StringIO(text, newline="\n"))


def _bad_quote(first: int, last: int) -> Unreadable:
    if first == last:
        return Unreadable(
            "On line %(line)s a quote stands inside a quoted text.",
            'Double the quotes inside: "He said ""yes""".',
            place=f"line {first}",
            code="csv_quote",
            line=first,
        )
    return Unreadable(
        "The quote that opens on line %(line)s is not closed properly.",
        "Add the missing quote, or double a quote that belongs to the text.",
        place=f"line {first}",
        code="csv_quote",
        line=first,
    )


def write(drafts: Sequence[Draft]) -> Export:
    """A file for spreadsheet programs that we read back; the problems name what is lost."""
    losses = Losses("CSV", drafts)
    kept = losses.writable(_TYPES)
    losses.note("share", _has_parts)
    width = max((len(_options(draft)) for draft in kept), default=0)
    numbers = range(1, max(width, 2) + 1)
    options, feedback = ([f"{word}_{n}" for n in numbers] for word in ("option", "feedback"))
    header = ["id", "type", "stem", *options, "right", *_ABOUT, *feedback, *_REST]
    data = csv_file(header, (_cells(draft, len(numbers)) for draft in kept))
    return Export(data, losses.problems())


def _has_parts(draft: Draft) -> bool:
    """Whether a right option earns another part than all, or than all right ones equally."""
    usual = Fraction(1, len(draft.right) or 1) if draft.type == "multiple_choice" else 1
    return any(option.share != usual for option in draft.right)


def _options(draft: Draft) -> list[str]:
    return [] if draft.type == "true_false" else [option.text for option in draft.options]


def _cells(draft: Draft, width: int) -> list[str]:
    right = [str(number) for number, option in enumerate(draft.options, 1) if option.share > 0]
    key = str(draft.answer).lower() if draft.type == "true_false" else ";".join(right)
    return [
        *(draft.external_id, draft.type, draft.stem),
        *_padded(_options(draft), width),
        key,
        *(draft.explanation, draft.topic, str(draft.difficulty or "")),
        *("; ".join(draft.facts), draft.use),
        *_padded([option.feedback for option in draft.options], width),
        *(draft.name, draft.category, "; ".join(draft.tags), draft.language),
        *("" if draft.shuffle else "no", draft.enemies, draft.module),
    ]


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


CSV = Format("csv", "CSV", EXTENSIONS, detect, read, write)
