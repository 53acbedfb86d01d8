"""Adding, changing and letting people go."""

from __future__ import annotations

import pytest

from isotrain.accounts import directory, registering, signing_in
from isotrain.accounts.permissions import Role
from isotrain.accounts.registering import Person
from isotrain.errors import Refusal
from tests.factories import BY, a_user, committed


def test_a_person_is_found_by_number_and_by_address_however_they_are_written(each_app):
    user = a_user(number="Ab-0017", email="Ada@Example.com")
    for name in ("ab-0017", " AB-0017 ", "ada@example.COM", "ＡＢ-0017"):
        assert directory.find_by_name(name).id == user


def test_two_people_cannot_share_an_identifier_after_folding(each_app):
    a_user(number="A1", email="ada@example.com")
    for person in (Person("a1", "Eve"), Person("B2", "Eve", "ADA@example.com"),
                   Person("ada@example.com", "Eve"), Person("\u200ba1", "Eve")):
        with pytest.raises(Refusal, match="already signs in"), committed():
            registering.add([person], roles=frozenset({Role.EMPLOYEE}), by=BY)


def test_a_deactivated_person_is_out_at_once(each_app):
    user = a_user()
    with committed():
        session = signing_in.start(user, name="x", browser="", by_request=None)
    assert signing_in.find_session(session.token).id == user
    with committed():
        registering.deactivate([user], by=BY)
    assert signing_in.find_session(session.token) is None
