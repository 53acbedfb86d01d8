"""Reverting a question: taking back its newest draft, going back to any version it had.

Nothing that was written is deleted: what was taken back is kept, and can be gone back to. What
forms draw stays as it is until somebody approves.
"""

from __future__ import annotations

import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.noting import Actor, note
from isotrain.banks import directory, editing, pooling, translating, versions
from isotrain.banks.models import Question, QuestionVersion, VersionUndo
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.i18n import _


def take_back(bank_id: int, question_id: int, version_id: int, *, by: Actor) -> int | None:
    """Take back the newest version of a question, a draft; return the number of the one before.

    None where there is none before: the question is not in the bank any more.
    """
    question = _hold(bank_id, question_id, version_id, by=by)
    if question.approved_version_id == version_id:
        raise Refusal(_("This version is approved. Go back to an earlier one: that makes a draft"
                        " which can be approved."))
    _take_back(question, beyond=_number(version_id) - 1, by=by)
    latest = question.latest_version_id
    return None if latest is None else _number(latest)


def go_back(
    bank_id: int, question_id: int, number: int, *, base: int, by: Actor
) -> bool:
    """Let a question say again what it said in a version; say whether that takes approving.

    Drafts since the approved version are taken back where it is that one; else what it said is a
    new draft. `base` is the newest version as who acts saw it.
    """
    question = _hold(bank_id, question_id, base, by=by)
    wanted = _version(question_id, number)
    if wanted in (None, base):
        raise NotFound(_("There is no other version with this number."))
    if wanted == question.approved_version_id:
        _take_back(question, beyond=number, by=by)
        return False
    draft = versions.written([wanted])[wanted].draft()
    if not editing.revise(bank_id, question_id, draft, base=base, by=by,
                          source=f"version {number}"):
        raise Refusal(_("The question says this already."))
    return True


def taken_back(before: int | None) -> str:
    """Say what taking back came to."""
    if before is None:
        return _("Taken back. The question is not in the bank any more.")
    return _("Taken back. The question says again what it said in version %(n)s.", n=before)


def gone_back(number: int, *, drafted: bool) -> str:
    """Say what going back came to."""
    if drafted:
        return _("There is a new draft with the words of version %(n)s. Approve it when it is"
                 " right.", n=number)
    return _("The question says again what it said in version %(n)s, which is approved.", n=number)


def _hold(bank_id: int, question_id: int, newest: int, *, by: Actor) -> Question:
    """Return a question whose bank is held, and which is still as who acts saw it."""
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    question = directory.get_question(bank_id, question_id)
    if question.latest_version_id != newest:
        raise Conflict(_("There is a newer version. Look at it first."))
    return question


def _take_back(question: Question, *, beyond: int, by: Actor) -> None:
    """Take back every version beyond a number, with its translations."""
    version = QuestionVersion
    gone = list(db.session.scalars(sa.select(version.id).where(
        version.question_id == question.id, version.number > beyond, versions.shown)))
    at = clock.now()
    db.session.execute(sa.insert(VersionUndo), [
        {"version_id": id_, "undone_at": at, "undone_by": by.user_id} for id_ in gone])
    question.latest_version_id = db.session.scalar(
        sa.select(version.id)
        .where(version.question_id == question.id, versions.shown, ~translating.translates)
        .order_by(version.number.desc()).limit(1))
    note("question.taken_back", by, scope="banks", on=("question", question.id),
         before=sorted(gone), details={"bank": question.bank_id, "versions": len(gone)})
    db.session.flush()


def _version(question_id: int, number: int) -> int | None:
    """The version of this number that is there or was taken back, in its own words."""
    version = QuestionVersion
    return db.session.scalar(
        sa.select(version.id)
        .where(version.question_id == question_id, version.number == number,
               sa.or_(versions.shown, versions.taken_back), ~translating.translates)
        .order_by(version.id).limit(1))


def _number(version_id: int) -> int:
    return versions.contents([version_id])[version_id].number
