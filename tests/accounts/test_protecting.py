"""Accounts are protected by whichever door they are reached: a page, a people file, a command."""

from __future__ import annotations

import io
import re

import pytest
import sqlalchemy as sa

from isotrain.accounts import directory, linking, protecting, registering
from isotrain.accounts.notices import telling
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import Refusal
from isotrain.mail.models import Outgoing
from isotrain.people import employing, granting
from isotrain.seconding.models import Proposal
from isotrain.settings import house
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from tests.accounts.notices.test_telling import WORDS, letters
from tests.factories import a_setting, a_user, client_of, committed, post
from tests.people.files.making import a_file, a_row

LAST = "Make somebody else an administrator first"
OWN = "You cannot deactivate your own account"
ONLY = "only an administrator"
BEYOND = "holds a role beyond an employee"
PRIVILEGED = ("trainer", "admin", "auditor", "hr", "manager")
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
    return apply(app, by, a_file(a_row("new")), complete="y")


def deactivate_by_command(app, _by, user):
    number = directory.get_identity(user).personnel_no
    return app.test_cli_runner().invoke(args=["user", "deactivate", number]).output


def upload(app, by, data, **options):
    return post(client_of(app, by), "/people/import",
                {"file": (io.BytesIO(data), "people.csv"), **options},
                content_type="multipart/form-data", follow_redirects=True).text


def apply(app, by, data, **options):
    """Check a file, and apply it where it has no faults."""
    browser = client_of(app, by)
    checked = post(browser, "/people/import", {"file": (io.BytesIO(data), "people.csv"), **options},
                   content_type="multipart/form-data")
    if checked.status_code != 303:
        return checked.text
    return post(browser, checked.location, {**options, "effective_on": house.today().isoformat()},
                to=checked.location.partition("?")[0], follow_redirects=True).text


BY_EVERY_DOOR = pytest.mark.parametrize(
    "deactivate", [deactivate_by_page, deactivate_by_file, deactivate_by_command])


def test_the_last_administrator_stays(app):
    admin, former = a_user("admin", "employee"), a_user("admin")
    with committed():
        registering.deactivate([former], by=Actor.command())
    assert LAST in deactivate_by_command(app, None, admin)
    db.session.rollback()
    assert directory.get(admin).active


@BY_EVERY_DOOR
def test_one_of_two_administrators_may_leave(app, deactivate):
    admin, other = a_user("admin"), a_user("admin")
    assert LAST not in deactivate(app, other, admin)
    db.session.rollback()
    assert not directory.get(admin).active
    both = {other, a_user("admin")}
    with pytest.raises(Refusal, match=LAST), committed():
        registering.deactivate(both | {a_user()}, by=Actor.command())


@pytest.mark.parametrize("deactivate", [deactivate_by_page, deactivate_by_file])
def test_nobody_closes_the_own_account(app, deactivate):
    a_user("admin")
    hr = a_user("hr")
    assert OWN in deactivate(app, hr, hr)
    db.session.rollback()
    assert directory.get(hr).active


def deactivate_by_last_day(app, by, user):
    """Apply a file in which somebody has left."""
    identity = directory.get_identity(user)
    row = a_row(identity.personnel_no, identity.name, left_on=house.today().isoformat())
    return apply(app, by, a_file(row, columns=("personnel_no", "name", "left_on")))


BY_HR = pytest.mark.parametrize(
    "deactivate", [deactivate_by_page, deactivate_by_file, deactivate_by_last_day])


@BY_HR
@pytest.mark.parametrize("role", ["auditor", "admin"])
def test_hr_shuts_out_nobody_who_watches_over_hr(app, deactivate, role):
    a_user("admin")
    watching, other = a_user(role, "employee"), a_user("trainer")
    said = deactivate(app, a_user("hr"), watching)
    assert "an auditor or an administrator" in said
    db.session.rollback()
    assert directory.get(watching).active and directory.get(other).active


