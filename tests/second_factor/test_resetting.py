"""A lost factor is reset by an administrator, by two where the setting says so, and it is told."""

from __future__ import annotations

import pytest

from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.mail.models import Outgoing
from isotrain.second_factor import arriving, holding, proving, resetting
from isotrain.seconding import settling, waiting
from isotrain.settings.definitions import TWO_PERSON_FACTOR
from tests.factories import BY, a_setting, a_user, client_of, committed, post
from tests.second_factor.making import an_app, begun, proves
from tests.second_factor.test_passkeys import a_passkey
from tests.second_factor.test_setting_up import again, session

WHY = "I called back on the number in the staff list."


def reset(user: int, by: Actor):
    with committed():
        return resetting.reset(user, reason=WHY, by=by)


def last(action: str) -> Event:
    db.session.rollback()
    return db.session.query(Event).filter_by(action=action).order_by(Event.id.desc()).first()


@pytest.fixture
def lost(each_app):
    """Two administrators, and somebody who lost everything."""
    one, other, user = a_user("admin"), a_user("admin"), a_user("hr", email="uma@works.example")
    _app, codes = an_app(user)
    a_passkey(user)
    begun(user)
    return Actor("user", one), Actor("user", other), user, codes


def test_all_of_it_is_taken_sessions_end_and_it_is_told(lost):
    admin, other, user, codes = lost
    an_app(other.user_id)
    there, theirs = session(user, proven="app"), session(other.user_id, proven="app")
    with committed():
        token = arriving.wait(user)
    assert reset(user, admin) is None
    assert not holding.held(user).any and holding.find_begun(user) is None
    assert proves(user, codes[0]) is None and arriving.find(token) is None
    assert again(there) is None and again(theirs) and proving.has_factor(other.user_id)
    event = last("second_factor.reset")
    assert (event.actor_id, event.object_id, event.scope) == (admin.user_id, str(user), "technical")
    assert event.reason == WHY and event.details == {"alone": True}
    [letter] = db.session.query(Outgoing).all()
    assert (letter.kind, letter.user_id) == (resetting.LETTER, user)
    assert "set a new password" in resetting.write_letter(user, {}, False).text


def test_each_reset_is_told(lost):
    admin, _other, user, _codes = lost
    reset(user, admin)
    an_app(user)
    reset(user, admin)
    assert db.session.query(Outgoing).count() == 2


def test_where_two_are_asked_for_another_administrator_confirms(lost):
    admin, other, user, _codes = lost
    a_setting(TWO_PERSON_FACTOR, True)
    row = reset(user, admin)
    assert row is not None and proving.has_factor(user)
    id_ = row.id
    [found] = waiting.list_confirmable(by=other)
    assert [each.after for each in found.told.changes] == ["none"]
    with committed():
        assert settling.confirm(id_, by=other)
    assert not proving.has_factor(user)
    assert last("second_factor.reset").details == {"second": other.user_id}


def test_what_was_asked_before_another_factor_came_is_stale(lost):
    admin, other, user, _codes = lost
    a_setting(TWO_PERSON_FACTOR, True)
    id_ = reset(user, admin).id
    a_passkey(user)
    with committed():
        assert not settling.confirm(id_, by=other)
    assert proving.has_factor(user)


def test_nobody_confirms_it_for_themselves(lost):
    admin, other, _user, _codes = lost
    a_setting(TWO_PERSON_FACTOR, True)
    an_app(other.user_id)
    id_ = reset(other.user_id, admin).id
    with pytest.raises(Refusal, match="for yourself"), committed():
        settling.confirm(id_, by=other)
    assert proving.has_factor(other.user_id)


def test_nobody_resets_their_own(lost):
    admin, _other, _user, _codes = lost
    an_app(admin.user_id)
    with pytest.raises(Refusal, match="your own"):
        reset(admin.user_id, admin)


def test_who_has_none_has_none_to_lose(lost):
    admin, _other, _user, _codes = lost
    plain = a_user()
    begun(plain)
    with pytest.raises(Refusal, match="no second factor"):
        reset(plain, admin)
    with pytest.raises(NotFound):
        reset(987_654, admin)


# -- page and command

def test_the_administrator_finds_it_on_the_persons_page_and_hr_does_not(app):
    user, admin, hr = a_user(name="Uma Ulm"), a_user("admin"), a_user("hr")
    page = client_of(app, admin)
    assert "Reset second factor" not in page.get(f"/people/{user}").text
    an_app(user)
    assert "Reset second factor" in page.get(f"/people/{user}").text
    theirs = client_of(app, hr)
    assert "Reset second factor" not in theirs.get(f"/people/{user}").text
    assert theirs.get(f"/people/{user}/second-factor").status_code == 403


def test_the_page_asks_how_one_knows_and_does_it(app):
    user = a_user(name="Uma Ulm")
    an_app(user)
    page, address = client_of(app, a_user("admin")), f"/people/{user}/second-factor"
    assert "how you made sure" in post(page, address, {"reason": " "}).text
    assert proving.has_factor(user)
    done = post(page, address, {"reason": WHY}, follow_redirects=True)
    assert "The second factor is reset" in done.text and not proving.has_factor(user)
    assert "has no second factor" in page.get(address).text


def test_the_page_says_that_it_waits_for_another(app):
    user = a_user()
    an_app(user)
    a_setting(TWO_PERSON_FACTOR, True)
    page, address = client_of(app, a_user("admin")), f"/people/{user}/second-factor"
    done = post(page, address, {"reason": WHY}, follow_redirects=True)
    assert "once another administrator confirms" in done.text and proving.has_factor(user)
    assert "waits for a second person already" in post(page, address, {"reason": WHY}).text


def test_there_is_a_command(each_app):
    runner, user = each_app.test_cli_runner(), a_user(number="U1")
    said = runner.invoke(args=["user", "second-factor", "reset", "U1"])
    assert said.exit_code == 1 and "no second factor" in said.output
    an_app(user)
    said = runner.invoke(args=["user", "second-factor", "reset", "U1"])
    assert said.exit_code == 0 and "is reset" in said.output and not proving.has_factor(user)
    assert last("second_factor.reset").actor_kind == "command"
    an_app(user)
    a_setting(TWO_PERSON_FACTOR, True)
    said = runner.invoke(args=["user", "second-factor", "reset", "U1", "--reason", WHY])
    assert "once an administrator confirms" in said.output and proving.has_factor(user)


def test_what_a_command_asked_a_command_does_not_confirm(each_app):
    user = a_user(number="U1")
    an_app(user)
    a_setting(TWO_PERSON_FACTOR, True)
    id_ = reset(user, BY).id
    with pytest.raises(Refusal, match="yourself"), committed():
        settling.confirm(id_, by=BY)
