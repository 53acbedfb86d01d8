"""A session ends after a time without use and after a time in all, to the microsecond."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import signing_in
from isotrain.accounts.signing_in import Old, Presence, SignedIn
from isotrain.attempts import seats
from isotrain.audit.models import Event
from isotrain.db import db
from isotrain.settings.definitions import SESSION_ABSOLUTE, SESSION_IDLE
from isotrain.wired import KEY
from tests.factories import a_setting, a_user, client_of, committed

START = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
LAST = timedelta(microseconds=1)
IDLE, ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)


def begun(user):
    """Sign a user in at START and return the session."""
    with clock.frozen_at(START), committed():
        return signing_in.start(user, browser="test", by_request=None).signed_in


def used(session, at):
    """Let somebody use a session at a moment."""
    with clock.frozen_at(at), committed():
        signing_in.touch(session.session_id)


def stands(session, at):
    """Whether a session is good at a moment, which its owner's list must say alike."""
    with clock.frozen_at(at):
        found = signing_in.find_session(session.token)
        listed = [row.id for row in signing_in.list_sessions(session.id)]
    assert listed == ([session.session_id] if isinstance(found, SignedIn) else [])
    return isinstance(found, SignedIn)


def test_in_use_or_not_a_session_ends_after_twelve_hours(each_app):
    session = begun(a_user())
    used(session, START + ABSOLUTE - timedelta(minutes=1))
    assert stands(session, START + ABSOLUTE)
    assert not stands(session, START + ABSOLUTE + LAST)


def test_without_use_a_session_ends_after_half_an_hour(each_app):
    session = begun(a_user())
    assert stands(session, START + IDLE)
    assert not stands(session, START + IDLE + LAST)
    used(session, START + IDLE)
    assert stands(session, START + IDLE + IDLE)
    assert not stands(session, START + IDLE + IDLE + LAST)


def test_both_limits_are_settings(each_app):
    session = begun(a_user())
    a_setting(SESSION_IDLE, timedelta(minutes=5))
    assert stands(session, START + timedelta(minutes=5))
    assert not stands(session, START + timedelta(minutes=5) + LAST)
    a_setting(SESSION_ABSOLUTE, timedelta(hours=1))
    used(session, START + timedelta(hours=1))
    assert stands(session, START + timedelta(hours=1))
    assert not stands(session, START + timedelta(hours=1) + LAST)


def test_of_two_sessions_each_has_its_own_times(each_app):
    user, other = a_user(), a_user()
    mine, theirs = begun(user), begun(other)
    used(mine, START + IDLE)
    assert stands(mine, START + IDLE + LAST) and not stands(theirs, START + IDLE + LAST)


@pytest.mark.parametrize("at, limited", [
    (START + IDLE + LAST, False), (START + ABSOLUTE + LAST, True),
    (START + timedelta(days=2), True),
])
def test_only_the_session_in_which_an_exam_is_sat_is_spared(each_app, monkeypatch, at, limited):
    asked = []

    def stays(user_id, sitting, *, limited):
        asked.append((user_id, sitting, limited))
        return sitting == 71

    wiring = each_app.extensions[KEY]
    monkeypatch.setitem(each_app.extensions, KEY, replace(wiring, presence=Presence(stays)))
    user = a_user()
    here, there, elsewhere = begun(user), begun(user), begun(user)
    with committed():
        seats.take(71, here)
        seats.take(72, elsewhere)
    with clock.frozen_at(at):
        assert isinstance(signing_in.find_session(here.token), SignedIn)
        assert signing_in.find_session(there.token) == Old(there.session_id, user)
        assert signing_in.find_session(elsewhere.token) == Old(elsewhere.session_id, user)
        assert [row.id for row in signing_in.list_sessions(user)] == [here.session_id]
    assert set(asked) == {(user, 71, limited), (user, 72, limited)}


def test_a_session_that_had_its_time_is_ended_when_it_is_seen_and_stays_so(each_app):
    user = a_user()
    with clock.frozen_at(START):
        client, other = client_of(each_app, user), client_of(each_app, user)
    with clock.frozen_at(START + IDLE + LAST):
        assert client.get("/account").status_code == 303
    with clock.frozen_at(START + IDLE):  # even were the clock set back
        assert client.get("/account").status_code == 303
        assert other.get("/account").status_code == 200
    told = db.session.scalars(sa.select(Event.details).where(Event.action == "session.ended")).all()
    assert len(told) == 1


def test_the_page_after_the_last_moment_asks_to_sign_in_and_says_why(each_app):
    user = a_user()
    with clock.frozen_at(START):
        client = client_of(each_app, user)
    for minutes in range(25, 12 * 60, 25):
        with clock.frozen_at(START + timedelta(minutes=minutes)):
            assert client.get("/account").status_code == 200
    with clock.frozen_at(START + ABSOLUTE):
        assert client.get("/account").status_code == 200
    with clock.frozen_at(START + ABSOLUTE + LAST):
        answer = client.get("/account", follow_redirects=True)
    assert "You have been signed out" in answer.text
