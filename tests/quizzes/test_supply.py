"""What the banks supply, as questions are retired: counted, warned about, guessed."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain.banks import approving
from isotrain.banks.models import Bank, Question, QuestionVersion
from isotrain.db import db
from isotrain.questions import TYPES
from isotrain.quizzes import supply
from tests.factories import BY, committed
from tests.quizzes.test_composing import BANK, a_trainer, cell, few, stock_of


@pytest.fixture
def trainer(course_app):
    return a_trainer()


def in_use(use: str = "exam", **about) -> list[int]:
    """Return the questions that a form can hold, by what is said of them."""
    query = sa.select(Question.id).join(
        QuestionVersion, QuestionVersion.id == Question.approved_version_id)
    wanted = [getattr(QuestionVersion, name) == value for name, value in about.items()]
    return list(db.session.scalars(query.where(
        Question.retired_at.is_(None), QuestionVersion.use == use, *wanted).order_by(Question.id)))


def retire(*questions: int) -> None:
    bank = db.session.query(Bank).filter_by(slug=BANK).one().id
    with committed():
        for question in questions:
            approving.retire(bank, question, by=BY)


def test_twice_as_many_as_are_asked_for_are_enough_and_one_fewer_is_not(trainer):
    here = in_use(topic="iso", difficulty=1)
    retire(*here[:len(here) % 2])
    half = len(here) // 2
    assert not stock_of(trainer, cell(count=half)).warnings
    retire(here[-1])
    assert stock_of(trainer, cell(count=half)).warnings == [few("What ISO is", 2 * half - 1, half)]


def test_a_retired_question_is_not_supplied(trainer):
    def first():
        return stock_of(trainer).grids[0].topics[0].cells[0]

    here = in_use(topic="iso", difficulty=1)
    assert (first().available, first().difficulty) == (len(here), 1)
    retire(here[0], here[1])
    assert first().available == len(here) - 2


def test_what_can_be_guessed_is_what_is_in_use_of_a_kind_that_can(trainer):
    guessable = [type_.name for type_ in TYPES if type_.guessable]
    for use in ("exam", "practice"):
        expected = {question for name in guessable for question in in_use(use, type=name)}
        assert supply._guessable_questions({BANK}, use) == expected != set()
    gone = min(supply._guessable_questions({BANK}, "exam"))
    retire(gone)
    assert gone not in supply._guessable_questions({BANK}, "exam")
    assert supply._guessable_questions(set(), "exam") == set()
