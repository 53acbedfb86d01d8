"""Loading the quizzes of a library folder; the same twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.banks.files import loading as banks
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.exams.drawing import availability
from isotrain.i18n import _, say, say_place
from isotrain.ledger.canonical import JsonObject
from isotrain.questions.problem import warning
from isotrain.quizzes import composing, forming, weakening
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.quizzes.rules import EXAM, PRACTICE, Rules, problems
from isotrain.settings import house
from isotrain.study import loading as study
from isotrain.study.rules import past_review

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from isotrain.banks.models import Bank
    from isotrain.questions.problem import Problem
    from isotrain.study.models import Course, Library
    from isotrain.study.rules import LibraryFiles


@dataclass(frozen=True)
class Outcome:
    """What a folder came to: its library, courses and banks, and what changed, in words."""

    library: Library
    courses: Sequence[Course]
    banks: Sequence[Bank]
    sentence: str
    warnings: Sequence[Problem]


@dataclass(frozen=True)
class Read:
    """What was read from a library folder, and checked: reading takes longer than loading may."""

    files: LibraryFiles
    wanted: banks.Wanted


def read(path: Path) -> Read:
    """Read and check a library folder; refuse it with every problem. Writes nothing."""
    files = study.read(path)
    return Read(files, banks.read(files))


def load_course(path: Path, *, by: Actor) -> Outcome:
    """Load or update the courses of a library folder with their banks and quizzes."""
    return load_read(read(path), by=by)


def load_read(found: Read, *, by: Actor) -> Outcome:
    """Load or update courses as they were read: all of it, or nothing."""
    files, before = found.files, _counts()
    loaded = study.load(files, by=by)
    kept = banks.load(files, found.wanted, loaded.library, by=by)
    for described, course in zip(files.courses, loaded.courses, strict=True):
        load(described, course, by=by)
    return Outcome(loaded.library, loaded.courses, kept,
                   _summary(files.library["title"], before, _counts()),
                   [*past_review(files, house.today()), *_waiting(loaded.courses)])


def load(described: JsonObject, course: Course, *, by: Actor) -> list[Quiz]:
    """Bring the exam and the practice quizzes of a course to what its file says.

    A version from files has no author; when the files have not changed since the last one, what a
    trainer has published in the meantime stays.
    """
    exam = described["exam"]
    return [
        _load(course, EXAM, exam, _exam_rules(exam), by),
        *(_load(course, PRACTICE, practice, _practice_rules(exam), by)
          for practice in described["practice"]),
    ]


def _exam_rules(exam: JsonObject) -> Rules:
    return Rules(minutes=exam["minutes"], pass_mark=exam["pass_mark"],
                 pass_mark_basis=exam["pass_mark_basis"], attempts=exam["attempts"],
                 wait_hours=exam["wait_hours"])


def _practice_rules(exam: JsonObject) -> Rules:
    """No limits; the pass mark is the exam's, so that one sees where one stands."""
    return Rules(pass_mark=exam["pass_mark"], feedback="answers")


def _load(
    course: Course, kind: str, described: JsonObject, rules: Rules, by: Actor
) -> Quiz:
    quiz = _quiz(course, kind, described["id"])
    if quiz.retired_at is not None:
        return quiz
    cells = described["cells"]
    content = {"title": described["title"], "cells": cells, "rules": rules.to_data()}
    shipped = _shipped(quiz.id)
    if shipped is not None and content == {name: getattr(shipped, name) for name in content}:
        return quiz
    _refuse_wrong(problems(rules, cells), described["id"])
    blueprint = Blueprint.of(cells, content["rules"], kind)
    supplies = availability(blueprint.cells,
                            forming.current_pools(blueprint.banks, course_id=course.id))
    _refuse_wrong([s.problem for s in supplies if s.problem is not None], described["id"])
    _publish(quiz, content, blueprint, by)
    return quiz


