"""Flipping: a question that moves from exams to practice, or back, with its next approval.

In practice everybody sees the key. So nothing moves there while an open exam asks it, many
questions at once do not while a published exam draws from their bank, and each move is an event.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from isotrain.audit.noting import Actor, note
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.i18n import _, ngettext
from isotrain.wired import wired

NAMED = 5  # questions that a refusal names before it only counts

_fresh = aliased(QuestionVersion)
_MOVING = (
    sa.select(Question.id, Question.bank_id, Question.key, QuestionVersion.use, _fresh.use,
              Bank.slug)
    .join(QuestionVersion, QuestionVersion.id == Question.approved_version_id)
    .join(_fresh, _fresh.question_id == Question.id)
    .join(Bank, Bank.id == Question.bank_id)
    .where(_fresh.id.in_(sa.bindparam("versions", expanding=True)),
           _fresh.use != QuestionVersion.use)
    .order_by(Question.key)
)


@dataclass(frozen=True)
class Usage:
    """How features above this one count what uses questions and banks.

    Forms that hold some versions are counted up to a number only, so that the answer costs the same
    for every question. Open exams are counted by question; published exams by the slug of a bank.
    """

    count_forms: Callable[[Collection[int], int], int]
    open_exams: Callable[[Collection[int]], dict[int, int]]
    count_exams: Callable[[str], int]


@dataclass(frozen=True)
class Flip:
    """A question whose next version is for another use; who would notice."""

    question_id: int
    bank_id: int
    key: str
    before: str
    after: str
    open_exams: int
    published_exams: int

    @property
    def reveals(self) -> bool:
        """Whether the key of an exam question becomes free."""
        return self.before == "exam"

    @property
    def barred(self) -> bool:
        """Whether it must wait until open exams are handed in."""
        return self.reveals and self.open_exams > 0

    @property
    def delicate(self) -> bool:
        """Whether it is for a person to look at by itself."""
        return self.reveals and (self.open_exams > 0 or self.published_exams > 0)


def find(approved: Mapping[int, int]) -> list[Flip]:
    """Return which questions would move to another use: {question id: version to approve}."""
    rows = db.session.execute(_MOVING, {"versions": list(approved.values())}).all()
    if not rows:
        return []
    usage = wired(Usage)
    sitting = usage.open_exams([row[0] for row in rows])
    drawing = {slug: usage.count_exams(slug) for slug in {row[5] for row in rows}}
    return [Flip(*row[:5], sitting.get(row[0], 0), drawing[row[5]]) for row in rows]


def refuse_barred(flips: list[Flip]) -> None:
    """Refuse to make the key of a question free that an open exam asks."""
    keys = [flip.key for flip in flips if flip.barred]
    if keys:
        raise Refusal(ngettext(
            "An open exam asks %(keys)s. Move it to practice when that is handed in, or retire it.",
            "Open exams ask %(keys)s. Move them to practice when those are handed in, or retire"
            " them.", len(keys), keys=_named(keys)))


def _named(keys: list[str]) -> str:
    named = ", ".join(keys[:NAMED])
    more = len(keys) - NAMED
    return _("%(keys)s and %(count)s more", keys=named, count=more) if more > 0 else named


def note_each(flips: list[Flip], *, by: Actor) -> None:
    """Note that questions moved to another use, and how many exams that touches."""
    for flip in flips:
        note("question.use_changed", by, scope="banks", on=("question", flip.question_id),
             before=flip.before, after=flip.after,
             details={"bank": flip.bank_id, "from": flip.before, "to": flip.after,
                      "open_exams": flip.open_exams, "published_exams": flip.published_exams})
