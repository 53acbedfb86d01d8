"""Guarding a published quiz against its banks: what it lacks, and who is told when it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.banks import pooling
from isotrain.banks.pooling import LeftShort
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.exams.drawing import availability
from isotrain.exams.pools import Pool
from isotrain.i18n import _
from isotrain.mail import queueing
from isotrain.mail.rules import Letter
from isotrain.quizzes import forming, supply
from isotrain.quizzes.forming import Blueprint
from isotrain.quizzes.models import Quiz, QuizVersion
from isotrain.study import content, membership
from isotrain.study.membership import COURSE

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from isotrain.exams.drawing import Supply
    from isotrain.ledger.canonical import JsonObject

LETTER = "quiz-short"


@dataclass(frozen=True)
class Published:
    """A published quiz that is not closed: its version, and what forms are drawn from."""

    quiz: Quiz
    version: QuizVersion

    @property
    def blueprint(self) -> Blueprint:
        return Blueprint.of(self.version.cells, self.version.rules, self.quiz.kind)


def left_short(bank: str, before: str, after: Pool) -> list[LeftShort]:
    """Return the published quizzes that lack more questions with another pool of a bank.

    The bank is held meanwhile: its pool of before is looked at only where some are lacking.
    """
    drawing = [each for each in _list_published() if bank in each.blueprint.banks]
    lacking = [(each, supplies) for each, supplies in _supplied(drawing, {bank: after})
               if _missing(supplies)]
    if not lacking:
        return []
    lacked = {each.quiz.id: _missing(supplies) for each, supplies in _supplied(
        [each for each, _supplies in lacking], {bank: pooling.pool(before)})}
    return [LeftShort(each.quiz.id, each.version.title, _missing(supplies),
                      tuple(supply.lines_of(supplies, each.quiz.course_id)))
            for each, supplies in lacking if _missing(supplies) > lacked[each.quiz.id]]


def count_missing(quiz_ids: Collection[int] | None = None) -> dict[int, int]:
    """Return how many questions published quizzes lack, without those that lack none."""
    counts = {each.quiz.id: _missing(supplies)
              for each, supplies in _supplied(_list_published(quiz_ids), {})}
    return {quiz_id: missing for quiz_id, missing in counts.items() if missing}


def hear(quizzes: Sequence[LeftShort], by: Actor) -> None:
    """Note that quizzes were left short, and write to all who look after their courses."""
    for each in quizzes:
        quiz = db.session.get_one(Quiz, each.quiz_id)
        note("quiz.left_short", by, scope="training", on=("quiz", quiz.id),
             details={"version": quiz.published_version_id, "missing": each.missing})
        if not queueing.is_set_up():
            continue
        for member in membership.list_members(COURSE, quiz.course_id):
            queueing.enqueue(LETTER, member.user_id, params={"quiz": quiz.id},
                             key=f"{LETTER}:{quiz.id}:{clock.now().isoformat()}:{member.user_id}")


def write_letter(_user_id: int, params: JsonObject, _again: bool) -> Letter:
    """Write to somebody who looks after a course that a quiz of it cannot be drawn.

    Raises NotFound once it can be drawn again, so that no letter says what is no longer so.
    """
    found = _list_published([params["quiz"]])
    lines = [line for each, supplies in _supplied(found, {})
             for line in supply.lines_of(supplies, each.quiz.course_id)]
    if not lines:
        raise NotFound(_("This quiz can be drawn again."))
    version, quiz = found[0].version, found[0].quiz
    course = content.get_course_by_id(quiz.course_id)
    return Letter(
        _("%(title)s cannot be started: questions are missing", title=version.title),
        _("Hello,\n\nnobody can start %(title)s of the course %(course)s at the moment:\n\n"
          "%(listed)s\n\nApprove more questions, or publish a version that asks for fewer. You are"
          " told because you look after the course.\n", title=version.title, course=course.title,
          listed="\n".join(f"- {line}" for line in lines)),
    )


def _list_published(quiz_ids: Collection[int] | None = None) -> list[Published]:
    query = (
        sa.select(Quiz, QuizVersion)
        .join(QuizVersion, QuizVersion.id == Quiz.published_version_id)
        .where(Quiz.retired_at.is_(None)).order_by(Quiz.id)
    )
    if quiz_ids is not None:
        query = query.where(Quiz.id.in_(list(quiz_ids)))
    return [Published(*row) for row in db.session.execute(query)]


def _supplied(
    published: Sequence[Published], put: Mapping[str, Pool]
) -> list[tuple[Published, Sequence[Supply]]]:
    """Return each quiz with what there is for its rows; some banks have other pools than now."""
    blueprints = [each.blueprint for each in published]
    hashes = forming.current_hashes({bank for each in blueprints for bank in each.banks},
                                    {each.quiz.course_id for each in published})
    return [
        (each, availability(blueprint.cells, [
            put[bank] if bank in put else pooling.pool(hashes[each.quiz.course_id, bank])
            for bank in sorted(blueprint.banks)
            if bank in put or (each.quiz.course_id, bank) in hashes]))
        for each, blueprint in zip(published, blueprints, strict=True)]


def _missing(supplies: Sequence[Supply]) -> int:
    return sum(each.short * each.cell.size for each in supplies)
