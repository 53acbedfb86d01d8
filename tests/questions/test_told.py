"""What a trainer is told of a question: what earns its mark, and what forms show in an order."""

from dataclasses import replace
from fractions import Fraction

import pytest

from isotrain.questions import TYPES
from isotrain.questions.draft import Draft, Option
from isotrain.questions.writing.cloze import Cloze
from isotrain.questions.writing.numeric import Numeric
from isotrain.questions.writing.short_text import ShortText

NOTHING_TO_ORDER = {"true_false", "short_text", "numeric", "essay", "information"}
EXAMPLES = [(type_.name, type_.examples()[0].question) for type_ in TYPES]


@pytest.mark.parametrize(("name", "question"), EXAMPLES, ids=[name for name, _each in EXAMPLES])
def test_marking_says_what_is_earned(name, question):
    assert any(word in question.earning for word in ("earn", "mark")), question.earning
    assert name not in ("single_choice", "essay") or question.earning != question.instruction


@pytest.mark.parametrize(("name", "question"), EXAMPLES, ids=[name for name, _each in EXAMPLES])
def test_an_order_is_spoken_of_only_where_something_is_ordered(name, question):
    varied, fixed = question.ordered
    assert bool(varied or fixed) == (name not in NOTHING_TO_ORDER)
    assert not varied or "another" in varied


def test_options_of_a_choice_are_called_options():
    by_name = dict(EXAMPLES)
    for name in ("single_choice", "multiple_choice"):
        assert all("the options" in said for said in by_name[name].ordered)


@pytest.mark.parametrize("type_", [ShortText, Numeric])
def test_answers_that_earn_a_part_are_told_from_those_that_earn_all(type_):
    whole = type_.from_draft(Draft("", type_.name, "?", options=(Option("3", Fraction(1)),)))
    partly = replace(whole, answers=(*whole.answers, Option("4", Fraction(1, 2))))
    assert "any other nothing" in whole.earning and "which part" in partly.earning


def test_gaps_that_are_typed_have_no_order_and_unequal_ones_say_so():
    assert Cloze.of_source("A {1:SA:=a} b").ordered == ("", "")
    assert all(Cloze.of_source("A {1:MC:=a~b} b").ordered)
    assert "count more" in Cloze.of_source("A {1:SA:=a} {2:SA:=b}").earning
    assert "equal part" in Cloze.of_source("A {2:SA:=a} {2:SA:=b}").earning
