"""Each code is good once, for one person, and not for whoever tries often."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import throttling
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.second_factor import enrolling, proving, sealing
from isotrain.second_factor.models import AuthenticatorApp, RecoveryCode
from tests.banks.making import at_once
from tests.factories import a_user, committed
from tests.second_factor.making import (
    a_device_of,
    a_stranger,
    an_app,
    begun,
    forget_steps,
    proves,
)


@pytest.fixture
def two(each_app):
    """Two people who have an app."""
    one, other = a_user(), a_user()
    return (one, *an_app(one)), (other, *an_app(other))


def events(action: str, user: int) -> int:
    db.session.rollback()
    return db.session.query(Event).filter_by(action=action, object_id=str(user)).count()


def test_nobody_has_a_factor_before_a_code_of_it_was_shown(each_app):
    user, other = a_user(), a_user()
    app = begun(user)
    assert not proving.has_factor(user) and proves(user, app.code()) is None
    an_app(user)
    assert proving.has_factor(user) and not proving.has_factor(other)


def test_a_recovery_code_of_an_earlier_version_is_good_once(two):
    (user, _app, _codes), (other, _others_app, _others_codes) = two
    code = "0123-4567-89ab-cdef-ghjk-mnpq"
    with committed():
        db.session.add(RecoveryCode(user_id=user, hash=proving.hashed(user, code),
                                    made_at=clock.now()))
    assert proves(other, code) is None
    assert proves(user, code) == "recovery" and proves(user, code) is None


def test_a_code_is_good_once(two):
    (user, app, _codes), _other = two
    code = app.code()
    assert proves(user, code) == "app"
    assert proves(user, code) is None


def test_a_code_from_before_the_last_one_is_good_no_more(two):
    (user, app, _codes), _other = two
    assert proves(user, app.code(1)) == "app"
    assert proves(user, app.code()) is proves(user, app.code(-1)) is None


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (0, True), (1, True),
                                             (2, False)])
def test_a_clock_may_be_half_a_minute_wrong(two, steps, good):
    (user, app, _codes), _other = two
    assert (proves(user, app.code(steps)) == "app") is good


def test_the_code_that_set_it_up_signs_nobody_in(each_app):
    user = a_user()
    app = begun(user)
    with committed():
        enrolling.confirm_app(user, app.code(), session_id=0, by=Actor("user", user))
    assert proves(user, app.code()) is None


def test_of_two_who_send_one_code_at_once_one_is_right(two, each_app):
    (user, app, codes), _other = two
    for code, how in ((app.code(), "app"), (codes[0], "recovery")):
        found = at_once(each_app, [lambda code=code: proving.prove_code(
            user, code, tries=a_stranger(user), by=Actor("user", user))] * 2)
        assert sorted(map(str, found)) == sorted([how, "None"])


def test_codes_of_one_are_not_those_of_another(two):
    (user, app, codes), (other, others_app, others_codes) = two
    assert proves(user, others_app.code()) is proves(user, others_codes[0]) is None
    assert proves(other, app.code()) is proves(other, codes[0]) is None


def test_a_recovery_code_is_good_once_and_the_others_stay_good(two):
    (user, _app, codes), _other = two
    assert len(set(codes)) == 10
    assert proves(user, codes[3].upper()) == "recovery"
    assert proves(user, codes[3]) is None
    assert proves(user, codes[4]) == "recovery"
    assert events("recovery_code.used", user) == 2


def test_new_recovery_codes_replace_the_old(two):
    (user, _app, codes), (other, _others_app, others_codes) = two
    with committed():
        fresh = enrolling.make_codes(user, by=Actor("user", user))
    assert proves(user, codes[0]) is None and proves(user, fresh[0]) == "recovery"
    assert proves(other, others_codes[0]) == "recovery"


def test_who_has_no_factor_gets_no_recovery_codes(each_app):
    user = a_user()
    with pytest.raises(Refusal, match="Set one up first"), committed():
        enrolling.make_codes(user, by=Actor("user", user))


def test_of_recovery_codes_and_secrets_nothing_can_be_read_in_the_database(two):
    (_user, app, codes), _other = two
    kept = str(db.session.execute(sa.select(RecoveryCode.hash)).all())
    kept += str(db.session.execute(sa.select(AuthenticatorApp.sealed)).all())
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)
    assert app.totp.secret not in kept


def test_a_secret_that_was_put_in_anothers_row_opens_nothing(two):
    (user, app, _codes), (other, _others_app, _others_codes) = two
    mine, theirs = (db.session.query(AuthenticatorApp).filter_by(user_id=each).one()
                    for each in (user, other))
    with committed():
        theirs.sealed = mine.sealed
        db.session.merge(theirs)
    with pytest.raises(sealing.NoKey, match="damaged"):
        proves(other, app.code())


# -- who tries often waits

def spent(user: int, wrong: str, tries, times: int) -> None:
    for _time in range(times):
        assert proves(user, wrong, tries) is None


def test_after_ten_wrong_codes_a_stranger_waits_even_with_the_right_one(two):
    (user, app, _codes), (other, others_app, _others_codes) = two
    spent(user, app.wrong(), a_stranger(user), 10)
    with pytest.raises(throttling.TooMany) as refused:
        proves(user, app.code(), a_stranger(user))
    assert (refused.value.status, refused.value.retry_after > 0) == (429, True)
    assert proves(other, others_app.code()) == "app"


def test_strangers_do_not_shut_out_a_device_that_knows_the_person(two):
    (user, app, _codes), _other = two
    spent(user, app.wrong(), a_stranger(user), 10)
    assert proves(user, app.code(), a_device_of(user)) == "app"


def test_a_device_that_knows_the_person_waits_too_and_not_for_ever(two):
    (user, app, _codes), _other = two
    device = a_device_of(user)
    spent(user, app.wrong(), device, 10)
    with pytest.raises(throttling.TooMany):
        proves(user, app.wrong(), device)
    with clock.frozen_at(clock.now() + timedelta(minutes=16)):
        assert proves(user, app.code(), device) == "app"


def test_fifty_wrong_codes_a_day_are_enough(two):
    (user, app, _codes), _other = two
    begin = clock.now()
    for quarter in range(5):
        with clock.frozen_at(begin + quarter * timedelta(minutes=16)):
            spent(user, app.wrong(), a_stranger(user), 10)
            with committed():
                throttling.purge_some()
    later = begin + timedelta(hours=2)
    with clock.frozen_at(later), pytest.raises(throttling.TooMany):
        proves(user, app.code())
    with clock.frozen_at(later + timedelta(days=1)):
        assert proves(user, app.code()) == "app"


def test_a_right_code_forgives_a_device_and_gives_strangers_back_one(two):
    (user, app, _codes), _other = two
    for tries, left in ((a_device_of(user), 10), (a_stranger(user), 1)):
        spent(user, app.wrong(), tries, 9)
        assert proves(user, app.code(), tries) == "app"
        spent(user, app.wrong(), tries, left)
        with pytest.raises(throttling.TooMany):
            proves(user, app.wrong(), tries)
        forget_steps(user)


def test_that_somebody_was_refused_is_noted_once_a_window(two):
    (user, app, _codes), _other = two
    spent(user, app.wrong(), a_stranger(user), 10)
    for _time in range(3):
        with pytest.raises(throttling.TooMany), committed():
            try:
                proving.admit(user, a_stranger(user), None)
            finally:
                db.session.commit()
    assert events("second_factor.refused", user) == 1
