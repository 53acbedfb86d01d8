"""Setting up and taking away: what counts from when, what ends, what must stay."""

from __future__ import annotations

from secrets import token_hex

import pytest

from isotrain.accounts import signing_in
from isotrain.accounts.permissions import Permission
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.config import read_environment
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.people import employing
from isotrain.second_factor import drawing, enrolling, holding, proving, requirement
from isotrain.second_factor.models import AuthenticatorApp
from isotrain.settings import house
from isotrain.settings.definitions import (
    FACTOR_ADMIN,
    FACTOR_AUDITOR,
    FACTOR_HR,
    FACTOR_TRAINER,
    ORGANIZATION,
)
from tests.banks.making import at_once
from tests.factories import BY, a_setting, a_user, committed
from tests.second_factor.making import an_app, begun, forget_steps, proves
from tests.second_factor.test_passkeys import a_passkey

OF_ROLES = {"admin": FACTOR_ADMIN, "hr": FACTOR_HR, "trainer": FACTOR_TRAINER,
            "auditor": FACTOR_AUDITOR}


def session(user: int, **words) -> signing_in.SignedIn:
    with committed():
        return signing_in.start(user, browser="", by_request=None, **words).signed_in


def again(signed_in: signing_in.SignedIn) -> signing_in.SignedIn | None:
    db.session.rollback()
    found = signing_in.find_session(signed_in.token)
    assert not isinstance(found, signing_in.Old)
    return found


def remove_app(user: int, *, short: bool = False, session_id: int = 0) -> None:
    with committed():
        enrolling.remove_app(user, short=short, session_id=session_id, by=Actor("user", user))


# -- the app

def test_a_wrong_code_sets_nothing_up(each_app):
    user = a_user()
    app = begun(user)
    for code in (app.wrong(), "", "12345", "recovery"):
        with pytest.raises(Refusal, match="code is not right"), committed():
            enrolling.confirm_app(user, code, session_id=0, by=BY)
    assert not proving.has_factor(user)


def test_a_long_name_of_the_organization_leaves_room_in_the_picture(each_app):
    user = a_user()
    begun(user)
    a_setting(ORGANIZATION, "\U0001f600" * 200)
    app = holding.find_begun(user)
    assert app is not None
    assert "<svg" in drawing.draw(app, "\U0001f600" * 200).qr


def test_what_was_not_begun_is_not_confirmed(each_app):
    user, other = a_user(), a_user()
    app = begun(other)
    with pytest.raises(Refusal, match="Begin again"), committed():
        enrolling.confirm_app(user, app.code(), session_id=0, by=BY)


def test_beginning_again_makes_another_secret_and_the_first_sets_nothing_up(each_app):
    user = a_user()
    first, second = begun(user), begun(user)
    with pytest.raises(Refusal, match="not right"), committed():
        enrolling.confirm_app(user, first.code(), session_id=0, by=BY)
    with committed():
        enrolling.confirm_app(user, second.code(), session_id=0, by=BY)
    assert db.session.query(AuthenticatorApp).filter_by(user_id=user).count() == 1


def test_another_phone_takes_the_place_of_the_first_once_it_showed_a_code(each_app):
    user = a_user()
    first, codes = an_app(user)
    second = begun(user)
    assert proves(user, first.code()) == "app"
    with committed():
        assert enrolling.confirm_app(user, second.code(), session_id=0, by=BY) == []
    forget_steps(user)
    assert proves(user, first.code()) is None and proves(user, second.code()) == "app"
    assert proves(user, codes[0]) == "recovery"


def test_two_who_begin_or_confirm_at_once_leave_one_app(each_app):
    user = a_user()
    at_once(each_app, [lambda: enrolling.begin_app(user)] * 2)
    app = begun(user)
    found = at_once(each_app, [lambda: enrolling.confirm_app(
        user, app.code(), session_id=0, by=BY)] * 2)
    assert sum(isinstance(each, Refusal) for each in found) == 1
    assert db.session.query(AuthenticatorApp).filter_by(user_id=user).count() == 1
    assert holding.count_codes(user) == 10


# -- what ends and what goes on

def test_setting_up_ends_all_other_sessions_and_nobody_elses(each_app):
    user, other = a_user(), a_user()
    here, there, theirs = session(user), session(user), session(other)
    app = begun(user)
    with committed():
        enrolling.confirm_app(user, app.code(), session_id=here.session_id, by=BY)
    assert again(here) and again(theirs) and again(there) is None


def test_removing_ends_all_other_sessions(each_app):
    user = a_user()
    an_app(user)
    here, there = session(user, proven="app"), session(user, proven="app")
    remove_app(user, session_id=here.session_id)
    assert again(here) and again(there) is None and not proving.has_factor(user)


def test_recovery_codes_go_with_the_last_factor(each_app):
    user = a_user()
    app, codes = an_app(user)
    key = a_passkey(user)
    remove_app(user)
    assert proves(user, codes[0]) == "recovery" and proves(user, app.code()) is None
    [row] = holding.list_passkeys(user)
    with committed():
        enrolling.remove_passkey(user, row.id, short=False, session_id=0, by=BY)
    assert row.credential_id == key.id and not holding.held(user).any
    assert holding.count_codes(user) == 0 and proves(user, codes[1]) is None


