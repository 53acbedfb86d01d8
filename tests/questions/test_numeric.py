"""Numbers as they are typed: exactly those that can be read in one way."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.questions import Numeric
from isotrain.questions.draft import Option
from isotrain.questions.writing.numbers import answer_of, middle, number_of, plain

from .strategies import decimals, laws, one, zero

question = Numeric.examples()[0].question


@pytest.mark.parametrize(("text", "number"), [
    ("3", "3"), ("+3", "3"), ("-3", "-3"), ("\u22123", "-3"), ("\u20133", "-3"), ("- 3", "-3"),
    ("3.5", "3.5"), ("3,5", "3.5"), (".5", "0.5"), (",5", "0.5"), ("3.", "3"), ("007", "7"),
    ("1,234", "1.234"), ("1.234", "1.234"),
    ("1 234", "1234"), ("1\u00a0234,5", "1234.5"), ("1\u202f234 567", "1234567"),
    ("1'234.5", "1234.5"), ("1\u2019234\u2019567", "1234567"),
    ("1,234,567", "1234567"), ("1.234.567", "1234567"), ("1,234.5", "1234.5"),
    ("1.234,5", "1234.5"), ("1,234,567.8", "1234567.8"),
    ("1e3", "1000"), ("1.5E-2", "0.015"), ("2,e1", "20"), ("1e\u22122", "0.01"),
    ("\u0663\u066b\u0665", "3.5"), ("\u06f1\u06f2", "12"), ("\uff13", "3"),
    ("\u0661\u066c\u0662\u0663\u0664\u066b\u0665", "1234.5"),
])
def test_what_is_a_number(text, number):
    assert number_of(text) == Fraction(number)


@pytest.mark.parametrize("text", [
    "", " ", "three", "1 23", "12 34", "1,23,456", "1.2.3", "1,2.3,4", "1..2", "--1", "1-", "1/3",
    "0x10", "1e999", "1e", "e5", "\u221e", "NaN", "inf", "1_000", "9" * 41, "1" * 200, "3 %",
    "\u00b2", "5 kg", "1 2345",
])
def test_what_is_none(text):
    assert number_of(text) is None


@laws(200)
@given(st.text("0123456789.,' -+eE", max_size=30))
def test_reading_raises_nothing(text):
    number_of(text)


@laws()
@given(decimals)
def test_a_number_reads_back_in_every_way_of_writing_it(value):
    number = Fraction(value)
    assert Fraction(plain(number)) == number == number_of(plain(number))
    assert number_of(plain(number).replace(".", ",")) == number
    grouped = f"{value:,}"
    if grouped.count(",") > 1 or ("," in grouped and "." in grouped):
        assert number_of(grouped) == number
    assert number_of(grouped.replace(",", "\u202f")) == number


@pytest.mark.parametrize(("text", "unit", "number"), [
    ("5 kg", "kg", "5"), ("5kg", "kg", "5"), ("5", "kg", "5"), ("50 %", "%", "50"),
    ("3 m\u00b2", "m\u00b2", "3"), ("5 mW", "MW", None), ("5 g", "kg", None), ("kg", "kg", None),
    ("5 kg kg", "kg", None), ("10\u00b2", "", None), ("5 kg", "", None),
])
def test_an_answer_may_repeat_its_unit(text, unit, number):
    assert answer_of(text, unit) == (None if number is None else Fraction(number))


def test_comparing_is_exact():
    near = replace(question, answers=(Option("0.3", one, "", "0.1"),), unit="")
    marks = [near.mark(text) for text in ("0.2", "0,4", "0.1999999999999999", "0.40000000000001")]
    assert marks == [one, one, zero, zero]
    assert replace(near, answers=(Option("1e-9", one),)).mark("0.000000001") == one


def test_what_is_no_number_is_kept_and_earns_nothing_also_where_any_number_would():
    response = question.read({"answer": ["  three "]}, [])
    assert (response, question.mark(response)) == ("three", zero)
    told = question.review(response, [], key=True)
    assert (told.given, told.feedback, told.unit) == ("three", "", "years")
    assert question.review("5", [], key=True).feedback == "Think of the cycle of audits."
    asked = question.asked([])
    assert asked.is_number("3 years") and asked.is_number("3") and not asked.is_number("three")


@pytest.mark.parametrize(("written", "kept"), [
    ("10..12", ("11", "1")), ("-1,5..1,5", ("0", "1.5")), ("0..0.25", ("0.125", "0.125")),
])
def test_a_range_is_kept_as_its_middle_with_half_its_width(written, kept):
    assert middle(written) == kept
    sent = {"stem": ["How much?"], "answer-1": [written], "answer-1-share": ["1"]}
    answer = Numeric.edited(sent).answers[0]
    assert (answer.text, answer.tolerance) == kept
    assert middle("3") is middle("12..10") is middle("a..b") is None


@pytest.mark.parametrize(("answer", "place"), [
    (Option("abc", one), "answer 1"), (Option("12..10", one), "answer 1"),
    (Option("3", one, "", "wide"), "answer 1, tolerance"),
    (Option("3", one, "", "-1"), "answer 1, tolerance"), (Option("*", one), "answer 1"),
])
def test_what_its_writer_must_put_right(answer, place):
    bad = replace(question, answers=(answer,))
    assert ("error", place) in [(p.severity, p.place) for p in bad.problems()]
    assert bad.mark("3") in (zero, one) and bad.solution() in ("3", None)


def test_two_ways_to_write_one_number_are_one_answer():
    twice = replace(question, answers=(Option("1.50", one), Option("1,5", zero)))
    assert ("error", "answer 2") in [(p.severity, p.place) for p in twice.problems()]
    same = replace(question, answers=(Option("3,0", one), *question.answers[1:]), unit="Jahre")
    assert same.judging() == question.judging()


def test_a_long_unit_is_an_error():
    long = replace(question, unit="x" * 31)
    assert ("error", "unit") in [(p.severity, p.place) for p in long.problems()]
