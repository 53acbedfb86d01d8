"""The two choice types: what each option earns, and every problem a writer can be told of."""

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given

from isotrain.exams.dice import Dice
from isotrain.questions import MultipleChoice, SingleChoice
from isotrain.questions import draft as neutral
from isotrain.questions.contract import FIELD, AsWritten, BadData, BadResponse
from isotrain.questions.draft import Draft
from isotrain.questions.options import Option, lettered, option_id
from isotrain.questions.wire import AskedOption, ReviewedOption

from .strategies import one, seeds, zero

single = SingleChoice.examples()[0].question
multiple = MultipleChoice.examples()[0].question
KINDS = [single, multiple]


def with_options(question, *texts, right="a"):
    return replace(question, options=lettered(*texts, right=right))


def said(question):
    return [(p.severity, p.place, p.message) for p in question.problems()]


def test_a_share_lets_an_option_earn_a_part():
    partly = Option("a", "nearly", share=Fraction(1, 3))
    question = replace(single, options=(partly, Option("b", "right", right=True)))
    assert question.mark("a") == Fraction(1, 3)
    assert question.mark("b") == one


@pytest.mark.parametrize(
    ("chosen", "share"),
    [
        (["a", "b"], 1),
        (["a"], Fraction(1, 2)),
        (["a", "c"], 0),
        (["a", "b", "c"], Fraction(1, 2)),
        (["a", "b", "c", "d"], 0),
        (["c", "d"], 0),
    ],
)
def test_wrong_options_take_away_what_right_ones_earn(chosen, share):
    question = with_options(multiple, "one", "two", "three", "four", right="ab")
    assert question.mark(chosen) == share


def test_only_exactly_the_right_set_earns_everything():
    question = with_options(multiple, *"pqrst", right="bd")
    ids = "abcde"
    full = [
        chosen
        for bits in range(1, 32)
        if question.mark(chosen := [i for n, i in enumerate(ids) if bits >> n & 1]) == one
    ]
    assert full == [["b", "d"]]


def test_a_multiple_choice_question_without_a_key_earns_nothing():
    assert with_options(multiple, "one", "two", right="").mark(["a"]) == zero


@pytest.mark.parametrize("question", KINDS)
def test_an_unshuffled_question_keeps_its_order(question):
    class NoDice:
        def shuffled(self, things):
            raise AssertionError("nothing to shuffle")

    kept = replace(question, shuffle=False)
    assert kept.arranged(NoDice()) == [option.id for option in kept.options]


def test_two_answers_to_a_single_choice_question_are_one_problem():
    question = with_options(single, "one", "two", "three", right="ac")
    assert said(question) == [
        ("warning", "options", "Options 1, 3 are right; any one of them earns the whole mark."),
    ]


@pytest.mark.parametrize("question", KINDS)
def test_a_missing_key_is_an_error(question):
    bad = with_options(question, "one", "two", right="")
    assert said(bad) == [("error", "options", "No option is right.")]


def test_all_options_right_is_worth_a_warning():
    bad = with_options(multiple, "one", "two", right="ab")
    assert said(bad) == [("warning", "options", "Every option is right.")]


def test_a_right_option_must_earn_the_full_mark():
    half = Option("a", "right", right=True, share=Fraction(1, 2))
    bad = replace(single, options=(half, Option("b", "wrong")))
    assert said(bad) == [("error", "option 1", "The right option earns only part of the mark.")]


def test_a_share_has_no_place_in_multiple_choice():
    first, *others = multiple.options
    bad = replace(multiple, options=(replace(first, share=one), *others))
    assert [place for _, place, _ in said(bad)] == ["option 1"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Plan", "plan"), ("a  b", " a b"), ("caf\u00e9", "cafe\u0301"), ("Straße", "STRASSE")],
)
def test_options_that_look_the_same_are_an_error(first, second):
    bad = with_options(single, "other", first, second)
    assert said(bad) == [
        ("error", "option 3", "The text is the same as that of option 2."),
    ]


@pytest.mark.parametrize("count", [0, 1, 21])
def test_too_few_or_too_many_options_are_an_error(count):
    bad = with_options(single, *(f"option number {n}" for n in range(count)))
    assert f"The question has {count} options." in [message for _, _, message in said(bad)]


@pytest.mark.parametrize("count", [2, 20])
def test_two_to_twenty_options_are_fine(count):
    assert said(with_options(single, *(f"option number {n}" for n in range(count)))) == []


