"""Pairs, categories and gaps: what is written of them, what a page tells, what a response earns."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.exams.dice import Dice
from isotrain.questions.contract import AsWritten, BadData, BadResponse
from isotrain.questions.placing.categorising import Categorising
from isotrain.questions.placing.gap_text import GapText
from isotrain.questions.placing.matching import Matching

from .strategies import QUESTIONS, laws, seeds

TYPES = (Matching, Categorising, GapText)
drawn = st.one_of(*(QUESTIONS[type_] for type_ in TYPES))
PAIRS = [("ISO", "writes"), ("A body", "certifies"), ("An accreditor", "accredits")]


def matching(*rows, stem="Who does what?", **more):
    return Matching.of_rows(stem, rows or PAIRS, explanation="So it is.", **more)


def faults(question):
    return [(p.place, p.message) for p in question.problems() if p.severity == "error"]


@laws(40)
@given(drawn, seeds, st.randoms(use_true_random=False))
def test_a_page_does_not_change_with_what_belongs_where(question, seed, random):
    """Neither do the order in which writers gave their rows, nor what somebody makes of ids."""
    lefts = [left for left, _right in question.rows if left]
    rights = [right for _left, right in question.rows]
    random.shuffle(rights)
    rows = [*zip(lefts, rights, strict=False), *(("", right) for right in rights[len(lefts):])]
    if question.shuffle and not isinstance(question, GapText):
        random.shuffle(rows)
    other = type(question).of_rows(question.stem, rows, shuffle=question.shuffle)

    def shown(each):
        content = each.content()
        order = each.arranged(Dice(seed))
        return each.asked(order), [part["text"] for part in content["places"]], [
            part["text"] for part in content["choices"]]

    assert shown(other) == shown(question)


@pytest.mark.parametrize("type_", TYPES)
def test_what_belongs_together_has_no_id_in_common_and_none_that_tells(type_):
    rows = [(str(n), f"word {n}") for n in range(1, 9)]
    question = type_.of_rows("".join(f"[[{n}]]" for n in range(1, 9)), rows)
    assert question.solution() != {part.id: part.id for part in question.places}
    assert list(question.solution().values()) != sorted(question.solution().values())


@pytest.mark.parametrize("type_", TYPES)
def test_a_translation_has_the_same_ids_whatever_the_alphabet_does(type_):
    def told(stem, *words):
        return type_.of_rows(stem, [("1", words[0]), ("2", words[1]), ("", words[2])])

    english = told("[[1]] and [[2]]", "a", "b", "c")
    german = told("[[2]] und [[1]]", "z", "y", "x")
    assert german.judging() == english.judging()
    assert german.mark(english.solution()) == 1
    swapped = told("[[1]] and [[2]]", "a", "a", "c")
    assert swapped.judging() != english.judging()


def test_each_right_place_earns_an_equal_part_and_an_open_one_nothing():
    question = matching()
    right = question.solution()
    for count in range(1, 4):
        assert question.mark(dict(list(right.items())[:count])) == Fraction(count, 3)


def test_a_right_side_that_stands_twice_is_one_choice_and_right_for_both():
    question = matching(("7.2", "both"), ("7.3", "both"), ("8.3", "9001 only"))
    assert [part.text for part in question.choices] == ["9001 only", "both"]
    both = next(part.id for part in question.choices if part.text == "both")
    assert question.mark({place.id: both for place in question.places}) == Fraction(2, 3)
    assert question.chance() == Fraction(1, 2)


def test_unshuffled_places_stand_as_written_and_choices_by_the_alphabet():
    question = matching(("z", "2"), ("a", "3"), ("m", "1"), shuffle=False)
    asked = question.asked(question.arranged(Dice("0" * 32)))
    assert [place.text for place in asked.places] == ["z", "a", "m"]
    assert [choice.text for choice in asked.choices] == ["1", "2", "3"]


@pytest.mark.parametrize(("rows", "fault"), [
    ([("a", "1"), ("", "2")], ("pairs", "The question has 1 pairs.")),
    ([(f"l{n}", f"r{n}") for n in range(21)], ("pairs", "The question has 21 pairs.")),
    ([("a", "1"), ("b", "2"), *(("", f"r{n}") for n in range(39))],
     ("pairs", "The question has 2 pairs.")),
    ([("a", "1"), ("b", "1")], ("pairs", "There is only one answer to choose from.")),
    ([("a", "1"), ("b", "")], ("pair 2, right", "The text is empty.")),
    ([("a", "1"), ("\u200b", "2"), ("c", "3")], ("pair 2, left", "The text is empty.")),
    ([("a", "1"), ("A ", "2")], ("pair 2, left", "The text is the same as in pair 1.")),
    ([("a", "Yes"), ("b", "yes")],
     ("pair 2, right", "The text differs from that in pair 1 only in case or spaces.")),
    ([("a", "1"), ("b", "2"), ("", "1")],
     ("pair 3, right", "The answer stands in pair 1 already.")),
    ([("a", "1"), ("b", "2"), ("", "3"), ("", "3")],
     ("pair 4, right", "The answer stands in pair 3 already.")),
    ([("a", "1"), ("b", "x" * 5001)],
     ("pair 2, right", "The text has 5001 characters; 5000 are allowed.")),
])  # fmt: skip
def test_what_is_wrong_with_rows_is_said_at_its_place(rows, fault):
    assert faults(matching(*rows)) == [fault]


@pytest.mark.parametrize(("stem", "rows", "fault"), [
    ("[[1]] and [[1]]", [("1", "a"), ("", "b")], ("stem", "Gap 1 stands in the text twice.")),
    ("[[1]] and [[2]]", [("1", "a"), ("", "b")], ("stem", "Gap 2 has no word.")),
    ("[[1]].", [("1", "a"), ("3", "b")], ("pair 2, gap", "The text has no gap 3.")),
    ("[[1]].", [("1", "a"), ("first", "b")], ("pair 2, gap", "The text has no gap first.")),
])
def test_what_is_wrong_with_gaps_is_said_at_its_place(stem, rows, fault):
    assert faults(GapText.of_rows(stem, rows)) == [fault]


def test_one_gap_is_enough():
    assert faults(GapText.of_rows("ISO [[1]].", [("1", "writes"), ("", "certifies")])) == []


def test_a_text_is_asked_in_pieces_and_listed_with_lines():
    question = GapText.of_rows("*ISO* [[2]], bodies [[1]]!", [("1", "certify"), ("2", "writes")])
    asked = question.asked(question.arranged(AsWritten()))
    assert [(text, place and place.text) for text, place in asked.pieces] == [
        ("*ISO* ", "2"), (", bodies ", "1"), ("!", None)]
    assert asked.stem == question.plain_stem == "*ISO* _____, bodies _____!"
    assert asked.stem_inside
    reviewed = question.review(question.solution(), question.arranged(AsWritten()), key=True)
    assert [place.chosen for _text, place in reviewed.pieces if place] == ["writes", "certify"]


def test_gaps_are_numbered_alike_however_their_rows_stand():
    rows = [("10", "j"), ("2", "b"), ("", "x"), ("1", "a")]
    question = GapText.of_rows("[[1]][[2]][[10]]", rows)
    assert question.rows == (("1", "a"), ("2", "b"), ("10", "j"), ("", "x"))


def test_an_editor_takes_the_number_of_a_gap_with_its_brackets():
    sent = {"stem": ["[[1]]"], "pair-1-gap": ["[[1]]"], "pair-1-word": ["a"], "pair-2-word": ["b"]}
    assert GapText.edited(sent).rows == (("1", "a"), ("", "b"))


@pytest.mark.parametrize(("act", "count"), [
    ("add", 3), ("remove-1", 1), ("remove-9", 2), ("", 1), ("other", 2)])
def test_buttons_of_an_editor_add_and_drop_rows(act, count):
    sent = {"stem": ["Who?"], "pair-1-left": ["ISO"], "pair-1-right": ["writes"],
            "pair-2-left": [""], "pair-2-right": [" "]}
    assert len(Matching.edited(sent, act).rows) == count


def test_rows_are_added_only_as_many_as_there_may_be():
    sent = {f"pair-{n}-item": ["x"] for n in range(1, 41)}
    assert len(Categorising.edited(sent, "add").rows) == 40


def test_review_says_what_was_chosen_and_the_rest_only_with_the_key():
    question = matching()
    order = question.arranged(AsWritten())
    right = question.solution()
    wrong = {**right, order[0][0]: right[order[0][1]]}
    del wrong[order[0][2]]
    told = question.review(wrong, order, key=True).places
    assert [place.right for place in told] == [False, True, None]
    assert [bool(place.answer) for place in told] == [True] * 3
    assert [place.answer for place in question.review(wrong, order, key=False).places] == [None] * 3
    assert [place.right for place in question.review(None, order, key=True).places] == [None] * 3


@pytest.mark.parametrize("sent", [
    {"answer-0": ["0", "1"]}, {"answer-0": ["3"]}, {"answer-0": ["00"]}, {"answer-0": ["", ""]}])
def test_what_the_page_did_not_offer_is_refused(sent):
    question = matching()
    with pytest.raises(BadResponse):
        question.read(sent, question.arranged(AsWritten()))


def test_an_open_place_is_none_of_the_response():
    question = matching()
    order = question.arranged(AsWritten())
    given = question.read({"answer-0": [""], "answer-1": ["2"]}, order)
    assert given == {order[0][1]: order[1][2]}
    assert question.read({"answer-0": [""]}, order) is None


@pytest.mark.parametrize("response", [
    {"a": "zz"}, {"zz": "a"}, {"a": ["a"]}, {"a": None}, [["a", "a"]], "a", {}])
def test_a_stored_response_of_another_shape_is_refused(response):
    with pytest.raises(BadResponse):
        matching().mark(response)


def test_keys_of_a_row_that_nobody_knows_are_named():
    data = {"stem": "Who?", "pairs": [{"left": "a", "rigth": "b"}, {"left": 7}, "x"]}
    with pytest.raises(BadData) as refusal:
        Matching.from_data(data)
    assert [p.place for p in refusal.value.problems] == ["pair 1", "pair 2, left", "pair 3"]


def test_a_question_without_any_place_asks_and_earns_nothing():
    empty = Matching.of_rows("Who?", [])
    order = empty.arranged(AsWritten())
    assert empty.solution() is None and empty.guessed(Dice("0" * 32), order) is None
    assert empty.chance() == 0 and empty.mark(None) == 0
    assert replace(empty, keyed=False).asked(order).places == ()


def test_gaps_stand_in_the_order_of_their_numbers_whatever_their_words_are():
    question = GapText.of_rows("[[1]] and [[2]]", [("2", "1"), ("1", "9"), ("", "5")])
    assert question.rows == (("1", "9"), ("2", "1"), ("", "5"))


def test_twenty_pairs_are_fine_and_twenty_one_are_not():
    rows = [(f"left {n}", f"right {n}") for n in range(21)]
    assert faults(matching(*rows[:20])) == []
    assert ("pairs", "The question has 21 pairs.") in faults(matching(*rows))


def test_an_editor_reads_rows_one_after_the_other_to_the_last():
    sent = {f"pair-{n}-left": [f"l{n}"] for n in (0, 1, 2, 40, 41)}
    question = Matching.edited(sent | {"explanation": ["So it is."]}, "add")
    assert [left for left, _right in question.rows] == ["l1", "l2", "l40", ""]
    assert question.explanation == "So it is."


class Backwards:
    """Dice that turn everything round."""

    def shuffled(self, things):
        return list(things)[::-1]


@pytest.mark.parametrize("type_", TYPES)
def test_what_is_shuffled_moves_and_what_is_not_stays(type_):
    rows = [(str(n), f"word {n}") for n in range(1, 5)]
    for shuffle in (True, False):
        question = type_.of_rows("[[1]][[2]][[3]][[4]]", rows, shuffle=shuffle)
        moved = question.arranged(Backwards()) != question.arranged(AsWritten())
        assert moved is shuffle
