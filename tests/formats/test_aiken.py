"""Aiken, read tolerantly but never with a guessed key."""

from dataclasses import replace
from fractions import Fraction

import pytest

from isotrain import formats
from isotrain.formats import Draft, Option
from tests.formats.reading import only, options, read, said


def aiken(text):
    return read(text, "aiken")


def one(text):
    return only(aiken(text))


def test_letters_with_bracket_or_point_and_an_answer_make_a_single_choice():
    imported = aiken("Who audits?\nA) ISO\nB. A certification body\nANSWER: B\n")
    assert only(imported).stem == "Who audits?"
    assert options(only(imported)) == [("ISO", 0), ("A certification body", 1)]
    assert only(imported).place == "line 1"
    assert said(imported) == []


@pytest.mark.parametrize(
    "text",
    [
        "Who?\na. x\nb. y\nANSWER: b",
        "Who?\nA)x\nB)y\nANSWER:B",
        "  Who?\n\tA) x\n  B) y\n  Answer: B",
        "Who?\n\nA) x\n\nB) y\n\nANSWER: B",
        "Who?\r\nA) x\r\nB) y\r\nANSWER: B\r\n",
        "Who?\rA) x\rB) y\rANSWER: B",
        "Who?\nA） x\nB． y\nANSWER：B",
        "Who?\nＡ） x\nＢ） y\nANSWER：Ｂ",
        "Who?\nA) x\nB) y\nANSWER: B) y",
        "Who?\nA) x\nB) y\nANSWER: B.",
        "Who?\nA) x\nB) y\nANSWER: y",
        "Who?\n(A) x\n(B) y\nCorrect answer: (B)",
    ],
)
def test_spellings_of_letters_spaces_and_the_answer_line_do_not_matter(text):
    imported = aiken(text)
    assert options(only(imported)) == [("x", 0), ("y", 1)]
    assert said(imported, "error") == []


@pytest.mark.parametrize("key", ["A, C", "A,C", "A;C", "A C", "A and C", "AC", "a / c", "A、C"])
def test_several_letters_make_a_multiple_choice(key):
    draft = one(f"Which?\nA) x\nB) y\nC) z\nANSWER: {key}")
    assert draft.type == "multiple_choice"
    assert options(draft) == [("x", 0.5), ("y", 0), ("z", 0.5)]


def test_lines_of_a_question_are_joined_with_a_warning():
    imported = aiken("Line one\nline two\nA) x\nB) y\nmore y\nANSWER: A")
    assert only(imported).stem == "Line one\nline two"
    assert options(only(imported)) == [("x", 1), ("y\nmore y", 0)]
    assert [message for _, message in said(imported, "warning")] == [
        "Lines 1 to 2 were joined into one text.",
        "Lines 4 to 5 were joined into one text.",
    ]


def test_a_question_may_itself_begin_like_an_option():
    assert one("A. B. Smith was who?\nA) x\nB) y\nANSWER: A").stem == "A. B. Smith was who?"
    assert one("B. Smith was who?\nA) x\nB) y\nANSWER: A").stem == "B. Smith was who?"


def test_a_feedback_line_below_the_answer_explains():
    imported = aiken("Q one\nA) x\nB) y\nANSWER: A\nFEEDBACK: well\n\nQ two\nA) x\nB) y\nANSWER: B")
    assert [draft.explanation for draft in imported.questions] == ["well", ""]
    assert [draft.stem for draft in imported.questions] == ["Q one", "Q two"]


def test_other_lines_below_an_answer_are_no_part_of_the_next_question():
    notes = "Difficulty: easy\nExplanation: so"
    imported = aiken(f"Q one\nA) x\nB) y\nAnswer: A\n{notes}\n\nQ two\nA) x\nB) y\nANSWER: B")
    assert [draft.stem for draft in imported.questions] == ["Q one", "Q two"]
    assert imported.questions[0].explanation == "so"
    assert said(imported) == [("line 5", 'The line "Difficulty: easy" was not read.')]