@pytest.mark.parametrize("blank", ["", "  ", "\u200b\u00a0", "\n"])
def test_an_empty_stem_or_option_is_an_error(blank):
    assert said(replace(single, stem=blank)) == [("error", "stem", "The text is empty.")]
    assert ("error", "option 2", "The text is empty.") in said(with_options(single, "one", blank))


@pytest.mark.parametrize("limit", [20_000])
def test_a_long_stem_is_an_error(limit):
    assert said(replace(single, stem="x" * limit)) == []
    message = f"The text has {limit + 1} characters; {limit} are allowed."
    assert said(replace(single, stem="x" * (limit + 1))) == [("error", "stem", message)]


def test_a_long_option_or_feedback_is_an_error():
    assert said(with_options(single, "x" * 5_000, "y")) == []
    assert [place for _, place, _ in said(with_options(single, "x" * 5_001, "y"))] == ["option 1"]
    long = replace(single.options[0], feedback="x" * 5_001)
    bad = replace(single, options=(long, *single.options[1:]))
    assert [place for _, place, _ in said(bad)] == ["option 1, feedback"]


@pytest.mark.parametrize("char", ["\0", "\x07", "\x7f", "\x85", "\ud800"])
def test_control_characters_are_an_error(char):
    code = f"U+{ord(char):04X}"
    message = f"The text contains the control character {code}."
    assert said(replace(single, stem=f"a{char}b")) == [("error", "stem", message)]


def test_line_breaks_and_tabs_are_no_problem():
    assert said(replace(single, stem="first\r\nsecond\tthird")) == []


def test_a_missing_explanation_is_a_warning():
    assert said(replace(single, explanation="")) == [
        ("warning", "explanation", "The explanation is missing.")
    ]


def places(data, type_=SingleChoice):
    with pytest.raises(BadData) as refusal:
        type_.from_data(data)
    return [problem.place for problem in refusal.value.problems]


TWO = [{"text": "one", "right": True}, {"text": "two"}]


@pytest.mark.parametrize("data", [None, [], "text", 7])
def test_data_without_named_fields_is_refused(data):
    assert places(data)[0] == "question"


@pytest.mark.parametrize(
    ("field", "value", "place"),
    [
        ("stem", 9001, "stem"),
        ("options", None, "options"),
        ("options", "one, two", "options"),
        ("explanation", ["because"], "explanation"),
        ("shuffle", "sometimes", "shuffle"),
        ("options", [*TWO, "three"], "option 3"),
        ("options", [*TWO, {"text": 3}], "option 3, text"),
        ("options", [*TWO, {"text": "x", "right": "maybe"}], "option 3, right"),
        ("options", [*TWO, {"text": "x", "rigth": True}], "option 3"),
        ("options", [*TWO, {"text": "x", "feedback": {}}], "option 3, feedback"),
    ],
)
def test_a_field_of_the_wrong_shape_is_named(field, value, place):
    assert places({"stem": "Which?", "options": TWO, field: value}) == [place]


@pytest.mark.parametrize("share", ["2", "-2", "1/0", "half", "1e999999999", "", True, "3/2", []])
def test_a_share_that_is_none_is_refused(share):
    data = {"stem": "Which?", "options": [*TWO, {"text": "x", "share": share}]}
    assert places(data) == ["option 3, share"]


@pytest.mark.parametrize(
    ("share", "value"), [("1/3", "1/3"), ("0.25", "1/4"), (0.5, "1/2"), (0, "0")]
)
def test_a_share_is_read_exactly(share, value):
    data = {"stem": "Which?", "options": [*TWO, {"text": "x", "share": share}]}
    assert SingleChoice.from_data(data).options[2].share == Fraction(value)


def test_every_fault_is_named_at_once():
    assert places({"stem": 1, "options": [{"text": 2}], "shuffle": 3}) == [
        "stem",
        "option 1, text",
        "shuffle",
    ]


def test_true_may_be_written_as_text():
    data = {"stem": "Which?", "options": [{"text": "a"}, {"text": "b", "right": "True"}]}
    assert SingleChoice.from_data({**data, "shuffle": "false"}) == SingleChoice(
        "Which?", lettered("a", "b", right="b"), shuffle=False
    )


def test_option_ids_stay_unique_beyond_the_alphabet():
    assert len({option_id(index) for index in range(100)}) == 100


