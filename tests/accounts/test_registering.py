"""Adding, changing, closing and reopening accounts, one or many by the same way."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from isotrain import clock
from isotrain.accounts import directory, linking, registering, signing_in
from isotrain.accounts.models import SignInName, UserRole
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.audit.models import Event
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.mail.rules import Recipient
from tests.factories import BY, a_user, committed

LEARNERS = frozenset({Role.EMPLOYEE})


def add(*persons, roles=LEARNERS, by=BY):
    with committed():
        return registering.add(persons, roles=roles, by=by)


def change(persons):
    with committed():
        return registering.change(persons, by=BY)


def events(action):
    """Return the events of an act, each as (whose, why, details)."""
    db.session.rollback()
    query = sa.select(Event).where(Event.action == action).order_by(Event.id)
    return [(int(event.object_id), event.reason, event.details)
            for event in db.session.scalars(query)]


def names_of(user):
    db.session.rollback()
    return {row.folded: row.kind for row in db.session.scalars(
        sa.select(SignInName).where(SignInName.user_id == user))}


def a_session(user):
    with committed():
        return signing_in.start(user, browser="", by_request=None).signed_in.token


# -- adding

def test_several_people_are_added_in_the_order_they_were_named(each_app):
    admin = a_user("admin")
    roles = frozenset({Role.TRAINER, Role.EMPLOYEE})
    ids = add(Person("Z9", "Zoe"), Person("A1", "Ada", "ada@example.com"), roles=roles,
              by=Actor("user", admin))
    assert [directory.get_identity(user).name for user in ids] == ["Zoe", "Ada"]
    assert [directory.roles_of(user) for user in ids] == [roles, roles]
    assert set(db.session.scalars(sa.select(UserRole.granted_by).where(
        UserRole.user_id.in_(ids)))) == {admin}
    added = events("user.added")[-2:]
    assert added == [(user, None, {"roles": ["employee", "trainer"]}) for user in ids]
    assert names_of(ids[1]) == {"a1": "personnel_no", "ada@example.com": "email"}


def test_nobody_is_added_when_nobody_is_named(app):
    assert add() == [] and events("user.added") == []


def test_a_person_is_found_by_number_and_by_address_however_they_are_written(each_app):
    user = a_user(number="Ab-0017", email="Ada@Example.com")
    for name in ("ab-0017", " AB-0017 ", "ada@example.COM", "ＡＢ-0017"):
        assert directory.find_by_name(name).id == user


def test_a_number_that_is_an_address_is_one_name_to_sign_in_with(app):
    [user] = add(Person("ada@example.com", "Ada", "ADA@example.com"))
    assert names_of(user) == {"ada@example.com": "personnel_no"}


def test_two_people_cannot_share_an_identifier_after_folding(each_app):
    a_user(number="A1", email="ada@example.com")
    for person in (Person("a1", "Eve"), Person("B2", "Eve", "ADA@example.com"),
                   Person("ada@example.com", "Eve"), Person("\u200ba1", "Eve")):
        with pytest.raises(Refusal, match="already signs in"):
            add(Person("C3", "Cleo"), person)
    assert directory.find_by_name("C3") is None, "all of them or nobody"


@pytest.mark.parametrize(("first", "second", "field"), [
    (Person("1", "Ada"), Person(" 1 ", "Eve"), "personnel_no"),
    (Person("1", "Ada", "a@example.com"), Person("2", "Eve", "A@example.com"), "email"),
    (Person("1", "Ada", "a@example.com"), Person("a@example.com", "Eve"), "personnel_no"),
])
def test_two_people_added_at_once_cannot_share_an_identifier_either(app, first, second, field):
    with pytest.raises(Refusal, match="already signs in") as refused:
        add(first, second)
    assert refused.value.field == field


def test_people_may_share_a_name(app):
    one, other = add(Person("1", "Ada Byron"), Person("2", "Ada Byron"))
    assert directory.names_of([one, other]) == {one: "Ada Byron", other: "Ada Byron"}
    assert sorted(directory.first_ids("ada byron")[0]) == [one, other]


@pytest.mark.parametrize(("person", "field"), [
    (Person("", "Ada"), "personnel_no"), (Person("\u200b", "Ada"), "personnel_no"),
    (Person("1", "  "), "name"), (Person("x" * 65, "Ada"), "personnel_no"),
    (Person("1", "x" * 201), "name"), (Person("1", "A\x07"), "name"),
    (Person("1", "Ada", "x" * 243 + "@example.com"), "email"), (Person("1", "Ada", "no"), "email"),
])
def test_what_nobody_can_be_called_is_refused_at_its_field(app, person, field):
    user = a_user(number="0")
    for act in (lambda: add(person), lambda: change({user: person})):
        with pytest.raises(Refusal) as refused:
            act()
        assert refused.value.field == field


def test_the_longest_number_and_name_are_taken(app):
    [user] = add(Person("x" * 64, "y" * 200))
    assert directory.get_identity(user).personnel_no == "x" * 64


# -- changing

def test_only_who_is_changed_is_changed_and_on_record(each_app):
    ada, bob = add(Person("1", "Ada"), Person("2", "Bob"))
    assert change({ada: Person("1", "Ada King"), bob: Person("2", "Bob")}) == [ada]
    assert events("user.changed") == [(ada, None, {"fields": ["name"]})]
    assert directory.first_ids("king") == ([ada], False) and names_of(ada) == {"1": "personnel_no"}
    assert change({ada: Person("1", "Ada King")}) == []
    assert len(events("user.changed")) == 1


def test_numbers_and_addresses_may_change_hands(each_app):
    ada, bob = add(Person("1", "Ada", "a@example.com"), Person("2", "Bob", "b@example.com"))
    change({ada: Person("2", "Ada", "b@example.com"), bob: Person("1", "Bob", "a@example.com")})
    assert directory.find_by_name("2").id == directory.find_by_name("b@example.com").id == ada
    assert directory.find_by_name("1").id == directory.find_by_name("a@example.com").id == bob


def test_what_somebody_signed_in_with_before_is_free_again(app):
    [ada] = add(Person("1", "Ada", "a@example.com"))
    change({ada: Person("1b", "Ada")})
    assert names_of(ada) == {"1b": "personnel_no"}
    add(Person("1", "Eve", "a@example.com"))


def test_a_name_of_somebody_else_is_refused_and_nothing_is_changed(app):
    ada, bob = add(Person("1", "Ada"), Person("2", "Bob"))
    with pytest.raises(Refusal, match="already signs in"):
        change({ada: Person("1", "Ada King"), bob: Person("1", "Bob")})
    db.session.rollback()
    assert directory.names_of([ada, bob]) == {ada: "Ada", bob: "Bob"}


def test_links_end_with_a_new_number_or_address_and_not_with_a_new_name(app):
    ada, bob, cem = add(Person("1", "Ada"), Person("2", "Bob"), Person("3", "Cem"))
    with committed():
        links = linking.make([ada, bob, cem], by=BY)
    change({ada: Person("1", "Ada King"), bob: Person("2b", "Bob"),
            cem: Person("3", "Cem", "c@example.com")})
    alive = [linking.find(links[user].token) is not None for user in (ada, bob, cem)]
    assert alive == [True, False, False]


def test_somebody_who_does_not_exist_is_not_found_and_nobody_is_touched(app):
    [ada] = add(Person("1", "Ada"))
    for act in (lambda: registering.change({ada: Person("1", "X"), 999: Person("9", "Y")}, by=BY),
                lambda: registering.deactivate([ada, 999], by=BY),
                lambda: registering.reactivate([ada, 999], by=BY),
                lambda: linking.make([ada, 999], by=BY)):
        with pytest.raises(NotFound), committed():
            act()
        db.session.rollback()
    assert directory.get(ada).active and directory.get_identity(ada).name == "Ada"


# -- closing and reopening

def test_closed_accounts_are_out_at_once_with_their_links_and_the_reason_is_kept(each_app):
    ada, bob, cem = add(Person("1", "Ada"), Person("2", "Bob"), Person("3", "Cem"))
    tokens = {user: a_session(user) for user in (ada, bob, cem)}
    with committed():
        links = linking.make([ada, bob, cem], by=BY)
    with committed():
        assert registering.deactivate([bob, ada], by=BY, reason="moved") == [ada, bob]
    here = [user for user, token in tokens.items() if signing_in.find_session(token)]
    assert here == [cem]
    with committed():
        registering.reactivate([ada, bob], by=BY)
    for user in (ada, bob):
        assert linking.find(links[user].token) is None, "it stays useless"
        assert signing_in.find_session(tokens[user]) is None
    assert linking.find(links[cem].token) is not None
    assert events("user.deactivated") == [(ada, "moved", {}), (bob, "moved", {})]


def test_who_is_closed_or_open_already_is_left_alone(each_app):
    ada, bob = add(Person("1", "Ada"), Person("2", "Bob"))
    with committed():
        assert registering.deactivate([ada], by=BY) == [ada]
    since = directory.get(ada).deactivated_at
    with clock.moved_by(timedelta(hours=1)), committed():
        assert registering.deactivate([ada, bob], by=BY) == [bob]
    db.session.rollback()
    assert directory.get(ada).deactivated_at == since
    with committed():
        assert registering.reactivate([ada], by=BY) == [ada]
        assert registering.reactivate([ada, bob], by=BY) == [bob]
    assert [user for user, _why, _details in events("user.deactivated")] == [ada, bob]
    assert [user for user, _why, _details in events("user.reactivated")] == [ada, bob]


def test_more_people_than_a_statement_holds_are_closed_and_named(app):
    ids = add(*(Person(f"N{n}", f"Name {n}") for n in range(501)))
    with committed():
        registering.deactivate(ids, by=BY)
    assert directory.by_state(ids) == (set(), set(ids))
    assert len(directory.names_of(ids)) == 501


# -- roles

def test_roles_are_given_and_taken_and_on_record(each_app):
    admin, user = a_user("admin"), a_user("employee", "hr")
    with committed():
        registering.set_roles(user, frozenset({Role.HR, Role.TRAINER}),
                              by=Actor("user", admin), second=None)
    assert directory.roles_of(user) == {Role.HR, Role.TRAINER}
    assert events("user.roles_changed") == [
        (user, None, {"given": ["trainer"], "taken": ["employee"], "alone": True})]
    with committed():
        registering.set_roles(user, frozenset({Role.TRAINER, Role.HR}), by=BY, second=None)
    assert len(events("user.roles_changed")) == 1
    granted = {row.role: row.granted_by for row in db.session.scalars(
        sa.select(UserRole).where(UserRole.user_id == user))}
    assert granted == {"hr": None, "trainer": admin}


# -- who is written to

def test_letters_go_to_who_is_here_and_has_an_address(app):
    ada, bob = add(Person("1", "Ada", "ada@example.com"), Person("2", "Bob"))
    assert directory.find_recipient(ada) == Recipient("Ada", "ada@example.com", "en")
    assert directory.find_recipient(bob) is directory.find_recipient(999) is None
    with committed():
        registering.deactivate([ada], by=BY)
    assert directory.find_recipient(ada) is None
