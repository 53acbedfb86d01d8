"""Cloze: gaps of every kind, and nothing of their key before it may be seen."""

from fractions import Fraction

import pytest

from isotrain.exams.dice import Dice
from isotrain.questions import Cloze
from isotrain.questions.contract import AsWritten, BadResponse, Unkept
from isotrain.questions.draft import Draft
from isotrain.questions.writing.shown import AskedGap, ReviewedGap

from .strategies import one, zero

question = Cloze.examples()[0].question
several = Cloze.examples()[4].question
order = question.arranged(AsWritten())


def gaps_of(shown):
    return [piece for piece in shown.pieces if isinstance(piece, (AskedGap, ReviewedGap))]


def test_the_text_keeps_its_gaps_and_lists_show_lines_for_them():
    assert question.stem.startswith("An audit by [[1]] is an internal one.")
    assert question.plain_stem.startswith("An audit by _____ is an internal one.")
    asked = question.asked(order)
    assert asked.stem_inside and asked.pieces[0] == "An audit by "
    assert [(gap.name, gap.kind, len(gap.options)) for gap in gaps_of(asked)] == [
        ("answer-1", "choice", 3), ("answer-2", "numeric", 0), ("answer-3", "short_text", 0),
        ("answer-4", "numeric", 0)]


@pytest.mark.parametrize("word", ["2015", "2008", "clauses", "chapters", "second party"])
def test_what_fills_a_gap_stands_only_in_the_key(word):
    bare = Cloze.join(question.content())
    for seen in (question.content(), question.plain_stem, question.asked(order), bare,
                 question.review(None, order, key=False)):
        assert word not in repr(seen)
    assert word in repr(question.key())


def test_a_page_sends_places_and_texts():
    sent = {"answer-1": ["1"], "answer-2": [" 2008 "], "answer-3": [""]}
    response = question.read(sent, order)
    assert response == {"1": "b", "2": "2008"}
    assert question.filled(response, order) == {"answer-1": ["1"], "answer-2": ["2008"]}
    turned = [["c", "b", "a"], [], [], []]
    assert question.read({"answer-1": ["0"]}, turned) == {"1": "c"}
    assert several.read({"answer-1": ["2", "0"]}, [["c", "a", "b"]]) == {"1": ["b", "c"]}
    assert question.read({"answer-1": [""], "answer-2": [" "]}, order) is None


@pytest.mark.parametrize("sent", [
    {"answer-1": ["3"]}, {"answer-1": ["a"]}, {"answer-1": ["0", "1"]}, {"answer-1": ["0", "0"]},
    {"answer-2": ["1", "2"]},
])
def test_what_the_page_did_not_offer_is_refused(sent):
    with pytest.raises(BadResponse):
        question.read(sent, order)


def test_a_gap_that_is_filled_with_too_much_is_refused_in_words():
    with pytest.raises(Unkept, match="501 characters"):
        question.read({"answer-3": ["x" * 501]}, order)


@pytest.mark.parametrize("response", [
    {"5": "x"}, {"0": "x"}, {"1": "d"}, {"1": ["a"]}, {"2": ""}, {"2": 5}, {"3": " padded "}, []])
def test_a_stored_response_that_is_none_is_refused(response):
    with pytest.raises(BadResponse):
        question.mark(response)


@pytest.mark.parametrize("chosen", [["b", "a"], ["a", "a"], [], "a", ["z"]])
def test_several_are_stored_in_order_and_once(chosen):
    with pytest.raises(BadResponse):
        several.mark({"1": chosen})


def test_gaps_earn_by_their_weight():
    assert question.mark({"2": "2015"}) == Fraction(2, 5)
    assert question.mark({"2": "2015", "3": "Chapters"}) == Fraction(3, 5)
    assert question.mark({"2": "2008.0"}) == Fraction(1, 5)
    weighty = Cloze.of_source("{3:SA:=a} {1:SA:=b}")
    assert weighty.mark({"1": "A"}) == Fraction(3, 4)


def test_a_wrong_choice_takes_nothing_from_other_gaps():
    taking = Cloze.of_source("{1:MC:=a~%-100%b} {1:SA:=c}")
    assert taking.mark({"1": "b", "2": "c"}) == Fraction(1, 2)


def test_any_number_is_feedback_for_numbers_only():
    told = Cloze.of_source("{1:NM:=5:0~%0%*#Count again.}")
    (gap,) = gaps_of(told.review({"1": "7"}, [[]], key=True))
    assert (gap.given, gap.share, gap.feedback) == ("7", zero, "Count again.")
    (gap,) = gaps_of(told.review({"1": "seven"}, [[]], key=True))
    assert gap.feedback == ""
    assert told.asked([[]]).unread({"answer-1": ["seven"]}) == [1]
    assert told.asked([[]]).unread({"answer-1": ["7,0"]}) == []


def test_a_review_tells_each_gap():
    gaps = gaps_of(question.review({"1": "b", "2": "2015"}, order, key=True))
    assert [(gap.given, gap.share) for gap in gaps] == [
        ("a customer", zero), ("2015", one), ("", zero), ("", zero)]
    assert gaps[0].feedback == "That is the second party."
    assert [each.text for each in gaps[2].accepted] == ["clauses", "chapters"]
    (gap,) = gaps_of(several.review({"1": ["a", "c"]}, [["a", "b", "c"]], key=True))
    assert gap.given == "plan, guess" and gap.several


def test_options_are_shuffled_where_the_source_says_so():
    orders = {tuple(several.arranged(Dice(f"{n:032x}"))[0]) for n in range(30)}
    assert len(orders) > 1
    assert {tuple(question.arranged(Dice(f"{n:032x}"))[0]) for n in range(30)} == {("a", "b", "c")}


@pytest.mark.parametrize("source", [
    "", "No gap at all.", "{1:SA:=open", "{1:MC:=one}", "{1:NM:=abc}", "{1:SA:wrong}",
    "{0:SA:=a}", "A literal [[1]] and {1:SA:=a}", "{1:MR:%40%a~%40%b~c}",
    "{1:SA:=" + "x" * 501 + "}",
])
def test_what_its_writer_must_put_right(source):
    bad = Cloze.of_source(source, "So.")
    assert bad.source == source or "%" in source
    found = [problem for problem in bad.problems() if problem.severity == "error"]
    assert found and {problem.place for problem in found} == {"stem"}
    assert all(problem.message and problem.hint for problem in found)


def test_a_source_with_a_fault_is_kept_as_it_was_typed():
    typed = "The {1:MC:=a} is {1:SA:=b}"
    again = Cloze.edited({"stem": [typed]}, "preview")
    assert (again.source, again.preview) == (typed, None)
    assert Cloze.from_draft(Draft("", "cloze", typed)).draft().stem == typed
    assert len(gaps_of(question.preview)) == 4


def test_a_translation_has_other_words_and_the_same_gaps():
    german = Cloze.of_source(
        "Ein Audit durch {1:MC:=sie selbst~einen Kunden~eine Stelle} ist intern. Revision"
        " {2:NM:=2015,0:0~%50%2008:0}; {1:SA:=Abschnitte} ab {1:NM:=1:0}.")
    assert german.judging() == question.judging()
    other = Cloze.of_source(
        "Ein Audit durch {1:MC:sie selbst~=einen Kunden~eine Stelle} ist intern. Revision"
        " {2:NM:=2015:0~%50%2008:0}; {1:SA:=Abschnitte} ab {1:NM:=1:0}.")
    assert other.judging() != question.judging()
