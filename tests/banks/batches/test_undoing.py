"""Undoing what came in with a file: the bank is as before, what was asked of it stays."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, OperationalError, ProgrammingError

from isotrain.audit.models import Event
from isotrain.banks import approving, directory, editing, inventory, translating, versions
from isotrain.banks.batches import history, undoing
from isotrain.banks.batches.undoing import Outlook
from isotrain.banks.files import applying, exporting, importing
from isotrain.banks.inventory import Filter
from isotrain.banks.models import Bank, BatchUndo, Question, QuestionVersion
from isotrain.banks.rules import Defaults
from isotrain.db import db, writing
from isotrain.errors import NotFound, Refusal
from isotrain.web.transaction import transaction
from tests.banks.making import (
    NOBODY,
    a_bank,
    a_draft,
    a_question,
    a_trainer,
    a_translation,
    actor,
    applied,
    at_once,
    checked,
    pool_of,
)
from tests.factories import committed

YAML = """- id: Q-A
  type: single_choice
  stem: {stem}
  options:
    - {{text: A certification body, right: true}}
    - {{text: ISO}}
  explanation: Bodies certify.
  topic: audits
  difficulty: 2
  use: practice
"""
OTHER = """- id: Q-B
  type: true_false
  stem: The gate opens at six.
  answer: true
  topic: audits
  difficulty: 1
  use: practice
