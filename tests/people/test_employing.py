"""Hiring, letting go, having back, giving roles: what it writes, and that it is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.people import employing, granting, placements, resolving
from isotrain.people.models import Employment
from isotrain.people.resolving import Words
from tests.factories import BY, a_user, committed
from tests.people.hearing import heard

DAY = date(2026, 3, 2)
BEFORE, AFTER = DAY - timedelta(days=1), DAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def at_noon():
    with clock.frozen_at(datetime(2026, 3, 2, 12, tzinfo=UTC)):
        yield


def a_position(unit="Paint"):
    return resolving.positions({0: Words(unit)}, parents={})[0]


def hire(number, on=date(2020, 1, 1)):
    with committed():
        return employing.hire(Person(number, f"Person {number}"), a_position(), hired_on=on, by=BY)


def leave(last_days, **how):
    with committed():
        employing.leave(last_days, by=BY, **how)


def come_back(hired, on=DAY, to=None):
    with committed():
        employing.come_back(hired, on=on, by=BY, to=to)


def spells(user):
    db.session.rollback()
    query = sa.select(Employment.hired_on, Employment.left_on).where(Employment.user_id == user)
    return db.session.execute(query.order_by(Employment.id)).all()


def history(user):
    return [(p.unit, p.valid_from, p.valid_to) for p in placements.history(user)]


def test_somebody_hired_is_an_employee_with_employment_and_placement_told_once(each_app):
    with heard() as news:
        user = hire("1")
    assert directory.roles_of(user) == {Role.EMPLOYEE}
    assert spells(user) == [(date(2020, 1, 1), None)]
    assert history(user) == [("Paint", date(2020, 1, 1), None)]
    assert news == [[user]]


def test_somebody_admitted_has_roles_and_is_not_employed(app):
    with heard() as news, committed():
        user = granting.admit(Person("1", "Guest"), frozenset({Role.AUDITOR}), by=BY)
    assert directory.roles_of(user) == {Role.AUDITOR} and spells(user) == history(user) == []
    assert news == [[user]]


def test_a_day_of_hire_is_corrected_or_begins_an_employment(each_app):
    ada, bob = hire("1"), a_user()
    with committed():
        employing.set_hired({ada: BEFORE, bob: DAY})
    assert spells(ada) == [(BEFORE, None)] and spells(bob) == [(DAY, None)]
    leave({ada: DAY})
    with committed():
        employing.set_hired({ada: AFTER})
    assert spells(ada) == [(BEFORE, DAY), (AFTER, None)]


def test_several_leave_after_their_last_days_and_are_told_of_once(each_app):
    ada, bob, cem = hire("1"), hire("2"), hire("3")
    with heard() as news:
        leave({bob: BEFORE, ada: DAY})
    assert news == [[ada, bob]]
    assert spells(ada) == [(date(2020, 1, 1), DAY)] and spells(bob)[0][1] == BEFORE
    assert history(ada)[0][2] == AFTER and history(bob)[0][2] == DAY
    assert placements.find(ada, DAY).unit == "Paint" and placements.find(ada, AFTER) is None
    assert [directory.get(user).active for user in (ada, bob, cem)] == [False, False, True]
    assert spells(cem) == [(date(2020, 1, 1), None)]


def test_who_left_already_is_not_let_go_again(app):
    ada = hire("1")
    leave({ada: BEFORE})
    with heard() as news:
        leave({ada: DAY})
    assert news == [] and spells(ada)[0][1] == BEFORE and history(ada)[0][2] == DAY


def test_nobody_leaves_on_a_day_ahead(app):
    ada, bob = hire("1"), hire("2")
    with pytest.raises(Refusal, match="lie ahead") as refused:
        leave({bob: DAY, ada: AFTER})
    assert refused.value.field == "left_on"
    db.session.rollback()
    assert directory.get(bob).active


def test_nobody_leaves_before_they_were_hired(app):
    ada = hire("1", on=DAY)
    leave({ada: BEFORE})
    assert spells(ada) == [(DAY, DAY)] and history(ada) == []


def test_somebody_back_on_the_last_day_goes_on_as_if_nothing_had_been(each_app):
    ada = hire("1")
    leave({ada: DAY})
    with heard() as news:
        come_back({ada: None})
    assert news == [[ada]] and directory.get(ada).active
    assert spells(ada) == [(date(2020, 1, 1), None)]
    assert history(ada) == [("Paint", date(2020, 1, 1), None)]


def test_somebody_back_on_the_day_after_begins_anew_where_they_were(each_app):
    ada, bob = hire("1"), hire("2")
    leave({ada: BEFORE, bob: BEFORE})
    come_back({ada: None, bob: AFTER})
    assert spells(ada) == [(date(2020, 1, 1), BEFORE), (DAY, None)]
    assert spells(bob) == [(date(2020, 1, 1), BEFORE), (AFTER, None)]
    assert history(ada) == [("Paint", DAY, None), ("Paint", date(2020, 1, 1), DAY)]


def test_somebody_back_works_where_they_are_told_to(app):
    ada, bob = hire("1"), hire("2")
    leave({ada: BEFORE, bob: BEFORE})
    with committed():
        press = a_position("Press")
    come_back({ada: None, bob: None}, to={ada: press})
    assert [history(user)[0][:2] for user in (ada, bob)] == [("Press", DAY), ("Paint", DAY)]


def test_who_is_here_does_not_come_back(app):
    ada = hire("1")
    with committed():
        press = a_position("Press")
    with heard() as news:
        come_back({ada: DAY}, to={ada: press})
    assert news == [] and history(ada) == [("Paint", date(2020, 1, 1), None)]
    assert spells(ada) == [(date(2020, 1, 1), None)]


def test_somebody_who_never_worked_here_comes_back_without_a_place_or_an_employment(app):
    guest = a_user("auditor")
    leave({guest: DAY})
    come_back({guest: None})
    assert directory.get(guest).active and history(guest) == []
    assert spells(guest) == [], "a guest is not employed by being let in again"


def test_given_roles_are_told_of_once(app):
    user = a_user()
    with heard() as news, committed():
        granting.give_roles(user, frozenset({Role.EMPLOYEE, Role.AUDITOR}), by=BY)
    assert news == [[user]] and directory.roles_of(user) == {Role.EMPLOYEE, Role.AUDITOR}


def test_an_act_that_fails_tells_nothing_and_the_next_one_is_told(app):
    with heard() as news:
        with pytest.raises(Refusal):
            hire("")
        db.session.rollback()
        user = hire("1")
    assert news == [[user]]
