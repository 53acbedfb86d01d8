"""Searching for people: every beginning of a word finds its person, on both databases the same."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from isotrain.accounts import directory, registering, search
from isotrain.accounts.models import Identity, SearchWord
from isotrain.accounts.registering import Person
from isotrain.accounts.rules import (
    asked_words,
    initials,
    is_initial,
    line_fault,
    search_words,
)
from isotrain.db import db
from isotrain.text import fold
from tests.factories import BY, a_user, committed
from tests.plans import plan, reads_only

LETTERS = st.text("aAbéßøž\u0301-.'’’ 0019ǅıİ王小שק", min_size=1, max_size=12)


def found(text: str) -> set[int]:
    """Return who is found, in all ways of looking, which must agree."""
    looked_up = set(db.session.scalars(search.found(text)))
    tried = db.session.scalars(sa.select(Identity.user_id).where(
        search.matches(Identity.user_id, text)))
    by_letters = db.session.scalars(sa.select(SearchWord.user_id).where(
        search.matches(SearchWord.user_id, text, SearchWord.initials)))
    assert looked_up == set(tried) == set(by_letters)
    ids, many = search.first_ids(text)
    assert (set(ids), many) == (looked_up, False)
    return looked_up


@pytest.mark.parametrize(("text", "words"), [
    ("Anne-Marie O’Neil", {"annemarie", "marie", "oneil", "neil"}),
    ("P-00123", {"p123", "123"}), ("000", {"0"}), ("A1B2", {"a1b2", "1b2", "2"}),
    ("a.lee@example.com", {"alee@examplecom", "lee@examplecom"}),
    ("王小明", {"王小明", "小明", "明"}), ("-", set()), ("", set()), (None, set()),
    ("@home", {"@home"}), ("STRASSE Straße", {"strasse"}),
])
def test_these_are_the_words_that_somebody_is_found_by(text, words):
    assert search_words(text) == words


@pytest.mark.parametrize(("text", "words"), [
    ("lee ANN ann a", ("ann", "lee")), ("P-00", ("p0",)), ("0123", ("123",)), (" - ’ ", ()),
    ("an anna", ("anna",)), ("o'n", ("on",)),
])
def test_a_search_asks_for_each_beginning_once(text, words):
    assert asked_words(text) == words


@given(LETTERS, st.integers(1, 12))
@example("İa", 1)
@example("a-0", 3)
@example("0.1", 2)
def test_every_beginning_of_a_typed_word_is_a_beginning_of_a_kept_one(name, length):
    kept = search_words(name)
    for word in fold(name).split():
        for asked in asked_words(word[:length]):
            if not asked.endswith("0"):  # of a number that has only begun with zeros
                assert any(each.startswith(asked) for each in kept), (asked, kept)


@given(LETTERS, LETTERS)
def test_initials_never_hide_whose_words_begin_so_and_one_letter_says_it_all(name, text):
    kept, asked = search_words(name), asked_words(text)
    begun = [any(word.startswith(each) for word in kept) for each in asked]
    told = [initials(kept) & initials([each]) == initials([each]) for each in asked]
    assert all(letter for word, letter in zip(begun, told, strict=True) if word)
    assert all(word == letter for word, letter, each in zip(begun, told, asked, strict=True)
               if is_initial(each))


def test_initials_fit_into_a_number_of_a_database():
    assert initials([]) == 0
    assert len({initials([letter]) for letter in "abcdefghijklmnopqrstuvwxyz0123456789"}) == 36
    assert initials(map(chr, range(32, 5_000))) == 2**63 - 1


def test_whom_no_second_letter_fits_nobody_looks_up(each_app):
    for text, looked_up in (("a s", False), ("an s", False), ("an sm", True)):
        query = search.found(text).order_by(SearchWord.word)
        found = plan(query)
        assert reads_only(found, "ix_search_word_word"), found
        assert ("SUBQUERY" in found or "SubPlan" in found) == looked_up, found


@given(st.lists(LETTERS.filter(lambda name: fold(name) and not line_fault(name)),
                min_size=2, max_size=4), LETTERS)
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_who_is_found_is_who_has_words_that_begin_so(each_app, names, text):
    users = {a_user(name=name): name for name in names}
    numbers = {user: db.session.get(Identity, user).personnel_no for user in users}
    asked = asked_words(text)
    meant = {user for user, name in users.items() if asked and all(
        any(word.startswith(each) for word in search_words(name, numbers[user])) for each in asked)}
    assert found(text) & set(users) == meant


@pytest.fixture
def people(each_app):
    """Namesakes with numbers that begin alike, of whom one has an address."""
    return [a_user(name=name, number=number, email=email) for name, number, email in (
        ("Ann Lee", "N-1", None), ("Ann Lee", "N-12", "ann.lee@example.com"),
        ("Lee-Ann Öz", "0042", None), ("Bo", "420", None))]


def test_words_come_in_any_order_and_each_must_be_there(people):
    one, two, three, _bo = people
    assert found("lee ann") == found("ANN  lee") == {one, two, three}
    assert found("ann n-12") == {two}
    assert found("ann zoe") == found("nn") == found("%") == found("_") == found("-") == set()


def test_numbers_are_found_with_and_without_their_zeros_and_hyphens(people):
    one, two, three, bo = people
    assert found("n1") == found("N-1") == found("n-01") == {one, two}
    assert found("42") == found("0042") == {three, bo}
    assert found("12") == {two}


def test_an_address_is_found_by_what_stands_before_its_host(people):
    _one, two, _three, _bo = people
    assert found("ann.lee@exam") == found("lee@") == {two}
    assert found("example.com") == set()


def test_who_changes_is_found_by_what_they_are_called_now_and_nobody_else_changes(people):
    one, two, three, _bo = people
    with committed():
        registering.change({one: Person("X-9", "Zoe Ash", "zoe@example.com")}, by=BY)
    assert found("ann") == {two, three} and found("zo as x9") == {one}
    assert search.list_wrong(people) == []
    with committed():
        db.session.execute(sa.delete(SearchWord).where(SearchWord.word == "zoe"))
    assert search.list_wrong(people) == [one]
    with committed():
        search.rewrite(people)
    assert search.list_wrong(people) == []
    with committed():
        db.session.execute(sa.update(SearchWord).where(SearchWord.word == "zoe").values(initials=1))
    assert search.list_wrong(people) == [one]


def test_ids_are_given_once_however_many_words_begin_so(people):
    one, two, three, _bo = people
    with committed():
        registering.change({one: Person("N-1", "Lea Leander Lee")}, by=BY)
    assert directory.first_ids("le") == ([one, two, three], False)
    assert search.first_ids("le", 3) == ([one, two, three], False)
    assert search.first_ids("le", 2)[1] and len(search.first_ids("le", 2)[0]) == 2