"""
NEW = "Is it new? {=Yes ~No}\n"


def bring(bank_id, text, name="x.yaml", **more):
    """Let a file change a bank; return the batch."""
    return applied(bank_id, checked(bank_id, text, name), **more).batch_id


def approve(bank_id):
    approving.approve_many(bank_id, None, by=NOBODY, transaction=transaction)


def undo(bank_id, batch_id, *, by=NOBODY, **more):
    with committed():
        return undoing.undo(bank_id, batch_id, by=by, **more)


def state(bank_id):
    """All that a bank shows and that forms draw from it."""
    db.session.rollback()
    exported = exporting.write(bank_id, "yaml", member=None)
    shown = [(row.key, row.version_id, row.state, row.stem) for row in
             inventory.listing(bank_id, Filter()).every()]
    history = [[version.id for version in inventory.list_versions(id_)] for id_, *_ in
               inventory.list_ids(bank_id, Filter())]
    pool = pool_of(bank_id)
    return exported.data, shown, history, pool.hash if pool else None


@pytest.fixture
def bank_id(each_app):
    made = a_bank()
    bring(made, YAML.format(stem="Who certifies?"))
    a_question(made, a_draft("Who accredits?"))
    return made


def test_the_bank_is_as_it_was_before(bank_id):
    before = state(bank_id)
    batch = bring(bank_id, YAML.format(stem="Who certifies us?"))
    more = bring(bank_id, NEW, "more.gift")
    assert state(bank_id) != before
    assert undo(bank_id, more) == undo(bank_id, batch) == Outlook(0, 0)
    assert state(bank_id) == before
    [told, _first] = db.session.scalars(sa.select(Event).where(
        Event.action == "bank.import_undone").order_by(Event.id.desc()))
    assert told.details == {"batch": batch, "added": 0, "changed": 1, "later": 0}


def test_forms_draw_what_was_approved_before(bank_id):
    approve(bank_id)
    before = state(bank_id)
    batch = bring(bank_id, YAML.format(stem="Who certifies us?") + OTHER)
    approve(bank_id)
    assert undoing.look_ahead(batch) == Outlook(0, 2)
    assert state(bank_id)[3] != before[3]
    foreseen = undoing.foresee(bank_id, batch, by=NOBODY)
    undo(bank_id, batch, foreseen=foreseen)
    assert state(bank_id) == before


def test_what_is_foreseen_is_what_the_pool_becomes(bank_id):
    approve(bank_id)
    batch = bring(bank_id, YAML.format(stem="Who certifies us?"))
    assert undoing.foresee(bank_id, batch, by=NOBODY) is None
    approve(bank_id)
    foreseen = undoing.foresee(bank_id, batch, by=NOBODY)
    undo(bank_id, batch)
    assert pool_of(bank_id).hash == foreseen.pool.hash


def test_the_same_file_can_be_applied_again_and_undone_again(bank_id):
    before = state(bank_id)
    text = YAML.format(stem="Who certifies us?") + OTHER
    for _round in range(3):
        token = checked(bank_id, text, "x.yaml")
        assert importing.review(bank_id, token, Defaults(), member=None).earlier is None
        outcome = applied(bank_id, token)
        assert outcome.sentence == "1 new question, 1 new version, 0 unchanged, 0 left out."
        with pytest.raises(Refusal, match="already applied"):
            applied(bank_id, checked(bank_id, text, "x.yaml"))
        undo(bank_id, outcome.batch_id)
        assert state(bank_id) == before
    with db.session.no_autoflush:
        numbers = db.session.scalars(sa.select(QuestionVersion.number).join(
            Question, Question.id == QuestionVersion.question_id).where(Question.key == "Q-A"))
        assert sorted(numbers) == [1, 2, 3, 4]


def test_a_question_is_edited_on_after_what_was_undone(bank_id):
    undo(bank_id, bring(bank_id, YAML.format(stem="Who certifies us?")))
    [(question, _key, version)] = [row for row in inventory.list_ids(bank_id, Filter())
                                   if row[1] == "Q-A"]
    draft = versions.written([version])[version].draft()
    with committed():
        assert editing.revise(bank_id, question, a_draft("Who does?"), base=version, by=NOBODY)
    numbers = [each.number for each in inventory.list_versions(question)]
    assert numbers == [3, 1] and draft.stem == "Who certifies?"


def test_what_was_changed_since_keeps_what_it_says(bank_id):
    batch = bring(bank_id, YAML.format(stem="Who certifies us?") + OTHER)
    ids = {key: (question, version) for question, key, version in
           inventory.list_ids(bank_id, Filter())}
    with committed():
        editing.revise(bank_id, ids["Q-B"][0], a_draft("Who else?"), base=ids["Q-B"][1], by=NOBODY)
    assert undoing.look_ahead(batch) == Outlook(1, 0)
    assert undo(bank_id, batch) == Outlook(1, 0)
    stems = {row.key: row.stem for row in inventory.listing(bank_id, Filter()).every()}
    assert stems["Q-A"] == "Who certifies?" and stems["Q-B"] == "Who else?"
    [only] = inventory.list_versions(ids["Q-B"][0])
    assert only.number == 2


def test_a_retired_question_that_left_comes_back_in_use(bank_id):
    text = OTHER
    batch = bring(bank_id, text)
    [question] = [row[0] for row in inventory.list_ids(bank_id, Filter()) if row[1] == "Q-B"]
    with committed():
        approving.retire(bank_id, question, by=NOBODY)
    undo(bank_id, batch)
    with pytest.raises(NotFound):
        directory.get_question(bank_id, question)
    bring(bank_id, text)
    assert directory.get_question(bank_id, question).retired_at is None


def test_translations_that_came_go_and_come_again(bank_id):
    [question] = [row[0] for row in inventory.list_ids(bank_id, Filter()) if row[1] == "Q-A"]
    approve(bank_id)
    original = directory.get_question(bank_id, question).approved_version_id
    german = a_draft("Wer zertifiziert?", right="Eine Stelle", wrong=("ISO",), language="de")
    version = a_translation(bank_id, question, german)
    with committed():
        translating.approve(bank_id, [version], by=NOBODY)
    assert versions.in_language([original], "de") == [version]
    undo(bank_id, db.session.get_one(QuestionVersion, version).batch_id)
    assert versions.in_language([original], "de") == [original]
    again = a_translation(bank_id, question, german)
    assert db.session.get_one(QuestionVersion, again).revision == 2


def test_a_batch_is_undone_once(bank_id, each_app):
    batch = bring(bank_id, NEW, "more.gift")
    outcomes = at_once(each_app, [lambda: undoing.undo(bank_id, batch, by=NOBODY)] * 3)
    assert sorted(type(each).__name__ for each in outcomes) == ["Outlook", "Refusal", "Refusal"]
    assert db.session.scalar(sa.select(sa.func.count(BatchUndo.batch_id))) == 1


def test_what_is_planned_is_planned_anew_once_something_was_undone(bank_id):
    batch = bring(bank_id, YAML.format(stem="Who certifies us?"))
    bring(bank_id, NEW, "more.gift")
    token = checked(bank_id, YAML.format(stem="Who certifies us?") + "\n", "x.yaml")
    review = importing.review(bank_id, token, Defaults("audits", 1), member=None)
    assert review.plan.counts["unchanged"] == 1
    undo(bank_id, batch)
    outcome = applying.apply(bank_id, review, by=NOBODY, transaction=transaction)
    assert outcome.plan.counts["changed"] == 1


def test_undone_batches_are_never_changed_or_forgotten(bank_id):
    batch = bring(bank_id, NEW, "more.gift")
    undo(bank_id, batch)
    for statement in (sa.update(BatchUndo).values(undone_by=None), sa.delete(BatchUndo)):
        with pytest.raises((IntegrityError, OperationalError, ProgrammingError,
                            sa.exc.DatabaseError)), writing():
            db.session.execute(statement)
        db.session.rollback()


def test_batches_are_listed_the_newest_first(bank_id):
    batch = bring(bank_id, NEW, "more.gift")
    undo(bank_id, batch)
    rows = list(history.listing(bank_id).every())
    assert [(row.file_name, row.added, row.changed, bool(row.undone_at)) for row in rows] == [
        ("more.gift", 1, 0, True), ("x.yaml", 1, 0, False)]
    [brought] = history.brought(batch).every()
    assert (brought.effect, brought.question_id, brought.stem) == ("new", None, "Is it new?")
    assert list(history.listing(a_bank()).every()) == []


def test_what_came_is_said_as_it_was_to_its_question(bank_id):
    text = YAML.format(stem="Who certifies us?") + OTHER
    undo(bank_id, bring(bank_id, text))
    batch = bring(bank_id, text + "\n")
    assert [(each.key, each.effect) for each in history.brought(batch).every()] == [
        ("Q-A", "changed"), ("Q-B", "new")]


def test_who_does_not_look_after_the_bank_undoes_nothing(app):
    trainer, stranger = a_trainer(), a_trainer()
    bank_id, other = a_bank(trainer), a_bank(stranger, title="Another")
    batch = bring(bank_id, NEW, "more.gift")
    with pytest.raises(NotFound), committed():
        undoing.undo(bank_id, batch, by=actor(stranger))
    with pytest.raises(NotFound), committed():
        undoing.undo(other, batch, by=actor(stranger))
    with pytest.raises(NotFound):
        undoing.foresee(other, batch, by=actor(stranger))
    assert db.session.scalar(sa.select(sa.func.count(BatchUndo.batch_id))) == 0
    assert db.session.get_one(Bank, bank_id).current_pool_id is None
