"""The same request from eight windows at once: one attempt, one answer, one certificate."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from isotrain.attempts.models import Answer, Attempt, Form, Result
from isotrain.attempts.taking import Late, Saved, Stale
from isotrain.audit.models import Event
from isotrain.certificates.models import Certificate
from isotrain.db import db
from tests.attempts import sitting
from tests.factories import a_user

pytestmark = pytest.mark.slow
THREADS, ROUNDS = 8, 50


def at_once(app: Any, act: Callable[[int], Any]) -> list[Any]:
    """Call `act` with 0..7 from eight threads that begin together; return what came back."""
    gate, back = threading.Barrier(THREADS), []

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                back.append(act(number))
            except Exception as error:
                back.append(error)
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.rollback()
    return back


def count(table: type[Any], *conditions: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def test_starts_at_once_make_one_attempt(each_course_app):
    for _ in range(ROUNDS):
        user = a_user()
        back = at_once(each_course_app, lambda _n, user=user: sitting.start(user))
        assert len(set(back)) == 1, back
    assert count(Attempt) == count(Form) == ROUNDS
    assert count(Event, Event.action == "attempt.started") == ROUNDS


def test_the_same_save_at_once_is_one_answer_and_everybody_is_told_so(each_course_app):
    for _ in range(ROUNDS):
        user = a_user()
        attempt = sitting.start(user)
        back = at_once(each_course_app, lambda _n, a=attempt, u=user: sitting.save(a, u, 1, ["0"]))
        assert all(isinstance(outcome, Saved) for outcome in back), back
    assert count(Answer) == ROUNDS


def test_different_saves_at_once_leave_the_one_that_was_acknowledged(each_course_app):
    for _ in range(ROUNDS):
        user = a_user()
        attempt = sitting.start(user)
        back = at_once(each_course_app, lambda n, a=attempt, u=user: (
            n % 2, sitting.save(a, u, 1, [str(n % 2)])))
        acknowledged = {value for value, outcome in back if isinstance(outcome, Saved)}
        assert len(acknowledged) == 1, back
        assert all(isinstance(outcome, Saved | Stale) for _value, outcome in back), back
        (row,) = db.session.query(Answer).filter_by(attempt_id=attempt).all()
        _version, arrangement = sitting.items_of(attempt)[0]
        kept = arrangement[acknowledged.pop()]
        assert row.response in (kept, [kept])


def test_submits_at_once_close_once_and_issue_one_certificate(each_course_app):
    sitting.change_rules(cells=[{"bank": "iso-certification", "topic": "iso", "difficulty": 1,
                                 "count": 2}])
    for _ in range(ROUNDS):
        user = a_user()
        attempt = sitting.start(user)
        sitting.answer_all(attempt, user, right=2)
        back = at_once(each_course_app, lambda _n, a=attempt, u=user: sitting.submit(a, u).state)
        assert back == ["submitted"] * THREADS, back
    assert count(Result) == count(Certificate) == ROUNDS
    assert count(Event, Event.action == "attempt.closed") == ROUNDS


def test_saves_against_a_submit_count_exactly_when_they_were_acknowledged(each_course_app):
    """Seven windows save a right answer while the eighth hands in: what was told is what counts."""
    for _ in range(ROUNDS):
        user = a_user()
        attempt = sitting.start(user)
        items = sitting.items_of(attempt)
        values = [sitting.values_for(item) for item in items]

        def act(number: int, a: int = attempt, u: int = user, given: Any = values) -> Any:
            if number == THREADS - 1:
                return sitting.submit(a, u).state
            return sitting.save(a, u, number + 1, given[number])

        back = at_once(each_course_app, act)
        kinds = Counter(type(outcome) for outcome in back)
        assert set(kinds) <= {Saved, Late, str}, back
        result = sitting.result_of(attempt)
        assert result.score == str(kinds[Saved])
        assert count(Answer, Answer.attempt_id == attempt) == kinds[Saved]
