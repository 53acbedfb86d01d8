"""Which code is whose, and how recovery codes are written and read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as some

from isotrain.second_factor.rules import (
    ALPHABET,
    BITS,
    DRIFT,
    SECONDS,
    matching_step,
    read_app_code,
    read_recovery_code,
    step_of,
    write_recovery_code,
)

NUMBERS = some.integers(0, 2**BITS - 1)
STEPS = some.integers(1000, 10**9)


def code_at(step: int) -> str:
    return f"{step % 10**6:06}"


@given(STEPS, some.integers(-5, 5))
def test_a_code_of_this_step_or_one_beside_it_is_found_and_no_other(step, away):
    found = matching_step(code_at(step + away), step, after=0, code_at=code_at)
    assert found == (step + away if abs(away) <= DRIFT else None)


@given(STEPS, some.integers(-1, 1), some.integers(-3, 3))
def test_no_code_is_found_at_or_before_the_last_that_was_taken(step, away, last):
    found = matching_step(code_at(step + away), step, after=step + last, code_at=code_at)
    assert found == (step + away if away > last else None)


def test_where_two_steps_have_one_code_the_later_is_taken():
    assert matching_step("111111", 50, after=0, code_at=lambda _step: "111111") == 51
    assert matching_step("111111", 50, after=51, code_at=lambda _step: "111111") is None


def test_a_step_begins_with_each_half_minute():
    minute = datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    at = [step_of(minute.replace(second=s)) for s in (0, 29, 30, 59)]
    assert at == [at[0], at[0], at[0] + 1, at[0] + 1]
    assert SECONDS == 30


@given(NUMBERS)
def test_a_recovery_code_is_read_as_it_was_written(number):
    code = write_recovery_code(number)
    assert read_recovery_code(code) == code and len(code) == 34 and BITS >= 128


@given(NUMBERS)
def test_a_recovery_code_may_be_typed_in_capitals_without_hyphens_and_with_look_alikes(number):
    code = write_recovery_code(number)
    sloppy = f"  {code.replace('-', ' ').upper().replace('0', 'O').replace('1', 'l')} "
    assert read_recovery_code(sloppy) == code


@given(some.text(ALPHABET, min_size=24, max_size=24))
def test_a_code_of_an_earlier_version_is_read_as_it_was_written_then(text):
    code = "-".join(text[at:at + 4] for at in range(0, 24, 4))
    assert read_recovery_code(code) == read_recovery_code(text.upper()) == code


@given(some.text(ALPHABET, max_size=40).filter(lambda text: len(text) not in (24, 28)))
def test_what_is_of_another_length_is_no_code(text):
    assert read_recovery_code(text) is None


@given(NUMBERS, NUMBERS)
def test_two_numbers_have_two_codes(one, other):
    assert (write_recovery_code(one) == write_recovery_code(other)) == (one == other)


@given(some.text(max_size=60))
def test_whatever_is_typed_is_a_code_in_its_one_spelling_or_none(text):
    code = read_recovery_code(text)
    assert code is None or set(code) <= {*ALPHABET, "-"}
    digits = read_app_code(text)
    assert digits is None or (digits.isascii() and digits.isdigit() and len(digits) == 6)


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "１２３４５６", "-12345"])
def test_what_is_no_six_digits_is_no_code_of_an_app(text):
    assert read_app_code(text) is None


def test_the_digits_of_an_app_may_stand_apart():
    assert read_app_code(" 123 456 ") == "123456"
