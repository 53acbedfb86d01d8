"""Question files: checked against the bank, applied whole and at most once."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.audit.models import Event
from isotrain.banks import approving, directory, inventory, versions
from isotrain.banks.files import applying, exporting, importing
from isotrain.banks.models import BankUpload, Question, QuestionBatch, QuestionVersion
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.formats import FORMATS
from isotrain.questions.draft import Draft, Option, true_false_options
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
)
from tests.factories import committed

TWO = """Who certifies? {=A certification body ~ISO ####Bodies certify.}

ISO issues certificates. {FALSE}
"""
YAML = """- id: Q-A
  type: single_choice
  stem: Who certifies?
  options:
    - {text: A certification body, right: true}
    - {text: ISO}
  explanation: Bodies certify.
  topic: audits
  difficulty: 2
  use: practice
"""
HALF = TWO + "\nNo key {~one ~two}\n\nMatch {=a -> b =c -> d}\n"


def counts(bank_id, text, name="file.gift"):
    token = checked(bank_id, text, name)
    found = importing.review(bank_id, token, Defaults(), member=None)
    return {effect: n for effect, n in found.plan.counts.items() if n}


def rows(table):
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(table))


def said(bank_id, text, name="file.gift"):
    token = checked(bank_id, text, name)
    plan = importing.review(bank_id, token, Defaults(), member=None).plan
    return [f"{p.place}: {p.message}" for p in plan.problems]


def test_checking_writes_nothing_to_the_bank(app):
    bank_id = a_bank()
    assert counts(bank_id, TWO) == {"new": 2}
    assert rows(Question) == 0


def test_applying_brings_drafts_that_know_their_source(each_app):
    bank_id = a_bank()
    outcome = applied(bank_id, checked(bank_id, TWO))
    assert outcome.sentence == "2 new questions, 0 new versions, 0 unchanged, 0 left out."
    found = db.session.execute(sa.select(Question.key, QuestionVersion.source,
                                         QuestionVersion.topic, QuestionVersion.difficulty)
                               .join(Question, Question.id == QuestionVersion.question_id)
                               .order_by(Question.key)).all()
    assert found == [("Q-1", "file.gift, line 1", "audits", 1),
                     ("Q-2", "file.gift, line 3", "audits", 1)]
    assert inventory.get_view(directory.get_bank(bank_id, member=None)).states == {"draft": 2}


def test_the_same_file_a_second_time_says_so(each_app):
    trainer = a_trainer(name="Tara")
    bank_id = a_bank(trainer)
    applied(bank_id, checked(bank_id, TWO), by=actor(trainer))
    token = checked(bank_id, TWO)
    assert "by Tara; 0 new" in importing.review(bank_id, token, Defaults(),
                                               member=None).earlier.sentence
    with pytest.raises(Refusal, match=r"already applied on .* by Tara; 0 new"):
        applied(bank_id, token)
    assert rows(QuestionVersion) == 2


def test_what_was_applied_to_one_bank_is_new_to_another(each_app):
    first, second = a_bank(), a_bank(title="Second")
    applied(first, checked(first, TWO))
    review = importing.review(second, checked(second, TWO), Defaults(), member=None)
    assert review.earlier is None and review.plan.counts["new"] == 2
    outcome = applied(second, checked(second, TWO))
    assert len(outcome.question_ids()) == 2 and rows(Question) == 4


def test_the_same_upload_a_second_time_says_so(app):
    bank_id = a_bank()
    token = checked(bank_id, TWO)
    applied(bank_id, token)
    with pytest.raises(Refusal, match="already applied"):
        applied(bank_id, token, Defaults("other", 3))


def test_eight_applications_at_once_are_one(each_app):
    bank_id = a_bank()
    tokens = [checked(bank_id, TWO) for _ in range(4)]
    reviews = [importing.review(bank_id, token, Defaults("audits", 1), member=None)
               for token in tokens * 2]
    outcomes = at_once(each_app, [
        lambda review=review: applying.apply(bank_id, review, by=NOBODY, transaction=transaction)
        for review in reviews])
    assert sum(isinstance(outcome, applying.Applied) for outcome in outcomes) == 1
    assert all("0 new" in outcome.sentence or "right now" in outcome.sentence
               for outcome in outcomes)
    assert (rows(Question), rows(QuestionVersion)) == (2, 2)


def test_a_plan_made_before_the_bank_changed_is_made_again(app):
    bank_id = a_bank()
    review = importing.review(bank_id, checked(bank_id, TWO), Defaults("audits", 1), member=None)
    applied(bank_id, checked(bank_id, TWO.replace("####Bodies", "####Such bodies")))
    outcome = applying.apply(bank_id, review, by=NOBODY, transaction=transaction)
    assert (outcome.plan.counts["new"], outcome.plan.counts["changed"]) == (0, 1)


def test_faulty_questions_are_in_the_way_until_they_are_left_out(app):
    bank_id = a_bank()
    token = checked(bank_id, HALF)
    with pytest.raises(Refusal, match="1 question has an error"):
        applied(bank_id, token)
    assert rows(Question) == 0
    outcome = applied(bank_id, token, skip_faulty=True)
    assert (rows(Question), outcome.plan.counts["faulty"]) == (3, 1)


def test_a_type_that_nobody_knows_is_an_error_and_can_be_left_out(app):
    bank_id = a_bank()
    foreign = "- {type: hotspot, stem: At the gate.}\n"
    token = checked(bank_id, YAML + foreign, "q.yaml")
    outcome = applied(bank_id, token, skip_faulty=True)
    assert (rows(Question), outcome.plan.counts["faulty"]) == (1, 1)


def test_a_question_is_known_again_by_its_id(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    assert counts(bank_id, YAML, "q.yaml") == {"unchanged": 1}
    changed = YAML.replace("Who certifies?", "Who issues certificates?")
    assert counts(bank_id, changed, "q.yaml") == {"changed": 1}
    applied(bank_id, checked(bank_id, changed, "q.yaml"))
    latest = db.session.scalars(sa.select(Question.latest_version_id)).one()
    assert versions.contents([latest])[latest].number == 2


def test_a_question_without_id_is_known_again_by_its_text_and_options(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    aiken = "Who certifies?\nA. A certification body\nB. ISO\nANSWER: {}\n"
    assert counts(bank_id, aiken.format("A"), "q.txt") == {"unchanged": 1}
    assert counts(bank_id, aiken.format("B"), "q.txt") == {"changed": 1}


def test_what_the_file_does_not_say_stays_as_the_bank_has_it(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    aiken = "Who certifies?\nA. A certification body\nB. ISO\nANSWER: B\n"
    applied(bank_id, checked(bank_id, aiken, "q.txt"), Defaults("other", 3))
    latest = db.session.scalars(sa.select(Question.latest_version_id)).one()
    content = versions.contents([latest])[latest]
    assert (content.topic, content.difficulty, content.use) == ("audits", 2, "practice")
    assert versions.questions([latest])[latest].explanation == "Bodies certify."


def test_the_same_question_under_another_id_is_left_out_and_named(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    again = YAML.replace("Q-A", "Q-B")
    assert counts(bank_id, again, "q.yaml") == {"duplicate": 1}
    assert any("in the bank as Q-A" in line for line in said(bank_id, again, "q.yaml"))


def test_the_same_text_with_other_options_is_new_and_named(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    other = YAML.replace("Q-A", "Q-B").replace("ISO", "A ministry")
    assert counts(bank_id, other, "q.yaml") == {"new": 1}
    assert any("other options (Q-A)" in line for line in said(bank_id, other, "q.yaml"))


def test_a_question_that_stands_twice_in_the_file_comes_in_once(app):
    bank_id = a_bank()
    assert counts(bank_id, TWO + "\n" + TWO) == {"new": 2, "duplicate": 2}
    applied(bank_id, checked(bank_id, TWO + "\n" + TWO))
    assert rows(Question) == 2


def test_two_questions_that_mean_one_of_the_bank_make_one_version(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    changed = YAML.replace("Who certifies?", "Who issues?")
    by_text = YAML.replace("- id: Q-A\n  type", "- type").replace("Bodies", "Those bodies")
    assert counts(bank_id, changed + by_text, "q.yaml") == {"changed": 1, "duplicate": 1}


def test_names_given_here_do_not_meet_names_of_the_file(app):
    bank_id = a_bank()
    named = YAML.replace("Q-A", "Q-1")
    nameless = YAML.replace("- id: Q-A\n  type", "- type").replace("Who", "What")
    applied(bank_id, checked(bank_id, named + nameless, "q.yaml"))
    assert set(db.session.scalars(sa.select(Question.key))) == {"Q-1", "Q-2"}


def test_a_retired_question_stays_retired_and_that_is_said(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    question = db.session.scalars(sa.select(Question.id)).one()
    with committed():
        approving.retire(bank_id, question, by=NOBODY)
    changed = YAML.replace("Who certifies?", "Who issues?")
    assert any("Q-A is retired" in line for line in said(bank_id, changed, "q.yaml"))
    applied(bank_id, checked(bank_id, changed, "q.yaml"))
    db.session.rollback()
    assert db.session.get_one(Question, question).retired_at is not None


def test_topics_and_facts_the_course_does_not_have_are_named(course_app):
    bank = directory.get_bank_by_slug("iso-certification", member=None)
    text = YAML.replace("  use: practice\n", "  use: practice\n  fact: Z99\n")
    lines = said(bank.id, text, "q.yaml")
    assert any('no topic "audits"' in line for line in lines)
    assert any('no fact "Z99"' in line for line in lines)


def test_an_empty_and_a_binary_file_are_refused_in_words(app):
    for data in (b"", b"\x00\x01\x02\xff" * 50):
        with pytest.raises(Refusal) as refused:
            importing.read(data, "file.gift", reader=None)
        assert refused.value.field == "file"
        assert len(refused.value.sentence) > 20


def test_an_upload_is_kept_for_a_day(app):
    bank_id = a_bank()
    now = clock.now()
    token = checked(bank_id, TWO)
    applied(bank_id, checked(bank_id, YAML, "q.yaml"))
    with clock.frozen_at(now + timedelta(hours=25)):
        with pytest.raises(NotFound, match="Choose the file again"):
            importing.review(bank_id, token, Defaults(), member=None)
        checked(bank_id, TWO)
        with committed():
            importing.purge_some()
    db.session.rollback()
    kept = db.session.execute(sa.select(BankUpload.state, BankUpload.checked.is_(None))).all()
    assert sorted(kept) == [("applied", True), ("checked", False)]


def test_an_upload_belongs_to_its_bank_and_its_members(app):
    mine, other = a_trainer(), a_trainer()
    bank_id, second = a_bank(mine), a_bank(mine, other, title="Second")
    token = checked(bank_id, TWO, by=actor(mine))
    for bank, member in ((second, mine), (bank_id, other)):
        with pytest.raises(NotFound):
            importing.review(bank, token, Defaults(), member=member)
    with pytest.raises(NotFound):
        checked(bank_id, TWO, by=actor(other))


def test_an_import_is_on_record_without_its_text(app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, HALF), skip_faulty=True)
    event = db.session.scalars(sa.select(Event).where(Event.action == "bank.imported")).one()
    batch = db.session.scalars(sa.select(QuestionBatch.id)).one()
    assert event.details == {"format": "gift", "new": 3, "changed": 0, "unchanged": 0,
                             "duplicate": 0, "faulty": 1, "translated": 0, "left": 0,
                             "batch": batch}


# -- out and in again


@pytest.fixture
def full_bank(app):
    """A bank with every kind of question, feedback, groups, drafts and a fixed order."""
    bank_id = a_bank()
    for number, type_ in enumerate(("single_choice", "multiple_choice")):
        share = Fraction(1, number + 1)
        options = (Option("=1+1", share, "Yes, *so*."), Option("ISO, or", share * number),
                   Option('a "quoted" one', feedback="No."))
        a_question(bank_id, Draft(
            "", type_, f"Which {number}?\nSecond line", options=options, explanation="Because.",
            shuffle=False, topic="audits", difficulty=2, use="practice", enemies="g",
            module="m1", facts=("A1", "A2")))
    a_question(bank_id, Draft(
        "", "true_false", "@ISO certifies", options=true_false_options(False, "No", "Yes"),
        explanation="-No", topic="t", difficulty=3, use="exam"))
    a_question(bank_id, a_draft("Only a draft?", topic="", difficulty=None, explanation=""))
    return bank_id


@pytest.mark.parametrize("name", ["yaml", "csv", "gift"])
def test_reading_back_what_was_written_changes_nothing(full_bank, name):
    exported = exporting.write(full_bank, name, member=None)
    assert counts(full_bank, exported.data.decode("utf-8-sig"), exported.name) == {"unchanged": 4}


def test_aiken_changes_only_what_it_said_it_cannot_carry(full_bank):
    exported = exporting.write(full_bank, "aiken", member=None)
    losses = {problem.message for problem in exported.problems}
    assert "Aiken cannot carry line breaks; spaces stand for them (questions: 2)." in losses
    assert counts(full_bank, exported.data.decode(), exported.name) == {
        "changed": 2, "unchanged": 1}


@pytest.mark.parametrize("name", ["yaml", "csv"])
def test_an_empty_bank_gets_everything_from_a_file(full_bank, name):
    exported = exporting.write(full_bank, name, member=None)
    assert exported.problems == ()
    other = a_bank(title="Other")
    applied(other, checked(other, exported.data.decode("utf-8-sig"), exported.name), Defaults())
    hashes = [set(db.session.scalars(
        sa.select(QuestionVersion.content_hash).join(Question, Question.id ==
        QuestionVersion.question_id).where(Question.bank_id == bank)))
        for bank in (full_bank, other)]
    assert hashes[0] == hashes[1]


def test_an_export_holds_what_the_filter_shows(full_bank):
    exported = exporting.write(full_bank, "yaml", inventory.Filter(type="true_false"), member=None)
    assert exported.count == 1
    assert b"@ISO certifies" in exported.data and b"Which" not in exported.data


def test_no_cell_of_an_exported_sheet_is_a_formula(full_bank):
    lines = exporting.write(full_bank, "csv", member=None).data.decode("utf-8-sig")
    assert ',"=1' not in lines and ",=1" not in lines and ",@" not in lines and ",-No" not in lines


@pytest.mark.parametrize("name", ["docx", ""])
def test_a_format_that_is_not_written_is_refused(full_bank, name):
    with pytest.raises(Refusal, match="Choose a format"):
        exporting.write(full_bank, name, member=None)


def test_what_is_read_alone_is_not_offered_for_writing():
    assert [f.name for f in exporting.WRITTEN] == [
        "qti12", "qti2", "xlsx", "moodlexml", "yaml", "csv", "aiken", "gift"]
    assert set(exporting.WRITTEN) <= set(FORMATS)
