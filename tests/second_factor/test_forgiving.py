"""Whoever must wait after wrong codes, or wrong passwords inside, is let try again by others."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.accounts import directory, signing_in, throttling
from isotrain.audit.noting import Actor
from isotrain.db import db, writing
from isotrain.second_factor import proving
from tests.factories import a_user, client_of, committed, post
from tests.second_factor.making import a_device_of, a_stranger, an_app, forget_steps, proves

QUARTER = timedelta(minutes=16)


@pytest.fixture
def two(each_app):
    """Two namesakes with an app each, who both tried too often at their password inside."""
    ann, other = (a_user(name="Ann Lee", email=f"{who}@example.com") for who in ("ann", "other"))
    apps = [an_app(user)[0] for user in (ann, other)]
    for user in (ann, other):
        for _time in range(throttling.PER_ACCOUNT + 1):
            counted(signing_in.admit_confirming, user)
    return each_app, (ann, apps[0]), (other, apps[1])


def counted(count, *arguments) -> None:
    with committed(), suppress(throttling.TooMany):
        count(*arguments)


def spend(*users: int, quarters: int = 1) -> None:
    """Use up the tries at codes of strangers and of a device, in so many quarters of an hour."""
    begin = clock.now()
    for number in reversed(range(quarters)):
        with clock.frozen_at(begin - number * QUARTER):
            for user in users:
                for tries in (a_stranger(user), a_device_of(user)):
                    for _time in range(throttling.PER_ACCOUNT + 1):
                        counted(proving.admit, user, tries, None)


def must_wait(user: int) -> bool:
    """Say whether one more code of a stranger, or one more password inside, is refused."""
    found = False
    db.session.rollback()
    with writing():
        for count, *more in ((proving.admit, a_stranger(user), None),
                             (signing_in.admit_confirming,)):
            try:
                count(user, *more)
            except throttling.TooMany:
                found = True
        db.session.rollback()
    return found


def test_hr_sees_who_must_wait_for_codes_and_lets_that_one_try_again(two):
    app, (ann, shown), (other, others) = two
    spend(ann, other)
    hr = client_of(app, a_user("hr"))
    assert "Let them try again" in hr.get(f"/people/{ann}").text
    answer = post(hr, f"/people/{ann}", to=f"/people/{ann}/forgive", follow_redirects=True)
    assert "They can try again now." in answer.text and "Let them try again" not in answer.text
    assert not must_wait(ann) and must_wait(other)
    assert proves(ann, shown.code()) == "app"
    with pytest.raises(throttling.TooMany):
        proves(other, others.code())


def test_the_command_lets_one_of_two_namesakes_try_codes_again(two):
    app, (ann, shown), (other, _others) = two
    spend(ann, other)
    told = app.test_cli_runner().invoke(args=["user", "unlock", "ann@example.com"])
    assert told.exit_code == 0 and not must_wait(ann) and must_wait(other)
    assert proves(ann, shown.code()) == "app"


@pytest.mark.parametrize(("role", "free"), [("hr", False), ("admin", True)])
def test_wrong_codes_of_a_whole_day_are_forgiven_by_administrators_alone(two, role, free):
    app, (ann, shown), (other, _others) = two
    spend(ann, other, quarters=6)
    browser = client_of(app, a_user(role))
    answer = post(browser, f"/people/{ann}", to=f"/people/{ann}/forgive", follow_redirects=True)
    assert ("They can try again now." in answer.text) is free is not must_wait(ann)
    assert ("only an administrator lets them try" in answer.text) is not free
    forget_steps(ann)
    if free:
        assert proves(ann, shown.code()) == "app"
    assert must_wait(other)


def test_a_command_forgives_a_whole_day(two):
    app, (ann, _shown), _other = two
    spend(ann, quarters=6)
    number = directory.get_identity(ann).personnel_no
    told = app.test_cli_runner().invoke(args=["user", "unlock", number])
    assert "They can try again now." in told.output and not must_wait(ann)


def test_a_day_ends_by_itself(two):
    _app, (ann, _shown), _other = two
    spend(ann, quarters=6)
    whom = throttling.person("", ann)
    hr = Actor("user", a_user("hr"))
    with committed():
        assert not signing_in.let_try_again(ann, by=hr)
    assert throttling.count_refused(whom) == 1
    with clock.moved_by(timedelta(days=1, minutes=1)):
        assert throttling.count_refused(whom) == 0
