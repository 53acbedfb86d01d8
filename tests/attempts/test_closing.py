"""Handing in and running out of time: closed once, marked exactly, frozen."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from isotrain import clock
from isotrain.attempts import closing
from isotrain.attempts.models import Answer, Attempt, AttemptItem, AttemptMark, Form, Result
from isotrain.attempts.rules import GRACE
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import versions
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.records.models import CompletionRecord
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE, result_of
from tests.counting import counted
from tests.factories import a_user, committed
from tests.listening import hearing_finished


def test_every_answer_right_earns_every_mark(each_course_app):
    attempt = sitting.sit(a_user(), right=20)
    result = result_of(attempt)
    assert (result.score, result.out_of, result.percent, result.passed) == ("20", "20", "100.0",
                                                                            True)
    assert sitting.shares_of(attempt) == ["1"] * 20


def test_the_pass_mark_is_met_exactly_or_missed(each_course_app):
    assert result_of(sitting.sit(a_user(), right=16)).passed
    assert not result_of(sitting.sit(a_user(), right=15)).passed


def test_nothing_answered_earns_nothing(course_app):
    user = a_user()
    attempt = sitting.start(user)
    sitting.submit(attempt, user)
    result = result_of(attempt)
    assert (result.score, result.passed) == ("0", False)


def test_marks_add_up_and_name_the_topics_of_their_questions(each_course_app):
    attempt = sitting.sit(a_user(), right=11)
    result, shares = result_of(attempt), sitting.shares_of(attempt)
    assert sum(map(Fraction, shares)) == Fraction(result.score)
    assert len(shares) == int(result.out_of) == 20
    query = sa.select(AttemptMark.topic).where(AttemptMark.attempt_id == attempt)
    topics = list(db.session.scalars(query.order_by(AttemptMark.position)))
    ids = [version for version, _arrangement in sitting.items_of(attempt)]
    assert topics == [versions.contents([id_])[id_].topic for id_ in ids]
    assert len(set(topics)) > 1


def test_half_of_the_right_options_earns_half_of_the_mark(course_app):
    """The multiple choice question of a form, answered with a part of its right options."""
    user = a_user()
    attempt, position, right = _with_multiple_choice(user)
    sitting.save(attempt, user, position, right[:1])
    sitting.submit(attempt, user)
    assert Fraction(sitting.shares_of(attempt)[position - 1]) == Fraction(1, len(right))


def _with_multiple_choice(user):
    sitting.change_rules(wait_hours=0, attempts=0)
    for _ in range(20):
        attempt = sitting.start(user)
        items = sitting.items_of(attempt)
        contents = versions.contents(item[0] for item in items)
        for position, item in enumerate(items, 1):
            if contents[item[0]].type == "multiple_choice":
                return attempt, position, sitting.values_for(item)
        sitting.submit(attempt, user)
    raise AssertionError("the shipped bank holds no multiple choice questions")


def test_handing_in_twice_changes_nothing(each_course_app):
    user = a_user()
    attempt = sitting.sit(user, right=20)
    before = db.session.get(Attempt, attempt).closed_at
    with clock.moved_by(timedelta(hours=2)):
        again = sitting.submit(attempt, user)
    assert (again.state, again.closed_at) == ("submitted", before)
    assert db.session.query(Result).count() == 1
    assert db.session.query(Event).filter_by(action="attempt.closed").count() == 1
    assert db.session.query(Certificate).count() == 1


def test_a_foreign_attempt_cannot_be_handed_in(course_app):
    attempt = sitting.start(a_user())
    with pytest.raises(NotFound):
        sitting.submit(attempt, a_user())


def test_handing_in_within_the_grace_is_in_time(course_app):
    user = a_user()
    attempt = sitting.start(user)
    deadline = db.session.get(Attempt, attempt).deadline_at
    with clock.frozen_at(deadline + GRACE):
        assert sitting.submit(attempt, user).state == "submitted"


def test_handing_in_after_the_grace_closes_at_the_end_of_the_time(each_course_app):
    user = a_user()
    attempt = sitting.start(user)
    sitting.save(attempt, user, 1, ["0"])
    with clock.moved_by(timedelta(hours=3)):
        closed = sitting.submit(attempt, user)
    assert closed.state == "expired"
    assert closed.closed_at == closed.deadline_at + GRACE
    assert result_of(attempt).out_of == "20"


def test_whatever_is_over_is_closed_and_whatever_runs_is_not(each_course_app):
    users = [a_user() for _ in range(5)]
    attempts = [sitting.start(user) for user in users]
    practice = sitting.start(users[0], PRACTICE)
    with clock.moved_by(timedelta(minutes=20)):
        running = sitting.start(a_user())
    with clock.moved_by(timedelta(minutes=31)):
        assert sitting.end_overdue() == 5
        assert sitting.end_overdue() == 0
    db.session.rollback()
    states = dict(db.session.execute(sa.select(Attempt.id, Attempt.state)).all())
    assert {states[a] for a in attempts} == {"expired"}
    assert {states[running], states[practice]} == {"open"}
    assert db.session.query(Result).count() == 5


def test_what_is_overdue_is_listed_some_at_a_time_from_wherever_one_was(each_course_app):
    with clock.frozen_at(clock.now()):  # where the database's clock stands still, all end at once
        started = [sitting.start(a_user()) for _ in range(4)]
    with clock.moved_by(timedelta(hours=1)):
        first = closing.list_overdue(3)
        rest = closing.list_overdue(3, first[-1])
    assert [*first, *rest] == sorted([*first, *rest])
    assert sorted(each.id for each in (*first, *rest)) == started


def test_one_that_cannot_be_closed_keeps_no_other_waiting(each_course_app, monkeypatch):
    before, broken, after = [sitting.start(a_user()) for _ in range(3)]
    mark = closing.marking.mark

    def break_off(attempt_id, **values):
        if attempt_id == broken:
            raise ZeroDivisionError
        return mark(attempt_id, **values)

    monkeypatch.setattr(closing.marking, "mark", break_off)
    with clock.moved_by(timedelta(hours=1)):
        with pytest.raises(Refusal, match=f"Attempt {broken} could not be closed"):
            sitting.end_overdue()
        told = each_course_app.test_cli_runner().invoke(args=["attempt", "close-overdue"])
        assert told.exit_code == 1 and "0 attempts closed" in told.output
        assert f"Attempt {broken} could not" in told.output
        states = dict(db.session.execute(sa.select(Attempt.id, Attempt.state)).all())
        assert states == {before: "expired", broken: "open", after: "expired"}
        db.session.rollback()
        monkeypatch.undo()
        assert sitting.end_overdue() == 1


def test_those_whose_time_was_over_longest_ago_are_closed_first(each_course_app):
    """Neither the order they were started in nor that of their ids."""
    minutes = (30, 10, 20, 40)
    started = {}
    for length in minutes:
        sitting.change_rules(minutes=length)
        started[length] = sitting.start(a_user())
    heard = []
    with clock.moved_by(timedelta(hours=2)), hearing_finished(
            lambda finished: heard.append(finished.attempt.id)):
        assert sitting.end_overdue() == 4
    assert heard == [started[length] for length in sorted(minutes)]


def test_the_news_of_a_finished_attempt_is_told_once_inside_the_transaction(each_course_app):
    heard = []

    def listen(finished):
        heard.append((finished.attempt.id, finished.attempt.state, finished.exam,
                      finished.result.passed, finished.by.user_id))
        assert db.session().in_transaction()

    with hearing_finished(listen):
        user = a_user()
        attempt = sitting.sit(user, right=20)
        sitting.submit(attempt, user)
        practice = sitting.sit(user, right=3, slug=PRACTICE)
    assert heard == [(attempt, "submitted", True, True, user),
                     (practice, "submitted", False, False, user)]


def test_the_news_holds_all_that_was_known_and_closing_returns_it(each_course_app):
    user, heard = a_user(name="Ada Byron"), []
    attempt = sitting.start(user)
    sitting.answer_all(attempt, user, right=17)
    with hearing_finished(heard.append), committed():
        told = closing.submit(attempt, user, by=Actor("user", user))
    assert heard == [told]
    row = db.session.get_one(Attempt, attempt, populate_existing=True)
    assert (told.attempt, told.closed_at) == (row, row.closed_at)
    assert told.result == result_of(attempt) and told.result.score == "17"
    assert (told.quiz.slug, told.quiz.id) == (sitting.EXAM, row.quiz_id)
    assert told.version.id == row.quiz_version_id and told.rules.minutes == 30
    assert (told.course.slug, told.course_version.id) == ("iso-certification",
                                                          row.course_version_id)
    assert told.person.name == "Ada Byron" and told.by.user_id == user
    assert told.form_hash == db.session.get_one(Form, attempt).hash
    assert not told.pending and told.exam


def test_closing_looks_nothing_up_twice(course_app):
    user = a_user()
    attempt = sitting.start(user)
    sitting.answer_all(attempt, user, right=20)
    with counted() as statements:
        sitting.submit(attempt, user)
    told = [s for s in statements if s.startswith("SELECT")]
    for table in ("quiz", "quiz_version", "course", "course_version", "form"):
        assert len([s for s in told if re.search(rf"(FROM|JOIN) {table}\b", s)]) == 1, table
    assert len(statements) <= 25, statements  # two of them for the first key there is


def test_when_a_listener_fails_nothing_is_closed(each_course_app):
    def fail(_finished):
        raise RuntimeError("no letter today")

    user = a_user()
    attempt = sitting.start(user)
    sitting.answer_all(attempt, user, right=20)
    with hearing_finished(fail), pytest.raises(RuntimeError):
        sitting.submit(attempt, user)
    db.session.rollback()
    assert db.session.get(Attempt, attempt, populate_existing=True).state == "open"
    for table in (Result, AttemptMark, Certificate, CompletionRecord):
        assert not db.session.query(table).count()
    sitting.submit(attempt, user)
    assert db.session.query(CompletionRecord).count() == 1


def test_practice_leaves_no_certificate(course_app):
    sitting.sit(a_user(), right=10, slug=PRACTICE)
    assert not db.session.query(Certificate).count()


@pytest.mark.parametrize("statement", [
    sa.update(Attempt).values(state="open", closed_at=None),
    sa.update(Result).values(score="20"),
    sa.update(Answer).values(response="a"),
    sa.delete(Result),
    sa.update(AttemptItem).values(position=AttemptItem.position + 100),
    sa.delete(AttemptItem),
    sa.update(AttemptMark).values(share="1"),
    sa.delete(AttemptMark),
    sa.insert(Answer).values(attempt_id=1, position=19, rev=1, flagged=False,
                             saved_at=clock.now()),
])
def test_the_database_itself_keeps_a_closed_attempt_as_it_is(each_course_app, statement):
    user = a_user()
    attempt = sitting.start(user)
    sitting.save(attempt, user, 1, ["0"])
    sitting.submit(attempt, user)
    with pytest.raises(DBAPIError), committed():
        db.session.execute(statement)
    db.session.rollback()


def test_events_of_closing_hold_no_answers(course_app):
    sitting.sit(a_user(), right=20)
    event = db.session.query(Event).filter_by(action="attempt.closed").one()
    assert event.details == {"state": "submitted", "passed": True}
    assert event.actor_kind == "user"


def test_an_attempt_closed_by_the_clock_names_who_came_to_see_it(course_app):
    sitting.start(a_user())
    with clock.moved_by(timedelta(hours=1)):
        assert list(closing.close_each_overdue(committed, by=Actor.command())) == [1]
    assert db.session.query(Event).filter_by(action="attempt.closed").one().actor_kind == "command"
