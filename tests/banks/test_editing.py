"""Writing questions, new versions, approving, retiring; and who may."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.banks import (
    approving,
    directory,
    editing,
    inventory,
    profile,
    tending,
    versions,
)
from isotrain.banks.models import Approval, Bank, Question, QuestionVersion
from isotrain.banks.tending import BANK, Described
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.jobs.stepping import inside
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS
from isotrain.study import membership
from isotrain.study.models import LibraryMember
from tests.banks.making import NOBODY, a_bank, a_draft, a_question, a_trainer, actor, at_once
from tests.factories import a_library, a_setting, a_user, committed
from tests.walking import rows_of


def latest(question_id):
    db.session.rollback()
    return db.session.get_one(Question, question_id).latest_version_id


def state(question_id):
    db.session.rollback()
    return profile.state_of(db.session.get_one(Question, question_id))


def do(act, *args, **kwargs):
    with committed():
        return act(*args, **kwargs)


def actions():
    return list(db.session.scalars(sa.select(Event.action).where(Event.scope == "banks")))


# -- banks and who looks after them


def test_whoever_opens_a_bank_looks_after_it(app):
    trainer = a_trainer(name="Tara")
    bank = do(tending.create, Described("Audits & more"), by=actor(trainer))
    assert bank.slug == "audits-more"
    assert [member.name for member in membership.list_members(BANK, bank.id)] == ["Tara"]
    assert "bank.created" in actions()


def test_two_banks_of_one_title_get_different_slugs(each_app):
    outcomes = at_once(each_app, [
        lambda: tending.create(Described("Ärger"), by=NOBODY).slug for _ in range(4)])
    assert sorted(outcomes) == ["arger", "arger-2", "arger-3", "arger-4"]


def test_a_given_slug_is_taken_once(app):
    do(tending.create, Described("One"), by=NOBODY, slug="same")
    with pytest.raises(Refusal, match="exists"):
        do(tending.create, Described("Two"), by=NOBODY, slug="same")


@pytest.mark.parametrize("slug", ["Capital", "with space", "../up", "x" * 61])
def test_a_slug_is_letters_digits_dots_and_hyphens(app, slug):
    with pytest.raises(Refusal):
        do(tending.create, Described("Title"), by=NOBODY, slug=slug)


@pytest.mark.parametrize("described", [Described(""), Described("x" * 121),
                                       Described("Fine", "x" * 1001)])
def test_a_bank_needs_a_title_of_reasonable_length(app, described):
    with pytest.raises(Refusal):
        do(tending.create, described, by=NOBODY)


def test_a_bank_of_a_library_that_does_not_exist_is_not_found(app):
    with pytest.raises(NotFound):
        do(tending.create, Described("Title", library_id=99), by=NOBODY)


def test_a_bank_is_opened_in_a_library_of_ones_own_only(app):
    trainer = a_trainer()
    with committed():
        own, foreign = a_library("own"), a_library("foreign")
        db.session.add(LibraryMember(library_id=own, user_id=trainer))
    bank = do(tending.create, Described("Mine", library_id=own), by=actor(trainer))
    assert bank.library_id == own
    with pytest.raises(NotFound):
        do(tending.create, Described("Theirs", library_id=foreign), by=actor(trainer))
    loose = do(tending.create, Described("Loose"), by=actor(trainer))
    with pytest.raises(NotFound):
        do(tending.change, loose.id, Described("Loose", library_id=foreign), by=actor(trainer))


def test_other_trainers_do_not_find_the_bank_nor_act_on_it(app):
    mine, other = a_trainer(), actor(a_trainer())
    bank_id = a_bank(mine)
    question = a_question(bank_id)
    for act in (
        lambda: directory.get_bank(bank_id, member=other.user_id),
        lambda: editing.add(bank_id, a_draft("Another?"), by=other),
        lambda: editing.revise(bank_id, question, a_draft("New?"), base=1, by=other),
        lambda: approving.approve(bank_id, question, 1, by=other),
        lambda: approving.approve_many(bank_id, None, by=other, transaction=inside),
        lambda: approving.retire(bank_id, question, by=other),
        lambda: tending.change(bank_id, Described("Stolen"), by=other),
        lambda: membership.add(BANK, bank_id, "P1", by=other, oversees=False),
        lambda: membership.remove(BANK, bank_id, mine, by=other),
    ):
        with pytest.raises(NotFound):
            do(act)
    assert rows_of(inventory.banks(other.user_id)) == []


def test_a_question_is_found_in_its_own_bank_only(app):
    trainer = a_trainer()
    one, two = a_bank(trainer, title="One"), a_bank(trainer, title="Two")
    question = a_question(one)
    with pytest.raises(NotFound):
        do(approving.retire, two, question, by=actor(trainer))


def test_a_colleague_is_added_by_number_and_removed_again(app):
    trainer, colleague = a_trainer(), a_trainer(number="T77")
    bank_id = a_bank(trainer)
    do(membership.add, BANK, bank_id, "t77", by=actor(trainer), oversees=False)
    do(membership.add, BANK, bank_id, "T77", by=actor(trainer), oversees=False)
    assert directory.get_bank(bank_id, member=colleague).id == bank_id
    do(membership.remove, BANK, bank_id, colleague, by=actor(trainer))
    with pytest.raises(NotFound):
        directory.get_bank(bank_id, member=colleague)
    with pytest.raises(NotFound):
        do(membership.remove, BANK, bank_id, colleague, by=actor(trainer))


def test_only_trainers_can_look_after_a_bank(app):
    a_user("employee", number="E1")
    bank_id = a_bank(a_trainer())
    for name, said in (("E1", "not a trainer"), ("nobody", "Nobody signs in")):
        with pytest.raises(Refusal, match=said):
            do(membership.add, BANK, bank_id, name, by=NOBODY, oversees=False)


def test_the_last_member_stays(each_app):
    one, two = a_trainer(), a_trainer()
    bank_id = a_bank(one, two)
    outcomes = at_once(each_app, [
        lambda: membership.remove(BANK, bank_id, one, by=NOBODY),
        lambda: membership.remove(BANK, bank_id, two, by=NOBODY),
    ])
    assert sum(isinstance(outcome, Refusal) for outcome in outcomes) == 1
    assert len(membership.list_members(BANK, bank_id)) == 1


def test_a_bank_that_has_a_library_keeps_it(course_app):
    bank = directory.get_bank_by_slug("iso-certification", member=None)
    before = bank.library_id
    do(tending.change, bank.id, Described("Renamed", library_id=None), by=NOBODY)
    again = db.session.get_one(Bank, bank.id)
    assert (again.title, again.library_id) == ("Renamed", before)


# -- questions and versions


def test_a_new_question_is_a_draft_with_a_name_of_its_own(app):
    bank_id = a_bank()
    first, second = a_question(bank_id), a_question(bank_id, a_draft("Second?"))
    keys = [directory.get_question(bank_id, id_).key for id_ in (first, second)]
    assert keys == ["Q-1", "Q-2"]
    assert state(first) == "draft"
    assert "question.added" in actions()


def test_questions_written_at_once_get_different_names(each_app):
    bank_id = a_bank()
    at_once(each_app, [lambda n=n: editing.add(bank_id, a_draft(f"No {n}?"), by=NOBODY)
                       for n in range(6)])
    keys = set(db.session.scalars(sa.select(Question.key)))
    assert keys == {f"Q-{n}" for n in range(1, 7)}


def test_a_question_with_errors_is_not_saved(app):
    bank_id = a_bank()
    with pytest.raises(Refusal, match="option 2: The text is empty"):
        do(editing.add, bank_id, a_draft(wrong=("",)), by=NOBODY)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Question.id))) == 0


def test_a_fact_the_course_does_not_have_is_refused(course_app):
    bank = directory.get_bank_by_slug("iso-certification", member=None)
    with pytest.raises(Refusal, match="no fact"):
        do(editing.add, bank.id, a_draft(topic="iso", fact="Z99"), by=NOBODY)


def test_an_edit_makes_a_version_and_leaves_the_one_before(each_app):
    bank_id = a_bank()
    question = a_question(bank_id)
    base = latest(question)
    assert do(editing.revise, bank_id, question, a_draft("Who audits?"), base=base, by=NOBODY)
    stems = {content.number: content.question().stem
             for content in versions.contents([base, latest(question)]).values()}
    assert stems == {1: "Who certifies?", 2: "Who audits?"}
    with pytest.raises(sa.exc.DatabaseError, match="frozen"):
        do(db.session.execute, sa.update(QuestionVersion).values(stem_text="changed"))
    db.session.rollback()


def test_an_edit_that_changes_nothing_makes_no_version(app):
    bank_id = a_bank()
    question = a_question(bank_id)
    base = latest(question)
    assert not do(editing.revise, bank_id, question, a_draft(), base=base, by=NOBODY)
    assert latest(question) == base


def test_the_second_of_two_editors_is_told(app):
    bank_id = a_bank()
    question = a_question(bank_id)
    base = latest(question)
    do(editing.revise, bank_id, question, a_draft("Mine?"), base=base, by=NOBODY)
    with pytest.raises(Conflict, match="Nothing is lost"):
        do(editing.revise, bank_id, question, a_draft("Theirs?"), base=base, by=NOBODY)


def test_an_edit_based_on_a_version_of_another_question_touches_neither(app):
    mine, other = a_bank(title="Mine"), a_bank(title="Other")
    question, foreign = a_question(mine), a_question(other)
    for base in (latest(foreign), 0, 4711):
        with pytest.raises(Conflict):
            do(editing.revise, mine, question, a_draft("Mine?"), base=base, by=NOBODY)
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.max(QuestionVersion.number))) == 1


def test_of_eight_edits_at_once_one_is_saved(each_app):
    bank_id = a_bank()
    question = a_question(bank_id)
    base = latest(question)
    outcomes = at_once(each_app, [
        lambda n=n: editing.revise(bank_id, question, a_draft(f"Editor {n}?"), base=base,
                                   by=NOBODY)
        for n in range(8)
    ])
    assert outcomes.count(True) == 1
    assert sum(isinstance(outcome, Conflict) for outcome in outcomes) == 7
    numbers = list(db.session.scalars(sa.select(QuestionVersion.number).order_by(
        QuestionVersion.number)))
    assert numbers == [1, 2]


# -- approving


def test_approving_notes_who_and_is_done_once(app):
    author, colleague = a_trainer(), a_trainer()
    bank_id = a_bank(author, colleague)
    question = a_question(bank_id, by=actor(author))
    for _ in range(2):
        do(approving.approve, bank_id, question, latest(question), by=actor(colleague))
    approval = db.session.scalars(sa.select(Approval)).one()
    assert (approval.approved_by, approval.second_approved_by) == (colleague, author)
    assert state(question) == "approved"
    assert actions().count("question.approved") == 1


def test_whoever_approves_alone_leaves_the_second_name_empty(app):
    author = a_trainer()
    bank_id = a_bank(author)
    question = a_question(bank_id, by=actor(author))
    do(approving.approve, bank_id, question, latest(question), by=actor(author))
    approval = db.session.scalars(sa.select(Approval)).one()
    assert (approval.approved_by, approval.second_approved_by) == (author, None)


def test_where_two_are_needed_an_author_cannot_approve_alone(app):
    author, colleague = a_trainer(), a_trainer()
    bank_id = a_bank(author, colleague)
    question = a_question(bank_id, by=actor(author))
    a_setting(TWO_PERSON_QUESTIONS, True)
    with pytest.raises(Refusal, match="Two persons"):
        do(approving.approve, bank_id, question, latest(question), by=actor(author))
    outcome = do(approving.approve_many, bank_id, None, by=actor(author), transaction=inside)
    assert (outcome.count, [each.key for each in outcome.own]) == (0, ["Q-1"])
    do(approving.approve, bank_id, question, latest(question), by=actor(colleague))
    assert state(question) == "approved"


def test_only_the_version_that_was_looked_at_is_approved(app):
    bank_id = a_bank()
    question = a_question(bank_id)
    seen = latest(question)
    do(editing.revise, bank_id, question, a_draft("Newer?"), base=seen, by=NOBODY)
    with pytest.raises(Conflict):
        do(approving.approve, bank_id, question, seen, by=NOBODY)


def test_an_incomplete_question_is_not_approved(app):
    bank_id = a_bank()
    question = a_question(bank_id, a_draft(topic="", explanation=""))
    with pytest.raises(Refusal, match=r"topic is missing"):
        do(approving.approve, bank_id, question, latest(question), by=NOBODY)


def test_a_retired_question_is_not_approved(app):
    bank_id = a_bank()
    question = a_question(bank_id)
    do(approving.retire, bank_id, question, by=NOBODY)
    with pytest.raises(Refusal, match="Restore it first"):
        do(approving.approve, bank_id, question, latest(question), by=NOBODY)


def test_approving_many_takes_the_complete_ones_and_names_the_others(app):
    bank_id = a_bank()
    complete = a_question(bank_id)
    incomplete = a_question(bank_id, a_draft("Half?", topic=""))
    outcome = do(approving.approve_many, bank_id, None, by=NOBODY, transaction=inside)
    assert outcome.count == 1
    assert [each.question_id for each in outcome.incomplete] == [incomplete]
    assert (state(complete), state(incomplete)) == ("approved", "draft")


def test_an_edit_of_an_approved_question_waits_while_the_old_version_is_drawn(app):
    bank_id = a_bank()
    question = a_question(bank_id)
    approved = latest(question)
    do(approving.approve, bank_id, question, approved, by=NOBODY)
    do(editing.revise, bank_id, question, a_draft("Newer?"), base=approved, by=NOBODY)
    assert state(question) == "changed"
    assert db.session.get_one(Question, question).approved_version_id == approved


def test_retiring_and_restoring_leave_the_question_as_it_was(app):
    bank_id = a_bank()
    question = a_question(bank_id)
    do(approving.approve_many, bank_id, None, by=NOBODY, transaction=inside)
    for _ in range(2):
        do(approving.retire, bank_id, question, by=NOBODY)
    assert state(question) == "retired"
    do(approving.restore, bank_id, question, by=NOBODY)
    assert state(question) == "approved"
    assert actions().count("question.retired") == actions().count("question.restored") == 1


# -- setting the same on many


# -- what a trainer sees of a question


def test_the_page_of_a_question_tells_its_history(app):
    trainer = a_trainer(name="Tara")
    bank_id = a_bank(trainer)
    question = a_question(bank_id, by=actor(trainer))
    draft = replace(a_draft("Who audits?"), difficulty=2)
    do(editing.revise, bank_id, question, draft, base=latest(question), by=actor(trainer))
    do(approving.approve_many, bank_id, None, by=actor(trainer), transaction=inside)
    page = profile.question_page(directory.get_bank(bank_id, member=trainer),
                                 directory.get_question(bank_id, question))
    newest, first = page.history
    assert (newest.version.number, newest.version.approver, newest.version.second) == (
        2, "Tara", None)
    assert [(d.label, d.pieces) for d in newest.differences] == [
        ("Question", (("same", "Who "), ("gone", "certifies"), ("come", "audits"),
                      ("same", "?"))),
        ("Difficulty", (("gone", "1"), ("come", "2"))),
    ]
    assert first.differences == ()
    assert [(o.text, o.right) for o in page.keyed.options][:2] == [
        ("A certification body", True), ("ISO", False)]
