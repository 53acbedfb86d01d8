"""Accounts are protected by whichever door they are reached: a page, a people file, a command."""

from __future__ import annotations

import io

import pytest

from isotrain.accounts import directory, linking, protecting, registering
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.people import employing
from isotrain.settings import house
from tests.factories import a_user, client_of, committed, post
from tests.people.files.making import a_file, a_row

LAST = "Make somebody else an administrator first"
OWN = "You cannot deactivate your own account"
ONLY = "only an administrator"
COLUMNS = ("personnel_no", "name", "email")
KEPT = {"personnel_no": "T1", "name": "Tom", "email": "tom@example.com"}


def deactivate_by_page(app, by, user):
    page = f"/people/{user}/deactivate"
    return post(client_of(app, by), page,
                {"left_on": house.today().isoformat(), "reason": "because"}).text


def deactivate_by_file(app, by, user):
    """Apply a file that names everybody who is employed but this person."""
    with committed():
        employing.set_hired({user: house.today()})
    return upload(app, by, a_file(a_row("new")), complete="y")


def deactivate_by_command(app, _by, user):
    number = directory.get_identity(user).personnel_no
    return app.test_cli_runner().invoke(args=["user", "deactivate", number]).output


def upload(app, by, data, **options):
    return post(client_of(app, by), "/people/import",
                {"file": (io.BytesIO(data), "people.csv"), **options},
                content_type="multipart/form-data", follow_redirects=True).text


BY_EVERY_DOOR = pytest.mark.parametrize(
    "deactivate", [deactivate_by_page, deactivate_by_file, deactivate_by_command])


@BY_EVERY_DOOR
def test_the_last_administrator_stays(app, deactivate):
    admin, _former = a_user("admin", "employee"), a_user("hr")
    former = a_user("admin")
    with committed():
        registering.deactivate([former], by=Actor.command())
    assert LAST in deactivate(app, a_user("hr"), admin)
    db.session.rollback()
    assert directory.get(admin).active


@BY_EVERY_DOOR
def test_one_of_two_administrators_may_leave(app, deactivate):
    admin, _other = a_user("admin"), a_user("admin")
    assert LAST not in deactivate(app, a_user("hr"), admin)
    both = {admin, _other}
    with pytest.raises(Refusal, match=LAST), committed():
        registering.deactivate(both | {a_user()}, by=Actor.command())


@pytest.mark.parametrize("deactivate", [deactivate_by_page, deactivate_by_file])
def test_nobody_closes_the_own_account(app, deactivate):
    a_user("admin")
    hr = a_user("hr")
    assert OWN in deactivate(app, hr, hr)
    db.session.rollback()
    assert directory.get(hr).active


def rename_by_page(app, by, user, cells):
    return post(client_of(app, by), f"/people/{user}/edit", cells).text


def rename_by_file(app, by, _user, cells):
    data = a_file(a_row(**{"number": cells["personnel_no"], **cells}), columns=COLUMNS)
    return upload(app, by, data)


@pytest.mark.parametrize("role", ["trainer", "admin"])
@pytest.mark.parametrize("rename", [rename_by_page, rename_by_file])
def test_hr_changes_no_address_of_who_may_do_more(app, rename, role):
    user = a_user(role, name="Tom", number="T1", email="tom@example.com")
    answer = rename(app, a_user("hr"), user, {**KEPT, "email": "mine@example.com"})
    assert ONLY in answer or "is a trainer or an administrator" in answer
    db.session.rollback()
    assert directory.get_identity(user).email == "tom@example.com"


@pytest.mark.parametrize("rename", [rename_by_page, rename_by_file])
def test_hr_changes_the_address_of_colleagues_and_the_own_one(app, rename):
    hr = a_user("hr", "trainer", name="Tom", number="T1", email="tom@example.com")
    answer = rename(app, hr, hr, {**KEPT, "email": "new@example.com"})
    assert ONLY not in answer and "is a trainer" not in answer
    other = a_user("hr", name="Uwe", number="U1")
    answer = rename(app, hr, other, {"personnel_no": "U1", "name": "Uwe", "email": "u@example.com"})
    assert ONLY not in answer and "is a trainer" not in answer


def test_hr_may_spell_the_name_of_a_trainer_anew(app):
    hr, user = a_user("hr"), a_user("trainer", number="T1", name="Tom", email="t@example.com")
    with committed():
        registering.change({user: Person("T1", "Thomas", "t@example.com")}, by=Actor("user", hr))
    assert directory.get_identity(user).name == "Thomas"


def test_of_many_one_who_is_guarded_stops_all(app):
    hr, trainer, user = Actor("user", a_user("hr")), a_user("trainer"), a_user(number="U1")
    for act in (lambda: linking.make([user, trainer], by=hr),
                lambda: registering.change({user: Person("U2", "U"),
                                            trainer: Person("T9", "T")}, by=hr)):
        with pytest.raises(Refusal, match=ONLY), committed():
            act()
        db.session.rollback()
    assert directory.find_by_name("U1").id == user


@pytest.mark.parametrize("actor", ["admin", "command", "system"])
def test_an_administrator_a_command_and_the_outbox_make_links_for_everybody(app, actor):
    by = Actor("user", a_user("admin")) if actor == "admin" else Actor(actor)
    trainer = a_user("trainer")
    assert protecting.guarded_from({trainer}, by=by) == set()
    with committed():
        assert linking.make([trainer], by=by)


def test_nobody_changes_the_own_roles(app):
    admin, _other = a_user("admin"), a_user("admin")
    with pytest.raises(Refusal, match="your own roles"), committed():
        registering.set_roles(admin, frozenset({Role.ADMIN, Role.HR}), by=Actor("user", admin))


def test_the_last_administrators_role_is_not_taken_by_a_command(app):
    a_user("admin", number="A1")
    take = ["user", "role", "A1", "--take", "admin"]
    run = app.test_cli_runner().invoke
    assert LAST in run(args=take).output
    assert run(args=["user", "role", "A1", "--give", "hr"]).exit_code == 0
    a_user("admin")
    assert run(args=take).exit_code == 0
    assert directory.roles_of(directory.find_by_name("A1").id) == {Role.HR}


@pytest.mark.parametrize("role", ["hr", "trainer", "manager"])
def test_only_who_may_give_roles_gives_more_than_an_employees(app, role):
    by, user = Actor("user", a_user(role)), a_user()
    for act in (lambda: registering.set_roles(user, frozenset({Role.EMPLOYEE, Role.HR}), by=by),
                lambda: registering.add([Person("1", "X")], roles=frozenset({Role.HR}), by=by)):
        with pytest.raises(Refusal, match="Only an administrator gives roles"), committed():
            act()
    with committed():
        registering.add([Person("2", "Y")], roles=frozenset({Role.EMPLOYEE}), by=by)
    db.session.rollback()
    assert directory.find_by_name("1") is None and directory.roles_of(user) == {Role.EMPLOYEE}
