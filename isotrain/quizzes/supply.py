"""What a blueprint asks for beside what the banks hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa

from isotrain.banks.models import Bank, BankMember, Question, QuestionVersion
from isotrain.db import db
from isotrain.exams.drawing import availability
from isotrain.exams.pools import Cell, size_of_use
from isotrain.i18n import _, say
from isotrain.ledger.canonical import JsonObject
from isotrain.questions import TYPES
from isotrain.quizzes import forming
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import (
    BANDS,
    EXAM,
    PRACTICE,
    Subject,
    count_questions,
    size_of,
    subject_of,
)
from isotrain.study import content
from isotrain.study.models import Course
from isotrain.text import N_

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from isotrain.exams.drawing import Supply
    from isotrain.exams.pools import Pool
    from isotrain.quizzes.composition import Composition
    from isotrain.quizzes.forming import Blueprint

# From this share of questions that can be guessed on, guessing alone earns too much.
MANY_GUESSABLE = 0.25


@dataclass(frozen=True)
class GridCell:
    """One topic or module and difficulty of one bank: what is wanted and what there is.

    Counts are of sets where it is about sets.
    """

    bank: str
    subject: Subject
    difficulty: int
    count: int
    available: int
    short: int


@dataclass(frozen=True)
class GridRow:
    """One topic or module over the difficulty bands: its single questions, or its sets of a size.
    """

    subject: Subject
    size: int
    title: str
    cells: tuple[GridCell, ...]

    @property
    def wanted(self) -> bool:
        return any(cell.count for cell in self.cells)


@dataclass(frozen=True)
class Grid:
    """One bank: its topics, and the modules of the course, that have or want questions."""

    slug: str
    title: str
    topics: tuple[GridRow, ...]
    modules: tuple[GridRow, ...]


@dataclass(frozen=True)
class Stock:
    """All a composer sees of the banks: grids, how much comes from others' banks, warnings."""

    grids: tuple[Grid, ...]
    elsewhere: int
    total: int
    by_band: dict[int, int]
    warnings: list[str]

    @property
    def short(self) -> int:
        """How many cells are short."""
        return sum(cell.short > 0 for grid in self.grids for row in (*grid.topics, *grid.modules)
                   for cell in row.cells)


def stock(quiz: Quiz, composition: Composition, user_id: int) -> Stock:
    """Return the grids of the banks a trainer looks after, with what is wanted from each cell."""
    banks = banks_of(quiz.course_id, user_id)
    pools = forming.current_pools(banks, course_id=quiz.course_id)
    names = names_of(quiz.course_id)
    wanted = {(Row(c["bank"], subject_of(c), size_of(c)), c["difficulty"]): c["count"]
              for c in composition.cells if c["bank"] in banks}
    rows = _rows(pools, quiz.kind, names, wanted)
    # A count that was mistyped comes as -1: it asks for nothing, and stays marked in the grid.
    cells = [row.subject.cell(band, max(0, wanted.get((row, band), 0)), row.bank, use=quiz.kind,
                              size=row.size) for row in rows for band in BANDS]
    supplies = availability(cells, pools)
    return Stock(
        grids=_grids(banks, rows, supplies, names, wanted),
        elsewhere=count_questions([c for c in composition.cells if c["bank"] not in banks]),
        total=count_questions(composition.cells),
        by_band={band: count_questions([c for c in composition.cells if c["difficulty"] == band])
                 for band in BANDS},
        warnings=[*_repeat_warnings(quiz, supplies, names),
                  *_guess_warnings(quiz, supplies, pools)],
    )


class Row(NamedTuple):
    """What a row of a grid is about; sets have rows of their own."""

    bank: str
    subject: Subject
    size: int


Wanted = Mapping[tuple[Row, int], int]
"""What is asked for of each row and difficulty."""


def _rows(
    pools: Sequence[Pool], kind: str, names: Mapping[Subject, str], wanted: Wanted
) -> list[Row]:
    """Return the rows of all grids in order: what has questions, and what is asked for."""
    found = {row for row, _band in wanted}
    for pool in pools:
        for named, places in (("topic", pool.cells), ("module", pool.modules)):
            found |= {Row(str(bank), Subject(named, code), size_of_use(use))
                      for bank, code, _band, use in places
                      if use.partition("/")[0] == kind
                      and (named == "topic" or Subject(named, code) in names)}
    order = {subject: n for n, subject in enumerate(names)}
    return sorted(found, key=lambda row: (row.bank, order.get(row.subject, len(order)), *row[1:]))


def shortages(blueprint: Blueprint, course_id: int) -> list[str]:
    """Say for each short cell of a blueprint what is missing; nothing when all can be drawn."""
    return lines_of(availability(
        blueprint.cells, forming.current_pools(blueprint.banks, course_id=course_id)), course_id)


def lines_of(supplies: Sequence[Supply], course_id: int) -> list[str]:
    """Say for each of these cells that is short what is missing."""
    if not any(supply.short for supply in supplies):
        return []
    names = names_of(course_id)
    return [
        say(problem.template, {**problem.params, "subject": _name(supply.cell, names)})
        for supply in supplies if (problem := supply.problem) is not None
    ]


def version_rows(version: QuizVersion, course_id: int) -> list[tuple[str, JsonObject]]:
    """Return the cells of a version, each with what its topic or module is called now."""
    names = names_of(course_id)
    return [(names.get(subject_of(cell), subject_of(cell).code), cell) for cell in version.cells]


