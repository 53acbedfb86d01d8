"""Editing: questions, and new versions of them. A version that stands is never changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

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
from isotrain.questions.wording import is_blank
from isotrain.study.content import FactView

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


@dataclass(frozen=True)
class Filling:
    """What to set on many questions at once; what is empty stays as each has it.

    `explain` takes the statement of a question's fact where the explanation is missing.
    """

    topic: str = ""
    difficulty: int | None = None
    use: str = ""
    fact: str = ""
    explain: bool = False

    def __bool__(self) -> bool:
        return bool(self.topic or self.difficulty or self.use or self.fact or self.explain)


def fill(bank_id: int, question_ids: Collection[int], filling: Filling, *, by: Actor) -> int:
    """Set the same on many questions; return how many got a new version by it."""
    bank = directory.get_bank(bank_id, member=by.user_id)
    if not question_ids:
        raise Refusal(_("Choose at least one question."))
    if not filling:
        raise Refusal(_("Choose what to set."))
    pooling.lock(bank_id)
    latest = list(db.session.scalars(sa.select(Question.latest_version_id).where(
        Question.bank_id == bank_id, Question.id.in_(question_ids),
        Question.latest_version_id.is_not(None))))
    standing = versions.written(id_ for id_ in latest if id_ is not None)
    facts, vocabulary = directory.facts_of(bank), directory.vocabulary(bank)
    changed = {}
    for version_id, written in standing.items():
        fresh = _settled(bank, _filled(facts, written, filling), vocabulary)
        if fresh.hash != written.hash:
            changed[version_id] = fresh
    _store_next(bank_id, changed, by=by)
    note("bank.questions_filled", by, scope="banks", on=("bank", bank_id),
         after=sorted(fresh.hash for fresh in changed.values()),
         details={"questions": len(changed)})
    db.session.flush()
    return len(changed)


def _filled(facts: Mapping[str, FactView], written: Written, filling: Filling) -> Draft:
    draft = written.draft()
    draft = replace(
        draft, topic=filling.topic or draft.topic, use=filling.use or draft.use,
        difficulty=filling.difficulty or draft.difficulty,
        facts=(filling.fact, *draft.facts[1:]) if filling.fact else draft.facts,
    )
    fact = facts.get(draft.fact)
    if filling.explain and fact and is_blank(draft.explanation):
        return replace(draft, explanation=fact.statement)
    return draft


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
