"""Snapshots of what can be drawn, and reading versions."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa

from isotrain.audit.models import Event
from isotrain.banks import approving, editing, pooling, versions
from isotrain.banks.models import PoolSnapshot, Question
from isotrain.banks.rules import hindrances
from isotrain.db import db, is_writing, writing
from isotrain.errors import NotFound
from isotrain.jobs import stepping
from isotrain.jobs.stepping import inside
from isotrain.ledger.hashing import hash_of
from isotrain.questions.contract import KeyMissing
from isotrain.questions.draft import Draft
from isotrain.web.transaction import transaction
from tests.banks.making import (
    NOBODY,
    a_bank,
    a_draft,
    a_question,
    a_set,
    a_trainer,
    at_once,
    many_questions,
    pool_of,
)
from tests.counting import counted
from tests.factories import client_of, committed, post


def approved(bank_id, *question_ids):
    with committed():
        approving.approve_many(bank_id, question_ids or None, by=NOBODY, transaction=inside)


def latest(question_id):
    return db.session.get_one(Question, question_id).latest_version_id


def test_a_bank_without_approved_questions_has_no_pool(app):
    bank_id = a_bank()
    a_question(bank_id)
    assert pool_of(bank_id) is None


def test_approving_makes_a_pool_of_the_approved_versions(each_app):
    bank_id = a_bank()
    easy = a_question(bank_id, a_draft("Easy?", enemies="pair"))
    hard = a_question(bank_id, a_draft("Hard?", difficulty=3, use="practice"))
    a_question(bank_id, a_draft("Unfinished?", topic=""))
    approved(bank_id)
    snapshot = pool_of(bank_id)
    pool = pooling.pool(snapshot.hash)
    found = {place[1:]: [(e.question, e.version, e.enemies) for e in entries]
             for place, entries in pool.cells.items()}
    assert found == {
        ("audits", 1, "exam"): [(easy, latest(easy), "pair")],
        ("audits", 3, "practice"): [(hard, latest(hard), "")],
    }
    assert snapshot.hash == hash_of(snapshot.pool)
    assert snapshot.size == 2


def test_what_asks_nothing_is_approved_and_never_drawn(each_app):
    bank_id = a_bank()
    a_question(bank_id, Draft("", "information", "Read this.", topic="audits", difficulty=1))
    approved(bank_id)
    assert pool_of(bank_id) is None
    asked = a_question(bank_id)
    approved(bank_id)
    (entries,) = pooling.pool(pool_of(bank_id).hash).cells.values()
    assert [entry.question for entry in entries] == [asked]


def test_a_set_stands_at_a_place_of_its_own(each_app):
    bank_id = a_bank()
    single, two, three = (a_question(bank_id, draft) for draft in (
        a_draft(), a_set("Two", size=2), a_set("Three", size=3, use="practice")))
    approved(bank_id)
    pool = pooling.pool(pool_of(bank_id).hash)
    assert {place[3]: [entry.question for entry in entries]
            for place, entries in pool.cells.items()} == {
        "exam": [single], "exam/2": [two], "practice/3": [three]}
    assert pool_of(bank_id).size == 1 + 2 + 3


def test_what_only_a_person_can_mark_is_for_practice(each_app):
    bank_id = a_bank()
    essay = Draft("", "essay", "Why?", topic="audits", difficulty=1, explanation="So.",
                  more={"points": ["It says why."]})
    for_exams = a_question(bank_id, replace(essay, use="exam"))
    a_question(bank_id, replace(essay, stem="Why not?", use="practice"))
    approved(bank_id)
    pool = pooling.pool(pool_of(bank_id).hash)
    assert {place[3] for place in pool.cells} == {"practice"}
    written = versions.written([latest(for_exams)])[latest(for_exams)]
    assert [problem.message for problem in hindrances(written)] == [
        "An exam cannot ask what only a person can mark."]


def test_going_back_to_a_set_goes_back_to_its_snapshot(each_app):
    bank_id = a_bank()
    one, two = a_question(bank_id, a_draft("One?")), a_question(bank_id, a_draft("Two?"))
    approved(bank_id, one)
    first = pool_of(bank_id).id
    approved(bank_id, two)
    assert pool_of(bank_id).id != first
    with committed():
        approving.retire(bank_id, two, by=NOBODY)
    assert pool_of(bank_id).id == first
    assert db.session.scalar(sa.select(sa.func.count(PoolSnapshot.id))) == 2


def test_retiring_the_last_question_leaves_no_pool(app):
    bank_id = a_bank()
    only = a_question(bank_id)
    approved(bank_id)
    with committed():
        approving.retire(bank_id, only, by=NOBODY)
    assert pool_of(bank_id) is None


def test_two_banks_never_share_a_snapshot(app):
    for title in ("One", "Two"):
        bank_id = a_bank(title=title)
        a_question(bank_id)
        approved(bank_id)
    hashes = set(db.session.scalars(sa.select(PoolSnapshot.hash)))
    banks = {pooling.pool(hash_).banks for hash_ in hashes}
    assert banks == {("one",), ("two",)}


def test_an_unknown_pool_is_not_found(app):
    with pytest.raises(NotFound):
        pooling.lock(99)
    with pytest.raises(NotFound):
        pooling.pool("0" * 64)


def test_approvals_at_once_all_end_in_the_pool(each_app):
    bank_id = a_bank()
    ids = [a_question(bank_id, a_draft(f"Question {n}?")) for n in range(8)]
    targets = [(id_, latest(id_)) for id_ in ids]
    outcomes = at_once(each_app, [
        lambda id_=id_, version=version: approving.approve(bank_id, id_, version, by=NOBODY)
        for id_, version in targets
    ])
    assert outcomes == [None] * 8
    assert pool_of(bank_id).size == 8


def test_contents_come_from_memory_the_second_time_and_hold_no_key(app):
    question = a_question(a_bank(), a_draft(right="The canary sings", explanation="canary why"))
    version = latest(question)
    versions.contents([version])
    with counted() as statements:
        content = versions.contents([version])[version]
    assert statements == []
    assert "canary why" not in str(content) and "right" not in str(content.content)
    with pytest.raises(KeyMissing):
        content.question().mark("a")


def test_a_version_that_is_rolled_back_is_not_remembered(app):
    bank_id = a_bank()
    db.session.rollback()
    with writing():
        gone = editing.add(bank_id, a_draft("Gone?"), by=NOBODY).latest_version_id
        assert versions.contents([gone])[gone].question().stem == "Gone?"
        db.session.rollback()
    kept = a_question(bank_id, a_draft("Kept?"))
    assert versions.contents([latest(kept)])[latest(kept)].question().stem == "Kept?"


def test_questions_for_marking_carry_their_key(app):
    version = latest(a_question(a_bank()))
    question = versions.questions([version])[version]
    assert [question.mark(id_) for id_ in "abc"] == [1, 0, 0]
    assert set(versions.keys([version])[version]) >= {"right", "explanation"}


def test_versions_that_do_not_exist_are_left_out(app):
    assert versions.contents([4711]) == {}
    assert versions.questions([4711]) == {}


def test_many_are_approved_a_few_at_a_time_and_each_time_they_can_be_drawn(each_app, monkeypatch):
    monkeypatch.setattr(stepping, "AIM", 60.0)  # however slow the machine is
    monkeypatch.setattr(approving, "AT_ONCE", 2)
    bank_id, sizes = a_bank(), []
    many_questions(bank_id, 5)

    @contextmanager
    def begin():
        with transaction():
            yield
        approved = db.session.scalar(sa.select(sa.func.count()).where(
            Question.approved_version_id.is_not(None)))
        sizes.append((approved, pool_of(bank_id).size))

    done = approving.approve_many(bank_id, None, by=NOBODY, transaction=begin)
    assert done.count == 5 and sizes == [(2, 2), (4, 4), (5, 5)]
    db.session.rollback()
    events = db.session.scalars(sa.select(Event).where(
        Event.action == "bank.questions_approved").order_by(Event.id)).all()
    assert [event.details["questions"] for event in events] == [2, 2, 1]


def test_what_changed_between_two_steps_is_not_approved_unseen(each_app, monkeypatch):
    monkeypatch.setattr(approving, "AT_ONCE", 1)
    bank_id = a_bank()
    _first, second, third = (a_question(bank_id, a_draft(f"What is {n}?")) for n in range(3))
    turns = []

    @contextmanager
    def begin():
        if not turns:
            base = db.session.get_one(Question, second).latest_version_id
            with committed():
                editing.revise(bank_id, second, a_draft("Another?"), base=base, by=NOBODY)
                approving.retire(bank_id, third, by=NOBODY)
        turns.append(1)
        with transaction():
            yield

    assert approving.approve_many(bank_id, None, by=NOBODY, transaction=begin).count == 1
    assert pool_of(bank_id).size == 1


def test_a_pool_that_was_foreseen_otherwise_is_worked_out_anew(app):
    bank_id = a_bank()
    many_questions(bank_id, 2)
    foreseen = pooling.foresee(bank_id, {})
    approved(bank_id)
    with committed():
        assert pooling.refresh(bank_id, foreseen, by=NOBODY).size == 2


def test_pages_work_a_pool_out_before_they_hold_the_bank(each_app, monkeypatch):
    trainer = a_trainer(name="Tara")
    client, bank_id = client_of(each_app, trainer), a_bank(trainer)
    many_questions(bank_id, 2)
    one = a_question(bank_id, a_draft("What is 1?"))
    work_out, held = pooling._worked_out, []
    monkeypatch.setattr(pooling, "_worked_out", lambda *arguments: (
        held.append(is_writing()), work_out(*arguments))[1])
    page = f"/banks/{bank_id}/questions/{one}"
    for act, size in (("approve", 1), ("retire", 0), ("restore", 1)):
        version = db.session.get_one(Question, one).latest_version_id
        assert post(client, page, {"version": version}, to=f"{page}/{act}").status_code == 303
        db.session.rollback()
        drawn = pool_of(bank_id)
        assert (drawn.size if drawn else 0) == size
    assert held == [False, False, False]
