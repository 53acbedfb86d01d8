"""Questions that are answered by typing, brought by a file, known again and named in lists."""

from __future__ import annotations

from isotrain.banks.models import Question, QuestionVersion
from isotrain.db import db
from tests.banks.making import a_bank, a_trainer, applied, checked

TEXT = """
- type: cloze
  stem: "ISO writes {1:SA:=standards~=norms} and {1:MC:certifies~=leaves that to others}."
  explanation: So.
- type: numeric
  stem: How many years?
  answers: [{text: "3"}, {text: 3..4, share: 1/2}]
  unit: years
  explanation: So.
"""


def test_a_file_that_comes_again_finds_its_questions_by_what_they_ask(course_app):
    bank_id = a_bank(a_trainer())
    first = applied(bank_id, checked(bank_id, TEXT, "bank.yaml"))
    assert [step.effect for step in first.plan.steps] == ["new", "new"]
    again = applied(bank_id, checked(bank_id, f"# Once more.\n{TEXT}", "bank.yaml"))
    assert {step.effect for step in again.plan.steps} <= {"unchanged", "duplicate"}
    assert db.session.query(Question).filter_by(bank_id=bank_id).count() == 2


def test_what_fills_a_gap_stands_in_no_list_and_in_no_row_that_asking_reads(course_app):
    bank_id = a_bank(a_trainer())
    applied(bank_id, checked(bank_id, TEXT, "bank.yaml"))
    rows = db.session.query(QuestionVersion).join(
        Question, Question.id == QuestionVersion.question_id).filter_by(bank_id=bank_id).all()
    assert len(rows) == 2
    for row in rows:
        assert "standards" not in f"{row.content} {row.stem_text}" and "norms" not in row.stem_text
