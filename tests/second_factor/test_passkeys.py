"""A passkey proves once, for one person, from our pages, with its owner verified."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app

from isotrain import clock
from isotrain.audit.noting import Actor
from isotrain.db import db
from isotrain.errors import NotFound, Refusal
from isotrain.second_factor import arriving, ceremony, enrolling, holding, proving
from isotrain.second_factor.models import Passkey
from tests.banks.making import at_once
from tests.factories import a_user, committed
from tests.second_factor.authenticator import Authenticator
from tests.second_factor.making import a_stranger

PLACE = "session:1"


def asked_new(user: int, place: str = PLACE) -> str:
    with committed():
        return enrolling.ask_new_passkey(user, name="P1", place=place)


def add(user: int, answer: str, place: str = PLACE, label: str = "Laptop"):
    with committed():
        return enrolling.add_passkey(user, answer, label=label, place=place, session_id=0,
                                     by=Actor("user", user))


def a_passkey(user: int, **words: object) -> Authenticator:
    """Add a passkey for somebody."""
    made = Authenticator(**words)
    assert add(user, made.made(asked_new(user))) is not None
    return made


def asked(user: int, place: str = PLACE) -> str:
    with committed():
        found = proving.ask_passkey(user, place=place)
        assert found is not None
        return found


def proves(user: int, answer: str, place: str = PLACE) -> str | None:
    with committed():
        return proving.prove_passkey(user, answer, tries=a_stranger(user), place=place)


@pytest.fixture
def two(each_app):
    """Two people with a passkey each, the first with two."""
    one, other = a_user(), a_user()
    return (one, a_passkey(one), a_passkey(one)), (other, a_passkey(other))


def test_a_passkey_is_a_factor_and_proves(two):
    (user, first, second), _other = two
    assert proving.has_factor(user)
    assert proves(user, first.signed(asked(user))) == "passkey"
    assert proves(user, second.signed(asked(user))) == "passkey"
    counts = {row.credential_id: (row.sign_count, row.used_at is not None)
              for row in holding.list_passkeys(user)}
    assert counts == {first.id: (1, True), second.id: (1, True)}


def test_what_was_signed_is_good_once(two):
    (user, first, _second), _other = two
    answer = first.signed(asked(user))
    assert proves(user, answer) == "passkey" and proves(user, answer) is None


def test_a_question_that_was_answered_wrong_is_spent(two):
    (user, first, _second), _other = two
    question = asked(user)
    assert proves(user, "{}") is None
    assert proves(user, first.signed(question)) is None


def test_a_newer_question_takes_the_place_of_an_older_one(two):
    (user, first, _second), _other = two
    older = asked(user)
    asked(user)
    assert proves(user, first.signed(older)) is None


def test_a_question_is_good_where_it_was_asked_for_whom_it_was_asked(two):
    (user, first, _second), (other, others) = two
    question = asked(user)
    assert proves(user, first.signed(question), place="session:2") is None
    assert proves(other, others.signed(question)) is None
    assert proves(user, first.signed(question)) == "passkey"


def test_nobody_proves_with_the_passkey_of_another(two):
    (user, _first, _second), (_other, others) = two
    assert proves(user, others.signed(asked(user))) is None


def test_a_question_is_good_for_five_minutes(two):
    (user, first, _second), _other = two
    question = asked(user)
    with clock.moved_by(timedelta(minutes=6)):
        assert proves(user, first.signed(question)) is None
        with committed():
            arriving.purge_some()
    assert proves(user, first.signed(asked(user))) == "passkey"


def test_of_two_who_send_one_answer_at_once_one_is_right(two, each_app):
    (user, first, _second), _other = two
    answer = first.signed(asked(user))
    found = at_once(each_app, [lambda: proving.prove_passkey(
        user, answer, tries=a_stranger(user), place=PLACE)] * 2)
    assert sorted(map(str, found)) == ["None", "passkey"]


WRONG = {
    "from another site": {"origin": "https://isotrain.example"},
    "from another port": {"origin": "http://localhost:5000"},
    "for another name": {"site": "isotrain.example"},
    "without its owner": {"verified": False},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_was_signed_elsewhere_or_by_nobody_is_not_right(two, wrong):
    (user, first, _second), _other = two
    assert proves(user, replace(first, **wrong).signed(asked(user))) is None


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_was_made_elsewhere_or_by_nobody_is_not_added(two, wrong):
    user = a_user()
    assert add(user, Authenticator(**wrong).made(asked_new(user))) is None
    assert not proving.has_factor(user)


def test_another_key_under_the_same_name_is_not_right(two):
    (user, first, _second), _other = two
    assert proves(user, Authenticator(id=first.id).signed(asked(user))) is None


@pytest.mark.parametrize("back", [0, -1, -5])
def test_a_counter_that_stands_or_runs_back_is_refused(each_app, back):
    """A copy of the key was used meanwhile."""
    user = a_user()
    mine = a_passkey(user, count=10)
    mine.counts = back
    assert proves(user, mine.signed(asked(user))) is None
    mine.count, mine.counts = 10, 1
    assert proves(user, mine.signed(asked(user))) == "passkey"


def test_a_passkey_that_does_not_count_proves_again_and_again(each_app):
    user = a_user()
    mine = a_passkey(user, counts=0)
    assert [proves(user, mine.signed(asked(user))) for _time in range(3)] == ["passkey"] * 3


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "1", '"x"', "{" * 5000, "[" * 100_000,
                                    '{"id": "a", "rawId": "b", "type": "public-key"}',
                                    '{"id": "é", "rawId": 7, "response": null}',
                                    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key",
                                                "response": {"clientDataJSON": "AA",
                                                             "attestationObject": "oA",
                                                             "authenticatorData": "AA",
                                                             "signature": "AA"}})])
def test_whatever_is_sent_in_place_of_an_answer_is_only_not_right(two, answer):
    (user, _first, _second), _other = two
    asked(user)
    assert proves(user, answer) is None
    asked_new(user)
    assert add(user, answer) is None


def test_one_passkey_is_not_added_twice_nor_for_two(two):
    (user, first, _second), (other, _others) = two
    assert add(user, first.made(asked_new(user))) is None
    assert add(other, first.made(asked_new(other))) is None
    assert db.session.query(Passkey).count() == 3


def test_the_ones_there_are_are_excluded_when_another_is_asked_for(two):
    (user, _first, _second), _other = two
    question = json.loads(asked_new(user))
    assert len(question["excludeCredentials"]) == 2
    assert question["authenticatorSelection"]["userVerification"] == "required"
    assert len(json.loads(asked(user))["allowCredentials"]) == 2


def test_ten_passkeys_are_enough(each_app):
    user = a_user()
    for _number in range(10):
        a_passkey(user)
    with pytest.raises(Refusal, match="as many passkeys"):
        asked_new(user)


def test_nobody_removes_the_passkey_of_another(two):
    (user, _first, _second), (other, _others) = two
    [theirs] = holding.list_passkeys(other)
    with pytest.raises(NotFound), committed():
        enrolling.remove_passkey(user, theirs.id, short=False, session_id=0,
                                 by=Actor("user", user))
    assert holding.count(other) == 1


@pytest.mark.parametrize(("url", "site"), [
    ("http://localhost", ("localhost", "http://localhost")),
    ("http://localhost:5000", ("localhost", "http://localhost:5000")),
    ("https://Training.Example.com:443/", ("training.example.com",
                                           "https://training.example.com")),
    ("https://training.example.com:8443", ("training.example.com",
                                           "https://training.example.com:8443")),
    ("http://training.example.com", None), ("http://127.0.0.1:5000", None),
    ("https://10.0.0.7", None),
])
def test_passkeys_are_for_the_public_address_where_it_has_https_and_a_name(app, url, site):
    installation = current_app.config["INSTALLATION"]
    current_app.config["INSTALLATION"] = replace(installation, public_url=url)
    try:
        found = ceremony.find_site()
        assert (found and (found.id, found.origin)) == site
    finally:
        current_app.config["INSTALLATION"] = installation


def test_where_there_can_be_no_passkey_none_is_asked_for(app, monkeypatch):
    user = a_user()
    a_passkey(user)
    monkeypatch.setattr(ceremony, "find_site", lambda: None)
    with pytest.raises(Refusal, match="https"):
        enrolling.ask_new_passkey(user, name="P", place=PLACE)
    assert proving.ask_passkey(user, place=PLACE) is None
