"""CSV: a spreadsheet as text, with whatever separator, encoding and header it has."""

import csv
import io
from collections.abc import Iterator, Mapping
from functools import partial

from isotrain.formats import zipped
from isotrain.formats.contract import SIZE_LIMIT, Format, Unreadable
from isotrain.formats.decoding import asked_encoding, decoded, peek
from isotrain.formats.model import Import
from isotrain.formats.sheets import writing
from isotrain.formats.sheets.questions import read_grids
from isotrain.formats.sheets.rows import HEADER_ROWS, find_header
from isotrain.formats.workbooks.grid import Grid, Row, check_rows
from isotrain.text import N_

SEPARATORS = (",", ";", "\t", "|")
EXTENSIONS = (".csv", ".tsv")

csv.field_size_limit(SIZE_LIMIT)


def detect(data: bytes, filename: str) -> bool:
    """Whether the file is named so, or a header row of a question sheet can be found."""
    return filename.lower().endswith(EXTENSIONS) or _best_separator(peek(data)) is not None


def read(data: bytes) -> Import:
    """Read a whole file; raises Unreadable."""
    return choose(data, {})


def choose(data: bytes, readings: Mapping[str, str]) -> Import:
    """Read a whole file with what was chosen for its header; raises Unreadable."""
    text, problems = decoded(data)
    separator = _best_separator(text[: SIZE_LIMIT // 100]) or ","
    try:
        imported = read_grids("csv", [Grid(rows=list(text_rows(text, separator)))], readings)
    except Unreadable as fault:
        if not problems or fault.code != "no_header":
            raise
        return Import("csv", (), (asked_encoding(data),))
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


CSV = Format("csv", N_("CSV"), EXTENSIONS, detect, read, writing.write_csv, choose=choose,
             carry=partial(zipped.carried, name="questions.csv"))
