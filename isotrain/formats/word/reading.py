"""Word documents, read for the questions that people type into them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from isotrain.formats.contract import Format, Unreadable, check_count
from isotrain.formats.model import Import
from isotrain.formats.numbered.lines import Line, Run
from isotrain.formats.numbered.reading import read_lines
from isotrain.formats.word.document import Body, Paragraph, body_of
from isotrain.formats.word.noting import SAID
from isotrain.formats.word.numbering import lists_of
from isotrain.formats.word.styles import styles_of
from isotrain.formats.word.tables import grid_of, lines_of, read_table
from isotrain.formats.workbooks.archive import members_of, names_of, pictures_of
from isotrain.formats.workbooks.grid import Grid
from isotrain.formats.workbooks.parts import related
from isotrain.formats.workbooks.signs import Signs
from isotrain.text import N_

MAIN = "word/document.xml"
_SAVE_AGAIN = N_("Save the document as .docx again, or paste its text.")


def detect(data: bytes, filename: str) -> bool:
    """Whether this is an archive with a Word document in it."""
    return MAIN in names_of(data)


def read(data: bytes) -> Import:
    """Read a whole document; raises Unreadable."""
    return choose(data, {})


def choose(data: bytes, readings: Mapping[str, str]) -> Import:
    """Read a whole document with what was chosen where its signs differ; raises Unreadable."""
    try:
        members = members_of(data)
        signs = Signs(members)
        body = _body(members, signs)
    except Unreadable as fault:
        if fault.problem.template != "The spreadsheet cannot be read: %(reason)s.":
            raise Unreadable(fault.problem.template, _SAVE_AGAIN, code=fault.code,
                             **fault.problem.params) from None
        raise Unreadable("The document cannot be read: %(reason)s.", _SAVE_AGAIN,
                         code="docx_broken", **fault.problem.params) from None
    grids, blocks = _apart(body)
    imported = read_lines("docx", _lines(blocks), readings,
                          place=lambda count, _line: f"question {count}" if count else "file")
    parts = [imported, *(read_table(grid, readings) for grid in grids)]
    drafts = tuple(draft for part in parts for draft in part.questions)
    check_count(len(drafts))
    problems = (problem for part in parts for problem in part.problems)
    whole = Import("docx", drafts, (*body.said(), *problems))
    return signs.put_in(whole, partial(pictures_of, data))


def _body(members: Mapping[str, bytes], signs: Signs) -> Body:
    """The body of the main part, with the styles, lists and pictures it refers to."""
    if MAIN not in members:
        raise Unreadable("The document has no text in it.", _SAVE_AGAIN, code="docx_broken")
    links = related(members, MAIN)
    parts = {kind: members.get(path) for kind, path in links.values()}
    return body_of(members[MAIN], styles_of(parts.get("styles")), lists_of(parts.get("numbering")),
                   lambda link, alt: signs.add(links.get(link, ("", ""))[1], alt))


def _apart(body: Body) -> tuple[list[Grid], list[Paragraph]]:
    """The tables that are sheets of questions, and all else as paragraphs in its order."""
    grids: list[Grid] = []
    blocks: list[Paragraph] = []
    tables = 0
    for block in body.blocks:
        if isinstance(block, Paragraph):
            blocks.append(block)
            continue
        tables += 1
        grid = grid_of(block, f"table {tables}")
        if grid:
            grids.append(grid)
        else:
            blocks += lines_of(block)
    return grids, blocks


def _lines(paragraphs: Iterable[Paragraph]) -> Iterator[Line]:
    """The lines of paragraphs, each with what its list puts before it."""
    blank = True
    for number, paragraph in enumerate(paragraphs, 1):
        noted = tuple(SAID[name] for name in sorted(paragraph.noted))
        first = True
        for runs in _broken(paragraph):
            line = _stripped(Line(number, tuple(runs), blank, found="file", paragraph=first))
            if not line.runs and not (noted and first):
                continue
            if first:
                label = (Run(f"{paragraph.label} "),) if paragraph.label else ()
                line = replace(line, runs=(*label, *line.runs), level=paragraph.level, noted=noted)
            yield line
            first = blank = False
        blank = blank or first


def _broken(paragraph: Paragraph) -> Iterator[list[Run]]:
    """The runs of a paragraph, line by line."""
    runs: list[Run] = []
    for run in paragraph.runs:
        part, *others = run.text.split("\n")
        runs.append(run._replace(text=part))
        for each in others:
            yield runs
            runs = [run._replace(text=each)]
    yield runs


def _stripped(line: Line) -> Line:
    """The line without blanks at its ends; none of its runs where it holds nothing."""
    text = line.text
    start = len(text) - len(text.lstrip())
    cut = line.cut(start, len(text.rstrip()))
    return replace(cut, after_blank=line.after_blank)


DOCX = Format("docx", N_("Word"), (".docx",), detect, read, orders=False, choose=choose)
