"""Approving what new forms may draw; retiring questions and bringing them back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, flipping, pooling, storing, versions
from isotrain.banks.models import Question, QuestionVersion
from isotrain.banks.pooling import Foreseen
from isotrain.banks.rules import hindrances
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, say
from isotrain.jobs.stepping import Pace, step
from isotrain.questions.problem import Problem
from isotrain.settings import values
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction

AT_ONCE = 200  # questions that one step approves at most


@dataclass(frozen=True)
class Waiting:
    """A question whose latest version is not approved: its author, and what is in the way."""

    question_id: int
    key: str
    version_id: int
    author: int | None
    hindrances: tuple[Problem, ...]


@dataclass(frozen=True)
class Approved:
    """What came of approving many: how many were, and what was left as it was."""

    count: int
    incomplete: tuple[Waiting, ...]
    own: tuple[Waiting, ...]
    delicate: tuple[Waiting, ...]


def wrote(author: int | None, by: Actor) -> bool:
    """Whether who acts wrote it: whoever runs commands is one person beside those with a name."""
    return author == by.user_id


def foresee(
    bank_id: int, question_id: int, version_id: int, *, by: Actor
) -> Foreseen | None:
    """Work out the pool as approving a question makes it; None where it cannot be approved."""
    directory.get_bank(bank_id, member=by.user_id)
    waiting = list_waiting(bank_id, [question_id])
    if [each.version_id for each in waiting if not each.hindrances] != [version_id]:
        return None
    return pooling.foresee(bank_id, {question_id: version_id})


def approve(
    bank_id: int, question_id: int, version_id: int, *, by: Actor,
    foreseen: Foreseen | None = None, agreed: Container[int] = (),
) -> None:
    """Approve the latest version of a question; `version_id` is the one that was looked at.

    What was foreseen beforehand need not be worked out while others wait. `agreed` are the quizzes
    that may be left short of questions.
    """
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    question = directory.get_question(bank_id, question_id)
    if question.latest_version_id != version_id:
        raise Conflict(_("There is a newer version. Look at it, then approve it."))
    if question.retired_at is not None:
        raise Refusal(_("The question is retired. Restore it first."))
    if question.approved_version_id == version_id:
        return
    waiting, = list_waiting(bank_id, [question_id])
    if waiting.hindrances:
        raise Refusal(" ".join(say(p.template, p.params) for p in waiting.hindrances))
    if wrote(waiting.author, by) and values.fresh(TWO_PERSON_QUESTIONS):
        raise Refusal(_("Two persons are needed: ask a colleague to approve what you wrote."))
    _approve(bank_id, [waiting], foreseen, by=by, agreed=agreed)
    note("question.approved", by, scope="banks", on=("question", question_id),
         details={"bank": bank_id, "version": version_id})
    db.session.flush()


def approve_many(
    bank_id: int, question_ids: Collection[int] | None, *, by: Actor, transaction: Transaction,
    agreed: Container[int] = (), told: Callable[[Sequence[Waiting]], None] = lambda _some: None,
) -> Approved:
    """Approve every complete draft among these questions; None means those of the whole bank.

    Some at a time, each step whole in itself: what is approved can be drawn, and whom it is `told`
    hears of it in the same transaction. What would make keys of exam questions free is left for a
    person to look at one by one.
    """
    directory.get_bank(bank_id, member=by.user_id)
    found = sort_out(bank_id, question_ids, by=by)
    done, pace = 0, Pace(AT_ONCE)
    for some in pace.parts(found.ready):
        foreseen = pooling.foresee(bank_id, _versions(some))
        with step(transaction, pace):
            ready = _approve_some(bank_id, some, foreseen, by=by, agreed=agreed)
            told(ready)
        done += len(ready)
    return Approved(done, found.incomplete, found.own, found.delicate)


@dataclass(frozen=True)
class SortedOut:
    """Who waits: what can be approved, and what cannot and why."""

    ready: tuple[Waiting, ...]
    incomplete: tuple[Waiting, ...]
    own: tuple[Waiting, ...]
    delicate: tuple[Waiting, ...]


def sort_out(
    bank_id: int, question_ids: Collection[int] | None, *, by: Actor
) -> SortedOut:
    """Sort out which of these questions (None: of the whole bank) can be approved by who acts."""
    waiting = list_waiting(bank_id, question_ids)
    incomplete = tuple(each for each in waiting if each.hindrances)
    complete = [each for each in waiting if not each.hindrances]
    alone = not values.fresh(TWO_PERSON_QUESTIONS)
    own = () if alone else tuple(each for each in complete if wrote(each.author, by))
    left = {each.question_id for each in own}
    flips = flipping.find(_versions(complete))
    alone_only = {flip.question_id for flip in flips if flip.delicate} - left
    delicate = tuple(each for each in complete if each.question_id in alone_only)
    left |= alone_only
    ready = tuple(each for each in complete if each.question_id not in left)
    return SortedOut(ready, incomplete, own, delicate)


def _approve_some(
    bank_id: int, some: Collection[Waiting], foreseen: Foreseen, *, by: Actor,
    agreed: Container[int],
) -> list[Waiting]:
    """Approve those of some that still wait as they did; return them."""
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    if values.fresh(TWO_PERSON_QUESTIONS):
        some = [each for each in some if not wrote(each.author, by)]
    delicate = {flip.question_id for flip in flipping.find(_versions(some)) if flip.delicate}
    waiting = _WAITING.with_only_columns(QuestionVersion.id).where(
        Question.id.in_([each.question_id for each in some]), Question.bank_id == bank_id)
    still = set(db.session.scalars(waiting))
    ready = [each for each in some
             if each.version_id in still and each.question_id not in delicate]
    if ready:
        _approve(bank_id, ready, foreseen, by=by, agreed=agreed)
        note("bank.questions_approved", by, scope="banks", on=("bank", bank_id),
             after=sorted(each.version_id for each in ready), details={"questions": len(ready)})
    db.session.flush()
    return ready


def _versions(some: Collection[Waiting]) -> dict[int, int]:
    return {each.question_id: each.version_id for each in some}


_WAITING = (
    sa.select(Question.id, Question.key, QuestionVersion.id, QuestionVersion.created_by)
    .join(QuestionVersion, QuestionVersion.id == Question.latest_version_id)
    .where(Question.retired_at.is_(None),
           Question.latest_version_id.is_distinct_from(Question.approved_version_id))
)


def list_waiting(bank_id: int, question_ids: Collection[int] | None = None) -> list[Waiting]:
    """List the questions in use whose latest version is not approved, in the order of keys."""
    query = _WAITING.where(Question.bank_id == bank_id).order_by(Question.key)
    if question_ids is not None:
        query = query.where(Question.id.in_(question_ids))
    rows = db.session.execute(query).all()
    written = versions.written(row[2] for row in rows)
    return [Waiting(id_, key, version, author, hindrances(written[version]))
            for id_, key, version, author in rows]


def foresee_retired(
    bank_id: int, question_id: int, *, retired: bool, by: Actor
) -> Foreseen:
    """Work out the pool as retiring a question, or bringing it back, makes it."""
    directory.get_bank(bank_id, member=by.user_id)
    approved = directory.get_question(bank_id, question_id).approved_version_id
    if retired or approved is None:
        return pooling.foresee(bank_id, {}, without=[question_id])
    return pooling.foresee(bank_id, {question_id: approved})


def retire(
    bank_id: int, question_id: int, *, by: Actor, foreseen: Foreseen | None = None,
    agreed: Container[int] = (),
) -> None:
    """Draw a question no more; forms that hold it keep it, and it can be restored.

    `agreed` are the quizzes that may be left short of questions.
    """
    _set_retired(bank_id, question_id, True, foreseen, by=by, agreed=agreed)


def restore(
    bank_id: int, question_id: int, *, by: Actor, foreseen: Foreseen | None = None,
    agreed: Container[int] = (),
) -> None:
    """Bring a retired question back as it was; one that may not meet others can leave quizzes short
    as well.
    """
    _set_retired(bank_id, question_id, False, foreseen, by=by, agreed=agreed)


def _set_retired(
    bank_id: int, question_id: int, retired: bool, foreseen: Foreseen | None, *, by: Actor,
    agreed: Container[int],
) -> None:
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    question = directory.get_question(bank_id, question_id)
    if (question.retired_at is not None) == retired:
        return
    question.retired_at = clock.now() if retired else None
    pooling.refresh(bank_id, foreseen, by=by, agreed=agreed)
    note("question.retired" if retired else "question.restored", by, scope="banks",
         on=("question", question_id), details={"bank": bank_id})
    db.session.flush()


def _approve(
    bank_id: int, ready: Collection[Waiting], foreseen: Foreseen | None, *, by: Actor,
    agreed: Container[int],
) -> None:
    storing.approve(_versions(ready), by=by,
                    authors={each.version_id: each.author for each in ready})
    pooling.refresh(bank_id, foreseen, by=by, agreed=agreed)
