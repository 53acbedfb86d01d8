"""Stocking: what a blueprint asks for beside what the banks hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from isotrain.banks.models import Bank, BankMember, Question, QuestionVersion
from isotrain.db import db
from isotrain.exams.drawing import availability
from isotrain.exams.pools import Cell
from isotrain.i18n import _, say
from isotrain.questions import TYPES
from isotrain.quizzes import directory, forming
from isotrain.quizzes.rules import BANDS, PRACTICE
from isotrain.study.models import CourseVersion

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from isotrain.exams.drawing import Supply
    from isotrain.quizzes.composing import Composition
    from isotrain.quizzes.forming import Blueprint
    from isotrain.quizzes.models import Quiz

# From this share of questions that can be guessed on, guessing alone earns too much.
MANY_GUESSABLE = 0.25


@dataclass(frozen=True)
class GridCell:
    """One topic and difficulty of one bank: what is wanted and what there is."""

    bank: str
    topic: str
    difficulty: int
    count: int
    available: int
    short: int


@dataclass(frozen=True)
class GridRow:
    """One topic over the difficulty bands."""

    topic: str
    title: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True)
class Grid:
    """One bank: its topics that have questions or are asked for."""

    slug: str
    title: str
    rows: tuple[GridRow, ...]


@dataclass(frozen=True)
class Stock:
    """All a composer sees of the banks: grids, what is kept from others' banks, warnings."""

    grids: tuple[Grid, ...]
    elsewhere: list[dict[str, Any]]
    total: int
    by_band: dict[int, int]
    warnings: list[str]

    @property
    def short(self) -> int:
        """How many cells are short."""
        return sum(cell.short > 0 for grid in self.grids for row in grid.rows
                   for cell in row.cells)


def stock(quiz: Quiz, composition: Composition, user_id: int) -> Stock:
    """Return the grids of the banks a trainer looks after, with what is wanted from each cell."""
    banks = banks_of(quiz.course_id, user_id)
    pools = forming.current_pools(banks)
    wanted = {(c["bank"], c["topic"], c["difficulty"]): c["count"] for c in composition.cells
              if c["bank"] in banks}
    places = {place[:3] for pool in pools for place in pool.cells if place[3] == quiz.kind}
    topics = topics_of(quiz.course_id)
    order = {topic: index for index, topic in enumerate(topics)}
    rows = sorted({(bank, topic) for bank, topic, _band in (*places, *wanted)},
                  key=lambda row: (row[0], order.get(row[1], len(order)), row[1]))
    # A count that was mistyped comes as -1: it asks for nothing, and stays marked in the grid.
    cells = [Cell(topic, band, max(0, wanted.get((bank, topic, band), 0)), bank, quiz.kind)
             for bank, topic in rows for band in BANDS]
    supplies = availability(cells, pools)
    elsewhere = [cell for cell in composition.cells if cell["bank"] not in banks]
    return Stock(
        grids=_grids(banks, rows, supplies, topics, wanted), elsewhere=elsewhere,
        total=sum(max(0, cell["count"]) for cell in composition.cells),
        by_band={band: sum(max(0, c["count"]) for c in composition.cells
                           if c["difficulty"] == band) for band in BANDS},
        warnings=_warnings(quiz, supplies, topics),
    )


def shortages(blueprint: Blueprint, course_id: int) -> list[str]:
    """Say for each short cell of a blueprint what is missing; nothing when all can be drawn."""
    supplies = availability(blueprint.cells, forming.current_pools(blueprint.banks))
    topics = topics_of(course_id)
    return [
        say(problem.template, {**problem.params, "topic": topics.get(supply.cell.topic,
                                                                     supply.cell.topic)})
        for supply in supplies if (problem := supply.problem) is not None
    ]


