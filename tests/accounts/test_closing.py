"""Whoever left comes back as an employee without a password; the last administrator stays."""

from __future__ import annotations

import pytest

from isotrain.accounts import directory, passwords, registering, signing_in
from isotrain.accounts.models import Password, Session, User, UserRole
from isotrain.accounts.permissions import Role
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.banks import tending
from isotrain.banks.models import BankMember
from isotrain.clock import now
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.people import employing, granting
from isotrain.settings import house
from isotrain.study import membership
from isotrain.study.models import Course, CourseMember, Library, LibraryMember
from tests.banks.making import at_once
from tests.factories import BY, a_user, client_of, committed, post

EVERY = ("employee", "trainer", "hr", "manager", "auditor", "admin")
SLUG = "iso-certification"


def leave(user: int, *, by: Actor = BY) -> None:
    with committed():
        employing.leave({user: house.today()}, by=by, reason="left")


def come_back(user: int, *, by: Actor) -> None:
    with committed():
        employing.come_back({user: None}, on=house.today(), by=by)


def last_event(action: str) -> Event:
    return db.session.query(Event).filter_by(action=action).order_by(Event.id.desc()).first()


@pytest.fixture
def trainer(each_course_app):
    """Somebody with every role who looks after one of two courses, its library and a bank."""
    user, other = a_user(*EVERY, number="T1", password="four quiet green pumps"), a_user("trainer")
    with committed():
        course = db.session.query(Course).filter_by(slug=SLUG).one()
        for one in (user, other):
            db.session.add(CourseMember(course_id=course.id, user_id=one))
        db.session.add(LibraryMember(library_id=course.library_id, user_id=user))
        tending.create(tending.Described("Tara's bank"), by=Actor("user", user))
    a_user("admin")
    return user


def test_who_comes_back_is_an_employee_without_a_password_who_looks_after_nothing(trainer):
    leave(trainer)
    come_back(trainer, by=Actor("user", a_user("hr")))
    assert directory.get(trainer).active
    assert directory.roles_of(trainer) == {Role.EMPLOYEE}
    assert passwords.find_hash(trainer) is None
    for table in (CourseMember, LibraryMember, BankMember):
        assert db.session.query(table).filter_by(user_id=trainer).count() == 0
    assert db.session.query(CourseMember).count() == 1  # a colleague's stays


def test_what_was_taken_stands_in_the_event(trainer):
    course = db.session.query(Course).filter_by(slug=SLUG).one()
    bank = db.session.query(BankMember.bank_id).filter_by(user_id=trainer).scalar()
    leave(trainer)
    assert last_event("user.deactivated").details == {
        "course": [course.id], "library": [course.library_id], "bank": [bank], "password": True,
        "roles": sorted(set(EVERY) - {"employee"})}
    assert last_event("bank.member_removed").details == {"user": trainer}


def test_an_administrator_sees_what_nobody_looks_after(trainer):
    leave(trainer)
    page = client_of_admin().get("/libraries").text
    assert "Tara&#39;s bank" in page and "Nobody" in page
    assert membership.list_members(membership.LIBRARY, db.session.query(Library.id).filter_by(
        slug=SLUG).scalar()) == []


def client_of_admin():
    from flask import current_app

    return client_of(current_app._get_current_object(), a_user("admin"))


@pytest.mark.parametrize("door", ["page", "command"])
def test_every_door_takes_it(app, door):
    a_user("admin")
    user = a_user("manager", "trainer", number="T1", password="four quiet green pumps")
    if door == "page":
        post(client_of(app, a_user("hr")), f"/people/{user}/deactivate",
             {"left_on": house.today().isoformat(), "reason": "left"})
    else:
        app.test_cli_runner().invoke(args=["user", "deactivate", "T1"])
    assert directory.roles_of(user) == frozenset() and passwords.find_hash(user) is None


def test_an_account_that_was_closed_with_its_roles_comes_back_without(each_app):
    """As databases hold them whose accounts were closed before."""
    user = a_user("employee")
    leave(user)
    with committed():
        db.session.add(UserRole(user_id=user, role="hr", granted_at=now()))
        db.session.add(Password(user_id=user, hash="x", changed_at=now()))
    come_back(user, by=Actor("user", a_user("hr")))
    assert directory.roles_of(user) == {Role.EMPLOYEE} and passwords.find_hash(user) is None
    assert last_event("user.reactivated").details == {"roles": ["hr"], "password": True}


def test_a_closed_account_is_given_no_role(each_app):
    user = a_user()
    leave(user)
    with pytest.raises(Refusal, match="not active"), committed():
        registering.set_roles(user, frozenset({Role.EMPLOYEE, Role.HR}), by=BY, second=None)


def test_an_administrator_gives_back_what_was_taken(app):
    admin, user = a_user("admin"), a_user("employee", "trainer")
    leave(user)
    come_back(user, by=Actor("user", a_user("hr")))
    with committed():
        granting.give_roles(user, frozenset({Role.EMPLOYEE, Role.TRAINER}),
                             by=Actor("user", admin))
    assert directory.roles_of(user) == {Role.EMPLOYEE, Role.TRAINER}


@pytest.mark.parametrize("ways", ["closing", "regranting", "both"])
def test_of_two_last_administrators_who_go_at_once_one_stays(each_app, ways):
    one, two = a_user("admin"), a_user("admin")
    acts = {
        "closing": [lambda: employing.leave({one: house.today()}, by=BY),
                    lambda: employing.leave({two: house.today()}, by=BY)],
        "regranting": [lambda: registering.set_roles(one, frozenset(), by=BY, second=None),
                       lambda: registering.set_roles(two, frozenset(), by=BY, second=None)],
    }
    acts["both"] = [acts["closing"][0], acts["regranting"][1]]
    results = at_once(each_app, acts[ways])
    db.session.rollback()
    db.session.expire_all()
    left = [user for user in (one, two)
            if directory.get(user).active and Role.ADMIN in directory.roles_of(user)]
    assert len(left) == 1
    assert sum(isinstance(result, Refusal) for result in results) == 1


def test_a_closed_account_is_let_in_by_no_password_and_no_session_that_was_left_to_it(app):
    """However it was closed: closing takes password and sessions, which is another guard."""
    user = a_user(number="E1", password="four quiet green pumps")
    with committed():
        started = signing_in.start(user, browser="b", by_request=None)
        db.session.get_one(User, user).deactivated_at = now()
    db.session.rollback()
    assert signing_in.check("E1", "four quiet green pumps").user_id is None
    assert signing_in.find_session(started.signed_in.token) is None


def test_no_session_begins_for_who_left_while_the_password_was_compared(app):
    user = a_user(password="four quiet green pumps")
    leave(user)
    with pytest.raises(Refusal, match="not active"), committed():
        signing_in.start(user, browser="b", by_request=None)
    db.session.rollback()
    assert db.session.query(Session).filter_by(user_id=user, ended_at=None).count() == 0
