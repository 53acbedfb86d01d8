"""Translating: the words of a question in other languages, under its number and with its key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import sqlalchemy as sa

from isotrain.audit.noting import Actor, note
from isotrain.banks import approving, directory, pooling, storing, versions
from isotrain.banks.models import Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.i18n import _
from isotrain.settings import values
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_original = sa.orm.aliased(QuestionVersion)
# Whether a version is a translation: there was one of the same number before, in another language.
translates = sa.exists().where(
    _original.question_id == QuestionVersion.question_id,
    _original.number == QuestionVersion.number, _original.language != QuestionVersion.language,
    _original.id < QuestionVersion.id,
)


@dataclass(frozen=True)
class Words:
    """A version as one of several in the same language under the same number."""

    id: int
    revision: int
    hash: str


def approve(bank_id: int, version_ids: Collection[int], *, by: Actor) -> int:
    """Let forms use translations; return how many were approved. Their questions stand as before.

    Where two persons are needed, what somebody wrote waits for somebody else.
    """
    directory.get_bank(bank_id, member=by.user_id)
    pooling.lock(bank_id)
    query = (
        sa.select(QuestionVersion.id, QuestionVersion.created_by)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(version_ids), Question.bank_id == bank_id, translates,
               versions.shown)
    )
    authors = {row.id: row.created_by for row in db.session.execute(query)}
    if not authors:
        raise NotFound(_("This translation does not exist."))
    alone = not values.fresh(TWO_PERSON_QUESTIONS)
    ready = [id_ for id_, author in authors.items() if alone or not approving.wrote(author, by)]
    if not ready:
        raise Refusal(_("Two persons are needed: ask a colleague to approve what you wrote."))
    storing.vouch(ready, by=by, authors=authors)
    note("bank.translations_approved", by, scope="banks", on=("bank", bank_id), after=sorted(ready),
         details={"translations": len(ready)})
    db.session.flush()
    return len(ready)


def newest(question_ids: Iterable[int]) -> dict[tuple[int, int, str], Words]:
    """Return the newest words of questions by question, number and language."""
    query = (
        sa.select(QuestionVersion.id, QuestionVersion.question_id, QuestionVersion.number,
                  QuestionVersion.language, QuestionVersion.revision,
                  QuestionVersion.content_hash)
        .where(QuestionVersion.question_id.in_(set(question_ids)), versions.shown)
        .order_by(QuestionVersion.revision)
    )
    return {(question, number, language): Words(id_, revision, hash_)
            for id_, question, number, language, revision, hash_ in db.session.execute(query)}
