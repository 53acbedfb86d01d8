"""Composing quizzes: one draft at a time, saved so that nobody overwrites a colleague, published.

Published versions never change; attempts that run keep the version they began with.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts.models import Identity
from isotrain.audit.noting import Actor, note
from isotrain.db import added, db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _, say
from isotrain.ledger.canonical import JsonObject
from isotrain.ledger.hashing import hash_of
from isotrain.quizzes import directory, supply, weakening
from isotrain.quizzes.composition import Composition
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.retiring import refuse_closed
from isotrain.quizzes.rules import EXAM, PRACTICE, count_questions, problems
from isotrain.settings import values
from isotrain.settings.definitions import TWO_PERSON_QUIZZES
from isotrain.text import slugs

TITLE_LIMIT = 120


@dataclass(frozen=True)
class Workbench:
    """A quiz as its composer finds it; `base` names this state for saving and publishing."""

    quiz: Quiz
    composition: Composition
    draft: QuizVersion | None
    published: QuizVersion | None
    base: str


@dataclass(frozen=True)
class VersionRow:
    """One version in the history of a quiz."""

    number: int
    state: str
    title: str
    size: int
    changed_at: datetime
    by: str | None


class Short(Refusal):
    """The banks cannot fill the blueprint; `lines` name each short cell."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(_("The banks do not hold enough questions; nothing was published."))
        self.lines = tuple(lines)


def workbench(quiz: Quiz) -> Workbench:
    """Return a quiz as its composer finds it: the draft, else what is published, else nothing."""
    draft = db.session.scalars(
        sa.select(QuizVersion).where(QuizVersion.quiz_id == quiz.id, QuizVersion.state == "draft")
        .execution_options(populate_existing=True)
    ).first()
    published = db.session.get(QuizVersion, quiz.published_version_id or 0)
    shown = draft or published
    composition = Composition.of(shown) if shown else Composition(quiz.slug)
    mark = [quiz.published_version_id, draft.id if draft else None, composition.columns()]
    return Workbench(quiz, composition, draft, published, base=hash_of(mark)[:16])


def create(course_id: int, kind: str, title: str, *, by: Actor) -> Quiz:
    """Begin a quiz for a course; it is seen by learners only once it is published."""
    assert by.user_id is not None
    if kind not in (EXAM, PRACTICE) or course_id not in dict(directory.list_courses(by.user_id)):
        raise Refusal(_("Choose one of your courses and a kind."))
    _check_title(title)
    if kind == EXAM:
        _refuse_second_exam(course_id)
    added = (add(slug, course_id, kind) for slug in slugs(title, otherwise="quiz"))
    quiz = next(filter(None, added), None)
    if quiz is None:
        if kind == EXAM:  # a colleague may have been faster
            _refuse_second_exam(course_id)
        raise Refusal(_("A quiz with this title exists. Choose another title."), "title")
    first = Composition(title)
    db.session.add(_draft(quiz.id, 1, first, by))
    note("quiz.created", by, scope="training", on=("quiz", quiz.id), after=first.columns())
    db.session.flush()
    return quiz


def add(slug: str, course_id: int, kind: str) -> Quiz | None:
    """Add a quiz; None where its slug is taken, or the exam of a course that has one."""
    quiz = Quiz(slug=slug, course_id=course_id, kind=kind, created_at=clock.now())
    return quiz if added(quiz) else None


def _refuse_second_exam(course_id: int) -> None:
    """A course has one exam, because passing it earns the certificate of the whole course."""
    query = sa.select(Quiz.id).where(Quiz.course_id == course_id, Quiz.kind == EXAM,
                                     Quiz.retired_at.is_(None))
    if db.session.scalar(query.limit(1)) is not None:
        raise Refusal(_("This course has its exam. Change its blueprint, or make a practice quiz."),
                      "kind")


def save(quiz_id: int, wanted: Composition, *, base: str, by: Actor) -> QuizVersion:
    """Save the draft; refuse with Conflict when the quiz is no longer as `base` saw it."""
    bench = _locked(quiz_id, base, by)
    wanted = replace(wanted, cells=_drawable(wanted.cells, bench, by))
    _check_title(wanted.title)
    for problem in problems(wanted.rules, wanted.cells or [_NO_CELL]):
        raise Refusal(say(problem.template, problem.params), problem.place)
    if bench.draft is None:
        draft = _draft(quiz_id, _next_number(quiz_id), wanted, by)
        db.session.add(draft)
    else:
        draft = bench.draft
        for name, value in wanted.columns().items():
            setattr(draft, name, value)
        draft.created_by, draft.created_at = by.user_id, clock.now()
    note("quiz.draft_saved", by, scope="training", on=("quiz", quiz_id),
         before=bench.composition.columns(), after=wanted.columns())
    db.session.flush()
    return draft


def _drawable(
    cells: list[JsonObject], bench: Workbench, by: Actor
) -> list[JsonObject]:
    """Return the cells with those of colleagues' banks, which only these can change.

    What is asked of banks that are not in the library is left out: nothing can be drawn from them.
    """
    assert by.user_id is not None
    banks = supply.banks_of(bench.quiz.course_id, by.user_id)
    if any(cell["bank"] not in banks for cell in cells):
        raise Refusal(_("Draw from your own banks only."), "cells")
    colleagues = supply.banks_of_course(bench.quiz.course_id) - banks.keys()
    return [*cells, *(c for c in bench.composition.cells if c["bank"] in colleagues)]


