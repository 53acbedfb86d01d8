"""Saving an answer: once, in order, in time, and only to one's own open attempt."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.attempts import asking, reviewing, taking
from isotrain.attempts.models import Answer, Attempt, LateAnswer
from isotrain.attempts.rules import GRACE
from isotrain.attempts.taking import Closed, Late, Saved, Stale
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE, save
from tests.counting import counted
from tests.factories import a_user, committed

MILLISECOND = timedelta(milliseconds=1)


@pytest.fixture
def sat(each_course_app):
    user = a_user()
    return sitting.start(user), user


@pytest.fixture
def seat(course_app):
    user = a_user()
    return sitting.start(user), user


def answers(attempt):
    query = sa.select(Answer.position, Answer.response, Answer.flagged, Answer.rev)
    return db.session.execute(query.where(Answer.attempt_id == attempt)).all()


def test_an_answer_is_kept_in_stable_option_ids(sat):
    attempt, user = sat
    _version, arrangement = sitting.items_of(attempt)[0]
    outcome = save(attempt, user, 1, ["1"])
    assert isinstance(outcome, Saved) and outcome.rev == 1
    (row,) = answers(attempt)
    assert row[0] == 1 and row[3] == 1
    assert row[1] in (arrangement[1], [arrangement[1]])


def test_a_newer_answer_takes_the_place_of_the_older(sat):
    save(*sat, 1, ["0"], rev=1)
    assert isinstance(save(*sat, 1, ["1"], rev=2), Saved)
    assert [row[3] for row in answers(sat[0])] == [2]


def test_revisions_may_skip_numbers(sat):
    save(*sat, 1, ["0"], rev=1)
    assert isinstance(save(*sat, 1, ["1"], rev=7), Saved)


def test_an_answer_given_upon_an_older_one_is_not_laid_over_a_newer_one(sat):
    attempt, user = sat
    save(attempt, user, 1, ["1"], rev=1)  # another device
    outcome = save(attempt, user, 1, ["0"], rev=5, base=0)
    assert isinstance(outcome, Stale) and outcome.rev == 1
    assert isinstance(save(attempt, user, 1, ["0"], rev=6, base=1), Saved)
    for wrong in (-1, 10**30):  # what a browser never sends
        assert isinstance(save(attempt, user, 2, ["0"], rev=1, base=wrong), Saved)


def test_the_same_answer_again_is_saved_once(sat):
    first = save(*sat, 1, ["0"])
    again = save(*sat, 1, ["0"])
    assert (again.rev, again.at) == (first.rev, first.at)
    assert len(answers(sat[0])) == 1


def test_another_answer_under_the_same_number_is_stale(sat):
    save(*sat, 1, ["0"], rev=1)
    kept = answers(sat[0])
    outcome = save(*sat, 1, ["1"], rev=1)
    assert isinstance(outcome, Stale)
    assert (outcome.rev, outcome.response) == (1, kept[0][1])
    assert answers(sat[0]) == kept


def test_an_older_number_is_stale_and_told_the_newer_answer(sat):
    save(*sat, 1, ["1"], rev=3)
    outcome = save(*sat, 1, ["0"], rev=2)
    assert isinstance(outcome, Stale) and outcome.rev == 3


def test_a_flag_alone_is_kept_and_counts_as_no_answer(sat):
    save(*sat, 2, [], flagged=True)
    assert answers(sat[0]) == [(2, None, True, 1)]


def test_another_flag_under_the_same_number_is_stale(sat):
    save(*sat, 1, ["0"], flagged=False)
    assert isinstance(save(*sat, 1, ["0"], flagged=True), Stale)


def test_an_answer_can_be_taken_back(sat):
    save(*sat, 1, ["0"], rev=1)
    save(*sat, 1, [], rev=2)
    assert answers(sat[0]) == [(1, None, False, 2)]


@pytest.mark.parametrize(("after", "expected"), [
    (-MILLISECOND, Saved), (timedelta(0), Saved), (MILLISECOND, Saved),
    (GRACE - MILLISECOND, Saved), (GRACE, Saved), (GRACE + MILLISECOND, Late),
])
def test_the_deadline_is_held_to_the_millisecond(course_app, after, expected):
    user = a_user()
    attempt = sitting.start(user)
    deadline = db.session.get(Attempt, attempt).deadline_at
    with clock.frozen_at(deadline + after):
        assert isinstance(save(attempt, user, 1, ["0"]), expected)


def test_the_database_clock_judges_on_both_databases(sat):
    with clock.moved_by(timedelta(minutes=29, seconds=59)):
        assert isinstance(save(*sat, 1, ["0"]), Saved)
    with clock.moved_by(timedelta(minutes=30, seconds=20)):
        assert isinstance(save(*sat, 2, ["0"]), Late)


def test_the_time_left_is_that_of_the_own_attempt(sat):
    with clock.moved_by(timedelta(minutes=20)):
        user = a_user()
        later = sitting.start(user)
        assert 1790 <= save(later, user, 1, ["0"]).seconds_left <= 1800
        assert 590 <= save(*sat, 1, ["0"]).seconds_left <= 600


def test_a_late_answer_is_kept_apart_and_closes_the_attempt(sat):
    attempt, user = sat
    save(attempt, user, 1, ["0"])
    with clock.moved_by(timedelta(hours=1)):
        assert isinstance(save(attempt, user, 1, ["1"], rev=2), Late)
        assert isinstance(save(attempt, user, 1, ["1"], rev=2), Late)
    (late,) = db.session.query(LateAnswer).all()
    assert (late.position, late.rev) == (1, 2)
    assert [row[3] for row in answers(attempt)] == [1]
    assert db.session.get(Attempt, attempt).state == "expired"


def late_rows(attempt):
    rows = db.session.query(LateAnswer).filter_by(attempt_id=attempt).order_by(LateAnswer.position)
    return [(row.position, row.rev, row.response, row.after_result)
            for row in rows.populate_existing()]


def test_of_late_answers_to_a_position_the_latest_alone_is_kept(sat):
    attempt, user = sat
    with clock.moved_by(timedelta(hours=1)):
        for rev in (1, 5, 3, 5):
            assert isinstance(save(attempt, user, 2, [str(rev % 2)], rev=rev), Late)
        save(attempt, user, 1, ["0"], rev=9)
    assert [row[:2] for row in late_rows(attempt)] == [(1, 9), (2, 5)]


def test_a_late_answer_says_whether_the_result_had_been_seen(sat):
    attempt, user = sat
    with clock.moved_by(timedelta(hours=1)):
        save(attempt, user, 1, ["0"])
        with committed():
            reviewing.note_seen(attempt)
            reviewing.note_seen(attempt)
        save(attempt, user, 2, ["0"])
    assert [(row[0], row[3]) for row in late_rows(attempt)] == [(1, False), (2, True)]


@pytest.mark.parametrize("handled", ["closed before", "still open"])
def test_answers_that_come_longer_after_the_end_than_they_are_kept_are_not_taken(sat, handled):
    attempt, user = sat
    end = timedelta(minutes=30, seconds=15) + timedelta(days=14)
    if handled == "closed before":
        with clock.moved_by(timedelta(hours=1)):
            sitting.end_overdue()
    with clock.moved_by(end + timedelta(seconds=5)):
        assert save(attempt, user, 1, ["0"]) == Closed()
    assert late_rows(attempt) == []
    assert db.session.get(Attempt, attempt, populate_existing=True).state == "expired"
    with clock.moved_by(end - timedelta(seconds=5)):
        assert isinstance(save(attempt, user, 1, ["0"]), Late)


def test_an_answer_that_was_saved_in_time_is_told_so_when_it_comes_again_late(sat):
    save(*sat, 1, ["0"])
    with clock.moved_by(timedelta(hours=1)):
        assert isinstance(save(*sat, 1, ["0"]), Saved)
    assert not db.session.query(LateAnswer).count()


def test_an_answer_that_comes_after_handing_in_is_kept_apart_for_14_days(sat):
    attempt, user = sat
    save(attempt, user, 1, ["0"])
    sitting.submit(attempt, user)
    handed_in_at = db.session.get(Attempt, attempt, populate_existing=True).closed_at
    assert save(attempt, user, 1, ["1"], rev=2) == Late(handed_in_at)
    assert save(attempt, user, 2, ["1"]) == Late(handed_in_at)
    assert isinstance(save(attempt, user, 1, ["0"], rev=1), Saved)  # was in time
    assert [row[:2] for row in late_rows(attempt)] == [(1, 2), (2, 1)]
    assert [(row[0], row[3]) for row in answers(attempt)] == [(1, 1)]
    with clock.moved_by(timedelta(days=14, seconds=5)):
        assert save(attempt, user, 3, ["1"]) == Closed()
    assert len(late_rows(attempt)) == 2


def test_an_answer_to_a_quiz_without_an_end_is_kept_apart_after_handing_in(sat):
    user = sat[1]
    attempt = sitting.start(user, PRACTICE)
    sitting.submit(attempt, user)
    assert isinstance(save(attempt, user, 1, ["0"]), Late)


def test_a_foreign_attempt_is_not_found(sat):
    with pytest.raises(NotFound):
        save(sat[0], a_user(), 1, ["0"])
    assert taking.find(sat[0], a_user()) is None
    with pytest.raises(NotFound):
        taking.get(sat[0], a_user())


def test_an_attempt_that_never_was_is_not_found(course_app):
    with pytest.raises(NotFound):
        save(999, a_user(), 1, ["0"])
    with pytest.raises(NotFound):
        taking.owner_of(999)


@pytest.mark.parametrize("position", [0, -1, 21, 10**9])
def test_a_position_the_form_does_not_have_is_not_found(seat, position):
    with pytest.raises(NotFound):
        save(*seat, position, ["0"])


@pytest.mark.parametrize("values", [["99"], ["-1"], ["a"], ["0", "0"], [""], ["0; DROP TABLE"]])
def test_nonsense_is_refused_and_nothing_is_kept(seat, values):
    with pytest.raises(Refusal, match="does not belong"):
        save(*seat, 1, values)
    db.session.rollback()
    assert not answers(seat[0])


@pytest.mark.parametrize("fields", [
    {"answer-x": ["1"]}, {"answer": ["1"], "answer-x": ["1"]}, {"answer-": ["1"], "answer": []}],
    ids=str)
@pytest.mark.parametrize("position", [1, 2])
def test_a_field_that_the_question_does_not_have_is_refused_and_not_acknowledged(
        seat, fields, position):
    with pytest.raises(Refusal, match="does not belong"):
        send(*seat, position, fields)
    db.session.rollback()
    assert not answers(seat[0])


def test_an_empty_field_beside_an_answer_is_no_harm(seat):
    assert isinstance(send(*seat, 1, {"answer": ["1"], "answer-x": [" ", ""]}), Saved)


def send(attempt: int, user: int, position: int, fields: dict[str, list[str]]) -> taking.Outcome:
    with committed():
        return taking.save(attempt, user, position=position, submitted=fields, rev=1, base=0,
                           flagged=False, by=Actor("user", user))


@pytest.mark.parametrize("rev", [0, -1, 10**6 + 1, 10**30])
def test_a_revision_out_of_range_is_refused(seat, rev):
    with pytest.raises(Refusal, match="Reload"):
        save(*seat, 1, ["0"], rev=rev)


def test_one_statement_saves_an_answer(sat):
    """Beside finding the item (and the question, which is kept in process) and the commit."""
    with counted() as queries:
        save(*sat, 1, ["0"])
    writes = [query for query in queries if query.startswith("INSERT")]
    assert len(writes) == 1
    assert len(queries) <= 3
    db.session.rollback()
    asking.question_page(taking.get(*sat), 1)  # what it asks is kept in process from now on
    with counted() as queries:
        save(*sat, 1, ["1"], rev=2)
    assert len(queries) == 1
