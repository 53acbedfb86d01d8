"""True or false: how it differs from the choice types."""

from dataclasses import replace

import pytest

from isotrain.exams.dice import Dice
from isotrain.questions import TrueFalse
from isotrain.questions.contract import BadData
from isotrain.questions.wire import ReviewedOption

from .strategies import zero

question = TrueFalse.examples()[0].question


@pytest.mark.parametrize("written", [True, "true", "True", " TRUE "])
def test_the_answer_may_be_written_as_text(written):
    assert TrueFalse.from_data({"stem": "It is so.", "answer": written}).answer is True


@pytest.mark.parametrize("written", ["yes", 1, 0, [], "T"])
def test_an_answer_that_is_neither_is_refused(written):
    with pytest.raises(BadData) as refusal:
        TrueFalse.from_data({"stem": "It is so.", "answer": written})
    assert [problem.place for problem in refusal.value.problems] == ["answer"]


def test_a_missing_answer_is_an_error_and_earns_nothing():
    open_question = TrueFalse.from_data({"stem": "It is so.", "explanation": "See."})
    assert [(p.severity, p.place) for p in open_question.problems()] == [("error", "answer")]
    assert open_question.mark("true") == open_question.mark("false") == zero


def test_true_always_stands_before_false():
    assert question.arranged(Dice("f" * 32)) == ["true", "false"]
    assert [option.text for option in question.asked(["true", "false"]).options] == [
        "True",
        "False",
    ]


def test_feedback_stands_beside_the_answer_it_is_for():
    told = replace(question, feedback_true="ISO issues none.")
    assert told.review("true", ["true", "false"], key=True).options == (
        ReviewedOption("True", True, False, "ISO issues none."),
        ReviewedOption("False", False, True, ""))
    assert told.review(None, ["true", "false"], key=False).options == (
        ReviewedOption("True", False, None, ""), ReviewedOption("False", False, None, ""))


@pytest.mark.parametrize(("sent", "answer"), [
    (["true"], True), (["false"], False), (["maybe"], None), ([], None)])
def test_an_editor_says_true_or_false_or_leaves_it_open(sent, answer):
    assert TrueFalse.edited({"stem": ["So."], "answer": sent}, "add").answer is answer


@pytest.mark.parametrize("field", ["feedback_true", "feedback_false", "explanation", "stem"])
def test_control_characters_are_an_error_in_every_text(field):
    bad = replace(question, **{field: "a\0b"})
    assert [(p.severity, p.place) for p in bad.problems()] == [("error", field)]