def banks_of(course_id: int, user_id: int) -> dict[str, str]:
    """Return the banks a trainer can draw from for a course: slug to title."""
    query = (
        sa.select(Bank.slug, Bank.title).join(BankMember, BankMember.bank_id == Bank.id)
        .where(BankMember.user_id == user_id, Bank.archived_at.is_(None),
               sa.or_(Bank.course_id == course_id, Bank.course_id.is_(None)))
        .order_by(Bank.title)
    )
    return dict(db.session.execute(query).all())


def topics_of(course_id: int) -> dict[str, str]:
    """Return the topics of a course in order: id to title."""
    query = directory.current_courses().where(CourseVersion.course_id == course_id)
    row = db.session.execute(query).first()
    return {topic["id"]: topic["title"] for topic in row.topics} if row else {}


def _grids(
    banks: Mapping[str, str], rows: Sequence[tuple[str, str]], supplies: Sequence[Supply],
    topics: Mapping[str, str], wanted: Mapping[tuple[str, str, int], int],
) -> tuple[Grid, ...]:
    """Put the supplies, which come row by row and band by band, into one grid for each bank."""
    found: dict[str, list[GridRow]] = {slug: [] for slug in banks}
    for index, (bank, topic) in enumerate(rows):
        parts = supplies[index * len(BANDS):(index + 1) * len(BANDS)]
        cells = tuple(
            GridCell(bank, topic, band, wanted.get((bank, topic, band), 0), s.available, s.short)
            for band, s in zip(BANDS, parts, strict=True)
        )
        found[bank].append(GridRow(topic, topics.get(topic, topic), cells))
    return tuple(Grid(slug, banks[slug], tuple(found[slug])) for slug in banks)


def _warnings(quiz: Quiz, supplies: Sequence[Supply], topics: Mapping[str, str]) -> list[str]:
    return [*_repeat_warnings(quiz, supplies, topics), *_guess_warnings(quiz, supplies)]


def _repeat_warnings(
    quiz: Quiz, supplies: Sequence[Supply], topics: Mapping[str, str]
) -> list[str]:
    """Exams are sat again; practice is meant to repeat."""
    if quiz.kind == PRACTICE:
        return []
    few = [s for s in supplies if s.cell.count and not s.short and s.available < 2 * s.cell.count]
    return [
        _("%(topic)s, difficulty %(band)s: %(available)s questions for %(count)s in a form. A"
          " second attempt will meet some of them again.",
          topic=topics.get(s.cell.topic, s.cell.topic), band=s.cell.difficulty,
          available=s.available, count=s.cell.count)
        for s in few
    ]


def _guess_warnings(quiz: Quiz, supplies: Sequence[Supply]) -> list[str]:
    wanted = {(str(s.cell.bank), s.cell.topic, s.cell.difficulty): s.cell.count
              for s in supplies if s.cell.count}
    total = sum(wanted.values())
    shares = _guessable_shares({bank for bank, _topic, _band in wanted}, quiz.kind)
    expected = sum((count * shares.get(place, 0.0) for place, count in wanted.items()), 0.0)
    if not total or expected / total <= MANY_GUESSABLE:
        return []
    return [_("About %(n)s of %(total)s questions will be of a kind where every second guess is"
              " right. Add questions of other kinds.", n=round(expected), total=total)]


def _guessable_shares(banks: set[str], use: str) -> dict[tuple[str, str, int], float]:
    """Return for each bank, topic and difficulty which share of its questions can be guessed."""
    names = [type_.name for type_ in TYPES if type_.guessable]
    is_guessable = sa.case((QuestionVersion.type.in_(names), 1.0), else_=0.0)
    query = (
        sa.select(Bank.slug, QuestionVersion.topic, QuestionVersion.difficulty,
                  sa.func.avg(is_guessable))
        .join(Question, Question.bank_id == Bank.id)
        .join(QuestionVersion, QuestionVersion.id == Question.approved_version_id)
        .where(Bank.slug.in_(banks), Question.retired_at.is_(None), QuestionVersion.use == use)
        .group_by(Bank.slug, QuestionVersion.topic, QuestionVersion.difficulty)
    )
    return {(slug, topic, band): float(share)
            for slug, topic, band, share in db.session.execute(query)}