def test_text_is_plain():
    draft = one("a < b & c?\nA) <b>x</b>\nB) &amp;\nANSWER: A")
    assert draft.stem == "a < b & c?"
    assert [option.text for option in draft.options] == ["<b>x</b>", "&amp;"]


def test_a_question_of_one_letter_counts():
    assert one("Q\nA) x\nB) y\nANSWER: A").stem == "Q"


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ("Q\nA) x\nB) y\nANSWER: D", "line 4", 'The answer "D" is not the letter of an option.'),
        ("Q\nA) x\nB) y\nANSWER: 2", "line 4", 'The answer "2" is not the letter of an option.'),
        ("Q\nA) x\nB) y\nANSWER:", "line 4", 'The answer "" is not the letter of an option.'),
        ("Q\nA) x\nC) y\nANSWER: C", "line 3", "Option B is missing: this line begins with C."),
        ("Q\nA) x\nANSWER: A", "line 1", "The question has only one option."),
        ("Q\nA) x\nB) y", "line 1", "The question has no ANSWER line."),
        ("A) x\nB) y\nANSWER: A", "line 1", "There is no question text before option A."),
        ("Q\nANSWER: A", "line 2", "There are no options above this ANSWER line."),
    ],
)
def test_what_has_no_certain_key_is_rejected_with_its_line(text, place, message):
    imported = aiken(f"{text}\n\nGood\nA) x\nB) y\nANSWER: A")
    assert imported.questions[-1].type == "single_choice"
    assert len(imported.questions) == 1
    assert said(imported, "error")[0] == (place, message)


def test_a_second_answer_line_is_an_error():
    imported = aiken("Q\nA) x\nB) y\nANSWER: A\nANSWER: B")
    assert said(imported, "error") == [("line 5", "There are no options above this ANSWER line.")]


def test_text_left_over_at_the_end_is_an_error():
    imported = aiken("Q\nA) x\nB) y\nANSWER: A\n\nAnd then")
    assert said(imported, "error") == [("line 6", "This text is followed by no options.")]


def test_more_options_than_letters_are_rejected():
    lines = [f"{letter}) x{letter}" for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"]
    imported = aiken("\n".join(["Q", *lines, "B) again", "ANSWER: A"]))
    assert said(imported, "error") == [("line 1", "The question has more options than letters.")]


def test_what_aiken_does_with_several_right_options_is_said():
    several = Draft("", "multiple_choice", "Q", rule="balanced", options=(
        Option("a", Fraction(1, 2)), Option("b", Fraction(1, 2)), Option("c")))
    one = replace(several, options=(Option("a", Fraction(1)), Option("b")))
    for draft, word in ((several, "first letter of several"), (one, "one right option comes back")):
        told = formats.find_format("aiken").write([draft]).problems
        assert sum(word in problem.message for problem in told) == 1
    single = replace(one, type="single_choice")
    assert not formats.find_format("aiken").write([single]).problems


def test_a_line_below_an_option_goes_on_with_that_option_alone():
    draft = one("Q?\nA) a\nmore\nB) b\nlast\nANSWER: B")
    assert options(draft) == [("a\nmore", 0), ("b\nlast", 1)]


@pytest.mark.parametrize(("text", "said_of"), [
    ("Q?\nA) a\nB) b\nP?\nA) c\nB) d\nANSWER: A", ("line 1", "The question has no ANSWER line.")),
    ("Q?\nA) a", ("line 1", "The question has no ANSWER line.")),
    ("ANSWER: B", ("line 1", "There are no options above this ANSWER line.")),
    ("Q?", ("line 1", "This text is followed by no options.")),
])
def test_a_question_that_is_not_finished_is_named_and_the_next_one_read(text, said_of):
    imported = aiken(text)
    assert said_of in said(imported, "error")
    assert [(draft.stem, options(draft)) for draft in imported.questions] == (
        [("P?", [("c", 1), ("d", 0)])] if "P?" in text else [])


def test_a_line_goes_on_with_the_last_option_of_several():
    draft = one("Q?\nA) a\nB) b\nmore\nC) c\nANSWER: B")
    assert options(draft) == [("a", 0), ("b\nmore", 1), ("c", 0)]