@BY_HR
@pytest.mark.parametrize("role", ["trainer", "hr", "manager"])
def test_hr_lets_others_go_today_whatever_their_role_and_administrators_are_told(
        app, deactivate, role):
    with_mail()
    admins = [a_user("admin", email=f"{who}@example.com", password=WORDS) for who in "ab"]
    hr, leaver = a_user("hr", name="Hanna Reed"), a_user(role, "employee", name="Ann Lee")
    a_user(role, "employee", name="Ann Lee", password=WORDS)
    deactivate(app, hr, leaver)
    db.session.rollback()
    assert not directory.get(leaver).active and directory.roles_of(leaver) == {Role.EMPLOYEE}
    with committed():
        for admin in admins:
            [told] = telling.take_untold(admin)
            assert "Hanna Reed deactivated an account that held roles" in told
    found = [text for _address, text in letters() if "held roles" in text]
    assert len(found) == 2 and all("Hanna Reed" in text and "Ann Lee" in text for text in found)
    event = db.session.query(Event).filter_by(
        action="user.roles_changed", object_id=str(leaver)).one()
    assert (event.scope, event.details) == ("technical", {"given": [], "taken": [role]})


def test_an_employee_who_leaves_is_no_news_to_administrators_nor_is_what_they_did_themselves(app):
    admin, other = a_user("admin", password=WORDS), a_user("admin", password=WORDS)
    deactivate_by_page(app, a_user("hr"), a_user())
    deactivate_by_page(app, other, a_user("auditor"))
    with committed():
        assert telling.take_untold(other) == [] and len(telling.take_untold(admin)) == 1


def test_the_page_of_an_auditor_offers_hr_no_deactivation_and_an_administrator_one(app):
    auditor, trainer = a_user("auditor"), a_user("trainer")
    hr, admin = client_of(app, a_user("hr")), client_of(app, a_user("admin"))
    assert "Deactivate this person" not in hr.get(f"/people/{auditor}").text
    assert "Only an administrator deactivates" in hr.get(f"/people/{auditor}").text
    assert "Deactivate this person" in hr.get(f"/people/{trainer}").text
    assert "Deactivate this person" in admin.get(f"/people/{auditor}").text


def rename_by_page(app, by, user, cells):
    return post(client_of(app, by), f"/people/{user}/edit", cells).text


def rename_by_file(app, by, _user, cells):
    data = a_file(a_row(**{"number": cells["personnel_no"], **cells}), columns=COLUMNS)
    return upload(app, by, data)


@pytest.mark.parametrize("role", PRIVILEGED)
@pytest.mark.parametrize("rename", [rename_by_page, rename_by_file])
def test_hr_changes_no_address_of_who_may_do_more(app, rename, role):
    user = a_user(role, name="Tom", number="T1", email="tom@example.com")
    answer = rename(app, a_user("hr"), user, {**KEPT, "email": "mine@example.com"})
    assert ONLY in answer or BEYOND in answer
    db.session.rollback()
    assert directory.get_identity(user).email == "tom@example.com"


@pytest.mark.parametrize("rename", [rename_by_page, rename_by_file])
def test_hr_changes_the_address_of_employees_but_not_the_own_one(app, rename):
    """A session of HR that somebody else holds must not become an account for good."""
    hr = a_user("hr", name="Tom", number="T1", email="tom@example.com")
    answer = rename(app, hr, hr, {**KEPT, "email": "new@example.com"})
    assert ONLY in answer or BEYOND in answer
    other = a_user(name="Uwe", number="U1")
    answer = rename(app, hr, other, {"personnel_no": "U1", "name": "Uwe", "email": "u@example.com"})
    assert ONLY not in answer and BEYOND not in answer


# -- links

def link_by_page(app, by, user):
    return post(client_of(app, by), "/people/new", to=f"/people/{user}/access-link").text


def link_by_sheet(app, by, _user):
    return post(client_of(app, by), "/people/access-sheets", {"go": "print"}).text


def links_shown(text: str, user: int) -> bool:
    """Whether an answer shows a live link of this person."""
    found = map(linking.find, re.findall(r"/access/([\w-]{43})", text))
    return any(link is not None and link.user_id == user for link in found)


def with_mail() -> None:
    a_setting(MAIL_HOST, "mail.invalid")
    a_setting(MAIL_FROM, "isotrain@works.example")


LINK_DOORS = pytest.mark.parametrize("make", [link_by_page, link_by_sheet])


@LINK_DOORS
@pytest.mark.parametrize("role", PRIVILEGED)
@pytest.mark.parametrize("address", [None, "pia@example.com"])
def test_hr_sees_no_link_of_who_holds_a_role(app, make, role, address):
    user = a_user(role, email=address)
    assert not links_shown(make(app, a_user("hr"), user), user)


@LINK_DOORS
@pytest.mark.parametrize("mail", [True, False])
def test_hr_sees_no_link_of_who_has_an_address(app, make, mail):
    """Or HR could sit an exam as anybody."""
    if mail:
        with_mail()
    hr, user, plain = a_user("hr"), a_user(email="eve@example.com"), a_user()
    assert not links_shown(make(app, hr, user), user)
    assert links_shown(make(app, hr, plain), plain)


