"""What may be a password: long, and nothing that is guessed by who knows people and the house."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain.accounts.rules import KNOWN, LONGEST, password_problem
from isotrain.cli import demo

ABOUT = ("Ann", "Lindqvist", "100317", "ann.lindqvist", "example.com", "Example Works", "Example",
         "Works")


def problem(password: str, *, has_factor: bool = False) -> str | None:
    return password_problem(password, about=ABOUT, has_factor=has_factor)


@pytest.mark.parametrize("password", [
    "seven small blue lamps", "Q7#kd9!xxLp2vm3", "äöüß grüne Wälder im Mai", "мой зелёный насос",
    "緑の静かなポンプが四つあります", "kettle Example moss drum"])
def test_unrelated_words_in_any_script_will_do(password):
    assert problem(password) is None


@pytest.mark.parametrize("password", [
    "iloveyou1234567", "trustno1trustno1", "letmeinletmein1", "P@ssw0rd P@ssw0rd",
    "mustermann12345", "dragon123456789"])
def test_what_is_tried_first_is_refused(password):
    assert "first passwords" in (problem(password) or "")


@pytest.mark.parametrize("password", [
    "Example Works 2026!", "ann lindqvist 100317", "LindqvistLindqvist1", "isotrain-isotrain-1",
    "examplecomexample", "passwordpassword!!!"])
def test_words_of_the_person_the_house_and_the_product_do_not_count(password):
    assert "your company" in (problem(password) or "")


@pytest.mark.parametrize("password", [*KNOWN, demo.PASSWORD])
@pytest.mark.parametrize("spelled", [str, str.title, lambda text: text.replace(" ", "-") + "!1"])
def test_what_everybody_knows_is_refused_however_it_is_spelled(password, spelled):
    assert problem(spelled(password).ljust(15, "!")) is not None


def test_a_row_of_keys_is_refused():
    assert problem("qwertyuiopasdfgh") and problem("abcdefghijklmnopqr")


@pytest.mark.parametrize(("length", "has_factor", "taken"), [
    (11, True, False), (12, True, True), (14, False, False), (15, False, True)])
def test_a_second_factor_lets_the_password_be_shorter(length, has_factor, taken):
    password = "mossy kettle drums"[:length]
    assert (problem(password, has_factor=has_factor) is None) == taken


@given(st.integers(0, 2**32), st.integers(15, LONGEST))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_drawn_by_chance_is_taken_however_long(seed, length):
    letters = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_"
    assert problem("".join(Random(seed).choices(letters, k=length))) is None


def test_a_beginning_that_is_easy_does_not_spoil_a_long_password():
    assert problem("a" * 80 + "mossy kettle drums under seven lamps") is None
    assert problem("a" * 200) is not None