def test_a_review_shows_feedback_beside_its_option_and_only_with_the_key():
    question = replace(single, options=(Option("a", "one", True), Option("b", "two", False, "No.")))
    assert question.review("b", ["b", "a"], key=True).options == (
        ReviewedOption("two", True, False, "No."), ReviewedOption("one", False, True, ""))
    assert question.review("b", ["b", "a"], key=False).options == (
        ReviewedOption("two", True, None, ""), ReviewedOption("one", False, None, ""))


@pytest.mark.parametrize("question", KINDS)
@given(seeds)
def test_options_are_shown_by_place_in_the_order_of_the_dice(question, seed):
    arrangement = question.arranged(Dice(seed))
    texts = {option.id: option.text for option in question.options}
    assert sorted(arrangement) == sorted(texts)
    assert question.asked(arrangement).options == tuple(
        AskedOption(str(place), texts[id_]) for place, id_ in enumerate(arrangement))


def test_several_options_are_an_answer_only_where_several_may_be_chosen():
    sent = {FIELD: ["0", "1"]}
    assert multiple.read(sent, ["b", "a", "c", "d"]) == ["a", "b"]
    with pytest.raises(BadResponse):
        single.read(sent, ["b", "a", "c"])


def sent(*rows, **more):
    """What the editor sends of these rows: texts by number, from 1."""
    return {"stem": ["Which?"], "explanation": ["So."], **{
        f"option-{n}": [text] for n, text in enumerate(rows, 1)}, **more}


@pytest.mark.parametrize("question", KINDS)
def test_an_editor_leaves_empty_rows_out_and_keeps_the_key_with_its_row(question):
    edited = question.edited(sent("one", "", "three", right=["3"], shuffle=["y"]))
    assert [(o.id, o.text, o.right) for o in edited.options] == [
        ("a", "one", False), ("b", "three", True)]
    assert edited.problems() == ()


@pytest.mark.parametrize(("act", "texts"), [
    ("add", ["one", "", "three", ""]), ("remove-2", ["one", "three"]),
    ("remove-1", ["", "three"]), ("remove-4", ["one", "", "three"]),
    ("remove-x", ["one", "", "three"]), ("twist", ["one", "", "three"]),
])  # fmt: skip
def test_a_button_of_the_editor_changes_the_rows_and_nothing_else(act, texts):
    edited = multiple.edited(sent("one", "", "three", right=["3"]), act)
    assert [option.text for option in edited.options] == texts
    assert [o.text for o in edited.options if o.right] == ["three"]


def test_an_editor_holds_no_more_than_twenty_rows_and_shows_two_at_least():
    rows = [str(n) for n in range(25)]
    assert len(multiple.edited(sent(*rows), "add").options) == 20
    assert [row.text for row in single.edited({}).rows] == ["", ""]


@pytest.mark.parametrize(("share", "kept"), [
    ("1/3", Fraction(1, 3)), ("0", None), ("1", None), ("x", None), ("1/0", None)])
def test_an_editor_keeps_the_part_of_the_mark_that_a_wrong_option_earns(share, kept):
    more = {"right": ["1"], "option-1-share": ["1/2"], "option-2-share": [share]}
    edited = single.edited(sent("one", "two", **more))
    assert [option.share for option in edited.options] == [None, kept]


def test_typed_texts_are_composed_and_lose_what_no_page_can_hold():
    edited = single.edited({"stem": [" e\u0301\r\nx\0 "], "option-1": ["a\x07b"]})
    assert (edited.stem, edited.options[0].text) == ("\u00e9\nx", "ab")


@pytest.mark.parametrize("type_", [SingleChoice, MultipleChoice])
def test_options_bear_letters_where_one_names_others_by_them(type_):
    named = type_.from_draft(Draft("", type_.name, "Which?", options=tuple(
        neutral.Option(text) for text in ("Paper", "Glass", "Both A and B"))))
    plain = type_.from_draft(Draft("", type_.name, "Which?", options=tuple(
        neutral.Option(text) for text in ("Paper", "Glass", "Neither"))))
    for question, named_by in ((named, True), (plain, False)):
        order = question.arranged(AsWritten())
        assert question.asked(order).lettered is named_by
        assert question.review(None, order, key=True).lettered is named_by


def test_parts_that_come_to_more_than_the_mark_earn_the_mark():
    question = MultipleChoice("Q", (Option("a", "x", True, share=Fraction(3, 4)),
                                    Option("b", "y", True, share=Fraction(1, 2))), rule="weights")
    assert question.mark(["a"]) == Fraction(3, 4)
    assert question.mark(["a", "b"]) == 1
