"""Editing a bank under the feet of those who sit: new versions with other keys, approved."""

from __future__ import annotations

from dataclasses import replace

import sqlalchemy as sa

from isotrain.banks import pooling, storing, versions
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.banks.pooling import EVERY
from isotrain.banks.storing import Change
from isotrain.db import db
from isotrain.questions.true_false import TrueFalse
from tests.factories import BY, committed


def rekey(version_id: int) -> None:
    """Give the question of a version a new version whose key says the opposite."""
    with committed():
        question_id = versions.contents([version_id])[version_id].question_id
        question = db.session.get(Question, question_id)
        latest = versions.written([question.latest_version_id])[question.latest_version_id]
        number = db.session.scalar(sa.select(sa.func.max(QuestionVersion.number)).where(
            QuestionVersion.question_id == question_id))
        changed = replace(latest, question=_opposite(latest.question, number))
        change = Change(changed, question_id=question_id, number=number + 1)
        (fresh,) = storing.store(question.bank_id, [change], by=BY)
        storing.approve({question_id: fresh}, by=BY, authors={})
        pooling.refresh(question.bank_id, by=BY, agreed=EVERY)


def retire_everything() -> None:
    """Retire every question of the bank."""
    with committed():
        bank = db.session.query(Bank).one()
        for question in db.session.query(Question).filter_by(bank_id=bank.id):
            question.retired_at = bank.created_at
        db.session.flush()
        pooling.refresh(bank.id, by=BY, agreed=EVERY)


def _opposite(question, number):
    stem = f"{question.stem} ({number})"
    if isinstance(question, TrueFalse):
        return replace(question, stem=stem, answer=not question.answer)
    shifted = [option.right for option in question.options]
    shifted = shifted[1:] + shifted[:1]
    options = tuple(replace(option, right=right)
                    for option, right in zip(question.options, shifted, strict=True))
    return replace(question, stem=stem, options=options)
