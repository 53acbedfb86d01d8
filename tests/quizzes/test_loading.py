"""Loading a course with its quizzes: idempotent, versioned, refused whole."""

from __future__ import annotations

import shutil

import pytest
import yaml

from isotrain import schema
from isotrain.attempts.models import Attempt
from isotrain.banks.models import Question, QuestionVersion
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.quizzes import loading
from isotrain.quizzes.models import Quiz, QuizVersion
from tests.attempts import sitting
from tests.conftest import ROOT
from tests.factories import BY, a_user, committed

SHIPPED = ROOT / "question_banks" / "iso-certification"


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped course that a test may change."""
    return shutil.copytree(SHIPPED, tmp_path / "course")


def edit(folder, change):
    path = folder / "courses" / "iso-certification.yaml"
    course = yaml.safe_load(path.read_text())
    change(course)
    path.write_text(yaml.safe_dump(course, sort_keys=False))


def load(folder):
    with committed():
        return loading.load_course(folder, by=BY).sentence


def versions():
    db.session.rollback()
    return [(quiz.slug, quiz.kind, db.session.get(QuizVersion, quiz.published_version_id).number)
            for quiz in db.session.query(Quiz).order_by(Quiz.id)]


CAMERA = ("fact: A18\n  use: practice", "fact: A18\n  use: exam")
GREEK = ("short form from the Greek", "name from the Greek")


def as_before(folder, now, then):
    """Make the copy say what the course said before: another title and another question."""
    bank = folder / "banks" / "iso-certification.yaml"
    assert bank.read_text().count(now) == 1
    bank.write_text(bank.read_text().replace(now, then))
    edit(folder, lambda course: course["exam"].update(title="ISO certification awareness exam"))


def test_a_corrected_course_takes_over_while_who_sits_keeps_the_questions(each_app, folder):
    as_before(folder, *GREEK)
    load(folder)
    user = a_user()
    attempt = sitting.start(user)
    items, pinned = sitting.items_of(attempt), db.session.get(Attempt, attempt).quiz_version_id
    assert "questions: 1, quizzes: 1." in load(SHIPPED)
    assert [number for *_rest, number in versions()] == [2, 1, 1, 1]
    assert db.session.get(Attempt, attempt).quiz_version_id == pinned
    assert sitting.items_of(attempt) == items
    sitting.answer_all(attempt, user, right=20)
    sitting.submit(attempt, user)
    assert sitting.result_of(attempt).passed
    assert "nothing changed" in load(SHIPPED)


def test_the_camera_leaves_the_exam_when_nobody_sits_with_it(app, folder):
    as_before(folder, *CAMERA)
    load(folder)
    user = a_user()
    attempt = sitting.sit(user, right=20)
    assert "questions: 1, quizzes: 1." in load(SHIPPED)
    assert sitting.result_of(attempt).passed
    camera = db.session.query(Question).filter_by(key="Q-A18-1").one()
    assert db.session.get(QuestionVersion, camera.approved_version_id).use == "practice"


def test_the_shipped_course_brings_an_exam_and_a_practice_quiz(course_app):
    assert versions() == [("iso-certification-exam", "exam", 1),
                          ("iso-certification-practice", "practice", 1),
                          ("iso-in-15-minutes-exam", "exam", 1),
                          ("iso-in-15-minutes-practice", "practice", 1)]
    title = "ISO standards and certification awareness exam"
    exam = db.session.query(QuizVersion).filter_by(title=title).one()
    assert exam.rules["pass_mark"] == 80 and exam.rules["minutes"] == 30
    assert sum(cell["count"] for cell in exam.cells) == 20
    assert exam.blueprint_hash and exam.created_by is None


def test_loading_again_changes_nothing_and_says_so(course_app):
    assert "nothing changed" in load(SHIPPED)
    assert [number for *_rest, number in versions()] == [1, 1, 1, 1]


def test_changed_rules_are_a_new_published_version(course_app, folder):
    edit(folder, lambda course: course["exam"].update(minutes=25))
    assert "quizzes: 1" in load(folder)
    assert [number for *_rest, number in versions()] == [2, 1, 1, 1]


def test_running_attempts_keep_the_version_they_began_with(course_app, folder):
    user = a_user()
    attempt = sitting.start(user)
    edit(folder, lambda course: course["exam"].update(pass_mark=100))
    load(folder)
    sitting.answer_all(attempt, user, right=16)
    sitting.submit(attempt, user)
    assert sitting.result_of(attempt).passed


def test_what_a_trainer_published_stays_until_the_files_change(course_app, folder):
    sitting.change_rules(minutes=99)
    with committed():
        db.session.execute(schema.sa.text("DROP TRIGGER freeze_quiz_version"))
        latest = db.session.get(QuizVersion, sitting.quiz_of().published_version_id)
        latest.created_by = a_user_id = a_trainer()
    assert "nothing changed" in load(SHIPPED)
    current = db.session.get(QuizVersion, sitting.quiz_of().published_version_id)
    assert (current.rules["minutes"], current.created_by) == (99, a_user_id)
    edit(folder, lambda course: course["exam"].update(minutes=45))
    load(folder)
    assert [number for *_rest, number in versions()] == [3, 1, 1, 1]


def a_trainer():
    from isotrain.accounts.models import User

    return db.session.query(User.id).limit(1).scalar()


@pytest.fixture(autouse=True)
def somebody(request):
    if "course_app" in request.fixturenames:
        request.getfixturevalue("course_app")
        a_user("trainer")


@pytest.mark.parametrize(("change", "words"), [
    (lambda course: course["exam"]["cells"][0].update(count=150), "needs 150 questions"),
    (lambda course: course["exam"].update(pass_mark=101), "from 1 to 100"),
    (lambda course: course["exam"].update(minutes="long"), "whole number"),
    (lambda course: course["practice"][0].update(cells=[]), "Ask for 1 to"),
])
def test_a_blueprint_that_cannot_be_drawn_is_refused_and_nothing_is_loaded(
    app, folder, change, words
):
    edit(folder, change)
    with pytest.raises(Refusal, match=words):
        load(folder)
    db.session.rollback()
    assert not db.session.query(Quiz).count()


def test_a_quiz_of_another_course_is_not_taken_over(course_app, folder):
    edit(folder, lambda course: course["practice"][0].update(id="iso-in-15-minutes-practice"))
    with pytest.raises(Refusal, match="belongs to something else"):
        load(folder)


def test_a_course_of_another_library_is_not_taken_over(course_app, folder):
    path = folder / "library.yaml"
    path.write_text(path.read_text().replace("id: iso-certification\n", "id: other\n", 1))
    with pytest.raises(Refusal, match="The course iso-certification belongs to another library"):
        load(folder)


def test_an_exam_under_another_name_is_refused_because_a_course_has_one(course_app, folder):
    edit(folder, lambda course: course["exam"].update(id="another-exam"))
    with pytest.raises(Refusal, match="has another exam than another-exam"):
        load(folder)


def test_a_course_takes_any_number_of_practice_quizzes(course_app, folder):
    more = {"id": "audits-only", "title": "Audits",
            "cells": [{"module": "M3", "difficulty": 1, "count": 3}]}
    edit(folder, lambda course: course["practice"].append(more))
    assert "quizzes: 1" in load(folder)
    attempt = sitting.start(a_user(), "audits-only")
    assert len(sitting.items_of(attempt)) == 3


def test_the_command_prints_what_changed(app):
    done = app.test_cli_runner().invoke(args=["course", "load", str(SHIPPED)])
    assert done.exit_code == 0
    assert "ISO standards and certification loaded" in done.output
    again = app.test_cli_runner().invoke(args=["course", "load", str(SHIPPED)])
    assert "nothing changed" in again.output


def test_the_command_refuses_a_folder_that_is_none(app, tmp_path):
    done = app.test_cli_runner().invoke(args=["course", "load", str(tmp_path / "nothing")])
    assert done.exit_code == 1
    assert "There is no folder" in done.output


def test_a_quiz_that_was_closed_stays_as_it_is_when_its_files_change(course_app, folder):
    sitting.close_quiz(sitting.EXAM)
    before = sitting.quiz_of().published_version_id
    edit(folder, lambda course: course["exam"].update(pass_mark=95))
    load(folder)
    assert sitting.quiz_of().published_version_id == before


SET = """
- id: Q-SET-1
  type: scenario
  stem: Belt 4 of a depot.
  questions:
    - {type: true_false, stem: It may run on., answer: false, explanation: It must stop.}
    - {type: numeric, stem: How many belts are meant?, answers: [{text: "1"}]}
  explanation: What cannot be stopped must not run.
  topic: iso
  difficulty: 1
  fact: A18
  use: practice
"""


def test_a_course_brings_sets_and_cells_that_draw_them(app, folder):
    bank = folder / "banks" / "iso-certification.yaml"
    bank.write_text(f"{bank.read_text().rstrip()}\n{SET.strip()}\n")
    row = {"topic": "iso", "difficulty": 1, "count": 1, "set": 2}
    edit(folder, lambda course: course["practice"][0]["cells"].append(row))
    load(folder)
    published = sitting.quiz_of(sitting.PRACTICE).published_version_id
    assert {**row, "bank": "iso-certification"} in db.session.get(QuizVersion, published).cells
    attempt = sitting.start(a_user(), sitting.PRACTICE)
    sheet = sitting.sheets.find(attempt)
    assert sorted(sheet.sizes)[-2:] == [1, 2] and sheet.count == len(sheet.items) + 1


@pytest.mark.parametrize(("size", "said"), [(3, "sets of 3 questions"), (11, "A set has 2 to 10")])
def test_a_cell_whose_sets_the_bank_does_not_have_is_refused(app, folder, size, said):
    row = {"topic": "iso", "difficulty": 1, "count": 1, "set": size}
    edit(folder, lambda course: course["practice"][0]["cells"].append(row))
    with pytest.raises(Refusal, match=said):
        load(folder)
