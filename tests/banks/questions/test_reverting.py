"""Taking back drafts and going back to what a question said: nothing is lost, forms keep theirs."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from isotrain.banks import approving, directory, editing, inventory, profile, versions
from isotrain.banks.batches import undoing
from isotrain.banks.files import planning
from isotrain.banks.models import Bank, Question
from isotrain.banks.questions import reverting
from isotrain.db import db
from isotrain.errors import Conflict, NotFound, Refusal
from isotrain.formats import yaml_bank
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
from tests.factories import client_of, committed, post


def row(question):
    db.session.rollback()
    return db.session.get_one(Question, question)


def says(question):
    """The stem of its latest version and its state."""
    found = row(question)
    latest = found.latest_version_id
    return versions.written([latest])[latest].question.stem, profile.state_of(found)


def revise(question, stem, **about):
    found = row(question)
    with committed():
        editing.revise(found.bank_id, question, a_draft(stem, **about),
                       base=found.latest_version_id, by=NOBODY)


def approve(question):
    found = row(question)
    with committed():
        approving.approve(found.bank_id, question, found.latest_version_id, by=NOBODY)


def take_back(question, *, by=NOBODY):
    found = row(question)
    with committed():
        return reverting.take_back(found.bank_id, question, found.latest_version_id, by=by)


def go_back(question, number, *, by=NOBODY):
    found = row(question)
    with committed():
        return reverting.go_back(found.bank_id, question, number, base=found.latest_version_id,
                                 by=by)


def numbers(question, which=versions.shown):
    return [each.number for each in inventory.list_versions(question, which)]


def test_a_draft_that_is_taken_back_leaves_what_was_before_and_is_kept(each_app):
    bank, question = a_bank(), a_question(a_bank(title="Other"))
    question = a_question(bank, a_draft("First?"))
    approve(question)
    drawn = pool_of(bank).hash
    revise(question, "Second?")
    assert take_back(question) == 1
    assert says(question) == ("First?", "approved")
    assert (numbers(question), numbers(question, versions.taken_back)) == ([1], [2])
    assert pool_of(bank).hash == drawn
    revise(question, "Third?")
    assert (says(question), numbers(question)) == (("Third?", "changed"), [3, 1])


def test_an_only_version_that_is_taken_back_takes_the_question_along(each_app):
    bank = a_bank()
    kept, gone = a_question(bank, a_draft("Kept?")), a_question(bank, a_draft("Gone?"))
    assert take_back(gone) is None
    assert [each[0] for each in inventory.list_ids(bank, inventory.Filter())] == [kept]
    with pytest.raises(NotFound):
        directory.get_question(bank, gone)
    again = a_question(bank, a_draft("Again?"))
    assert says(again) == ("Again?", "draft")
    assert says(kept) == ("Kept?", "draft")


def test_what_is_approved_is_not_taken_back(app):
    question = a_question(a_bank())
    approve(question)
    with pytest.raises(Refusal, match="This version is approved"):
        take_back(question)
    assert says(question) == ("Who certifies?", "approved")


def test_going_back_to_the_approved_version_takes_back_all_drafts_since(each_app):
    bank = a_bank()
    question, other = a_question(bank, a_draft("First?")), a_question(bank, a_draft("Other?"))
    approve(question)
    for stem in ("Second?", "Third?"):
        revise(question, stem)
    revise(other, "Other again?")
    assert go_back(question, 1) is False
    assert says(question) == ("First?", "approved")
    assert numbers(question, versions.taken_back) == [3, 2]
    assert says(other) == ("Other again?", "draft")


def test_going_back_to_another_version_makes_a_draft_of_it(each_app):
    question = a_question(a_bank(), a_draft("First?", difficulty=3, right="A body"))
    revise(question, "Second?")
    approve(question)
    assert go_back(question, 1) is True
    assert (says(question), numbers(question)) == (("First?", "changed"), [3, 2, 1])
    found = versions.written([row(question).latest_version_id]).popitem()[1]
    assert found.difficulty == 3
    assert found.question.draft().options[0].text == "A body"


def test_a_draft_that_was_taken_back_can_be_had_again(each_app):
    question = a_question(a_bank(), a_draft("First?"))
    revise(question, "Second?")
    take_back(question)
    assert go_back(question, 2) is True
    assert (says(question), numbers(question)) == (("Second?", "draft"), [3, 1])


@pytest.mark.parametrize("number", [0, 2, 9])
def test_there_is_no_going_back_to_the_newest_or_to_a_number_that_is_not_there(app, number):
    question = a_question(a_bank())
    revise(question, "Second?")
    with pytest.raises(NotFound, match="no other version"):
        go_back(question, number)


def test_going_back_to_the_same_words_says_so(app):
    question = a_question(a_bank(), a_draft("First?"))
    revise(question, "Second?")
    revise(question, "First?")
    with pytest.raises(Refusal, match="says this already"):
        go_back(question, 1)


def test_going_back_to_a_topic_that_is_no_more_says_what_to_put_right(app, monkeypatch):
    question = a_question(a_bank(), a_draft("First?", topic="audits"))
    revise(question, "Second?", topic="people")
    monkeypatch.setattr(directory, "vocabulary",
                        lambda bank: editing.Vocabulary({"people": "People"}))
    with pytest.raises(editing.Unsettled, match="topic"):
        go_back(question, 1)
    assert says(question)[0] == "Second?"


@pytest.mark.parametrize("undone_first", [True, False])
def test_a_draft_is_taken_back_and_its_import_undone_in_either_order(each_app, undone_first):
    bank = a_bank()
    question = a_question(bank, a_draft("First?"))
    token = checked(bank, yaml_bank.write(
        [a_draft("Imported?", external_id="Q-1")]).data.decode(), "x.yaml")
    batch = applied(bank, token).batch_id
    revise(question, "Second?")

    def undo():
        with committed():
            undoing.undo(bank, batch, by=NOBODY)

    stems = []
    for act in (undo, lambda: take_back(question))[:: 1 if undone_first else -1]:
        act()
        stems.append(says(question)[0])
    assert stems == ["Second?" if undone_first else "Imported?", "First?"]


def test_a_translation_goes_with_its_draft(each_app):
    bank = a_bank()
    question = a_question(bank, a_draft("First?"))
    revise(question, "Second?")
    a_translation(bank, question, a_draft("Zweite?", language="de"))
    take_back(question)
    assert numbers(question) == [1]
    assert numbers(question, versions.taken_back) == [2, 2]


def test_who_looked_at_an_older_version_is_told_and_nothing_is_taken_back(each_app):
    question = a_question(a_bank())
    seen = row(question).latest_version_id
    revise(question, "Second?")
    bank = row(question).bank_id
    for act in (lambda: reverting.take_back(bank, question, seen, by=NOBODY),
                lambda: reverting.go_back(bank, question, 1, base=seen, by=NOBODY)):
        with pytest.raises(Conflict, match="newer version"), committed():
            act()
    assert numbers(question) == [2, 1]


def test_of_two_who_take_back_at_once_one_is_told(each_app):
    question = a_question(a_bank(), a_draft("First?"))
    revise(question, "Second?")
    found = row(question)
    bank, latest = found.bank_id, found.latest_version_id
    outcomes = at_once(each_app, [
        lambda: reverting.take_back(bank, question, latest, by=NOBODY) for _ in range(2)])
    assert sorted(map(str, outcomes)) != ["1", "1"]
    assert (says(question)[0], numbers(question)) == ("First?", [1])


def test_a_bank_of_somebody_else_is_not_there(app):
    question = a_question(a_bank(a_trainer(name="Owner")))
    with pytest.raises(NotFound, match="bank does not exist"):
        take_back(question, by=actor(a_trainer(name="Other")))


def test_a_file_is_compared_anew_once_a_draft_was_taken_back(each_app):
    bank = a_bank()
    question, other = a_question(bank, a_draft("First?")), a_question(bank, a_draft("Other?"))
    revise(question, "Second?")
    revise(other, "Other again?")
    before = planning.basis_of(db.session.get_one(Bank, bank))
    take_back(question)
    assert planning.basis_of(db.session.get_one(Bank, bank)) != before


@settings(max_examples=25, deadline=None,
          suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["revise", "approve", "take back", "go back"]), max_size=8))
def test_numbers_only_go_on_and_what_is_approved_stays_whatever_is_done(app, acts):
    question = a_question(a_bank(title=f"Bank {db.session.scalar(sa.func.count(Bank.id))}"))
    highest = 1
    for turn, act in enumerate(acts):
        approved = row(question).approved_version_id
        try:
            if act == "revise":
                revise(question, f"Turn {turn}?")
            elif act == "approve":
                approve(question)
            elif act == "take back":
                if take_back(question) is None:
                    return
            else:
                go_back(question, 1)
        except (Refusal, NotFound):
            db.session.rollback()
        if act != "approve":
            assert row(question).approved_version_id == approved
        latest = versions.contents([row(question).latest_version_id]).popitem()[1].number
        assert latest in numbers(question)
        every = numbers(question) + numbers(question, versions.taken_back)
        assert len(every) == len(set(every))
        assert max(every) >= highest
        highest = max(every)


# -- by page and command


def page_of(bank, question):
    return f"/banks/{bank}/questions/{question}"


def test_a_trainer_takes_back_and_goes_back_on_the_page(app):
    trainer = a_trainer()
    bank = a_bank(trainer)
    question = a_question(bank, a_draft("First?"))
    revise(question, "Second?")
    client, page = client_of(app, trainer), page_of(bank, question)
    latest = row(question).latest_version_id
    answer = post(client, page, {"version": latest}, to=f"{page}/take-back", follow_redirects=True)
    assert "says again what it said in version 1" in answer.text
    assert "1 draft was taken back" in answer.text
    answer = post(client, page, {"version": row(question).latest_version_id, "number": 2},
                  to=f"{page}/go-back", follow_redirects=True)
    assert "a new draft with the words of version 2" in answer.text
    assert says(question)[0] == "Second?"


def test_an_only_version_is_taken_back_on_the_page_and_the_bank_is_shown(app):
    trainer = a_trainer()
    bank = a_bank(trainer)
    question = a_question(bank)
    client, page = client_of(app, trainer), page_of(bank, question)
    assert "the question leaves the bank" in client.get(page).text
    answer = post(client, page, {"version": row(question).latest_version_id},
                  to=f"{page}/take-back", follow_redirects=True)
    assert "not in the bank any more" in answer.text


@pytest.mark.parametrize("sent", [{}, {"version": "x", "number": "y"},
                                  {"version": "9" * 30, "number": "9" * 30}])
@pytest.mark.parametrize("act", ["take-back", "go-back"])
def test_what_makes_no_sense_changes_nothing(app, act, sent):
    trainer = a_trainer()
    bank = a_bank(trainer)
    question = a_question(bank)
    page = page_of(bank, question)
    answer = post(client_of(app, trainer), page, sent, to=f"{page}/{act}", follow_redirects=True)
    assert answer.status_code == 200
    assert "newer version" in answer.text
    assert numbers(question) == [1]


@pytest.mark.parametrize("number", ["9" * 20, "9" * 18, "-1", "0", "1.5", "x", ""])
def test_a_version_that_cannot_be_is_not_found(app, number):
    trainer = a_trainer()
    bank = a_bank(trainer)
    question = a_question(bank)
    revise(question, "Second?")
    page = page_of(bank, question)
    answer = post(client_of(app, trainer), page,
                  {"version": row(question).latest_version_id, "number": number},
                  to=f"{page}/go-back")
    assert answer.status_code == 404
    assert numbers(question) == [2, 1]


def test_the_same_by_command(app):
    question = a_question(a_bank(title="Audits"), a_draft("First?"))
    revise(question, "Second?")
    runner = app.test_cli_runner()

    def run(*words):
        result = runner.invoke(args=["bank", *words])
        db.session.rollback()
        return result

    assert "said in version 1" in run("take-back", "audits", "Q-1").output
    assert says(question)[0] == "First?"
    assert "the words of version 2" in run("go-back", "audits", "Q-1", "2").output
    lines = run("versions", "audits", "Q-1").output.splitlines()
    assert [line.split()[0] for line in lines] == ["3", "1", "2"]
    assert "taken back" in lines[-1]
    assert "version 2" in lines[0]
    missing = run("take-back", "audits", "Q-9")
    assert (missing.exit_code, "does not exist" in missing.output) == (1, True)


def test_a_draft_keeps_its_words_apart_from_those_of_another_question(app):
    bank = a_bank()
    one, two = a_question(bank, a_draft("One?")), a_question(bank, a_draft("Two?"))
    revise(one, "One again?")
    revise(two, "Two again?", options=replace(a_draft()).options)
    take_back(two)
    assert (says(one)[0], says(two)[0]) == ("One again?", "Two?")
