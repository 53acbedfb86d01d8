"""Scenarios: a text with questions that travel together."""

from dataclasses import replace
from fractions import Fraction

import pytest

from isotrain.exams.dice import Dice
from isotrain.questions import (
    TYPES,
    Essay,
    Information,
    Numeric,
    Scenario,
    SingleChoice,
    TrueFalse,
    find_type,
)
from isotrain.questions.contract import AsWritten, BadData, BadResponse
from isotrain.questions.draft import Draft
from isotrain.questions.scenario.parts import PARTS

from .strategies import one, zero

two = Scenario.examples()[0].question
choice, number = two.parts
three = replace(two, parts=(*two.parts, TrueFalse.examples()[0].question))
CANARY = "canary-9c1d"


def test_a_set_counts_as_its_questions_and_a_text_alone_as_none():
    assert (two.size, three.size, choice.size) == (2, 3, 1)
    assert Information.examples()[0].question.size == 0
    assert [type_ for type_ in TYPES if type_.is_set] == [Scenario]


def test_all_that_a_program_marks_may_stand_in_a_set():
    assert list(PARTS) == [type_ for type_ in TYPES
                           if type_.asks and not type_.marked_by_person and not type_.is_set]


def test_each_question_earns_the_same_and_is_answered_by_itself():
    assert three.mark({"a": "a", "c": three.parts[2].solution()}) == Fraction(2, 3)
    assert [three.answered(each) for each in (None, {"b": "1"}, three.solution())] == [0, 1, 3]
    assert three.chance() == (Fraction(1, 2) + zero + Fraction(1, 2)) / 3


def test_questions_keep_their_order_and_their_options_do_not():
    many = replace(two, parts=(replace(choice, options=choice.options * 3),) * 4)
    orders = many.arranged(Dice("0" * 32))
    assert len({tuple(order) for order in orders}) > 1, "each has an order of its own"
    assert [part.asked.stem for part in many.asked(orders).parts] == [choice.stem] * 4


def test_each_question_has_fields_of_its_own():
    order = two.arranged(AsWritten())
    assert two.filled({"a": "b", "b": "7"}, order) == {"answer-a": ["1"], "answer-b": ["7"]}
    assert two.read({"answer-b": ["7"], "answer": ["0"], "answer-bb": ["1"]}, order) == {"b": "7"}
    second = two.asked(order).parts[1]
    assert second.fields({"answer-a": ["1"], "answer-b": ["7"], "answer-b-1": ["2"]}) == {
        "answer": ["7"], "answer-1": ["2"]}


@pytest.mark.parametrize("response", [{"c": "a"}, {"a": None}, {"a": "zz"}, {"a": "a", "d": "a"}])
def test_a_response_to_other_questions_is_refused(response):
    with pytest.raises(BadResponse):
        two.mark(response)


def test_no_text_of_any_key_reaches_the_learner_before_it_may():
    options = tuple(replace(o, feedback=CANARY) for o in choice.options)
    told = replace(two, explanation=CANARY, parts=(
        replace(choice, options=options, explanation=CANARY),
        Numeric("?", (number.answers[0]._replace(feedback=CANARY),), CANARY)))
    order = told.arranged(AsWritten())
    for seen in (told.content(), told.asked(order), Scenario.join(told.content()),
                 told.review({"a": "a"}, order, key=False)):
        assert CANARY not in repr(seen)
    assert CANARY in repr(told.review({"a": "a"}, order, key=True))


def test_what_each_question_earned_is_told_with_the_key_alone():
    order = two.arranged(AsWritten())
    for key, shares in ((True, [one, zero]), (False, [None, None])):
        reviewed = two.review({"a": "a"}, order, key=key)
        assert [part.share for part in reviewed.parts] == shares
    assert [part.share for part in two.review(None, order, key=True).parts] == [None, None]


def test_a_review_shows_what_was_answered_at_each_question():
    order = two.arranged(AsWritten())
    told = two.review({"a": "a"}, order, key=False)
    assert [part.reviewed.answered for part in told.parts] == [True, False]


def test_explanations_stand_under_the_numbers_of_their_questions():
    assert two.why(4).splitlines() == [
        "What cannot be stopped must not run.", "4. Without a stop nobody can be freed in time.",
        "5. The text says so."]
    assert replace(two, explanation="", parts=(choice, replace(number, explanation=""))).why(
        1) == "1. Without a stop nobody can be freed in time."
    assert choice.why(9) == choice.explanation


@pytest.mark.parametrize(("changed", "place"), [
    (replace(two, parts=(choice,)), "questions"),
    (replace(two, parts=(choice,) * 11), "questions"),
    (replace(two, parts=(choice, replace(number, answers=()))), "question 2, answers"),
    (replace(two, parts=(replace(choice, stem=" "), number)), "question 1, stem"),
    (replace(two, stem=""), "stem"),
])
def test_what_its_writer_should_put_right_says_of_which_question(changed, place):
    assert [p.place for p in changed.problems() if p.severity == "error"] == [place]


