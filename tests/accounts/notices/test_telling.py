"""What others did with an account is told to its owner: by mail, at the next sign-in, in marks."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest

from isotrain import clock
from isotrain.accounts import inviting, linking, passwords, registering
from isotrain.accounts.models import Notice
from isotrain.accounts.notices import telling
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.attempts.models import Attempt
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.mail import sending
from isotrain.mail.models import Outgoing
from isotrain.people import employing, granting
from isotrain.records.exporting import Export, csv_parts
from isotrain.records.filters import Filter
from isotrain.settings import house
from isotrain.settings.definitions import MAIL_FROM, MAIL_HOST
from tests.attempts import sitting
from tests.attempts.sitting import PRACTICE
from tests.factories import BY, a_setting, a_user, client_of, committed, post

WORDS = "four quiet green pumps"
DAY = timedelta(days=1)


@pytest.fixture
def mailed(each_course_app):
    a_setting(MAIL_HOST, "mail.example")
    a_setting(MAIL_FROM, "training@example.com")
    return each_course_app


@pytest.fixture
def people(each_course_app):
    """HR, and two employees of one name of whom only the first is touched."""
    hr = Actor("user", a_user("hr", name="Hanna Reed", password=WORDS))
    ann, other = (a_user(name="Ann Lee", email=f"{who}@example.com", password=WORDS)
                  for who in ("ann", "other"))
    return hr, ann, other


def change(user: int, *, by: Actor, **what: str) -> None:
    with committed():
        identity = registering.directory.get_identity(user)
        person = {"personnel_no": identity.personnel_no, "name": identity.name,
                  "email": identity.email, **what}
        registering.change({user: Person(**person)}, by=by)


def use(link: linking.Link) -> None:
    with committed():
        linking.use(linking.get(link.token), passwords.hash_password(WORDS), request_id=None)


def hand_over(user: int, *, by: Actor) -> linking.Link:
    with committed():
        return linking.make([user], by=by)[user]


def kinds(user: int) -> list[str]:
    return [row.what for row in db.session.query(Notice).filter_by(user_id=user)
            .order_by(Notice.id)]


def sign_in(app, user: int, password: str = WORDS) -> str:
    browser = app.test_client()
    number = registering.directory.get_identity(user).personnel_no
    answer = post(browser, "/sign-in", {"name": number, "password": password})
    assert answer.status_code == 303
    return browser.get("/account").text


def letters() -> list[tuple[str, str]]:
    found = []
    with committed():
        while (claimed := sending.claim()) is not None:
            found.append((claimed.message["To"].addresses[0].addr_spec,
                          claimed.message.get_content()))
            sending.note_sent(claimed.id)
    return sorted(found)


def test_every_change_by_others_is_told_once_at_the_next_sign_in_and_stays_on_the_page(
        each_course_app, people):
    hr, ann, other = people
    change(ann, by=hr, name="Ann Lea")
    change(ann, by=hr, personnel_no="NEW-7")
    with committed():
        registering.set_roles(ann, frozenset({Role.EMPLOYEE, Role.MANAGER}), by=BY, second=None)
    page = sign_in(each_course_app, ann)
    assert page.count("Hanna Reed changed your name here on") == 2  # told, and in the list
    assert page.count("Hanna Reed changed your personnel number here on") == 2
    assert page.count("An operator of this installation changed your roles on") == 2
    again = sign_in(each_course_app, ann)
    assert again.count("Hanna Reed changed your name here on") == 1
    assert "Hanna Reed" not in sign_in(each_course_app, other)


def test_what_somebody_does_with_their_own_account_is_told_to_nobody(each_course_app, people):
    hr, _ann, _other = people
    change(hr.user_id, by=hr, name="Hanna Reid")
    assert kinds(hr.user_id) == []


def test_who_never_had_a_password_has_nothing_that_others_could_take(each_course_app, people):
    hr, *_more = people
    new = a_user(name="New Person")
    change(new, by=hr, name="Newer Person")
    use(hand_over(new, by=hr))
    assert kinds(new) == []


def test_a_former_address_learns_of_the_new_one_and_both_are_written_to(mailed, people):
    hr, ann, other = people
    change(ann, by=hr, email="eve@example.net")
    change(other, by=hr, name="Ann Leigh")
    found = letters()
    assert [address for address, _text in found] == [
        "ann@example.com", "eve@example.net", "other@example.com"]
    assert all("Hanna Reed changed your e-mail address here on" in text
               for _address, text in found[:2])
    assert "changed your name" in found[2][1]
    change(ann, by=hr, email=None)  # nobody is left to write to but the former one
    assert [address for address, _text in letters()] == ["eve@example.net"]


def test_no_address_rests_in_the_outbox(mailed, people):
    hr, ann, _other = people
    change(ann, by=hr, email="eve@example.net")
    assert all("@" not in str(row.params) for row in db.session.query(Outgoing))


def test_no_letter_says_what_is_no_longer_kept(mailed, people):
    hr, ann, other = people
    change(ann, by=hr, email="eve@example.net")
    change(other, by=hr, name="Ann Leigh")
    with committed():
        db.session.query(Notice).filter_by(user_id=ann).delete()
    assert [address for address, _text in letters()] == ["other@example.com"]
    assert sorted(row.state for row in db.session.query(Outgoing)) == ["dropped", "failed", "sent"]


def test_a_link_of_others_is_told_with_their_name_and_one_of_ones_own_without(mailed, people):
    hr, ann, other = people
    with committed():
        inviting.invite([ann], by=hr)
        inviting.ask("other@example.com", "192.0.2.1")
    assert kinds(ann) == ["link_mailed"] and kinds(other) == []
    for _address, text in letters():
        token = text.split("/access/")[1].split()[0]
        with committed():
            linking.use(linking.get(token), passwords.hash_password(WORDS), request_id=None)
    assert kinds(ann) == ["link_mailed", "password"] and kinds(other) == ["password_changed"]


def test_a_link_to_hand_over_is_told_when_it_is_made_and_when_it_is_used(
        each_course_app, people):
    admin = Actor("user", a_user("admin", name="Ada Min", password=WORDS))
    _hr, ann, _other = people
    use(hand_over(ann, by=admin))
    page = sign_in(each_course_app, ann)
    assert "Ada Min made a link on" in page
    assert "Your password was set on" in page and "with a link that Ada Min had made" in page


def begun(user: int) -> Attempt:
    attempt = sitting.start(user)
    return db.session.get_one(Attempt, attempt, populate_existing=True)


def reset_by_link(ann: int, hr: Actor) -> None:
    use(hand_over(ann, by=BY))


def reset_by_address(ann: int, hr: Actor) -> None:
    change(ann, by=hr, email="eve@example.net")


def reset_by_closing(ann: int, hr: Actor) -> None:
    """Closing an account takes its password, so that the next one looks like the first."""
    with committed():
        employing.leave({ann: house.today()}, by=hr, reason="left")
        employing.come_back({ann: None}, on=house.today(), by=hr)
    use(hand_over(ann, by=BY))


@pytest.mark.parametrize("reset", [reset_by_link, reset_by_address, reset_by_closing])
def test_an_attempt_within_a_day_of_a_reset_by_others_carries_a_mark(
        each_course_app, people, reset):
    hr, ann, other = people
    reset(ann, hr)
    assert begun(other).after_reset is False
    with clock.moved_by(DAY - timedelta(seconds=5)):
        attempt = begun(ann)
        assert attempt.after_reset is True
        sitting.submit(attempt.id, ann)
        assert db.session.get_one(Attempt, attempt.id, populate_existing=True).after_reset is True
    with clock.moved_by(DAY + timedelta(seconds=5)):
        later = sitting.start(ann, PRACTICE)
        assert db.session.get_one(Attempt, later, populate_existing=True).after_reset is False


def test_a_reset_while_the_exam_is_open_marks_it_too_and_the_record_says_so(
        each_course_app, people):
    hr, ann, other = people
    attempts = {user: begun(user).id for user in (ann, other)}
    reset_by_address(ann, hr)
    for user, attempt in attempts.items():
        sitting.submit(attempt, user)
        row = db.session.get_one(Attempt, attempt, populate_existing=True)
        assert row.after_reset is (user == ann)
    auditor = client_of(each_course_app, a_user("auditor"))
    pages = [auditor.get(f"/records/{number}").text for number in (1, 2)]
    assert ["Begun after a reset" in page for page in pages] == [True, False]
    with Export(Filter()) as export:
        rows = csv.DictReader(io.StringIO(b"".join(csv_parts(export)).decode("utf-8-sig")))
        told = {row["person_id"]: row["after_reset"] for row in rows}
    numbers = {user: registering.directory.get_identity(user).personnel_no for user in attempts}
    assert [told[numbers[user]] for user in (ann, other)] == ["yes", "no"]


def test_ones_own_new_password_marks_nothing(each_course_app, people):
    _hr, ann, _other = people
    with committed():
        linking.set_password(ann, passwords.hash_password(WORDS), by=Actor("user", ann))
    assert begun(ann).after_reset is False


def test_roles_that_a_second_person_agreed_to_are_told(each_course_app, people):
    _hr, ann, _other = people
    admin = Actor("user", a_user("admin", name="Ada Min", password=WORDS))
    with committed():
        granting.give_roles(ann, frozenset({Role.EMPLOYEE, Role.TRAINER}), by=admin)
    assert kinds(ann) == [telling.ROLES]


def test_a_password_that_one_changed_or_asked_a_link_for_is_told_by_mail_alone(mailed, people):
    _hr, ann, other = people
    with committed():
        linking.change_password(ann, passwords.hash_password(WORDS), session_id=0,
                                by=Actor("user", ann))
        inviting.ask("other@example.com", "192.0.2.1")
    [(_at, changed), (_to, link)] = letters()
    assert "Your password was changed on" in changed
    with committed():
        linking.use(linking.get(link.split("/access/")[1].split()[0]),
                    passwords.hash_password(WORDS), request_id=None)
    [(address, text)] = letters()
    assert address == "other@example.com" and "Your password was changed on" in text
    assert kinds(other) == ["password_changed"]
    assert sign_in(mailed, other).count("Your password was changed on") == 1  # in the list
