"""The receipt: a form can be derived again from what is stored, and a forged one is found out."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
import sqlalchemy as sa

from isotrain.attempts import replaying
from isotrain.attempts.marking import UnknownRule
from isotrain.attempts.models import Answer, AttemptItem, AttemptMark, Form, Result
from isotrain.db import db
from isotrain.errors import NotFound
from isotrain.exams import marking
from isotrain.keeping import verifying
from isotrain.quizzes.models import QuizVersion
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE
from tests.factories import a_user, committed
from tests.quizzes import editing


def differences(attempt):
    return [d.message for d in replaying.replay(replaying.get_kept(attempt))]


def test_a_form_is_derived_again(each_course_app):
    assert differences(sitting.start(a_user())) == []
    assert differences(sitting.start(a_user(), PRACTICE)) == []


def test_a_retake_is_derived_again_with_its_history(course_app):
    user = a_user()
    sitting.change_rules(wait_hours=0, attempts=0)
    attempts = [sitting.sit(user, right=0) for _ in range(3)]
    assert [differences(attempt) for attempt in attempts] == [[], [], []]


def test_a_form_is_derived_again_after_the_bank_and_the_quiz_have_changed(course_app):
    user = a_user()
    attempt = sitting.start(user)
    for item in sitting.items_of(attempt)[:3]:
        editing.rekey(item[0])
    editing.retire_everything()
    sitting.change_rules(cells=[], minutes=5)
    assert differences(attempt) == []


def test_the_blueprint_order_is_derived_again(course_app):
    sitting.change_rules(order="blueprint")
    assert differences(sitting.start(a_user())) == []


def _forge(table, attempt, position=None, **values):
    """Change a frozen row as somebody with the database in hands could."""
    query = sa.update(table).where(table.attempt_id == attempt).values(**values)
    if position is not None:
        query = query.where(table.position == position)
    with committed():
        db.session.execute(sa.text(f"DROP TRIGGER IF EXISTS freeze_{table.__tablename__}"))
        db.session.execute(query)


def test_another_seed_is_found_out(course_app):
    attempt = sitting.start(a_user())
    seed = db.session.get(Form, attempt).seed
    _forge(Form, attempt, seed="0" * 32)
    assert (f"The seed is not the one the form was drawn with. Kept: {seed}; derived: {'0' * 32}."
            in differences(attempt))


def test_a_swapped_question_is_found_out(course_app):
    attempt = sitting.start(a_user())
    items = sitting.items_of(attempt)
    for position, item in ((1, items[1]), (2, items[0])):
        _forge(AttemptItem, attempt, position, question_version_id=item[0], arrangement=item[1])
    db.session.rollback()
    assert any(message.startswith("The question is version") for message in differences(attempt))
    assert not replaying.is_intact(replaying.get_kept(attempt))


def test_another_blueprint_is_found_out(course_app):
    user = a_user()
    attempt = sitting.start(user)
    with committed():
        db.session.execute(sa.text("DROP TRIGGER freeze_quiz_version"))
        version = db.session.get(QuizVersion, sitting.quiz_of().published_version_id)
        version.cells = [*version.cells[1:]]
    assert any(message.startswith("The blueprint is not the one the form was drawn from. Kept: ")
               for message in differences(attempt))


def test_a_blueprint_that_can_no_longer_be_filled_is_said_so(course_app):
    attempt = sitting.start(a_user())
    with committed():
        db.session.execute(sa.text("DROP TRIGGER freeze_quiz_version"))
        version = db.session.get(QuizVersion, sitting.quiz_of().published_version_id)
        version.cells = [{**version.cells[0], "count": 500}]
    assert "needs 500 questions" in differences(attempt)[0]


def test_an_unknown_attempt_is_not_found(course_app):
    with pytest.raises(NotFound, match="There is no attempt 77"):
        replaying.get_kept(77)


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["attempt", *map(str, arguments)])


def test_the_command_says_equal(course_app):
    attempt = sitting.sit(a_user(), right=5)
    done = run(course_app, "replay", attempt)
    assert (done.exit_code, done.output.split(":")[0]) == (0, "equal")
    assert db.session.get(Form, attempt).hash in done.output


def test_the_command_says_what_differs_and_fails(course_app):
    attempt = sitting.start(a_user())
    _forge(Form, attempt, seed="0" * 32)
    done = run(course_app, "replay", attempt)
    assert done.exit_code == 1
    assert "seed: The seed is not the one" in done.output


def test_the_command_marks_again(course_app):
    attempt = sitting.sit(a_user(), right=5)
    _forge(Result, attempt, score="20", passed=True)
    done = run(course_app, "replay", attempt)
    assert done.exit_code == 1
    assert "result: score is 20, the answers give 5" in done.output


def test_a_forged_mark_is_found_out(course_app):
    attempt = sitting.sit(a_user(), right=5)
    _forge(AttemptMark, attempt, 7, share="1")
    assert "result: question 7 is 1, the answers give 0." in run(course_app, "replay",
                                                                 attempt).output
    _forge(AttemptMark, attempt, 7, share="0", topic="elsewhere")
    assert "question 7" in run(course_app, "replay", attempt).output


def test_erased_answers_are_no_difference_but_marks_must_add_up(course_app):
    attempt = sitting.sit(a_user(), right=5)
    with committed():
        db.session.execute(sa.delete(Answer))
    assert run(course_app, "replay", attempt).exit_code == 0
    _forge(AttemptMark, attempt, 7, share="1")
    assert "score is 5, the answers give 6" in run(course_app, "replay", attempt).output


def test_an_attempt_keeps_the_name_of_the_rule_that_marks_it(each_course_app):
    attempt = sitting.sit(a_user(), right=5)
    assert db.session.get(Form, attempt).marking == marking.PRESENT == "shares-1"
    assert "shares-1" in run(each_course_app, "show", attempt).output


def test_a_closed_attempt_is_marked_again_by_its_own_rule_and_not_by_a_better_one(
    course_app, monkeypatch
):
    attempt = sitting.sit(a_user(), right=5)

    def better(*rows, **more):
        return replace(marking.mark_form(*rows, **more), score=Fraction(20))

    monkeypatch.setattr(marking, "PRESENT", "better-1")
    rules = {**marking.RULES, "better-1": better}
    monkeypatch.setattr("isotrain.attempts.marking.RULES", rules)
    assert run(course_app, "replay", attempt).exit_code == 0
    _forge(Form, attempt, marking="better-1")
    assert "score is 5, the answers give 20" in run(course_app, "replay", attempt).output


def test_a_rule_that_is_not_known_refuses_to_mark_again_instead_of_guessing(course_app):
    attempt = sitting.sit(a_user(), right=5)
    _forge(Form, attempt, marking="shares-9")
    done = run(course_app, "replay", attempt)
    assert done.exit_code == 1
    assert "by the rule shares-9, which this version of Isotrain does not have" in done.output
    found = {check.name: check.findings for check in verifying.verify().checks}
    assert [problem.place for problem in found["SCORE"]] == [f"attempt {attempt}"]


def test_an_open_attempt_with_a_rule_that_is_not_known_is_not_closed_by_another(course_app):
    user = a_user()
    attempt = sitting.start(user)
    _forge(Form, attempt, marking="shares-9")
    with pytest.raises(UnknownRule, match="shares-9"):
        sitting.submit(attempt, user)
    db.session.rollback()
    assert sitting.result_of(attempt) is None


def test_the_command_fails_in_words_for_an_unknown_attempt(course_app):
    done = run(course_app, "replay", 99)
    assert done.exit_code == 1
    assert "There is no attempt 99." in done.output


def test_show_tells_the_seed_only_when_the_attempt_is_closed(course_app):
    user = a_user()
    attempt = sitting.start(user)
    seed = db.session.get(Form, attempt).seed
    assert seed not in run(course_app, "show", attempt).output
    sitting.submit(attempt, user)
    shown = run(course_app, "show", attempt)
    assert shown.exit_code == 0
    assert seed in shown.output and "0 of 20" in shown.output and "failed" in shown.output


def test_close_overdue_closes_in_batches_until_nothing_is_left(course_app, monkeypatch):
    from datetime import timedelta

    from isotrain import clock
    from isotrain.attempts import closing

    monkeypatch.setattr(closing, "AT_ONCE", 2)
    for _ in range(5):
        sitting.start(a_user())
    assert "0 attempts closed" in run(course_app, "close-overdue").output
    with clock.moved_by(timedelta(hours=1)):
        assert "5 attempts closed" in run(course_app, "close-overdue").output
        assert "0 attempts closed" in run(course_app, "close-overdue").output
