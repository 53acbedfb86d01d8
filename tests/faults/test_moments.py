"""An answer that counts was saved before the end, also when both happen at the same time."""

from __future__ import annotations

from threading import Event, Thread

from flask import current_app

from isotrain import clock
from isotrain.attempts import closing, taking
from isotrain.attempts.models import Answer, Attempt
from isotrain.attempts.taking import Saved
from isotrain.audit.noting import Actor
from isotrain.db import db
from tests import sittings
from tests.factories import a_user, committed

BRIEFLY = 0.5  # a save that has to wait for the submission is not waited for


def test_an_answer_saved_while_the_attempt_is_handed_in_is_not_later_than_its_end(
    each_course_app, monkeypatch
):
    app, user = current_app._get_current_object(), a_user()
    attempt = sittings.begin(user)
    asked, saving, outcomes = Event(), Event(), []
    real_now = closing.now

    def now():
        at = real_now()
        asked.set()
        saving.wait(BRIEFLY)
        return at

    def save():
        asked.wait()
        with app.app_context(), committed():
            outcomes.append(taking.save(attempt, user, position=1, submitted={"answer": ["0"]},
                                        rev=1, base=0, flagged=False, by=Actor("user", user)))
            saving.set()

    monkeypatch.setattr(closing, "now", now)
    other = Thread(target=save)
    other.start()
    sittings.hand_in(attempt, user)
    other.join()
    db.session.rollback()
    row, kept = db.session.get_one(Attempt, attempt), db.session.get(Answer, (attempt, 1))
    assert isinstance(outcomes[0], Saved) == (kept is not None)
    assert kept is None or kept.saved_at <= row.closed_at
    assert row.closed_at <= clock.now()
