"""An attempt with answers that a person must mark: closed, told, and counted for nothing yet."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from flask import current_app

from isotrain import clock
from isotrain.assignments import status
from isotrain.attempts import closing, marking
from isotrain.attempts.models import Attempt
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.certificates.models import Certificate
from isotrain.db import db
from isotrain.exams.marking import mark_form
from isotrain.keeping import verifying
from isotrain.questions.contract import PENDING
from isotrain.records.models import CompletionRecord
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE
from tests.factories import a_user, client_of, committed
from tests.listening import hearing_finished


class ByHand:
    """A question that only a person can mark."""

    def mark(self, response):
        return Fraction(0) if response is None else PENDING


def first_by_hand(questions, responses, **more):
    return mark_form([ByHand(), *questions[1:]], responses, **more)


@pytest.fixture
def by_hand(each_course_app, monkeypatch):
    """The first question of every form is to be marked by a person, once it is answered."""
    monkeypatch.setattr(marking, "RULES", {"shares-1": first_by_hand})


def test_closing_tells_that_the_result_is_still_to_come(by_hand):
    user, heard = a_user(), []
    attempt = sitting.start(user)
    sitting.answer_all(attempt, user, right=20)
    with hearing_finished(heard.append), committed():
        told = closing.submit(attempt, user, by=Actor("user", user))
    assert heard == [told] and told.pending and told.result is None
    assert db.session.get_one(Attempt, attempt).state == "submitted"
    assert sitting.result_of(attempt) is None
    assert sitting.shares_of(attempt) == ["1"] * 19
    assert not db.session.query(Certificate).count()
    assert not db.session.query(CompletionRecord).count()
    event = db.session.query(Event).filter_by(action="attempt.closed").one()
    assert event.details == {"state": "submitted", "passed": None}


def test_what_nobody_answered_waits_for_nobody(by_hand):
    user = a_user()
    attempt = sitting.start(user)
    sitting.submit(attempt, user)
    assert not sitting.result_of(attempt).passed
    assert db.session.query(CompletionRecord).count() == 1


def test_an_attempt_whose_time_is_over_waits_too(by_hand):
    user = a_user()
    attempt = sitting.start(user)
    sitting.answer_all(attempt, user, right=20)
    with clock.moved_by(timedelta(hours=1)):
        assert [sitting.end_overdue(), sitting.end_overdue()] == [1, 0]
    assert db.session.get_one(Attempt, attempt, populate_existing=True).state == "expired"
    assert sitting.result_of(attempt) is None


SAID = {sitting.EXAM: ("Some of your answers are marked by a person.", "Being marked"),
        PRACTICE: ("No program can mark some of your answers", "Completed")}


@pytest.mark.parametrize("slug", list(SAID))
def test_every_page_says_so(by_hand, slug):
    user = a_user()
    attempt = sitting.sit(user, right=20, slug=slug)
    browser = client_of(current_app, user)
    page = browser.get(f"/attempt/{attempt}/result")
    assert page.status_code == 200
    told, state = SAID[slug]
    assert told in page.text
    assert "Score by topic" not in page.text and "Not passed" not in page.text
    assert state in browser.get("/attempts").text
    assert browser.get(f"/quiz/{slug}").status_code == 200
    assert "Drawn again just now: equal" in browser.get(f"/attempt/{attempt}/receipt").text
    shown = current_app.test_cli_runner().invoke(args=["attempt", "show", str(attempt)])
    assert "waits to be marked" in shown.output


def test_it_is_neither_failed_nor_passed_for_whoever_has_to_do_the_course(by_hand):
    user = a_user()
    sitting.sit(user, right=20)
    assert not any(facts.failed for facts, _certificate in status.facts_for(user).values())
    sitting.change_rules(wait_hours=0)
    other = a_user()
    sitting.submit(sitting.start(other), other)
    assert any(facts.failed for facts, _certificate in status.facts_for(other).values())


def test_it_verifies_and_replays(by_hand):
    attempt = sitting.sit(a_user(), right=20)
    report = verifying.verify()
    assert report.sound, report.to_data()
    told = current_app.test_cli_runner().invoke(args=["attempt", "replay", str(attempt)])
    assert told.exit_code == 0, told.output
