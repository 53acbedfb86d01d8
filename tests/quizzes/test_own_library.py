"""A course draws from the banks of its library only, whatever a blueprint says."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from isotrain.banks.models import Bank
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.quizzes import directory, sampling, supply
from isotrain.quizzes.composition import Composition
from tests.attempts import sitting
from tests.banks.making import a_bank
from tests.factories import a_library, a_user, committed
from tests.quizzes.test_composing import BANK, a_trainer, bench_of, cell, publish, save


@pytest.fixture
def away(each_course_app):
    """The shipped bank now belongs to another library; the exam still names it."""
    with committed():
        other = a_library("elsewhere")
        db.session.execute(sa.update(Bank).where(Bank.slug == BANK).values(library_id=other))


def test_a_form_is_drawn_from_banks_of_the_library_only(away):
    with pytest.raises(Refusal, match="cannot be drawn"):
        sitting.start(a_user())
    db.session.rollback()


def test_a_sample_is_drawn_from_banks_of_the_library_only(away):
    bench = bench_of(a_trainer())
    with pytest.raises(Refusal, match="do not hold enough"):
        sampling.sample(bench, seed="0" * 32)


def test_a_draft_keeps_nothing_of_banks_that_left_the_library(away):
    trainer = a_trainer()
    with pytest.raises(Refusal, match="your own banks"):
        save(trainer, Composition("Exam", [cell()]))
    db.session.rollback()
    assert save(trainer, Composition("Exam")).cells == []


def test_what_a_trainer_sees_of_other_libraries_is_nothing(away):
    trainer = a_trainer()
    quiz = directory.get(sitting.quiz_of().id, trainer)
    stock = supply.stock(quiz, Composition("Exam"), trainer)
    assert stock.grids == ()


def test_an_own_bank_for_no_library_composes_no_exam(each_course_app):
    """Opening a bank makes nobody a composer, nor does putting it into a library."""
    outsider = a_trainer(member=False, bank=False)
    a_bank(outsider, library_id=db.session.query(Bank.library_id).filter_by(slug=BANK).scalar())
    with pytest.raises(NotFound):
        save(outsider, Composition("Exam", [cell(bank="audits")]))
    with pytest.raises(NotFound):
        publish(outsider)
    assert directory.list_courses(outsider) == []
