"""Editing: questions, and new versions of them. A version that stands is never changed."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, pooling, storing, versions
from isotrain.banks.models import Bank, Question
from isotrain.banks.rules import Vocabulary, Written, advice, hindrances, settle
from isotrain.banks.storing import Change
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, say
from isotrain.questions.draft import Draft
from isotrain.questions.problem import Problem

SOURCE = "written here"


class Unsettled(Refusal):
    """A question cannot be stored as it is written; `problems` say what to put right, and where."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(f"{first.place}: {say(first.template, first.params)}")
        self.problems = problems


def problems_of(draft: Draft, vocabulary: Vocabulary) -> tuple[Problem, ...]:
    """Return what is to be put right before the draft could be approved, errors first."""
    settled = settle(draft, vocabulary, language="en")
    if settled.written is None:
        return settled.problems
    return (*hindrances(settled.written), *settled.problems,
            *advice(settled.written, vocabulary))


def add(bank_id: int, draft: Draft, *, by: Actor) -> Question:
    """Add a question as a draft; refuse it while it has errors."""
    bank = directory.get_bank(bank_id, member=by.user_id)
    written = _settled(bank, draft, directory.vocabulary(bank))
    pooling.lock(bank_id)
    key = next(iter(storing.unused_keys(bank_id)))
    version_id, = storing.store(bank_id, [Change(written, key=key, source=SOURCE)], by=by)
    question = db.session.scalars(
        sa.select(Question).where(Question.latest_version_id == version_id)).one()
    note("question.added", by, scope="banks", on=("question", question.id),
         after=written.hash, details={"bank": bank_id, "version": version_id})
    db.session.flush()
    return question


def revise(
    bank_id: int, question_id: int, draft: Draft, *, base: int, by: Actor, source: str = SOURCE
) -> bool:
    """Make a new version of a question; say whether anything changed.

    `base` is the version the editor began with: when somebody else has saved since, it is a
    Conflict, and nothing of either text is lost.
    """
    bank = directory.get_bank(bank_id, member=by.user_id)
    question = directory.get_question(bank_id, question_id)
    written = _settled(bank, draft, directory.vocabulary(bank))
    if question.latest_version_id != base:
        raise _conflict()
    before = versions.written([base])[base]
    if before.hash == written.hash:
        return False
    _store_next(bank_id, {base: written}, by=by, source=source)
    note("question.changed", by, scope="banks", on=("question", question_id),
         before=before.hash, after=written.hash, details={"bank": bank_id})
    db.session.flush()
    return True


def _settled(bank: Bank, draft: Draft, vocabulary: Vocabulary) -> Written:
    settled = settle(draft, vocabulary, language=bank.language)
    if settled.problems or settled.written is None:
        raise Unsettled(settled.problems)
    return settled.written


def _store_next(
    bank_id: int, next_of: dict[int, Written], *, by: Actor, source: str = SOURCE
) -> None:
    """Store what follows each of these versions; the number's uniqueness is the judge of races."""
    standing = versions.contents(next_of)
    changes = [
        Change(written, question_id=standing[id_].question_id, number=standing[id_].number + 1,
               source=source)
        for id_, written in next_of.items()
    ]
    try:
        with db.session.begin_nested():
            storing.store(bank_id, changes, by=by)
    except IntegrityError:
        if storing.is_under_way(bank_id):
            raise Refusal(_("A file is being applied to this bank right now. Wait until that is"
                            " done, then try again.")) from None
        raise _conflict() from None


def _conflict() -> Conflict:
    return Conflict(_("Somebody saved another version of this question while you were writing. "
                      "Nothing is lost: compare both below, then save yours or go back."))
