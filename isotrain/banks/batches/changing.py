"""Changing many questions at once: foreseen first, staged a few at a time, shown together.

What is set makes a new version of each question, to be approved; approving, retiring and restoring
notes how each stood. One batch can be undone as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from isotrain import clock
from isotrain.accounts import preferring
from isotrain.audit.noting import Actor, note
from isotrain.banks import approving, directory, inventory, pooling, storing, versions
from isotrain.banks.batches import staging
from isotrain.banks.batches.wish import Changed, Filling, Left, Outlook, Wish
from isotrain.banks.files import planning
from isotrain.banks.inventory import Selected
from isotrain.banks.models import APPROVE, RESTORE, RETIRE, SET, Bank, BatchTouch, Question
from isotrain.banks.rules import Vocabulary, Written, settle
from isotrain.banks.storing import Change
from isotrain.db import db
from isotrain.errors import Conflict, Refusal
from isotrain.i18n import _, say, speaking
from isotrain.jobs.stepping import Pace, Watch, step
from isotrain.ledger.hashing import hash_of
from isotrain.questions.wording import is_blank

if TYPE_CHECKING:
    from isotrain.jobs.job import Transaction
    from isotrain.jobs.work import Task
    from isotrain.ledger.canonical import JsonObject
    from isotrain.study.content import FactView

KIND = "bank-change"
SOURCE = "set on many"
AT_ONCE = 500  # questions that are changed while the browser waits


def foresee(bank_id: int, wish: Wish, *, by: Actor) -> Outlook:
    """Work out what a wish would come to; changes nothing.

    Refuses a wish that says nothing, or a topic or fact that the library does not have.
    """
    bank = directory.get_bank(bank_id, member=by.user_id)
    if wish.selection.ids == ():
        raise Refusal(_("Choose at least one question."))
    basis = hash_of([planning.basis_of(bank), wish.to_data()])
    selected = inventory.select(bank_id, wish.selection)
    outlook = _FORESEEN[wish.act](bank, wish, selected, by)
    return replace(outlook, wish=wish, basis=basis)


def change(
    bank_id: int, outlook: Outlook, *, by: Actor, transaction: Transaction,
    agreed: Container[int] = (), watch: Watch[Changed] | None = None,
) -> Changed:
    """Do what was foreseen; raises Conflict where the bank is not as it was then.

    Refuses with LeavesShort to leave a published quiz short that is not among the agreed ones.
    """
    act, watch = outlook.wish.act, watch or Watch[Changed]()
    if not outlook.changes:
        return Changed(act, 0)
    for _gone in staging.forget_idle(transaction, bank_id=bank_id):
        watch.progress(0, 1)
    with transaction():
        directory.get_bank(bank_id, member=by.user_id)
        batch_id = staging.begin(bank_id, None, by=by, act=act)
    doing = _Doing(bank_id, batch_id, outlook, by, transaction, watch)
    try:
        done = doing.approve(agreed) if act == APPROVE else doing.together(agreed)
    except Exception:
        for _gone in staging.forget(batch_id, transaction=transaction):
            pass
        raise
    return done


def is_long(outlook: Outlook) -> bool:
    """Say whether nobody should wait for what is wished."""
    return len(outlook.changes) > AT_ONCE


def params_of(bank_id: int, outlook: Outlook, agreed: Collection[int]) -> JsonObject:
    """Return what is wished as the work keeps it, with the quizzes that may be left short."""
    return {"bank_id": bank_id, "wish": outlook.wish.to_data(), "basis": outlook.basis,
            "agreed": sorted(agreed)}


def carry_out(task: Task) -> None:
    """Do what was wished, in a worker."""
    given, by = task.params, Actor("user", task.asked_by)
    task.progress(0, 2)
    with speaking(preferring.language_of(task.asked_by)):
        outlook = foresee(given["bank_id"], Wish.from_data(given["wish"]), by=by)
        check_basis(outlook, given["basis"])
        watch = Watch[Changed](lambda _done, _of: task.progress(1, 2),
                               lambda changed: task.finish(changed.sentence))
        change(given["bank_id"], outlook, by=by, transaction=task.transaction,
               agreed=given["agreed"], watch=watch)


def check_basis(outlook: Outlook, basis: str) -> None:
    """Refuse to do anything but what was looked at."""
    if outlook.basis != basis:
        raise Conflict(_("The bank has changed since you looked. Look again: below is what would"
                         " happen now."))


# -- what a wish would come to


def _foresee_set(
    bank: Bank, wish: Wish, selected: Sequence[Selected], by: Actor
) -> Outlook:
    filling, vocabulary = wish.filling, directory.vocabulary(bank)
    if not filling:
        raise Refusal(_("Choose what to set."))
    if vocabulary.topics and filling.topic and filling.topic not in vocabulary.topics:
        raise Refusal(_("The library has no such topic."))
    if filling.fact and filling.fact not in vocabulary.facts:
        raise Refusal(_("The library has no such fact."))
    changes = [each for each in selected if not filling.says(each)]
    if filling.explain:  # only the key tells whether there is an explanation
        facts, open_ = directory.facts_of(bank), [e for e in selected if filling.says(e)]
        written = versions.written(each.version_id for each in open_)
        changes += [each for each in open_ if _filled(
            written[each.version_id], filling, facts) != written[each.version_id]]
    return Outlook(wish, "", tuple(sorted(changes, key=lambda each: each.key)),
                   len(selected) - len(changes))


def _foresee_approve(
    bank: Bank, wish: Wish, selected: Sequence[Selected], by: Actor
) -> Outlook:
    by_id = {each.id: each for each in selected}
    found = approving.sort_out(bank.id, list(by_id), by=by)
    left = [Left(each.question_id, each.key, " ".join(
        say(p.template, p.params) for p in each.hindrances)) for each in found.incomplete]
    left += [Left(each.question_id, each.key, _("Written by you, so a colleague must approve it."))
             for each in found.own]
    left += [Left(each.question_id, each.key, _("It moves from exams to practice. Approve it on"
                                                " its page.")) for each in found.delicate]
    changes = tuple(by_id[each.question_id] for each in found.ready)
    return _guarded(bank, Outlook(
        wish, "", changes, len(selected) - len(changes) - len(left), tuple(left),
        pooling.foresee(bank.id, {each.id: each.version_id for each in changes})))


def _foresee_retired(
    bank: Bank, wish: Wish, selected: Sequence[Selected], by: Actor
) -> Outlook:
    retired = wish.act == RETIRE
    changes = tuple(each for each in selected if (each.retired_at is None) == retired)
    approved = {each.id: each.approved_version_id for each in changes
                if each.approved_version_id is not None}
    foreseen = (pooling.foresee(bank.id, {}, without=approved) if retired
                else pooling.foresee(bank.id, approved))
    return _guarded(bank, Outlook(wish, "", changes, len(selected) - len(changes),
                                  foreseen=foreseen))


def _guarded(bank: Bank, outlook: Outlook) -> Outlook:
    assert outlook.foreseen is not None
    return replace(outlook, stopped=pooling.would_leave_short(bank, outlook.foreseen))


_FORESEEN = {SET: _foresee_set, APPROVE: _foresee_approve, RETIRE: _foresee_retired,
             RESTORE: _foresee_retired}


def _filled(written: Written, filling: Filling, facts: Mapping[str, FactView]) -> Written:
    """A version with what is set; what it says otherwise is not looked at anew."""
    written = replace(
        written, topic=filling.topic or written.topic, use=filling.use or written.use,
        difficulty=filling.difficulty or written.difficulty,
        facts=(filling.fact, *written.facts[1:]) if filling.fact else written.facts)
    fact = facts.get(written.fact or "")
    draft = written.draft()
    if not (filling.explain and fact and is_blank(draft.explanation)):
        return written
    explained = settle(replace(draft, explanation=fact.statement), Vocabulary(),
                       language=written.language).written
    return written if explained is None else replace(written, question=explained.question)


# -- doing it


@dataclass(frozen=True)
class _Doing:
    """One wish on its way into a bank."""

    bank_id: int
    batch_id: int
    outlook: Outlook
    by: Actor
    transaction: Transaction
    watch: Watch[Changed] = field(default_factory=Watch[Changed])

    def together(self, agreed: Container[int]) -> Changed:
        """Stage everything, then show it by one statement."""
        act = self.outlook.wish.act
        for _some in self._staged():
            pass
        with step(self.transaction):
            directory.get_bank(self.bank_id, member=self.by.user_id)
            bank = pooling.lock(self.bank_id)
            if self.outlook.basis != hash_of(
                    [planning.basis_of(bank), self.outlook.wish.to_data()]):
                raise Conflict(_("Somebody changed the bank meanwhile. Nothing was changed; look"
                                 " again."))
            if act == SET:
                staging.show(self.batch_id)
            else:
                staging.close(self.batch_id)
                self._set_retired(act == RETIRE)
                pooling.refresh(self.bank_id, self.outlook.foreseen, by=self.by, agreed=agreed)
            done = self._noted(len(self.outlook.changes))
            self.watch.done(done)
        return done

    def approve(self, agreed: Container[int]) -> Changed:
        """Approve some at a time, each step whole in itself; what was approved stays so."""
        by_id = {each.id: each for each in self.outlook.changes}
        try:
            approving.approve_many(
                self.bank_id, list(by_id), by=self.by, transaction=self.transaction,
                agreed=agreed, told=lambda some: staging.touch(self.batch_id, [
                    {"question_id": each.question_id, "version_id": each.version_id,
                     "approved_before": by_id[each.question_id].approved_version_id,
                     "retired_before": None} for each in some]))
        except Exception:
            db.session.rollback()
            self._closed()
            raise
        done = self._closed(self.watch.done)
        if not done.count:
            raise Conflict(_("Somebody approved or changed these questions meanwhile. Look again."))
        return done

    def _closed(self, tell: Callable[[Changed], None] = lambda _changed: None) -> Changed:
        """Close the batch with what was approved so far; it is forgotten where nothing was."""
        count = db.session.scalar(sa.select(sa.func.count()).where(
            BatchTouch.batch_id == self.batch_id)) or 0
        if not count:
            return Changed(APPROVE, 0)
        with step(self.transaction):
            staging.close(self.batch_id)
            done = self._noted(count)
            tell(done)
        return done

    def _staged(self) -> Iterator[int]:
        pace, undone = Pace(staging.AT_ONCE), storing.find_undone(self.bank_id)
        facts = directory.facts_of(db.session.get_one(Bank, self.bank_id))
        done = 0
        for some in pace.parts(self.outlook.changes):
            self.watch.progress(done, len(self.outlook.changes))
            changes = list(self._versions(some, facts)) if self.outlook.wish.act == SET else []
            storing.prepare(changes)
            try:
                with step(self.transaction, pace):
                    if changes:
                        staging.stage(self.batch_id, self.bank_id, changes, by=self.by,
                                      undone=undone)
                    else:
                        staging.touch(self.batch_id, [
                            {"question_id": each.id, "version_id": None,
                             "approved_before": each.approved_version_id,
                             "retired_before": each.retired_at} for each in some])
            except IntegrityError as error:
                raise Conflict(_("Somebody changed the bank meanwhile. Nothing was changed; look"
                                 " again.")) from error
            done += len(some)
            yield done

    def _versions(
        self, some: Sequence[Selected], facts: Mapping[str, FactView]
    ) -> Iterator[Change]:
        written = versions.written(each.version_id for each in some)
        standing = versions.contents(each.version_id for each in some)
        for each in some:
            yield Change(_filled(written[each.version_id], self.outlook.wish.filling, facts),
                         question_id=each.id, number=standing[each.version_id].number + 1,
                         source=SOURCE)

    def _set_retired(self, retired: bool) -> None:
        touched = sa.select(BatchTouch.question_id).where(BatchTouch.batch_id == self.batch_id)
        db.session.execute(
            sa.update(Question).where(Question.id.in_(touched))
            .values(retired_at=clock.now() if retired else None)
            .execution_options(synchronize_session=False))
        db.session.expire_all()

    def _noted(self, count: int) -> Changed:
        wish = self.outlook.wish
        about = {key: value for key, value in asdict(wish.filling).items() if value}
        note("bank.questions_changed", self.by, scope="banks", on=("bank", self.bank_id),
             details={"act": wish.act, "questions": count, "batch": self.batch_id, **about})
        db.session.flush()
        return Changed(wish.act, count, self.batch_id)