@pytest.mark.parametrize(("part", "place"), [
    ({"type": "essay", "stem": "Why?"}, "question 2, type"),
    ({"type": "scenario", "stem": "Why?"}, "question 2, type"),
    ({"stem": "Why?"}, "question 2, type"),
    ({"type": "true_false", "stem": 1}, "question 2, stem"),
    ({"type": "single_choice", "stem": "Which?", "options": [{"text": ["a"]}]},
     "question 2, option 1, text"),
    ("Why?", "question 2"),
])
def test_data_of_a_question_that_cannot_stand_there_is_refused_in_its_place(part, place):
    with pytest.raises(BadData) as refusal:
        Scenario.from_data({"stem": "So.", "questions": [choice.to_data(), part]})
    assert refusal.value.problems[0].place == place


@pytest.mark.parametrize("type_", [Essay, Information, Scenario])
def test_a_draft_with_a_question_that_cannot_stand_there_is_refused(type_):
    draft = replace(two.draft(), parts=(choice.draft(), type_.examples()[0].question.draft()))
    with pytest.raises(BadData) as refusal:
        Scenario.from_draft(draft)
    assert refusal.value.problems[0].place == "question 2"


def test_all_texts_of_a_draft_are_told_anew_and_two_that_ask_the_same_are_the_same():
    loud = two.draft().retold(str.upper)
    assert (loud.stem, loud.parts[0].stem, loud.parts[0].options[0].text) == (
        two.stem.upper(), choice.stem.upper(), choice.options[0].text.upper())
    other = replace(two, parts=(choice, replace(number, stem="How many?")))
    assert replace(two, explanation="").draft().asks == two.draft().asks != other.draft().asks
    assert Draft.from_data(two.draft().to_data()) == two.draft()
    before = {name: value for name, value in choice.draft().to_data().items() if name != "parts"}
    assert Draft.from_data(before) == choice.draft(), "as it was kept before there were sets"


SENT = {
    "stem": ["A text."], "explanation": ["So."],
    "question-1-type": ["single_choice"], "question-1-stem": ["Which?"], "question-1-right": ["2"],
    "question-1-option-1": ["this"], "question-1-option-2": ["that"], "question-1-option-3": [""],
    "question-1-explanation": ["That."],
    "question-2-type": ["numeric"], "question-2-stem": ["How many?"],
    "question-2-answer-1": ["7"], "question-2-answer-1-share": ["1"],
}


def test_an_editor_sends_each_question_under_its_number():
    found = Scenario.edited(SENT)
    assert (found.stem, found.explanation) == ("A text.", "So.")
    assert [part.stem for part in found.parts] == ["Which?", "How many?"]
    assert (found.parts[0].solution(), found.parts[0].explanation) == ("b", "That.")
    assert len(found.parts[0].options) == 2 and found.parts[1].solution() == "7"


@pytest.mark.parametrize(("act", "stems"), [
    ("up-2", ["How many?", "Which?"]), ("up-1", ["Which?", "How many?"]),
    ("drop-1", ["How many?"]), ("drop-9", ["Which?", "How many?"]), ("up-x", ["Which?",
                                                                            "How many?"]),
    ("add", ["Which?", "How many?", ""])])
def test_buttons_add_move_and_drop_questions(act, stems):
    assert [part.stem for part in Scenario.edited(SENT, act).parts] == stems


def test_a_question_that_moves_up_leaves_those_below_where_they_are():
    sent = {**SENT, "question-3-type": ["numeric"], "question-3-stem": ["How far?"]}
    assert [part.stem for part in Scenario.edited(sent, "up-2").parts] == [
        "How many?", "Which?", "How far?"]
    assert [part.stem for part in Scenario.edited(sent, "up-3").parts] == [
        "Which?", "How far?", "How many?"]


def test_a_question_is_added_of_the_type_that_was_chosen_up_to_ten():
    sent = {**SENT, "question-type": ["true_false"]}
    assert isinstance(Scenario.edited(sent, "add").parts[2], TrueFalse)
    assert isinstance(Scenario.edited({**sent, "question-type": ["essay"]}, "add").parts[2],
                      SingleChoice)
    full = {f"question-{n}-type": ["numeric"] for n in range(1, 12)}
    assert len(Scenario.edited(full, "add").parts) == 10
    assert Scenario.edited(full).types == () and Scenario.edited(SENT).types == PARTS


def test_a_button_of_a_question_changes_its_rows_alone():
    added = Scenario.edited(SENT, "question-1-add")
    assert [len(added.parts[0].options), len(added.parts[1].answers)] == [4, 1]
    fewer = Scenario.edited(SENT, "question-1-remove-1")
    assert [option.text for option in fewer.parts[0].options] == ["that", ""]
    assert len(Scenario.edited(SENT, "question-2-add").parts[1].answers) == 2


def test_every_type_can_stand_in_a_set_with_its_own_example():
    whole = Scenario("A text.", tuple(type_.examples()[0].question for type_ in PARTS))
    assert whole.problems() == () and whole.size == len(PARTS)
    assert whole.mark(whole.solution()) == one
    assert find_type("scenario").from_data(whole.to_data()) == whole


def test_what_the_whole_explains_need_not_be_explained_of_each_question():
    unexplained = (replace(choice, explanation=""), replace(number, explanation=""))
    bare = replace(two, parts=unexplained, explanation="")
    assert [p.place for p in bare.problems()] == [
        "question 1, explanation", "question 2, explanation"]
    assert replace(bare, explanation="So it is.").problems() == ()
    faulty = replace(bare, explanation="So.", parts=(replace(choice, explanation="a\0"), number))
    assert [p.place for p in faulty.problems()] == ["question 1, explanation"]
