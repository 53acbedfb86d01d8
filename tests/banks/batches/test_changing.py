"""Many questions at once: foreseen, done in one visible moment, undone as one."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from isotrain.banks import approving, directory, editing, inventory, profile, versions
from isotrain.banks.batches import changing, history, staging, undoing
from isotrain.banks.batches.wish import ACTS, Changed, Filling, Wish
from isotrain.banks.files import importing
from isotrain.banks.inventory import Filter, Selection
from isotrain.banks.models import Bank, BatchTouch, Question, QuestionBatch, QuestionVersion
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.jobs.models import Work
from isotrain.settings.definitions import TWO_PERSON_QUESTIONS
from isotrain.web.transaction import transaction
from tests.banks.making import (
    NOBODY,
    a_bank,
    a_draft,
    a_question,
    a_trainer,
    actor,
    applied,
    at_once,
    checked,
    filled,
    many_questions,
    pool_of,
    together,
)
from tests.counting import counted
from tests.factories import a_setting, client_of, committed, post


def rows(bank_id):
    """Every question with its state and what its newest version says."""
    db.session.rollback()
    found = db.session.scalars(sa.select(Question).where(
        Question.bank_id == bank_id, Question.latest_version_id.is_not(None)).order_by(Question.id))
    return [(row.key, profile.state_of(row), *about(row.latest_version_id)) for row in found]


def about(version_id):
    content = versions.contents([version_id])[version_id]
    return content.number, content.topic, content.difficulty, content.use


def state(bank_id):
    pool = pool_of(bank_id)
    return rows(bank_id), pool.hash if pool else None


def some(bank_id, count=3, **more):
    return [a_question(bank_id, a_draft(f"Number {n} of them?", **more)) for n in range(count)]


def foresee(bank_id, act, ids=None, *, by=NOBODY, asked=None, **filling):
    return changing.foresee(bank_id, Wish(
        act, Selection(asked or Filter(), None if ids is None else tuple(ids)),
        Filling(**filling)), by=by)


def undo(bank_id, batch_id, **more):
    foreseen = undoing.foresee(bank_id, batch_id, by=NOBODY)
    with committed():
        return undoing.undo(bank_id, batch_id, by=NOBODY, foreseen=foreseen, **more)


def approve_all(bank_id):
    approving.approve_many(bank_id, None, by=NOBODY, transaction=transaction)


def test_what_is_set_is_set_on_those_that_say_otherwise_and_undone_exactly(each_app):
    bank, other = a_bank(), a_bank(title="Other")
    one, two, three = some(bank, difficulty=1)
    some(other)
    with committed():
        editing.revise(bank, two, a_draft("Number 1 of them?", difficulty=2),
                       base=db.session.get_one(Question, two).latest_version_id, by=NOBODY)
    approve_all(bank)
    before, beside = state(bank), state(other)
    outlook = foresee(bank, "set", [one, two, three], difficulty=2)
    assert ([each.key for each in outlook.changes], outlook.same, outlook.drawn) == (
        ["Q-1", "Q-3"], 1, 2)
    changed = filled(bank, [one, two, three], difficulty=2)
    assert changed.sentence == "2 questions have a new version."
    assert rows(bank) == [("Q-1", "changed", 2, "audits", 2, "exam"),
                          ("Q-2", "approved", 2, "audits", 2, "exam"),
                          ("Q-3", "changed", 2, "audits", 2, "exam")]
    assert state(bank)[1] == before[1]
    assert undo(bank, changed.batch_id).later == 0
    assert (state(bank), state(other)) == (before, beside)
    with pytest.raises(Refusal, match="undone before"):
        undo(bank, changed.batch_id)


def test_everything_that_a_filter_finds_is_meant_and_nothing_else(app):
    bank = a_bank()
    some(bank, 2, topic="people")
    some(bank, 3)
    filled(bank, None, asked=Filter(topic="people"), use="practice")
    assert [(key, use) for key, _state, _n, _t, _d, use in rows(bank)] == [
        ("Q-1", "practice"), ("Q-2", "practice"), ("Q-3", "exam"), ("Q-4", "exam"),
        ("Q-5", "exam")]


def test_setting_takes_the_statement_of_the_fact_where_the_explanation_is_missing(course_app):
    bank = directory.get_bank_by_slug("iso-certification", member=None)
    fact = directory.facts_of(bank)["A12"]
    bare = a_question(bank.id, a_draft(topic="iso", explanation="", fact="A12"))
    told = a_question(bank.id, a_draft("Told?", topic="iso", explanation="As I say.", fact="A12"))
    assert len(foresee(bank.id, "set", [bare, told], explain=True).changes) == 1
    filled(bank.id, [bare, told], fact="A12", explain=True)
    latest = [db.session.get_one(Question, id_).latest_version_id for id_ in (bare, told)]
    written = versions.written(latest)
    assert [written[id_].question.explanation for id_ in latest] == [fact.statement, "As I say."]


@pytest.mark.parametrize(("wish", "sentence"), [
    (Wish("set", Selection(ids=()), Filling(topic="x")), "Choose at least one"),
    (Wish("set", Selection(ids=(1,))), "Choose what to set"),
    (Wish("retire", Selection(ids=())), "Choose at least one"),
])
def test_a_wish_that_says_nothing_is_refused(app, wish, sentence):
    with pytest.raises(Refusal, match=sentence):
        changing.foresee(a_bank(), wish, by=NOBODY)


@pytest.mark.parametrize("filling", [{"topic": "no-such-topic"}, {"fact": "Z99"}])
def test_a_topic_or_fact_that_the_library_has_not_is_refused(course_app, filling):
    bank = directory.get_bank_by_slug("iso-certification", member=None).id
    with pytest.raises(Refusal, match="no such"):
        foresee(bank, "set", None, **filling)


def test_questions_of_other_banks_are_left_out(app):
    mine, other = a_bank(title="Mine"), a_bank(title="Other")
    [own], [foreign] = some(mine, 1), some(other, 1)
    for act in ACTS:
        together(mine, act, [own, foreign], filling=Filling(use="practice"))
    assert rows(other) == [("Q-1", "draft", 1, "audits", 1, "exam")]


def test_a_bank_of_somebody_else_is_not_there(app):
    bank = a_bank(a_trainer(name="Owner"))
    [question] = some(bank, 1)
    with pytest.raises(NotFound, match="bank does not exist"):
        foresee(bank, "retire", [question], by=actor(a_trainer(name="Other")))


def test_retiring_and_restoring_are_undone_exactly(each_app):
    bank = a_bank()
    one, two, three = some(bank)
    approve_all(bank)
    together(bank, "retire", [three])
    before = state(bank)
    retired = together(bank, "retire", [one, two, three])
    assert (retired.count, [row[1] for row in rows(bank)]) == (2, ["retired"] * 3)
    assert pool_of(bank) is None
    assert undo(bank, retired.batch_id).later == 0
    assert state(bank) == before
    restored = together(bank, "restore", None, asked=Filter(state="retired"))
    assert (restored.sentence, [row[1] for row in rows(bank)]) == (
        "1 question restored.", ["approved"] * 3)
    undo(bank, restored.batch_id)
    assert state(bank) == before


def test_approving_leaves_out_what_is_not_complete_and_is_undone_exactly(each_app):
    bank = a_bank()
    one, two = some(bank, 2)
    half = a_question(bank, a_draft("Half?", topic=""))
    together(bank, "approve", [one])
    filled(bank, [one], difficulty=3)
    before = state(bank)
    outlook = foresee(bank, "approve", [one, two, half])
    assert [(each.key, each.why) for each in outlook.left] == [("Q-3", "The topic is missing.")]
    approved = together(bank, "approve", [one, two, half])
    assert [row[1] for row in rows(bank)] == ["approved", "approved", "draft"]
    assert state(bank)[1] != before[1]
    undo(bank, approved.batch_id)
    assert state(bank) == before
    again = together(bank, "approve", None)
    assert (again.count, [row[1] for row in rows(bank)]) == (2, ["approved", "approved", "draft"])


def test_what_one_wrote_alone_waits_for_a_colleague(app):
    tara = a_trainer()
    bank = a_bank(tara)
    own, others = a_question(bank, a_draft("Own?"), by=actor(tara)), a_question(bank)
    a_setting(TWO_PERSON_QUESTIONS, True)
    outlook = foresee(bank, "approve", None, by=actor(tara))
    assert ([each.id for each in outlook.changes], [each.id for each in outlook.left]) == (
        [others], [own])
    assert "a colleague must approve" in outlook.left[0].why


def test_what_was_changed_since_stays_as_it_is_when_a_batch_is_undone(each_app):
    bank = a_bank()
    one, two = some(bank, 2)
    approve_all(bank)
    retired = together(bank, "retire", [one, two])
    with committed():
        approving.restore(bank, one, by=NOBODY)
        approving.restore(bank, two, by=NOBODY)
        approving.retire(bank, two, by=NOBODY)
    assert undo(bank, retired.batch_id).later == 1
    assert [row[1] for row in rows(bank)] == ["approved", "approved"]


def test_an_undone_approval_does_not_take_back_a_later_one(each_app):
    bank = a_bank()
    [one] = some(bank, 1)
    first = together(bank, "approve", [one])
    filled(bank, [one], difficulty=2)
    together(bank, "approve", [one])
    before = state(bank)
    assert undo(bank, first.batch_id).later == 1
    assert state(bank) == before


def test_a_bank_that_changed_since_it_was_looked_at_changes_no_further(each_app):
    bank = a_bank()
    [one] = some(bank, 1)
    for act in ACTS[:1] + ACTS[2:3]:
        outlook = foresee(bank, act, [one], difficulty=3)
        with committed():
            base = db.session.get_one(Question, one).latest_version_id
            editing.revise(bank, one, a_draft(f"Before {act}?"), base=base, by=NOBODY)
        before = state(bank)
        with pytest.raises(Conflict, match="changed the bank meanwhile"):
            changing.change(bank, outlook, by=NOBODY, transaction=transaction)
        assert state(bank) == before
        assert db.session.scalars(sa.select(QuestionBatch.id)).all() == []
        assert db.session.scalars(sa.select(BatchTouch.question_id)).all() == []
        with pytest.raises(Conflict, match="has changed since you looked"):
            changing.check_basis(foresee(bank, act, [one], difficulty=3), outlook.basis)


def test_two_changes_of_a_bank_at_once_are_one_after_the_other_or_refused(each_app):
    bank = a_bank()
    ids = some(bank, 4)

    def set_difficulty(level):
        outlook = foresee(bank, "set", ids, difficulty=level)
        db.session.rollback()
        return changing.change(bank, outlook, by=NOBODY, transaction=transaction).count

    outcomes = at_once(each_app, [lambda level=level: set_difficulty(level) for level in (2, 3)])
    assert 4 in outcomes
    assert {row[4] for row in rows(bank)} in ({2}, {3})
    versions_ = db.session.scalar(sa.select(sa.func.count(QuestionVersion.id)))
    assert versions_ == 4 + 4 * outcomes.count(4)


def test_a_change_that_is_broken_off_is_not_seen_and_is_cleared_away(each_app, monkeypatch):
    bank = a_bank()
    ids = some(bank, 3)
    before = state(bank)
    outlook = foresee(bank, "retire", ids)
    monkeypatch.setattr(staging, "close", lambda _batch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        changing.change(bank, outlook, by=NOBODY, transaction=transaction)
    assert state(bank) == before
    assert db.session.scalars(sa.select(BatchTouch.question_id)).all() == []


def test_nothing_to_change_makes_no_batch(app):
    bank = a_bank()
    ids = some(bank, 2)
    assert filled(bank, ids, difficulty=1) == Changed("set", 0)
    assert list(history.listing(bank).every()) == []


def test_batches_say_what_they_did_and_to_which_questions(app):
    bank = a_bank()
    ids = some(bank, 2)
    filled(bank, ids, difficulty=3)
    together(bank, "approve", ids)
    together(bank, "retire", ids[:1])
    together(bank, "restore", ids[:1])
    told = [(each.title, each.changed, each.added) for each in history.listing(bank).every()]
    assert told == [("Restored together", 1, 0), ("Retired together", 1, 0),
                    ("Approved together", 2, 0), ("Set on many", 2, 0)]
    newest = next(iter(history.listing(bank).every()))
    assert [(each.effect, each.key) for each in history.touched(newest.id).every()] == [
        ("restore", "Q-1")]


def test_setting_many_asks_the_database_no_more_often_than_setting_few(app):
    def cost(count):
        bank = a_bank(title=f"Bank of {count}")
        many_questions(bank, count)
        with counted() as asked:
            foresee(bank, "set", None, difficulty=3)
        return len(asked)

    assert cost(5) == cost(200)


# -- by page and command


@pytest.fixture
def walked(app):
    trainer = a_trainer()
    bank = a_bank(trainer)
    return bank, some(bank, 3), client_of(app, trainer)


def preview(client, bank, data, query=""):
    return post(client, f"/banks/{bank}", data, to=f"/banks/{bank}/batches/preview{query}")


def sent_on(page):
    """The fields of the form by which a preview is agreed to."""
    form = re.search(r'<form method="post" action="([^"]*/batches[^"]*)".*?</form>', page, re.S)
    pairs = re.findall(r'name="(\w+)" value="([^"]*)"', form[0])
    data: dict[str, list[str]] = {}
    for name, value in pairs:
        data.setdefault(name, []).append(value)
    return form[1].replace("&amp;", "&"), data


def test_a_trainer_sees_what_would_happen_then_does_it_and_undoes_it(walked):
    bank, ids, client = walked
    before = state(bank)
    page = preview(client, bank, {"do": "set", "question": ids[:2], "set_difficulty": "3"}).text
    assert "2 questions get a new version, a draft." in page
    assert page.count("becomes") == 2 and "Easy" in page and "Hard" in page
    assert state(bank) == before
    address, data = sent_on(page)
    answer = client.post(address, data=data)
    batch = client.get(answer.location)
    assert "2 questions have a new version." in batch.text and "Set on many" in batch.text
    assert [row[4] for row in rows(bank)] == [3, 3, 1]
    answer = post(client, answer.location, to=f"{answer.location}/undo")
    assert "Undone. The bank is as it was before." in client.get(answer.location).text
    assert state(bank) == before


@pytest.mark.parametrize(("act", "after"), [("approve", "approved"), ("retire", "retired")])
def test_all_that_the_list_finds_are_approved_or_retired(walked, act, after):
    bank, _ids, client = walked
    a_question(bank, a_draft("Another?", topic="people"))
    page = preview(client, bank, {"do": act, "every": "1"}, "?topic=audits").text
    address, data = sent_on(page)
    assert "topic=audits" in address
    client.post(address, data=data)
    assert [row[1] for row in rows(bank)] == [after] * 3 + ["draft"]


def test_what_is_left_out_is_named_with_its_reason(walked):
    bank, _ids, client = walked
    a_question(bank, a_draft("Half?", topic=""))
    page = preview(client, bank, {"do": "approve", "every": "1"}).text
    assert "1 question is left as it is" in page
    assert "The topic is missing." in page


def test_a_bank_that_changed_meanwhile_is_shown_anew(walked):
    bank, ids, client = walked
    address, data = sent_on(preview(client, bank, {"do": "retire", "question": ids}).text)
    a_question(bank, a_draft("More?"))
    answer = client.post(address, data=data)
    assert answer.status_code == 409
    assert "The bank has changed since you looked." in answer.text
    assert "retired" not in {row[1] for row in rows(bank)}
    address, data = sent_on(answer.text)
    assert client.post(address, data=data).status_code == 303
    assert [row[1] for row in rows(bank)] == ["retired"] * 3 + ["draft"]


def test_nothing_to_change_is_said(walked):
    bank, ids, client = walked
    page = preview(client, bank, {"do": "set", "question": ids, "set_difficulty": "1"}).text
    assert "Nothing to change" in page and "3 questions are so already." in page


@pytest.mark.parametrize(("data", "sentence"), [
    ({"do": "set", "set_use": "practice"}, "Choose at least one question."),
    ({"do": "set", "every": "1"}, "Choose what to set."),
    ({"do": "set", "every": "1", "set_difficulty": "9", "set_use": "x"}, "Choose what to set."),
    ({"do": "retire", "question": "9" * 30}, "Choose at least one question."),
])
def test_what_was_forgotten_is_said_on_the_list(walked, data, sentence):
    bank, _ids, client = walked
    answer = preview(client, bank, data, "?state=draft")
    assert answer.location == f"/banks/{bank}?state=draft"
    assert sentence in client.get(answer.location).text


def test_an_act_that_is_not_there_is_not_found(walked):
    bank, ids, client = walked
    assert preview(client, bank, {"do": "delete", "question": ids}).status_code == 404


@pytest.mark.parametrize(("data", "status"), [
    ({}, 404), ({"do": "nothing"}, 404), ({"do": "retire"}, 303),
    ({"do": "retire", "every": "1", "basis": "\x00<script>"}, 409),
    ({"do": "set", "every": "1", "set_fact": "x" * 5_000, "basis": "x"}, 303),
    ({"do": "set", "question": ["-1", "9" * 40, "1"], "set_topic": "\x00", "agreed": "x"}, 303),
])
def test_what_was_not_looked_at_is_not_done(walked, data, status):
    bank, _ids, client = walked
    before = state(bank)
    answer = post(client, f"/banks/{bank}", data, to=f"/banks/{bank}/batches?topic=%00")
    assert (answer.status_code, state(bank)) == (status, before)


def test_what_takes_long_is_done_by_a_worker(walked, monkeypatch):
    bank, ids, client = walked
    monkeypatch.setattr(changing, "AT_ONCE", 2)
    address, data = sent_on(preview(client, bank, {"do": "retire", "question": ids}).text)
    answer = client.post(address, data=data)
    assert "/work/" in answer.location
    work = db.session.scalars(sa.select(Work)).one()
    assert work.kind == changing.KIND
    assert Wish.from_data(work.params["wish"]) == Wish("retire", Selection(ids=tuple(sorted(ids))))


def test_the_same_by_command(app):
    bank = a_bank(title="Audits")
    some(bank, 3)
    runner = app.test_cli_runner()

    def run(*words):
        result = runner.invoke(args=["bank", *words])
        db.session.rollback()
        return result

    assert "2 questions would change." in run(
        "set", "audits", "Q-1", "Q-2", "--difficulty", "3", "--dry-run").output
    assert {row[4] for row in rows(bank)} == {1}
    done = run("set", "audits", "--all", "--search", "number 1", "--difficulty", "3")
    assert "1 question has a new version." in done.output
    [batch] = re.findall(r"flask bank undo audits (\d+)", done.output)
    assert "Undone." in run("undo", "audits", batch).output
    assert {row[4] for row in rows(bank)} == {1}
    assert "3 questions approved." in run("approve", "audits", "--all").output
    assert "1 question retired." in run("retire", "audits", "Q-3").output
    assert "1 question restored." in run("restore", "audits", "--all").output
    assert [row[1] for row in rows(bank)] == ["approved"] * 3
    assert "3 questions are so already." in run("approve", "audits", "--all").output
    for words in (("retire", "audits"), ("retire", "audits", "Q-1", "--all")):
        refused = run(*words)
        assert (refused.exit_code, "Name the questions, or say --all." in refused.output) == (
            1, True)
    assert run("retire", "audits", "Q-77").exit_code == 1


def test_a_worker_does_what_was_looked_at_or_nothing(app):
    bank = a_bank()
    ids = some(bank, 2)
    outlook = foresee(bank, "set", ids, difficulty=2)
    params = changing.params_of(bank, outlook, [])
    told = []

    class Task:
        asked_by = None
        transaction = staticmethod(transaction)

        def __init__(self):
            self.params = params

        def progress(self, done, of):
            told.append((done, of))

        def finish(self, sentence):
            told.append(sentence)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(changing.preferring, "language_of", lambda _user: "en")
        patch.setattr(changing, "Actor", lambda _kind, _id: NOBODY)
        changing.carry_out(Task())
    assert told[-1] == "2 questions have a new version."
    assert {row[4] for row in rows(bank)} == {2}
    with pytest.MonkeyPatch.context() as patch, pytest.raises(Conflict):
        patch.setattr(changing.preferring, "language_of", lambda _user: "en")
        patch.setattr(changing, "Actor", lambda _kind, _id: NOBODY)
        changing.carry_out(Task())
    assert inventory.get_view(db.session.get_one(Bank, bank)).states == {"draft": 2}


def test_a_file_stays_known_as_applied_when_what_was_set_is_undone(each_app):
    bank = a_bank()
    text = "::A:: Who certifies?{=A body ~ISO}"
    applied(bank, checked(bank, text))
    changed = filled(bank, None, difficulty=3)
    undo(bank, changed.batch_id)
    again = importing.review(bank, checked(bank, text), Defaults("audits", 1), member=None)
    assert again.earlier is not None


def test_approving_that_is_broken_off_keeps_what_was_approved_as_a_batch(each_app, monkeypatch):
    bank = a_bank()
    many_questions(bank, 15)
    before = state(bank)
    outlook, really, turns = foresee(bank, "approve"), approving._approve_some, []

    def once(*args, **more):
        turns.append(args)
        if len(turns) == 2:
            raise Refusal("No further.")
        return really(*args, **more)

    monkeypatch.setattr(approving, "_approve_some", once)
    with pytest.raises(Refusal, match="No further"):
        changing.change(bank, outlook, by=NOBODY, transaction=transaction)
    [batch] = history.listing(bank).every()
    approved = [row for row in rows(bank) if row[1] == "approved"]
    assert 0 < batch.changed == len(approved) < 15
    undo(bank, batch.id)
    assert state(bank) == before


def test_a_change_is_not_done_on_a_bank_where_one_was_retired_and_another_restored(each_app):
    bank = a_bank()
    one, two = some(bank, 2)
    together(bank, "retire", [two])
    outlook = foresee(bank, "retire", [one])
    with committed():
        approving.retire(bank, one, by=NOBODY)
        approving.restore(bank, two, by=NOBODY)
    with pytest.raises(Conflict):
        changing.change(bank, outlook, by=NOBODY, transaction=transaction)
