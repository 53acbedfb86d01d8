"""Giving: somebody who has used all attempts at an exam gets one more, with a reason.

It lifts the limit and nothing else: the wait between two attempts stays, so does the count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from isotrain import clock
from isotrain.accounts.directory import find_by_name, get_identity
from isotrain.attempts import starting
from isotrain.attempts.extra import overview
from isotrain.attempts.models import ExtraAttempt, Result
from isotrain.audit.noting import Actor, checked_reason, note
from isotrain.db import db, now, upsert
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _, ngettext
from isotrain.mail import queueing
from isotrain.mail.rules import Letter
from isotrain.quizzes import directory as quizzes
from isotrain.quizzes.models import Quiz
from isotrain.quizzes.rules import EXAM
from isotrain.zone_words import format_exactly

if TYPE_CHECKING:
    from isotrain.attempts.starting import Candidacy
    from isotrain.ledger.canonical import JsonObject

LETTER = "extra-attempt"
LONGEST_REASON = 1000


def get_exam(quiz_id: int, *, by: Actor) -> Quiz:
    """Return an exam of one's own courses, any for a command, or raise NotFound."""
    quiz = (db.session.get(Quiz, quiz_id) if by.user_id is None
            else quizzes.get(quiz_id, by.user_id))
    if quiz is None or quiz.kind != EXAM:
        raise NotFound(_("This exam does not exist."))
    return quiz


def give(quiz_id: int, name: str, *, reason: str, by: Actor) -> ExtraAttempt:
    """Give one more attempt at an exam to whoever signs in with this number or address."""
    quiz, user_id = get_exam(quiz_id, by=by), _person(name, by)
    offer = starting.find_offer(quiz.slug)
    if offer is None:
        raise Conflict(_("Nobody can sit this exam now, so nobody needs another attempt."))
    candidate = starting.candidacy(offer, user_id, now())
    _refuse_unless_used_up(candidate)
    row = _kept(quiz.id, user_id, after=candidate.attempts[-1].number,
                reason=_checked(reason), by=by)
    note("attempt.given", by, scope="training", on=("extra_attempt", row.id),
         details={"quiz": quiz.slug, "user": user_id, "after": row.after_number})
    if queueing.is_set_up():
        queueing.enqueue(LETTER, user_id, key=f"{LETTER}:{row.id}", params={"extra": row.id})
    db.session.flush()
    return row


def _person(name: str, by: Actor) -> int:
    user = find_by_name(name)
    if user is None or not user.active:
        raise Refusal(_("Nobody signs in with this number or address."), "name")
    if user.id == by.user_id:
        raise Refusal(_("Nobody gives an attempt to themselves. Ask a colleague."), "name")
    return user.id


def _checked(reason: str) -> str:
    reason = checked_reason(reason)
    if len(reason) > LONGEST_REASON:
        raise Refusal(_("Use at most %(max)d characters", max=LONGEST_REASON), "reason")
    return reason


def _refuse_unless_used_up(candidate: Candidacy) -> None:
    stands = candidate.standing
    if candidate.open_attempt is not None:
        raise Refusal(_("An attempt of this person is open. It has to end first."), "name")
    result = (db.session.get(Result, candidate.attempts[-1].id, populate_existing=True)
              if candidate.attempts else None)
    if result is not None and result.passed:
        raise Refusal(_("This person has passed the exam. No other attempt is needed."), "name")
    if stands.extra:
        raise Conflict(_("This person was given one more attempt already and has not begun it."))
    if stands.left is None:
        raise Refusal(_("This exam has no limit of attempts, so nobody needs another one."),
                      "name")
    if stands.left:
        raise Refusal(ngettext("This person still has %(num)s attempt.",
                               "This person still has %(num)s attempts.", stands.left), "name")
    if result is None:
        raise Refusal(_("The last attempt of this person is still being marked."), "name")


def _kept(quiz_id: int, user_id: int, *, after: int, reason: str, by: Actor) -> ExtraAttempt:
    """Keep what is given; where two give at once, one of them is told."""
    statement = upsert(ExtraAttempt).values(
        user_id=user_id, quiz_id=quiz_id, after_number=after, given_at=clock.now(),
        giver_kind=by.kind, given_by=by.user_id, reason=reason)
    row: ExtraAttempt | None = db.session.scalars(
        statement.on_conflict_do_nothing().returning(ExtraAttempt)).first()
    if row is None:
        raise Conflict(_("This person was given one more attempt already and has not begun it."))
    return row


def write_letter(user_id: int, params: JsonObject, _again: bool) -> Letter:
    """Write to somebody that they were given one more attempt, by whom and why."""
    row = db.session.get(ExtraAttempt, params["extra"])
    if row is None:
        raise NotFound(_("This attempt does not exist."))
    given = overview.found(row)
    return Letter(
        _("One more attempt at the exam %(title)s", title=given.title),
        _("Hello %(name)s,\n\n%(who)s gave you one more attempt at the exam %(title)s on %(at)s."
          "\n\nReason: %(reason)s\n\nThe wait after your last attempt stays as it is. You find the"
          " exam in the course.\n", name=get_identity(user_id).name, who=given.giver,
          title=given.title, at=format_exactly(row.given_at), reason=row.reason),
    )