def test_what_is_not_there_is_not_removed(each_app):
    user, other = a_user(), a_user()
    an_app(other)
    with pytest.raises(Refusal, match="No app"):
        remove_app(user)
    with pytest.raises(NotFound), committed():
        enrolling.remove_passkey(user, 1, short=False, session_id=0, by=BY)


# -- who must have one

@pytest.mark.parametrize("role", OF_ROLES)
def test_a_role_needs_a_factor_where_its_setting_says_so(each_app, role):
    mine, others = a_user("employee", role), [a_user(each) for each in OF_ROLES if each != role]
    assert not requirement.is_due(mine)
    a_setting(OF_ROLES[role], True)
    assert requirement.is_due(mine) and not any(map(requirement.is_due, others))
    assert not requirement.is_due(a_user("employee")) and not requirement.is_due(a_user("manager"))


def test_roles_need_one_in_production_and_not_where_the_demo_is_at_home(tmp_path):
    place = {"ISOTRAIN_INSTANCE": str(tmp_path)}
    earnest = {**place, "ISOTRAIN_ENV": "production", "ISOTRAIN_SECRET_KEY": token_hex(32),
               "ISOTRAIN_PUBLIC_URL": "https://training.example.com"}
    for environment, needed in ((earnest, True), (place, False),
                                ({**earnest, "ISOTRAIN_SECOND_FACTOR": "0"}, False),
                                ({**place, "ISOTRAIN_SECOND_FACTOR": "1"}, True)):
        seeds = read_environment(environment).seeds
        assert {each.value(None, seeds) for each in OF_ROLES.values()} == {needed}


def test_nobody_who_must_have_one_turns_off_the_last(each_app):
    a_setting(FACTOR_HR, True)
    user = a_user("hr")
    an_app(user)
    a_passkey(user)
    remove_app(user)
    [row] = holding.list_passkeys(user)
    with pytest.raises(Refusal, match="Your role needs"), committed():
        enrolling.remove_passkey(user, row.id, short=False, session_id=0, by=BY)
    assert proving.has_factor(user)


def test_of_two_who_remove_the_last_two_at_once_one_is_refused(each_app):
    a_setting(FACTOR_HR, True)
    user = a_user("hr")
    an_app(user)
    a_passkey(user)
    [row] = holding.list_passkeys(user)
    id_ = row.id
    found = at_once(each_app, [
        lambda: enrolling.remove_app(user, short=False, session_id=0, by=BY),
        lambda: enrolling.remove_passkey(user, id_, short=False, session_id=0, by=BY)])
    assert sum(isinstance(each, Refusal) for each in found) == 1 and proving.has_factor(user)


def test_a_short_password_keeps_its_factor(each_app):
    user = a_user()
    an_app(user)
    with pytest.raises(Refusal, match="fewer than 15"):
        remove_app(user, short=True)
    a_passkey(user)
    remove_app(user, short=True)


# -- sessions of those who must set one up

def test_who_must_have_one_can_do_nothing_else_until_it_is_there(each_app):
    a_setting(FACTOR_TRAINER, True)
    user = a_user("trainer", "hr")
    here, there = session(user), session(user)
    assert here.enrolling and here.permissions == {Permission.ENROL}
    app = begun(user)
    with committed():
        enrolling.confirm_app(user, app.code(), session_id=here.session_id, by=BY)
    now = again(here)
    assert now and not now.enrolling and Permission.PEOPLE_EDIT in now.permissions
    assert again(there) is None


def test_a_session_from_before_the_setting_goes_on_and_the_next_does_not(each_app):
    user = a_user("trainer")
    before = session(user)
    a_setting(FACTOR_TRAINER, True)
    assert not again(before).enrolling and session(user).enrolling


def test_who_has_a_factor_begins_no_session_without_it(each_app):
    user = a_user()
    an_app(user)
    with pytest.raises(Refusal, match="second factor"):
        session(user)
    assert not session(user, proven="app").enrolling


def test_a_password_too_short_to_stand_alone_needs_a_factor(each_app):
    assert session(a_user(), short=True).enrolling
    user = a_user()
    an_app(user)
    assert not session(user, short=True, proven="app").enrolling


def test_closing_an_account_takes_its_factors(each_app):
    user, other = a_user(), a_user()
    _app, codes = an_app(user)
    a_passkey(user)
    an_app(other)
    with committed():
        employing.leave({user: house.today()}, by=BY)
    assert not proving.has_factor(user) and proving.has_factor(other)
    assert proves(user, codes[0]) is None
    event = db.session.query(Event).filter_by(action="user.deactivated").one()
    assert event.details["second_factor"] == []


def test_it_is_counted_who_has_none_and_should(each_app):
    a_setting(FACTOR_HR, True)
    a_setting(FACTOR_ADMIN, True)
    both, hr, _trainer, gone = (a_user("hr", "admin"), a_user("hr"), a_user("trainer"),
                                a_user("admin"))
    with committed():
        a_user_leaves = {gone: house.today()}
        employing.leave(a_user_leaves, by=BY)
    assert holding.standing().without == 2
    an_app(both)
    begun(hr)
    assert holding.standing().without == 1
    a_passkey(hr)
    assert holding.standing().without == 0