def _name(cell: Cell, names: Mapping[Subject, str]) -> str:
    subject = Subject.of(cell)
    return names.get(subject, subject.code)


def banks_of(course_id: int, user_id: int) -> dict[str, str]:
    """Return the banks a trainer can draw from for a course: slug to title."""
    query = (
        sa.select(Bank.slug, Bank.title)
        .join(BankMember, BankMember.bank_id == Bank.id)
        .join(Course, Course.library_id == Bank.library_id)
        .where(BankMember.user_id == user_id, Bank.archived_at.is_(None), Course.id == course_id)
        .order_by(Bank.title, Bank.id)
    )
    return dict(db.session.execute(query).all())


def banks_of_course(course_id: int) -> set[str]:
    """Return the slugs of all banks in the library of a course."""
    query = sa.select(Bank.slug).join(Course, Course.library_id == Bank.library_id)
    return set(db.session.scalars(query.where(Course.id == course_id)))


def count_exams(bank: str) -> int:
    """Count the published exams whose blueprint draws from a bank."""
    return sum(bank in banks for banks in _drawn_banks())


def is_drawn_from(banks: Collection[str]) -> bool:
    """Say whether a published exam of any course draws from one of these banks."""
    return any(not drawn.isdisjoint(banks) for drawn in _drawn_banks())


def _drawn_banks() -> list[set[str]]:
    """List for each published exam that is not closed the banks it draws from."""
    return [{cell["bank"] for cell in cells} for cells in db.session.scalars(_EXAM_CELLS)]


_EXAM_CELLS = (
    sa.select(QuizVersion.cells).join(Quiz, Quiz.published_version_id == QuizVersion.id)
    .where(Quiz.kind == EXAM, Quiz.retired_at.is_(None))
)


def names_of(course_id: int) -> dict[Subject, str]:
    """Return what the topics and modules of a course are called, in order, topics first."""
    course = content.get_course_by_id(course_id)
    return {
        **{Subject("topic", topic): title for topic, title in course.topics},
        **{Subject("module", module.code): f"{module.code} {module.title}"
           for module in content.list_modules(course.version_id)},
    }


def _grids(
    banks: Mapping[str, str], rows: Sequence[Row], supplies: Sequence[Supply],
    names: Mapping[Subject, str], wanted: Wanted,
) -> tuple[Grid, ...]:
    """Put the supplies, which come row by row and band by band, into one grid for each bank."""
    found: dict[str, list[GridRow]] = {slug: [] for slug in banks}
    for index, row in enumerate(rows):
        bank, subject, size = row
        parts = supplies[index * len(BANDS):(index + 1) * len(BANDS)]
        cells = tuple(
            GridCell(bank, subject, band, wanted.get((row, band), 0), s.available, s.short)
            for band, s in zip(BANDS, parts, strict=True)
        )
        found[bank].append(GridRow(subject, size, names.get(subject, subject.code), cells))
    return tuple(
        Grid(slug, title, *(tuple(row for row in found[slug] if row.subject.kind == kind)
                            for kind in ("topic", "module")))
        for slug, title in banks.items()
    )


def _repeat_warnings(
    quiz: Quiz, supplies: Sequence[Supply], names: Mapping[Subject, str]
) -> list[str]:
    """Exams are sat again; practice is meant to repeat."""
    if quiz.kind == PRACTICE:
        return []
    few = [s for s in supplies if s.cell.count and not s.short and s.available < 2 * s.cell.count]
    return [say(_FEW if s.cell.size == 1 else _FEW_SETS, {
        "subject": _name(s.cell, names), "band": s.cell.difficulty, "size": s.cell.size,
        "available": s.available, "count": s.cell.count}) for s in few]


_FEW = N_("%(subject)s, difficulty %(band)s: %(available)s questions for %(count)s in a form. A"
          " second attempt will meet some of them again.")
_FEW_SETS = N_("%(subject)s, difficulty %(band)s: %(available)s sets of %(size)s questions for"
               " %(count)s in a form. A second attempt will meet some of them again.")


def _guess_warnings(quiz: Quiz, supplies: Sequence[Supply], pools: Sequence[Pool]) -> list[str]:
    wanted = [s.cell for s in supplies if s.cell.count]
    total = sum(cell.questions for cell in wanted)
    guessed = _guessable_questions({str(cell.bank) for cell in wanted}, quiz.kind)
    expected = 0.0
    for cell in wanted:
        fitting = [entry for pool in pools for entry in pool.entries(cell.bank or "", cell)]
        share = sum(entry.question in guessed for entry in fitting) / max(1, len(fitting))
        expected += cell.questions * share
    if not total or expected / total <= MANY_GUESSABLE:
        return []
    return [_("About %(n)s of %(total)s questions will be of a kind where every second guess is"
              " right. Add questions of other kinds.", n=round(expected), total=total)]


def _guessable_questions(banks: set[str], use: str) -> set[int]:
    """Return the ids of the questions in use of some banks that can be guessed."""
    names = [type_.name for type_ in TYPES if type_.guessable]
    query = (
        sa.select(Question.id)
        .join(Bank, Bank.id == Question.bank_id)
        .join(QuestionVersion, QuestionVersion.id == Question.approved_version_id)
        .where(Bank.slug.in_(banks), Question.retired_at.is_(None), QuestionVersion.use == use,
               QuestionVersion.type.in_(names))
    )
    return set(db.session.scalars(query))
