"""Things put in order: which numbers make an order, and what an order earns by each rule."""

from fractions import Fraction
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from isotrain.questions.contract import AsWritten, BadData, BadResponse
from isotrain.questions.draft import Draft, Option
from isotrain.questions.placing.ordering import Ordering
from isotrain.questions.placing.orders import ALL_OR_NOTHING, NEIGHBOURS, RULES

from .strategies import QUESTIONS, laws, seeds

TEXTS = ("Plan", "Do", "Check", "Act")


def ordering(*texts, rule=ALL_OR_NOTHING):
    return Ordering.of_texts("What comes first?", texts or TEXTS, explanation="So.", rule=rule)


def numbered(question, numbers):
    """The response that gives these numbers to the items in their right order."""
    return dict(sorted(zip(question.order, map(str, numbers), strict=False)))


@pytest.mark.parametrize(("numbers", "exactly", "neighbours"), [
    ((1, 2, 3, 4), "1", "1"),
    ((2, 3, 4, 1), "0", "2/3"),  # Act, Plan, Do, Check
    ((4, 1, 2, 3), "0", "2/3"),  # Do, Check, Act, Plan
    ((2, 1, 3, 4), "0", "1/3"),
    ((4, 3, 2, 1), "0", "0"),
    ((1, 3, 2, 4), "0", "0"),
])
def test_an_order_earns_what_its_rule_says(numbers, exactly, neighbours):
    for rule, share in ((ALL_OR_NOTHING, exactly), (NEIGHBOURS, neighbours)):
        question = ordering(rule=rule)
        assert question.mark(numbered(question, numbers)) == Fraction(share)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("numbers", [(1, 2, 3), (1, 2, 3, 3), (1, 1, 1, 1), (4,)])
def test_numbers_that_are_no_order_are_kept_and_earn_nothing(rule, numbers):
    question, order = ordering(rule=rule), ordering().arranged(Dice("1" * 32))
    response = numbered(question, numbers)
    assert question.mark(response) == 0
    assert question.read(question.filled(response, order), order) == response


@pytest.mark.parametrize("count", [2, 3, 4, 5])
@pytest.mark.parametrize("rule", RULES)
def test_the_chance_is_the_mean_over_all_orders(rule, count):
    question = ordering(*map(str, range(count)), rule=rule)
    marks = [question.mark(numbered(question, numbers))
             for numbers in permutations(range(1, count + 1))]
    assert question.chance() == sum(marks) / len(marks)


@laws(40)
@given(QUESTIONS[Ordering], seeds, st.randoms(use_true_random=False))
def test_a_page_does_not_change_with_the_right_order(question, seed, random):
    texts = list(question.texts)
    random.shuffle(texts)
    other = Ordering.of_texts(question.stem, texts, rule=question.rule)
    shown = [(each.asked(each.arranged(Dice(seed))), [item.text for item in each.items])
             for each in (question, other)]
    assert shown[0] == shown[1]


def test_a_translation_judges_the_same_in_another_alphabetical_order():
    german = ordering("Planen", "Umsetzen", "Auswerten", "Handeln")
    assert german.judging() == ordering().judging()
    assert german.mark(ordering().solution()) == 1
    assert ordering(rule=NEIGHBOURS).judging() != ordering().judging()


def test_ids_do_not_stand_in_the_right_order():
    question = ordering(*map(str, range(8)))
    assert list(question.order) != sorted(question.order)


@pytest.mark.parametrize(("texts", "fault"), [
    (["one"], ("options", "The question has 1 things to put in order.")),
    ([f"t{n}" for n in range(21)], ("options", "The question has 21 things to put in order.")),
    (["one", ""], ("option 2", "The text is empty.")),
    (["one", "two", "ONE "], ("option 3", "The text is the same as that of option 1.")),
    (["one", "x" * 5001], ("option 2", "The text has 5001 characters; 5000 are allowed.")),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_place(texts, fault):
    assert [(p.place, p.message) for p in ordering(*texts).problems()
            if p.severity == "error"] == [fault]


def test_review_shows_the_items_by_the_numbers_given():
    question = ordering()
    order = question.arranged(AsWritten())
    told = question.review(numbered(question, (2, 1, 3)), order, key=True).places
    assert [(place.text, place.chosen, place.answer) for place in told] == [
        ("Do", "1", "2"), ("Plan", "2", "1"), ("Check", "3", "3"), ("Act", "", "4")]
    assert [place.right for place in told] == [False, False, True, None]
    key = question.review(None, order, key=True).places
    assert [place.text for place in key] == list(TEXTS)
    bare = question.review(numbered(question, (2, 1, 3)), order, key=False).places
    assert {place.answer for place in bare} == {None}


@pytest.mark.parametrize("sent", [
    {"answer-0": ["0"]}, {"answer-0": ["5"]}, {"answer-3": ["1", "2"]}, {"answer-0": ["01"]}])
def test_a_number_that_was_not_offered_is_refused(sent):
    question = ordering()
    with pytest.raises(BadResponse):
        question.read(sent, question.arranged(AsWritten()))


def test_a_rule_is_chosen_in_editor_file_and_draft_and_an_unknown_one_is_none():
    sent = {"stem": ["What?"], "option-1": ["a"], "option-2": ["b"]}
    assert Ordering.edited({**sent, "rule": [NEIGHBOURS]}).rule == NEIGHBOURS
    assert Ordering.edited({**sent, "rule": ["other"]}).rule == ALL_OR_NOTHING
    draft = Draft("", "ordering", "What?", options=(Option("a"), Option("b")), rule=NEIGHBOURS)
    assert Ordering.from_draft(draft).rule == NEIGHBOURS
    data = {"stem": "What?", "options": [{"text": "a"}], "rule": "other"}
    with pytest.raises(BadData):
        Ordering.from_data(data)


@pytest.mark.parametrize(("act", "texts"), [
    ("add", ("a", "", "b", "")), ("remove-2", ("a", "b")), ("remove-7", ("a", "", "b")),
    ("", ("a", "b"))])
def test_buttons_of_an_editor_add_and_drop_rows(act, texts):
    sent = {"option-1": ["a"], "option-2": [""], "option-3": ["b"]}
    assert Ordering.edited(sent, act).texts == texts


def test_one_thing_alone_is_no_order():
    assert ordering("one").mark({ordering("one").order[0]: "1"}) == 0
    assert ordering("one").chance() == 0
    assert Ordering.blank().texts == ("",) * 4


def test_an_editor_keeps_the_explanation():
    sent = {"stem": ["Q"], "explanation": ["So it is."], "option-1": ["a"], "option-2": ["b"]}
    assert Ordering.edited(sent).explanation == "So it is."
