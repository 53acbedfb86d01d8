"""Hashes and commitments, checked against the layout written out by hand."""

import json
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.ledger.canonical import NotCanonical
from isotrain.ledger.hashing import commit, hash_of, new_salt, opens, sha256_hex
from tests.questions.strategies import laws

SALT = "000102030405060708090a0b0c0d0e0f"


def test_the_hash_of_no_bytes_is_the_published_one():
    published = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert sha256_hex(b"") == published


def test_a_value_is_hashed_by_its_canonical_bytes():
    assert hash_of({"b": 1, "a": "é"}) == sha256('{"a":"é","b":1}'.encode()).hexdigest()


def test_what_has_no_canonical_form_has_no_hash():
    with pytest.raises(NotCanonical):
        hash_of(0.5)


def test_a_commitment_follows_the_documented_layout():
    listed = json.dumps(["isotrain-commitment-1", "name", SALT, "Zoë"], separators=(",", ":"))
    by_hand = sha256(listed.replace("\\u00eb", "ë").encode()).hexdigest()
    assert commit("name", "Zoë", SALT) == by_hand


def test_a_commitment_opens_with_its_own_field_value_and_salt_only():
    made = commit("name", "Ada", SALT)
    other = "f" + SALT[1:]
    assert opens(made, field="name", value="Ada", salt=SALT)
    assert not opens(made, field="number", value="Ada", salt=SALT)
    assert not opens(made, field="name", value="Adb", salt=SALT)
    assert not opens(made, field="name", value="Ada", salt=other)
    assert not opens("ä" + made[1:], field="name", value="Ada", salt=SALT)


@laws()
@given(st.text(max_size=5), st.text(max_size=5), st.text(max_size=5), st.text(max_size=5))
def test_no_two_fields_and_values_share_a_commitment(field, value, other_field, other_value):
    def made(field, value):
        try:
            return commit(field, value, SALT)
        except NotCanonical:
            return (field, value)

    same = made(field, value) == made(other_field, other_value)
    assert same == ((field, value) == (other_field, other_value))


@pytest.mark.parametrize("salt", ["", SALT[:-1], SALT + "0", SALT.upper(), "g" * 32, " " * 32])
def test_a_salt_of_another_shape_is_refused(salt):
    with pytest.raises(ValueError, match="salt"):
        commit("name", "Ada", salt)


def test_salts_are_fresh_and_fit():
    salts = {new_salt() for _ in range(1_000)}
    assert len(salts) == 1_000
    assert all(commit("name", "Ada", salt) for salt in salts)