# A draft may still be without questions; its rules are checked all the same.
_NO_CELL: JsonObject = {"bank": "", "topic": "none", "difficulty": 1, "count": 1}


def publish(quiz_id: int, *, base: str, by: Actor) -> QuizVersion:
    """Publish the draft as it was seen; new attempts follow it, running ones keep theirs."""
    ready = make_ready(_locked(quiz_id, base, by), base=base)
    author = ready.draft.created_by
    if author == by.user_id and values.fresh(TWO_PERSON_QUIZZES):
        raise Refusal(_("Two people are needed here: ask a colleague to publish your draft."))
    names = weakening.find_weaker(ready.bench.quiz, ready.bench.published, ready.draft)
    weakening.refuse_alone(ready.bench.quiz, names, author, by=by)
    return finish(ready, by=by)


@dataclass(frozen=True)
class Ready:
    """A draft with everything in order but who publishes it."""

    bench: Workbench
    draft: QuizVersion
    blueprint: Blueprint


def make_ready(bench: Workbench, *, base: str) -> Ready:
    """Refuse a draft that is not as it was seen, breaks rules or cannot be drawn."""
    _refuse_changed(bench, base)
    draft, composition = bench.draft, bench.composition
    if draft is None:
        raise Conflict(_("There is no draft to publish. Change something and save it first."))
    for problem in problems(composition.rules, composition.cells):
        raise Refusal(say(problem.template, problem.params), problem.place)
    blueprint = Blueprint.of(draft.cells, draft.rules, bench.quiz.kind)
    _refuse_foreign_banks(blueprint, bench.quiz.course_id)
    lines = supply.shortages(blueprint, bench.quiz.course_id)
    if lines:
        raise Short(lines)
    return Ready(bench, draft, blueprint)


def finish(ready: Ready, *, by: Actor) -> QuizVersion:
    """Publish a draft once it is settled who may."""
    bench, draft, blueprint = ready.bench, ready.draft, ready.blueprint
    weakening.keep_and_tell(bench.quiz, bench.published, draft, by=by,
                            alone=draft.created_by == by.user_id)
    draft.state, draft.blueprint_hash = "published", blueprint.hash
    draft.published_at, draft.published_by = clock.now(), by.user_id
    if draft.created_by != by.user_id:
        draft.second_published_by = draft.created_by
    db.session.flush()
    bench.quiz.published_version_id = draft.id
    note("quiz.published", by, scope="training", on=("quiz", bench.quiz.id),
         after=bench.composition.columns(),
         details={"version": draft.number, "blueprint": blueprint.hash})
    db.session.flush()
    return draft


def _refuse_foreign_banks(blueprint: Blueprint, course_id: int) -> None:
    foreign = sorted(blueprint.banks - supply.banks_of_course(course_id))
    if foreign:
        raise Refusal(_("These banks are not in the library of the course: %(banks)s. Draw nothing"
                        " from them, or put them into the library.", banks=", ".join(foreign)),
                      "cells")


def get_version(quiz: Quiz, number: int) -> QuizVersion:
    """Return a version of a quiz by its number or raise NotFound."""
    query = sa.select(QuizVersion).where(QuizVersion.quiz_id == quiz.id,
                                         QuizVersion.number == number)
    version = db.session.scalars(query).first()
    if version is None:
        raise NotFound(_("This version does not exist."))
    return version


def list_versions(quiz: Quiz) -> list[VersionRow]:
    """List the versions of a quiz, newest first."""
    query = (
        sa.select(QuizVersion, Identity.name)
        .outerjoin(Identity, Identity.user_id == sa.func.coalesce(QuizVersion.published_by,
                                                                  QuizVersion.created_by))
        .where(QuizVersion.quiz_id == quiz.id)
        .order_by(QuizVersion.number.desc())
    )
    return [
        VersionRow(number=version.number, state=version.state, title=version.title, by=name,
                   size=count_questions(version.cells),
                   changed_at=version.published_at or version.created_at)
        for version, name in db.session.execute(query)
    ]


def _locked(quiz_id: int, base: str, by: Actor) -> Workbench:
    """Return the quiz so that nobody else changes it now; refuse unless it is as `base` saw it."""
    assert by.user_id is not None
    db.session.execute(sa.select(Quiz.id).where(Quiz.id == quiz_id).with_for_update())
    bench = workbench(directory.get(quiz_id, by.user_id))
    refuse_closed(bench.quiz)
    _refuse_changed(bench, base)
    return bench


def _refuse_changed(bench: Workbench, base: str) -> None:
    if bench.base != base:
        raise Conflict(_("A colleague has changed this quiz in the meantime. Compare your entries"
                         " with theirs, then save again."))


def _draft(quiz_id: int, number: int, composition: Composition, by: Actor) -> QuizVersion:
    return QuizVersion(quiz_id=quiz_id, number=number, state="draft", created_at=clock.now(),
                       created_by=by.user_id, **composition.columns())


def _next_number(quiz_id: int) -> int:
    query = sa.select(sa.func.max(QuizVersion.number)).where(QuizVersion.quiz_id == quiz_id)
    return (db.session.scalar(query) or 0) + 1


def _check_title(title: str) -> None:
    if not title:
        raise Refusal(_("Enter the title"), "title")
    if len(title) > TITLE_LIMIT:
        raise Refusal(_("Use at most %(limit)s characters", limit=TITLE_LIMIT), "title")