@LINK_DOORS
def test_a_link_goes_to_the_address_for_administrators_too_where_mail_can_be_sent(app, make):
    admin, user = a_user("admin"), a_user(email="eve@example.com")
    assert links_shown(make(app, admin, user), user)
    with_mail()
    assert not links_shown(make(app, admin, user), user)


def test_the_page_says_where_a_link_went_and_not_the_whole_address(app):
    with_mail()
    hr, user = client_of(app, a_user("hr")), a_user(email="eve@example.com")
    for door in ("access-link", "access-mail"):
        page = post(hr, "/people/new", to=f"/people/{user}/{door}", follow_redirects=True).text
        assert "The link is sent to e...@example.com" in page
    assert db.session.scalars(sa.select(Outgoing.user_id)).all() == [user]


def test_the_command_mails_a_link_where_it_can(app):
    run = app.test_cli_runner().invoke
    user = a_user(number="E1", email="eve@example.com")
    assert links_shown(run(args=["user", "access-link", "E1"]).output, user)
    with_mail()
    assert "sent to e...@example.com" in run(args=["user", "access-link", "E1"]).output
    assert db.session.scalars(sa.select(Outgoing.user_id)).all() == [user]


def test_sheets_of_the_command_leave_out_who_is_sent_a_link(app, tmp_path):
    with_mail()
    user, plain, out = a_user(email="eve@example.com"), a_user(), tmp_path / "sheets.html"
    run = app.test_cli_runner().invoke(args=["people", "access-sheets", "--out", str(out)])
    assert "1 link is on its way by mail" in run.output and "1 sheet in" in run.output
    text = out.read_text(encoding="utf-8")
    assert links_shown(text, plain) and not links_shown(text, user)


def test_hr_becomes_no_manager_by_placing_people_under_oneself(app):
    hr, user = a_user("hr", number="H1"), a_user()
    page = f"/people/{user}/placement"
    assert post(client_of(app, hr), page, {
        "from_on": house.today().isoformat(), "employment_type": "employee", "manager": "H1",
    }).status_code == 303
    assert directory.roles_of(hr) == {Role.HR}
    assert client_of(app, hr).get("/records/team").status_code == 403


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
        registering.set_roles(admin, frozenset({Role.ADMIN, Role.HR}),
                              by=Actor("user", admin), second=None)


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
    for act in (lambda: registering.set_roles(user, frozenset({Role.EMPLOYEE, Role.HR}),
                                              by=by, second=None),
                lambda: registering.add([Person("1", "X")], roles=frozenset({Role.HR}), by=by)):
        with pytest.raises(Refusal, match="Only an administrator gives roles"), committed():
            act()
    with committed():
        registering.add([Person("2", "Y")], roles=frozenset({Role.EMPLOYEE}), by=by)
    db.session.rollback()
    assert directory.find_by_name("1") is None and directory.roles_of(user) == {Role.EMPLOYEE}


def test_nobody_but_an_administrator_admits_somebody_with_a_role_or_gives_one(app):
    """Whatever waits for a second person is refused before it is asked for."""
    hr, user = Actor("user", a_user("hr")), a_user()
    a_user("admin")
    for act in (lambda: granting.admit(Person("1", "X"), frozenset({Role.HR}), by=hr),
                lambda: granting.give_roles(user, frozenset({Role.HR}), by=hr)):
        with pytest.raises(Refusal, match="Only an administrator gives roles"), committed():
            act()
    db.session.rollback()
    assert directory.find_by_name("1") is None
    assert db.session.scalars(sa.select(Proposal)).all() == []


def test_no_role_is_asked_for_a_closed_account(app):
    admin, user = Actor("user", a_user("admin")), a_user()
    a_user("admin")
    with committed():
        employing.leave({user: house.today()}, by=admin)
    with pytest.raises(Refusal, match="not active"), committed():
        granting.give_roles(user, frozenset({Role.EMPLOYEE, Role.HR}), by=admin)


def test_whoever_has_an_address_is_mailed_the_link_where_that_can_be(app):
    hr, user = Actor("user", a_user("hr")), a_user(email="eve@example.com")
    with pytest.raises(Refusal, match="No mail can be sent here"):
        protecting.refuse_showing([user], by=hr)
    with_mail()
    with pytest.raises(Refusal, match="Mail it"):
        protecting.refuse_showing([user], by=hr)