def _publish(quiz: Quiz, content: JsonObject, blueprint: Blueprint, by: Actor) -> None:
    """Publish what the files say; an exam that becomes weaker waits as a draft for a person.

    Of two drafts the trainer's stays.
    """
    published, draft = _standing(quiz)
    version = draft if draft is not None and draft.created_by is None else QuizVersion(
        quiz_id=quiz.id, number=_next_number(quiz.id), state="draft")
    version.created_at = clock.now()
    for name, value in content.items():
        setattr(version, name, value)
    if weakening.needs_second(weakening.find_weaker(quiz, published, version)):
        if draft in (None, version):
            db.session.add(version)
            note("quiz.draft_saved", by, scope="training", on=("quiz", quiz.id), after=content)
            db.session.flush()
        return
    db.session.add(version)
    weakening.keep_and_tell(quiz, published, version, by=by, alone=True)
    version.state, version.blueprint_hash = "published", blueprint.hash
    version.published_at = clock.now()
    db.session.flush()
    quiz.published_version_id = version.id
    note("quiz.published", by, scope="training", on=("quiz", quiz.id), after=content,
         details={"version": version.number, "blueprint": version.blueprint_hash})
    db.session.flush()


def _standing(quiz: Quiz) -> tuple[QuizVersion | None, QuizVersion | None]:
    """Return the version of a quiz that is published and its draft."""
    draft = sa.select(QuizVersion).where(QuizVersion.quiz_id == quiz.id,
                                         QuizVersion.state == "draft")
    return (db.session.get(QuizVersion, quiz.published_version_id or 0),
            db.session.scalars(draft).first())


def _waiting(courses: Sequence[Course]) -> list[Problem]:
    """Say which exams the files would make weaker, so that they wait for a second person."""
    query = (
        sa.select(Quiz, QuizVersion)
        .join(QuizVersion, QuizVersion.quiz_id == Quiz.id)
        .where(Quiz.course_id.in_([course.id for course in courses]), Quiz.kind == EXAM,
               QuizVersion.state == "draft", QuizVersion.created_by.is_(None))
        .order_by(Quiz.id)
    )
    return [warning(quiz.slug, "The files ask less than the published exam. The draft waits for"
                    " somebody who looks after the course, or an administrator, to publish it.")
            for quiz, _draft in db.session.execute(query)]


def _quiz(course: Course, kind: str, slug: str) -> Quiz:
    quiz = db.session.scalar(sa.select(Quiz).where(Quiz.slug == slug))
    if quiz is None:
        quiz = composing.add(slug, course.id, kind)
        if quiz is None:
            raise Refusal(_("The course %(course)s has another exam than %(slug)s. A course has"
                            " one exam.", course=course.slug, slug=slug))
    elif (quiz.course_id, quiz.kind) != (course.id, kind):
        raise Refusal(_("The quiz %(slug)s belongs to something else.", slug=slug))
    return quiz


def _shipped(quiz_id: int) -> QuizVersion | None:
    """Return the newest version that came from files; what trainers published since may stay."""
    query = sa.select(QuizVersion).where(QuizVersion.quiz_id == quiz_id,
                                         QuizVersion.created_by.is_(None))
    return db.session.scalars(query.order_by(QuizVersion.number.desc())).first()


def _next_number(quiz_id: int) -> int:
    query = sa.select(sa.func.max(QuizVersion.number)).where(QuizVersion.quiz_id == quiz_id)
    return (db.session.scalar(query) or 0) + 1


def _refuse_wrong(found: Sequence[Problem], slug: str) -> None:
    if found:
        raise Refusal("\n".join(
            f"{slug}: {say_place(p.place)}: {say(p.template, p.params)}" for p in found))


TOLD = ("course_version", "module_version", "fact_version", "question_version", "quiz_version")


def _counts() -> dict[str, int]:
    """Count the rows of each versioned table; versions are only ever added."""
    return {name: db.session.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0  # noqa: S608
            for name in TOLD}


def _summary(title: str, before: dict[str, int], after: dict[str, int]) -> str:
    added = [(name, after[name] - before[name]) for name in TOLD if after[name] > before[name]]
    if not added:
        return _("%(title)s is up to date; nothing changed.", title=title)
    words = {"course_version": _("course version"), "module_version": _("modules"),
             "fact_version": _("facts"), "question_version": _("questions"),
             "quiz_version": _("quizzes")}
    listed = ", ".join(f"{words[name]}: {n}" for name, n in added)
    return _("%(title)s loaded. New or changed: %(listed)s.", title=title, listed=listed)
