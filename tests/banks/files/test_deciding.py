"""What becomes of the questions of a file: alike, older, missing, and as somebody decides."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain.banks import approving, versions
from isotrain.banks.files import deciding, importing
from isotrain.banks.models import BankDecision, Question
from isotrain.banks.rules import Defaults
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
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

TYPO = """Who recieves the alarm first? {=Gate ~Kitchen ~Office}

Where is the muster point? {=Car park ~Roof ~Cellar}

When is the siren tested? {=Monday ~Sunday ~Never}
"""
PUT_RIGHT = TYPO.replace("recieves", "receives")
YAML = """- id: Q-A
  type: single_choice
  stem: {stem}
  options:
    - {{text: A certification body, right: true}}
    - {{text: ISO}}
  explanation: Bodies certify.
  topic: audits
  difficulty: 2
"""


def review_of(bank_id, token, *, member=None):
    return importing.review(bank_id, token, Defaults("audits", 1), member=member)


def effects(review):
    return {effect: n for effect, n in review.plan.counts.items() if n}


def decide(bank_id, token, decisions, *, by=NOBODY):
    review = review_of(bank_id, token, member=by.user_id)
    with committed():
        deciding.decide(bank_id, review, decisions, by=by)


def stems(bank_id):
    db.session.rollback()
    query = sa.select(Question.key, Question.latest_version_id).where(
        Question.bank_id == bank_id, Question.latest_version_id.is_not(None))
    rows = db.session.execute(query.order_by(Question.key)).all()
    contents = versions.contents(version for _key, version in rows)
    return {key: (contents[version].question().plain_stem, contents[version].number)
            for key, version in rows}


@pytest.fixture
def bank_id(each_app):
    """A bank with three questions, one of which has a slip of the pen."""
    made = a_bank()
    applied(made, checked(made, TYPO))
    return made


def test_a_corrected_word_is_asked_about_and_accepted_one_new_version(bank_id):
    token = checked(bank_id, PUT_RIGHT)
    review = review_of(bank_id, token)
    assert effects(review) == {"alike": 1, "unchanged": 2}
    [alike] = [step for step in review.plan.steps if step.effect == "alike"]
    assert (alike.like.standing.key, alike.like.percent) == ("Q-1", 97)
    with pytest.raises(Refusal, match="1 question looks like one that the bank has"):
        applied(bank_id, token)
    decide(bank_id, token, {alike.draft.place: "change"})
    outcome = applied(bank_id, token)
    assert outcome.sentence == "0 new questions, 1 new version, 2 unchanged, 0 left out."
    assert stems(bank_id)["Q-1"] == ("Who receives the alarm first?", 2)
    assert len(stems(bank_id)) == 3


def test_the_same_file_once_more_changes_nothing(bank_id):
    token = checked(bank_id, PUT_RIGHT)
    decide(bank_id, token, {"line 1": "change"})
    applied(bank_id, token)
    again = review_of(bank_id, checked(bank_id, PUT_RIGHT))
    assert effects(again) == {"unchanged": 3}
    assert again.earlier is not None


def test_what_looks_alike_can_be_added_or_left_out(bank_id):
    token = checked(bank_id, PUT_RIGHT)
    decide(bank_id, token, {"line 1": "leave"})
    assert effects(review_of(bank_id, token)) == {"left": 1, "unchanged": 2}
    decide(bank_id, token, {"line 1": "add"})
    outcome = applied(bank_id, token)
    assert outcome.sentence == "1 new question, 0 new versions, 2 unchanged, 0 left out."
    assert stems(bank_id) == {
        "Q-1": ("Who recieves the alarm first?", 1), "Q-2": ("Where is the muster point?", 1),
        "Q-3": ("When is the siren tested?", 1), "Q-4": ("Who receives the alarm first?", 1)}


def test_what_a_file_does_not_say_stays_when_it_changes_what_it_looks_like(each_app):
    bank_id = a_bank()
    a_question(bank_id, a_draft("Who certifes?", topic="roles", difficulty=3))
    token = checked(bank_id, "Who certifies? {=A certification body ~ISO ~An accreditation body}")
    decide(bank_id, token, {"line 1": "change"})
    applied(bank_id, token)
    [[latest]] = db.session.execute(sa.select(Question.latest_version_id)).all()
    written = versions.written([latest])[latest]
    assert (written.topic, written.difficulty) == ("roles", 3)
    assert written.question.explanation == "Certification bodies audit and certify."


def test_a_question_that_the_file_has_by_itself_is_nobodys_likeness(bank_id):
    both = TYPO + "\nWho receives the alarm first? {=Gate ~Kitchen ~Office}\n"
    assert effects(review_of(bank_id, checked(bank_id, both))) == {"new": 1, "unchanged": 3}


def test_another_type_or_language_is_no_likeness(bank_id):
    other = "- type: multiple_choice\n  stem: Who receives the alarm first?\n  options:\n" \
            "    - {text: Gate, right: true}\n    - {text: Kitchen}\n    - {text: Office}\n"
    assert effects(review_of(bank_id, checked(bank_id, other, "x.yaml"))) == {"new": 1}
    german = other.replace("multiple", "single").replace("type:", "language: de\n  type:")
    assert effects(review_of(bank_id, checked(bank_id, german, "x.yaml"))) == {"new": 1}


def test_of_two_that_look_alike_the_closer_one_is_meant(each_app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, "Who stops the red press first? {=Anna ~Ben}\n\n"
                                      "Who stops the green press first? {=Anna ~Ben}\n"))
    token = checked(bank_id, "Who stops the grean press first? {=Anna ~Ben}")
    [step] = review_of(bank_id, token).plan.steps
    assert step.like.standing.key == "Q-2"


def test_what_stood_in_the_bank_before_is_left_out_unless_decided_otherwise(each_app):
    bank_id = a_bank()
    for stem in ("Who certifies?", "Who certifies today?"):
        applied(bank_id, checked(bank_id, YAML.format(stem=stem), "x.yaml"))
    token = checked(bank_id, YAML.format(stem="Who certifies?") + "\n", "x.yaml")
    [step] = review_of(bank_id, token).plan.steps
    assert (step.effect, step.chosen) == ("older", "leave")
    outcome = applied(bank_id, token)
    assert outcome.sentence == "0 new questions, 0 new versions, 0 unchanged, 1 left out."
    token = checked(bank_id, YAML.format(stem="Who certifies?") + "\n\n", "x.yaml")
    decide(bank_id, token, {step.draft.place: "change"})
    assert applied(bank_id, token).plan.counts["changed"] == 1
    assert stems(bank_id) == {"Q-A": ("Who certifies?", 3)}


def test_an_id_of_its_own_says_that_a_question_is_new_unless_decided_otherwise(each_app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, YAML.format(stem="Who certifies?"), "x.yaml"))
    text = YAML.format(stem="Who certifes?").replace("Q-A", "Q-B")
    token = checked(bank_id, text, "x.yaml")
    review = review_of(bank_id, token)
    [step] = review.plan.steps
    assert (step.effect, step.chosen, step.like.standing.key) == ("new", "add", "Q-A")
    assert [p.message for p in review.plan.problems] == ["It looks like Q-A of the bank (98 %)."]
    decide(bank_id, token, {step.draft.place: "change"})
    applied(bank_id, token)
    assert stems(bank_id) == {"Q-A": ("Who certifes?", 2)}


def test_new_and_changed_ones_can_be_left_out(bank_id):
    text = PUT_RIGHT.replace("~Never", "~Always") + "\nIs it new? {=Yes ~No}\n"
    token = checked(bank_id, text)
    review = review_of(bank_id, token)
    assert effects(review) == {"alike": 2, "unchanged": 1, "new": 1}
    decide(bank_id, token, {"line 1": "leave", "line 5": "change", "line 7": "leave"})
    assert effects(review_of(bank_id, token)) == {"left": 2, "changed": 1, "unchanged": 1}
    applied(bank_id, token)
    assert len(stems(bank_id)) == 3 and stems(bank_id)["Q-3"][1] == 2


def test_questions_that_the_file_lacks_are_named_where_it_has_others(bank_id):
    with committed():
        approving.retire(bank_id, db.session.scalars(
            sa.select(Question.id).where(Question.key == "Q-3")).one(), by=NOBODY)
    one = "Where is the muster point? {=Car park ~Roof ~Cellar}"
    missing = review_of(bank_id, checked(bank_id, one)).plan.missing
    assert [each.key for each in missing] == ["Q-1"]
    assert review_of(bank_id, checked(bank_id, "Else? {=a ~b}")).plan.missing == ()


def test_only_what_is_on_offer_is_decided(bank_id):
    token = checked(bank_id, PUT_RIGHT)
    for decisions in ({}, {"line 3": "change"}, {"line 9": "leave"},
                      {"line 1": "burn"}):
        with pytest.raises(Refusal, match="cannot be decided"):
            decide(bank_id, token, decisions)
    assert db.session.scalar(sa.select(sa.func.count(BankDecision.id))) == 0


def test_one_decision_for_all_that_look_alike(bank_id):
    token = checked(bank_id, PUT_RIGHT.replace("Cellar", "Celar"))
    review = review_of(bank_id, token)
    assert deciding.for_all(review, "alike", "change") == {
        "line 1": "change", "line 3": "change"}
    assert deciding.for_all(review, "unchanged", "leave") == {}


def test_nothing_is_decided_about_a_file_that_was_applied(bank_id):
    token = checked(bank_id, PUT_RIGHT)
    review = review_of(bank_id, token)
    decide(bank_id, token, {"line 1": "add"})
    applied(bank_id, token)
    with committed(), pytest.raises(Refusal, match="already applied"):
        deciding.decide(bank_id, review, {"line 1": "leave"}, by=NOBODY)


def test_who_does_not_look_after_the_bank_decides_nothing(app):
    trainer, stranger = a_trainer(), a_trainer()
    bank_id = a_bank(trainer)
    token = checked(bank_id, TYPO, by=actor(trainer))
    with pytest.raises(NotFound):
        decide(bank_id, token, {"line 1": "leave"}, by=actor(stranger))


def test_two_decide_at_once_and_one_decision_holds(each_app, bank_id):
    token = checked(bank_id, PUT_RIGHT)
    review = review_of(bank_id, token)
    db.session.rollback()
    acts = [lambda each=each: deciding.decide(bank_id, review, {"line 1": each}, by=NOBODY)
            for each in ("change", "add", "leave")]
    assert at_once(each_app, acts) == [None] * 3
    assert len(importing.decided(db.session.scalar(sa.select(BankDecision.upload_id)))) == 1


def test_a_table_that_comes_again_with_one_word_put_right_changes_one_question(each_app):
    bank_id = a_bank()
    applied(bank_id, checked(bank_id, TABLE, "x.csv"))
    token = checked(bank_id, TABLE.replace("recieves", "receives"), "x.csv")
    assert effects(review_of(bank_id, token)) == {"alike": 1, "unchanged": 2}


TABLE = """Question,Option A,Option B,Option C,Correct
Who recieves the alarm first?,Gate,Kitchen,Office,A
Where is the muster point?,Car park,Roof,Cellar,A
When is the siren tested?,Monday,Sunday,Never,A
"""
