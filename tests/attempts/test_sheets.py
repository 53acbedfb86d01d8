"""What is kept in process of an attempt: never for strangers, never what was rolled back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.attempts import sheets, taking
from isotrain.audit.noting import Actor
from isotrain.db import db, writing
from isotrain.errors import NotFound
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE
from tests.counting import counted
from tests.factories import a_user


def test_a_sheet_that_is_kept_is_still_nobody_elses(each_course_app):
    user, other = a_user(name="Ana Li"), a_user(name="Ana Li")
    attempt = sitting.start(user)
    assert taking.find(attempt, user).number == 1
    assert taking.find(attempt, other) is None
    with pytest.raises(NotFound):
        sitting.save(attempt, other, 1, ["0"])
    db.session.rollback()
    assert taking.find(attempt, user).given == {}


def test_what_may_change_is_read_each_time(each_course_app):
    user = a_user()
    attempt = sitting.start(user)
    before = taking.find(attempt, user)
    sitting.save(attempt, user, 3, ["0"])
    with clock.moved_by(timedelta(minutes=5)):
        after = taking.find(attempt, user)
    assert (after.given[3].rev, after.given[3].answered) == (1, True) and not before.given
    assert 299 <= before.seconds_left - after.seconds_left <= 301
    sitting.submit(attempt, user)
    closed = taking.find(attempt, user)
    assert not closed.open and closed.closed_at and closed.items is before.items


def test_the_second_look_is_one_statement(each_course_app):
    user = a_user()
    attempt = sitting.start(user)
    taking.find(attempt, user)
    with counted() as statements:
        taking.find(attempt, user)
    assert len(statements) == 1


def test_an_attempt_that_is_rolled_back_leaves_no_sheet(each_course_app):
    user = a_user()
    db.session.rollback()
    with writing():
        gone = taking.start(sitting.EXAM, user, by=Actor("user", user)).id
        assert sheets.find(gone).kind == "exam"
        db.session.rollback()
    assert sheets.find(gone) is None
    attempt = sitting.start(user, PRACTICE)
    assert sheets.find(attempt).kind == "practice"


def test_only_so_many_are_kept(course_app, monkeypatch):
    monkeypatch.setattr(sheets, "KEPT", 2)
    attempts = [sitting.start(a_user()) for _ in range(4)]
    for attempt in (*attempts, *attempts):
        assert sheets.find(attempt).id == attempt
        assert len(sheets._kept[db.engine.pool]) <= 2
