"""What editors show and learners are told: rows, rules, buttons, places of problems."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from isotrain.questions import TYPES
from isotrain.questions.cloze_source import Part, parsed, written
from isotrain.questions.contract import AsWritten, BadData, KeyMissing
from isotrain.questions.draft import Draft, Option
from isotrain.questions.information import Information
from isotrain.questions.multiple_choice import MultipleChoice
from isotrain.questions.options import lettered, option_id
from isotrain.questions.placing.matching import Matching
from isotrain.questions.placing.ordering import MOST, Ordering
from isotrain.questions.problem import error, named, parts_of_place
from isotrain.questions.scenario.editing import changed
from isotrain.questions.scenario.parts import part_keys
from isotrain.questions.scenario.question import Scenario
from isotrain.questions.single_choice import SingleChoice
from isotrain.questions.true_false import TrueFalse
from isotrain.questions.wording import STEM_LIMIT
from isotrain.questions.writing.cloze import Cloze
from isotrain.questions.writing.comparing import fits
from isotrain.questions.writing.essay import Essay
from isotrain.questions.writing.figures import are_numbers, in_figures
from isotrain.questions.writing.numbers import answer_of, number_of, plain
from isotrain.questions.writing.numeric import Numeric

HALF = Fraction(1, 2)


@pytest.mark.parametrize(("texts", "rows"), [
    ((), ("", "")), (("a",), ("a", "")), (("a", "b"), ("a", "b")),
    (("a", "b", "c"), ("a", "b", "c"))])
def test_an_editor_of_an_order_has_two_rows_at_least(texts, rows):
    assert Ordering.of_texts("Sort.", texts).texts_to_edit == rows


@pytest.mark.parametrize(("pairs", "rows"), [
    ((), (("", ""), ("", ""))), ((("a", "1"),), (("a", "1"), ("", ""))),
    ((("a", "1"), ("b", "2")), (("a", "1"), ("b", "2")))])
def test_an_editor_of_pairs_has_two_rows_at_least(pairs, rows):
    question = Matching.from_draft(Draft("", "matching", "Match.", pairs=pairs))
    assert question.rows_to_edit == rows


@pytest.mark.parametrize("count", [1, 2, MOST, MOST + 1])
def test_as_many_things_can_be_put_in_order_as_there_are_numbers_for(count):
    question = Ordering.of_texts("Sort.", [f"t{n}" for n in range(count)], explanation="x")
    said = [problem.place for problem in question.problems()]
    assert said == ([] if 2 <= count <= MOST else ["options"])


def test_items_are_asked_in_their_random_order_with_a_field_and_all_numbers():
    question = Ordering.of_texts("Sort.", ["a", "b", "c"])
    asked = question.asked(list(reversed(question.arranged(AsWritten()))))
    texts = {item.id: item.text for item in question.items}
    order = reversed([item.id for item in question.items])
    assert [(place.name, place.text) for place in asked.places] == [
        (f"answer-{n}", texts[id_]) for n, id_ in enumerate(order)]
    assert [(o.value, o.text) for o in asked.choices] == [(n, n) for n in "123"]
    assert (asked.type, asked.stem, asked.script) == ("ordering", "Sort.", question.script)


PARTS = tuple(Ordering.of_texts(name, ["a", "b"]) for name in "pqr")


@pytest.mark.parametrize(("act", "stems"), [
    ("up-1", "pqr"), ("up-2", "qpr"), ("up-3", "prq"), ("up-4", "pqr"), ("up-0", "pqr"),
    ("up-", "pqr"), ("up-x", "pqr"), ("up-100", "pqr"), ("drop-1", "qr"), ("drop-3", "pq"),
    ("drop-4", "pqr"), ("drop-0", "pqr"), ("drop-x", "pqr"), ("", "pqr"), ("down-1", "pqr")])
def test_a_button_moves_or_drops_the_question_with_its_number(act, stems):
    assert "".join(part.stem for part in changed(PARTS, act, Ordering)) == stems


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)
def test_what_guessing_earns_is_told_with_the_key_alone(type_):
    question = replace(type_.examples()[0].question, keyed=False)
    with pytest.raises(KeyMissing):
        question.chance()


def test_rules_of_a_choice_are_offered_and_the_old_one_only_where_it_is_in_use():
    offered = {rule: [name for name, told in MultipleChoice("?", (), rule=rule).choosable if told]
               for rule in ("balanced", "equal_parts")}
    assert "equal_parts" not in offered["balanced"] and "equal_parts" in offered["equal_parts"]
    assert offered["balanced"][0] == "balanced" and len(offered["balanced"]) > 3
    assert [name for name, told in Ordering.of_texts("?", ()).choosable if told] == [
        "all_or_nothing", "neighbours"]


@pytest.mark.parametrize(("share", "parts"), [
    (None, False), (Fraction(0), False), (Fraction(1), False), (HALF, True)])
def test_an_option_that_earns_a_part_changes_what_is_said_to_earn_the_mark(share, parts):
    first, second = lettered("a", "b", right="a")
    told = SingleChoice("?", (first, replace(second, share=share))).earning
    assert ("its part of the mark" in told) is parts


def several(rule, *shares):
    options = lettered(*"abcd"[:len(shares)], right="")
    return MultipleChoice("?", tuple(replace(o, right=right, share=share) for o, (right, share)
                                     in zip(options, shares, strict=True)), "why", rule=rule)


YES, NO = (True, None), (False, None)


@pytest.mark.parametrize(("question", "said"), [
    (several("per_option", YES, YES), [("options", "error")]),
    (several("balanced", YES, YES), [("options", "warning")]),
    (several("balanced", NO, NO), [("options", "error")]),
    (several("balanced", YES, NO), []),
    (several("balanced", YES, (False, HALF)), [("option 2", "error")]),
    (several("weights", (True, HALF), (True, HALF), (False, -HALF)), []),
    (several("weights", (True, HALF), (True, HALF), NO), []),
    (several("weights", (True, HALF), NO), [("options", "error")]),
    (several("weights", (True, Fraction(1)), (True, Fraction(0)), NO), [("option 2", "error")]),
    (several("weights", (True, Fraction(1)), (False, HALF), NO), [("option 2", "error")]),
    (several("weights", (False, None), (False, Fraction(0))), [("options", "error")]),
])
def test_what_options_earn_and_whether_they_are_right_must_fit(question, said):
    assert [(problem.place, problem.severity) for problem in question.problems()] == said


def test_an_option_of_one_choice_cannot_take_marks_away():
    first, second = lettered("a", "b", right="a")
    question = SingleChoice("?", (first, replace(second, share=-HALF)), "why")
    assert [problem.place for problem in question.problems()] == ["option 2"]


def test_nobody_guesses_where_nothing_is_offered():
    assert several("balanced", YES, NO).guessed(None, []) is None


def test_options_beyond_the_alphabet_are_counted():
    assert [option_id(n) for n in (0, 25, 26, 30)] == ["a", "z", "o26", "o30"]


def test_an_essay_that_was_answered_is_shown_as_such():
    essay = Essay("Why?", ("one",))
    assert essay.review("So.", [], key=True).answered and essay.review("So.", [], key=True).given
    none = essay.review(None, [], key=True)
    assert (none.answered, none.given, none.points) == (False, "", ("one",))


def test_a_text_keeps_its_explanation():
    data = {"type": "information", "stem": "Read.", "explanation": "Why."}
    assert Information.from_data(data).to_data() == data
    assert Information.from_data(data).explanation == "Why."
    with pytest.raises(BadData) as refusal:
        Information.from_data({"stem": ["x"], "explanation": {"a": 1}})
    assert [problem.place for problem in refusal.value.problems] == ["stem", "explanation"]


# -- sets


def test_a_question_of_a_set_that_cannot_be_read_is_named_by_its_place():
    parts = (Draft("", "single_choice", "A?"), Draft("", "essay", "B?"))
    with pytest.raises(BadData) as refusal:
        Scenario.from_draft(Draft("", "scenario", "Case", parts=parts))
    [problem] = refusal.value.problems
    assert problem.place == "question 2" and problem.params["type"] == "essay"


def test_what_a_question_of_a_set_lacks_is_named_within_it(monkeypatch):
    def lacks(draft):
        raise BadData([error("stem", "Bad."), error("question", "Worse.")])

    monkeypatch.setattr(SingleChoice, "from_draft", lacks)
    parts = (Draft("", "numeric", "A?"), Draft("", "single_choice", "B?"))
    with pytest.raises(BadData) as refusal:
        Scenario.from_draft(Draft("", "scenario", "Case", parts=parts))
    assert [problem.place for problem in refusal.value.problems] == [
        "question 2, stem", "question 2"]


def test_scripts_of_a_set_are_those_of_its_questions():
    question = Scenario.examples()[0].question
    asked = question.asked(question.arranged(AsWritten()))
    assert asked.scripts == tuple(part.name for part in question.parts if part.script)


# -- texts with gaps


@pytest.mark.parametrize(("source", "says"), [
    ("It is {1:SA:=}.", "Gap 1 has an answer without text."),
    ("It is {1:MC:=a~b} and {1:SA:=~%50%b}.", "Gap 2 has an answer without text."),
])
def test_an_answer_without_text_is_named_by_its_gap(source, says):
    messages = [problem.message for problem in Cloze.of_source(source, "why").problems()]
    assert says in messages


def test_a_draft_of_a_text_with_gaps_has_numbers_for_them():
    assert Cloze.stem_of(Draft("", "cloze", "A {1:MC:=a~b} and {1:SA:=c}.")) == (
        "A [[1]] and [[2]].")
    assert Information.stem_of(Draft("", "information", "A {1:SA:=c}.")) == "A {1:SA:=c}."


@pytest.mark.parametrize("source", [
    "A {1:MC:=a~b}.", "A {1:MC:%50%a~%50%b~=c}.", "A {2:NM:=5:0.1~%50%6:1}.",
    "A {1:SA:=x#yes~%25%y}.", r"A {1:SA:=a\~b~%50%\#c}.", "A {1:MR:=a~=b~%-50%c}.",
    "A {1:MCVS:=a~b}."])
def test_a_source_is_written_as_it_was_read(source):
    assert parsed(written(parsed(source))) == parsed(source)


# -- numbers


def test_numbers_of_a_draft_are_written_in_figures_and_a_broken_text_stays():
    gaps = Draft("", "cloze", "A {1:NM:=1,5:0,1} of {1:SA:=1,5}.")
    assert in_figures(gaps).stem == "A {1:NM:=1.5:0.1} of {1:SA:=1,5}."
    words = replace(gaps, stem="A {1:SA:=1,5}.")
    broken = replace(gaps, stem="A {1:NM:=1,5:0,1")
    assert in_figures(words) is words and in_figures(broken) == broken
    number = Draft("", "numeric", "?", options=(Option("10..12"), Option("1,5", HALF, "", "0,5")))
    assert [(o.text, o.tolerance) for o in in_figures(number).options] == [
        ("11", "1"), ("1.5", "0.5")]
    assert in_figures(replace(number, type="short_text")) == replace(number, type="short_text")


@pytest.mark.parametrize(("options", "numbers"), [
    ((Option("5"), Option("*")), True), ((Option("5", tolerance="0"),), True),
    ((Option("5", tolerance="-1"),), False), ((Option("5", tolerance="x"),), False),
    ((Option("5"), Option("five")), False), ((Option("3..4"),), True), ((), True)])
def test_answers_are_numbers_or_any_with_margins_that_are_none_below_zero(options, numbers):
    assert are_numbers(options) is numbers


@pytest.mark.parametrize(("text", "value"), [
    ("1.234.567,5", "1234567.5"), ("1,234,567.5", "1234567.5"), ("1.234,5", "1234.5"),
    ("1,234.5", "1234.5"), ("1,5", "1.5"), ("1.5", "1.5"), ("5.", "5"), ("1.e3", "1000"),
    ("1 234,5", "1234.5")])
def test_points_and_commas_are_told_apart(text, value):
    assert number_of(text) == Fraction(value) and number_of(plain(number_of(text))) == (
        Fraction(value))


# -- places


@pytest.mark.parametrize(("questions", "told"), [
    (["a"], "question a"), (["a", "b"], "questions a, b"),
    (list("abcdefghij"), "questions a, b, c, d, e, f, g, h, i, j"),
    (list("abcdefghijk"), "questions a, b, c, d, e, f, g, h, i, j, and 1"),
])
def test_ten_questions_are_named_and_the_others_counted(questions, told):
    assert named(questions) == told


def test_a_place_is_told_in_parts_that_can_be_translated():
    assert [filling for _told, filling in parts_of_place("row 3, column Answer")] == [
        "3", "Answer"]
    assert parts_of_place("") == [] and parts_of_place("Somewhere") == [("", "Somewhere")]
    [(told, filling)] = parts_of_place("file")
    assert told and filling == ""


# -- every type alike


@pytest.mark.parametrize("type_", TYPES, ids=lambda type_: type_.name)
def test_a_text_that_is_missing_or_too_long_is_named_by_its_place(type_):
    question = type_.examples()[0].question
    assert not [problem for problem in question.problems() if problem.severity == "error"]
    for stem in ("", "x" * (STEM_LIMIT + 1)):
        places = [problem.place for problem in replace(question, stem=stem).problems()
                  if problem.severity == "error"]
        assert "stem" in places
    long = replace(question, explanation="x" * (STEM_LIMIT + 1))
    assert "explanation" in [problem.place for problem in long.problems()]


@pytest.mark.parametrize("type_", [type_ for type_ in TYPES if type_.name not in (
    "information", "scenario")], ids=lambda type_: type_.name)
def test_an_explanation_that_is_missing_is_worth_a_warning_at_its_place(type_):
    question = replace(type_.examples()[0].question, explanation="")
    assert [problem.severity for problem in question.problems()
            if problem.place == "explanation"] == ["warning"]


@pytest.mark.parametrize(("given", "accepted", "does"), [
    ("ab", "a*b*b", False), ("abb", "a*b*b", True), ("ab", "a*b", True), ("aab", "a*a*b", True),
    ("ab", "*a*b*", True), ("ba", "*a*b*", False), ("abab", "ab*ab", True), ("aba", "ab*ba", False),
    ("", "*", True), ("ab", "a**b", True)])
def test_each_piece_of_an_accepted_text_stands_after_the_one_before(given, accepted, does):
    assert fits(given, accepted, case=True) is does


@pytest.mark.parametrize(("text", "unit", "number"), [
    ("15", "5", 15), ("5 kg", "kg", 5), ("5kg", "kg", 5), ("5 kg", "", None), ("5 m", "kg", None),
    ("kg", "kg", None)])
def test_a_unit_is_taken_off_where_there_is_no_number_with_it(text, unit, number):
    assert answer_of(text, unit) == number


def test_a_part_of_the_mark_may_have_space_around_it():
    data = {"stem": "?", "options": [{"text": "a", "right": True}, {"text": "b", "share": " 1/3 "}]}
    assert SingleChoice.from_data(data).options[1].share == Fraction(1, 3)


def test_letters_are_composed_wherever_they_stand():
    apart, composed = "e\u0301", "\u00e9"
    draft = Draft("", "essay", apart, options=(Option(apart, HALF, apart),), pairs=((apart, "x"),),
                  explanation=apart, parts=(Draft("", "essay", apart),),
                  more={apart: [apart, 1, True, None, {"a": (apart,)}]}).composed()
    assert (draft.stem, draft.options[0].text, draft.options[0].feedback, draft.pairs,
            draft.explanation, draft.parts[0].stem) == (
        composed, composed, composed, ((composed, "x"),), composed, composed)
    assert draft.more == {composed: [composed, 1, True, None, {"a": (composed,)}]}


def test_a_value_that_is_unknown_is_told_with_those_that_are_known():
    with pytest.raises(BadData) as refusal:
        Ordering.from_data({"stem": "?", "rule": "other", "options": [{"text": "a"}]})
    [problem] = refusal.value.problems
    assert problem.params == {"value": "other", "names": "all_or_nothing, neighbours"}


def test_an_editor_sends_each_answer_with_its_part_feedback_and_tolerance():
    sent = {"stem": ["?"], "answer-1": ["5"], "answer-1-tolerance": ["0.5"], "answer-2": ["6"],
            "answer-2-share": ["1/2"], "answer-2-feedback": ["near"], "answer-2-tolerance": ["1"]}
    answers = Numeric.edited(sent).draft().options
    assert [(o.text, o.share, o.feedback, o.tolerance) for o in answers] == [
        ("5", 1, "", "0.5"), ("6", HALF, "near", "1")]


def test_of_a_gap_only_what_earns_something_is_shown_as_right():
    question = Cloze.of_source("A {1:MC:=a~%50%b~c} {1:SA:=x~%0%y}.", "why")
    pieces = question.review(None, question.arranged(AsWritten()), key=True).pieces
    accepted = [[each.text for each in piece.accepted] for piece in pieces
                if not isinstance(piece, str)]
    assert accepted == [["a", "b"], ["x"]]


@pytest.mark.parametrize("text", ["a\\", "b&", "\\a", "&b", "a#b", "a~b", "a}b", "=a", "%50%a"])
def test_a_text_of_a_gap_is_written_so_that_it_reads_back(text):
    source = written([Part(1, "choice", alternatives=(Option("x", Fraction(1), text),
                                                      Option(text), Option("z")))])
    [part] = parsed(source)
    assert [option.text for option in part.alternatives] == ["x", text, "z"]
    assert part.alternatives[0].feedback == text


def test_an_editor_sends_a_statement_with_feedback_for_both_answers():
    sent = {"stem": ["S"], "answer": ["false"], "explanation": ["why"], "feedback_true": ["t"],
            "feedback_false": ["f"]}
    question = TrueFalse.edited(sent)
    assert (question.stem, question.answer, question.explanation, question.feedback_true,
            question.feedback_false) == ("S", False, "why", "t", "f")


def test_keys_of_a_question_in_a_set_are_those_of_its_type_or_of_any():
    numeric, any_ = part_keys({"type": "numeric"}), part_keys({"type": "nothing"})
    assert {"type", *Numeric.data_keys} == set(numeric)
    assert {f"{name.removesuffix('?')}?" for name in Numeric.data_keys} < set(any_)
    assert "pairs" not in {name.removesuffix("?") for name in numeric}
