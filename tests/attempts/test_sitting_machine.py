"""A sitting in any order of events: two windows, stale answers, the clock, an edited bank."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from isotrain import clock
from isotrain.attempts import replaying
from isotrain.attempts.models import Answer, Attempt, LateAnswer, Result
from isotrain.attempts.rules import GRACE
from isotrain.attempts.taking import Late, Saved, Stale
from isotrain.banks import versions
from isotrain.db import db
from tests.attempts import sitting
from tests.factories import a_user
from tests.quizzes import editing

MINUTES = 10
START = datetime(2026, 11, 23, 9, tzinfo=UTC)
tabs = st.sampled_from([0, 1])
places = st.integers(1, 3)
picks = st.integers(0, 2)


@dataclass
class Model:
    """What one attempt must be like, kept in the simplest way."""

    id: int
    questions: list[Any]
    items: list[Any]
    deadline: datetime
    state: str = "open"
    answers: dict[int, tuple[int, Any]] = field(default_factory=dict)
    late: dict[int, int] = field(default_factory=dict)

    @property
    def score(self) -> Fraction:
        marks = (question.mark(self.answers.get(position, (0, None))[1])
                 for position, question in enumerate(self.questions, 1))
        return sum(marks, Fraction(0))


class Sitting(RuleBasedStateMachine):
    """Two windows of one person; the model says what each act must lead to."""

    def __init__(self) -> None:
        super().__init__()
        self.now = START
        self.frozen = clock.frozen_at(self.now)
        self.frozen.__enter__()

    def teardown(self) -> None:
        self.frozen.__exit__(None, None, None)
        db.session.rollback()

    @initialize()
    def arrive(self) -> None:
        self.user = a_user()
        self.attempts: list[Model] = []
        self.known = [dict[int, int](), dict[int, int]()]

    @property
    def current(self) -> Model | None:
        return self.attempts[-1] if self.attempts else None

    def _expire_if_over(self, model: Model) -> bool:
        over = model.state == "open" and self.now > model.deadline + GRACE
        if over:
            model.state = "expired"
        return over

    @rule()
    def start(self) -> None:
        id_ = sitting.start(self.user)
        current = self.current
        if current is not None and (current.state == "open"):
            self._expire_if_over(current)
            assert id_ == current.id
            return
        items = sitting.items_of(id_)
        loaded = versions.questions([item[0] for item in items])
        self.attempts.append(Model(id_, [loaded[item[0]] for item in items], items,
                                   self.now + timedelta(minutes=MINUTES)))
        self.known = [{}, {}]

    @precondition(lambda self: self.attempts)
    @rule(tab=tabs, place=places, pick=picks)
    def save(self, tab: int, place: int, pick: int) -> None:
        rev = self.known[tab].get(place, 0) + 1
        self._save(tab, place, pick, rev)

    @precondition(lambda self: self.attempts)
    @rule(tab=tabs, place=places, pick=picks)
    def save_under_an_old_number(self, tab: int, place: int, pick: int) -> None:
        self._save(tab, place, pick, max(1, self.known[tab].get(place, 0)))

    def _save(self, tab: int, place: int, pick: int, rev: int) -> None:
        model = self.current
        assert model is not None
        values = [str(pick % len(model.items[place - 1][1]))]
        response = model.questions[place - 1].read({"answer": values}, model.items[place - 1][1])
        kept_rev, kept = model.answers.get(place, (0, None))
        outcome = sitting.save(model.id, self.user, place, values, rev=rev)
        if model.state == "open" and self.now <= model.deadline + GRACE and rev > kept_rev:
            model.answers[place] = (rev, response)
            assert isinstance(outcome, Saved) and outcome.rev == rev
            self.known[tab][place] = rev
        elif (rev, response) == (kept_rev, kept):
            assert isinstance(outcome, Saved)
        elif model.state != "open" or self._expire_if_over(model):
            assert isinstance(outcome, Late)
            model.late[place] = max(rev, model.late.get(place, 0))
        else:
            assert isinstance(outcome, Stale)
            assert (outcome.rev, outcome.response) == (kept_rev, kept)
            self.known[tab][place] = kept_rev

    @precondition(lambda self: self.attempts)
    @rule()
    def submit(self) -> None:
        model = self.current
        assert model is not None
        if model.state == "open" and not self._expire_if_over(model):
            model.state = "submitted"
        assert sitting.submit(model.id, self.user).state == model.state

    @rule(minutes=st.sampled_from([0.1, 1, 4, 10.25, 30]))
    def wait(self, minutes: float) -> None:
        self.now += timedelta(minutes=minutes)
        self.frozen.__exit__(None, None, None)
        self.frozen = clock.frozen_at(self.now)
        self.frozen.__enter__()

    @rule()
    def close_what_is_over(self) -> None:
        sitting.end_overdue()
        if self.current is not None:
            self._expire_if_over(self.current)

    @precondition(lambda self: self.attempts)
    @rule(place=places)
    def edit_the_bank(self, place: int) -> None:
        model = self.current
        assert model is not None
        editing.rekey(model.items[place - 1][0])

    @invariant()
    def the_database_is_as_the_model_says(self) -> None:
        db.session.rollback()
        for model in self.attempts[-2:]:
            attempt = db.session.get(Attempt, model.id, populate_existing=True)
            assert attempt.state == model.state
            rows = db.session.execute(
                sa.select(Answer.position, Answer.rev, Answer.response)
                .where(Answer.attempt_id == model.id)).all()
            assert {row[0]: (row[1], row[2]) for row in rows} == model.answers
            late = db.session.execute(sa.select(LateAnswer.position, LateAnswer.rev)
                                      .where(LateAnswer.attempt_id == model.id)).all()
            assert dict(map(tuple, late)) == model.late
            result = db.session.get(Result, model.id)
            assert (result is None) == (model.state == "open")
            if result is not None:
                assert Fraction(result.score) == model.score

    @invariant()
    def the_form_can_be_derived_again(self) -> None:
        if self.current is not None:
            assert not replaying.replay(replaying.get_kept(self.current.id))


def test_a_sitting_is_what_its_model_says_whatever_happens(course_app):
    cells = [{"bank": "iso-certification", "topic": topic, "difficulty": 1, "count": 1}
             for topic in ("iso", "conformity", "audit")]
    sitting.change_rules(cells=cells, minutes=MINUTES, attempts=0, wait_hours=0)
    run_state_machine_as_test(
        Sitting,
        settings=settings(max_examples=60, stateful_step_count=20, deadline=None,
                          suppress_health_check=list(HealthCheck)),
    )
