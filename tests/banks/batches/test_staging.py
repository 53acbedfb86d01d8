"""Large imports take many short transactions, and nobody sees anything of one before its last."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.banks import approving, directory, editing, inventory, versions
from isotrain.banks.batches import staging
from isotrain.banks.files import applying, exporting, importing
from isotrain.banks.models import BankUpload, Question, QuestionBatch, QuestionKey, QuestionVersion
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.formats.model import Import
from isotrain.jobs import stepping
from isotrain.jobs.stepping import IDLE, Watch, inside
from isotrain.web.transaction import transaction
from tests.banks.making import NOBODY, a_bank, a_draft, a_question, checked, many_questions
from tests.dying import die, dies
from tests.factories import committed

MANY = 7
GIFT = "".join(f"::Q{n}:: What is {n}? {{={n} ~{n + 1}}}\n\n" for n in range(MANY))


@pytest.fixture(autouse=True)
def few_at_once(monkeypatch):
    monkeypatch.setattr(stepping, "AIM", 60.0)  # however slow the machine is
    monkeypatch.setattr(staging, "AT_ONCE", 2)
    monkeypatch.setattr(staging, "REMOVED_AT_ONCE", 3)


def rows(table) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def reviewed(bank_id: int, text: str = GIFT, name: str = "file.gift") -> importing.Review:
    token = checked(bank_id, text, name)
    return importing.review(bank_id, token, Defaults("audits", 1), member=None)


def apply(bank_id: int, review: importing.Review, *, begin=transaction, **more) -> applying.Applied:
    return applying.apply(bank_id, review, by=NOBODY, transaction=begin, **more)


def seen(bank_id: int) -> dict[str, int]:
    """How many questions of a bank each door shows."""
    db.session.rollback()
    bank = directory.get_bank(bank_id, member=None)
    return {
        "counted": sum(inventory.get_view(bank).states.values()),
        "listed": len(inventory.list_ids(bank_id, inventory.Filter())),
        "waiting": len(approving.list_waiting(bank_id)),
        "exported": exporting.write(bank_id, "yaml", member=None).count,
        "of all banks": sum(sum(view.states.values()) for view in inventory.banks(None).every()),
        "history": sum(len(inventory.list_versions(id_))
                       for id_ in db.session.scalars(sa.select(Question.id))),
    }


def transactions(after=lambda: None):
    """Return what begins a transaction, and how many versions each has stored."""
    stored: list[int] = []

    @contextmanager
    def begin():
        before = rows(QuestionVersion)
        with transaction():
            yield
        stored.append(rows(QuestionVersion) - before)
        after()

    return begin, stored


def broken_off(bank_id: int, review: importing.Review) -> None:
    """Let whoever applies a file die after two steps."""
    def progress(staged: int, _of: int) -> None:
        if staged >= 4:
            die()
    dies(lambda: apply(bank_id, review, watch=Watch(progress)))
    db.session.rollback()


def test_no_transaction_stores_more_than_a_few_versions(each_app):
    bank_id = a_bank()
    begin, stored = transactions()
    apply(bank_id, reviewed(bank_id), begin=begin)
    assert max(stored) == 2 and sum(stored) == MANY
    assert set(seen(bank_id).values()) == {MANY}


def test_nobody_sees_anything_before_everything(each_app):
    bank_id, told = a_bank(), []
    many_questions(bank_id, 3)
    begin, _stored = transactions(lambda: told.append(set(seen(bank_id).values())))
    apply(bank_id, reviewed(bank_id), begin=begin)
    assert told == [{3}] * (len(told) - 1) + [{3 + MANY}] and len(told) > 4


def test_a_question_that_is_staged_has_no_page(each_app):
    bank_id = a_bank()
    broken_off(bank_id, reviewed(bank_id))
    for id_ in db.session.scalars(sa.select(Question.id)).all():
        with pytest.raises(NotFound):
            directory.get_question(bank_id, id_)
    assert approving.approve_many(bank_id, None, by=NOBODY, transaction=inside).count == 0


def test_a_known_question_keeps_its_version_until_the_new_one_is_shown(each_app):
    bank_id = a_bank()
    apply(bank_id, reviewed(bank_id))
    yaml = exporting.write(bank_id, "yaml", member=None).data.decode().replace("What is", "Who is")
    review, numbers = reviewed(bank_id, yaml, "again.yaml"), []

    def look() -> None:
        latest = db.session.scalars(sa.select(Question.latest_version_id)).all()
        numbers.append({each.number for each in versions.contents(latest).values()})

    begin, _stored = transactions(look)
    apply(bank_id, review, begin=begin)
    assert review.plan.counts["changed"] == MANY
    assert numbers == [{1}] * (len(numbers) - 1) + [{2}]


def test_one_that_dies_leaves_nothing_to_see_and_its_rows_are_removed_a_few_at_a_time(each_app):
    bank_id = a_bank()
    many_questions(bank_id, 3)
    broken_off(bank_id, reviewed(bank_id))
    assert set(seen(bank_id).values()) == {3} and rows(QuestionVersion) == 7
    assert not list(staging.forget_idle(transaction)), "it may still be at work"
    with clock.moved_by(IDLE + timedelta(seconds=1)):
        assert list(staging.forget_idle(transaction)) == [3, 1, 0]
    assert (rows(Question), rows(QuestionVersion), rows(QuestionKey)) == (3, 3, 3)
    assert rows(QuestionBatch) == 0


def test_the_next_import_removes_what_one_that_died_left_behind(each_app):
    bank_id = a_bank()
    review = reviewed(bank_id)
    broken_off(bank_id, review)
    with clock.moved_by(IDLE + timedelta(seconds=1)):
        apply(bank_id, review)
    assert set(seen(bank_id).values()) == {MANY} and rows(QuestionVersion) == MANY


def test_a_second_import_is_refused_while_one_is_under_way_in_this_bank_alone(each_app):
    bank_id, other = a_bank(), a_bank(title="Other")
    second, elsewhere = reviewed(bank_id, "Who? {=A ~B}\n"), reviewed(other)
    broken_off(bank_id, reviewed(bank_id))
    with pytest.raises(Refusal, match="right now"):
        apply(bank_id, second)
    apply(other, elsewhere)
    assert {seen(other)[name] for name in ("counted", "listed")} == {MANY}


def test_who_was_taken_for_dead_shows_nothing(each_app):
    bank_id = a_bank()
    review = reviewed(bank_id)

    def sleep(staged: int, _of: int) -> None:
        if staged == 4:
            with clock.moved_by(IDLE + timedelta(seconds=1)):
                list(staging.forget_idle(transaction))

    with pytest.raises(Conflict, match="Apply the file again"):
        apply(bank_id, review, watch=Watch(sleep))
    assert rows(QuestionVersion) == 0 and rows(QuestionBatch) == 0


def test_a_refusal_at_the_end_takes_back_everything(each_app):
    bank_id = a_bank()
    review = reviewed(bank_id)

    def refuse(_applied: applying.Applied) -> None:
        raise Refusal("No.")

    with pytest.raises(Refusal, match="No"):
        apply(bank_id, review, watch=Watch(done=refuse))
    assert (rows(Question), rows(QuestionVersion), rows(QuestionBatch)) == (0, 0, 0)
    assert db.session.scalar(sa.select(BankUpload.state)) == "checked"


@pytest.mark.parametrize("changed", ["another", "the same"])
def test_a_bank_that_changes_meanwhile_is_compared_anew(each_app, changed):
    bank_id = a_bank()
    question_id = a_question(bank_id, a_draft("What is 1?", right="1", wrong=["2"]))
    yaml = exporting.write(bank_id, "yaml", member=None).data.decode().replace("certify", "attest")
    review, told = reviewed(bank_id, yaml, "q.yaml"), []

    def change(staged: int, _of: int) -> None:
        if not told:
            told.append(staged)
            if changed == "another":
                a_question(bank_id)
            else:
                before = db.session.get_one(Question, question_id).latest_version_id
                with committed():
                    editing.revise(bank_id, question_id, a_draft("What is 1, then?"),
                                   base=before, by=NOBODY)

    done = apply(bank_id, review, watch=Watch(change))
    assert done.plan.basis != review.plan.basis
    latest = db.session.get_one(Question, question_id).latest_version_id
    content = versions.contents([latest])[latest]
    assert content.number == 2
    if changed == "the same":  # the bank is newer than the file by now
        assert done.plan.counts["older"] == 1
        assert content.question().plain_stem == "What is 1, then?"


def test_a_bank_that_changes_all_the_time_is_told(each_app):
    bank_id = a_bank()
    review = reviewed(bank_id)

    def change(staged: int, of: int) -> None:
        if staged == of:
            a_question(bank_id)

    with pytest.raises(Conflict, match="all the time"):
        apply(bank_id, review, watch=Watch(change))
    assert rows(QuestionVersion) == applying.TRIES and rows(QuestionBatch) == 0


def test_who_edits_a_question_that_is_being_imported_is_told_to_wait(each_app):
    bank_id = a_bank()
    apply(bank_id, reviewed(bank_id))
    yaml = exporting.write(bank_id, "yaml", member=None).data.decode().replace("What is", "Who is")
    broken_off(bank_id, reviewed(bank_id, yaml, "again.yaml"))
    staged = db.session.scalars(sa.select(QuestionVersion.question_id).where(
        QuestionVersion.number == 2)).first()
    base = db.session.get_one(Question, staged).latest_version_id
    with pytest.raises(Refusal, match="right now"), committed():
        editing.revise(bank_id, staged, a_draft(), base=base, by=NOBODY)


def test_an_upload_stays_while_something_is_staged_of_it(each_app):
    bank_id = a_bank()
    broken_off(bank_id, reviewed(bank_id))
    with clock.moved_by(timedelta(hours=25)):
        with committed():
            importing.purge_some()
        assert rows(BankUpload) == 1
        list(staging.forget_idle(transaction))
        with committed():
            importing.purge_some()
        assert rows(BankUpload) == 0




def test_what_was_read_is_written_as_json_before_the_lock_is_taken(each_app, monkeypatch):
    bank = a_bank()
    file = importing.read(GIFT.encode(), "file.gift", reader=None)
    with monkeypatch.context() as within:
        within.setattr(Import, "to_data", lambda _imported: pytest.fail("too late"))
        with committed():
            token = importing.keep(bank, file, by=NOBODY)
    review = importing.review(bank, token, Defaults("audits", 1), member=None)
    assert len(review.plan.writes) == MANY
