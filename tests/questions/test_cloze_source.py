"""Moodle's cloze source: texts and parts, there and back."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from isotrain.questions.cloze_source import (
    BadSource,
    Part,
    count_parts,
    has_parts,
    parsed,
    right_values,
    written,
)
from isotrain.questions.draft import Option

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def part_of(source: str) -> Part:
    (part,) = parsed(source)
    assert isinstance(part, Part)
    return part


def shares_of(source: str) -> list[tuple[str, Fraction]]:
    return [(option.text, option.share) for option in part_of(source).alternatives]


def test_a_text_is_taken_apart_in_order() -> None:
    before, first, between, second = parsed("An {1:MC:=audit~axe} and {2:SA:=plan}")
    assert (before, between) == ("An ", " and ")
    assert isinstance(first, Part) and isinstance(second, Part)
    assert (first.kind, first.weight) == ("choice", 1)
    assert (second.kind, second.weight) == ("short_text", 2)


@pytest.mark.parametrize(("name", "told"), [
    ("MC", ("choice", "", False, False)),
    ("MULTICHOICE", ("choice", "", False, False)),
    ("MULTICHOICE_VS", ("choice", "vertical", False, True)),
    ("MCHS", ("choice", "horizontal", False, True)),
    ("MR", ("several", "vertical", False, False)),
    ("MULTIRESPONSE_H", ("several", "horizontal", False, False)),
    ("MRS", ("several", "vertical", False, True)),
    ("MW", ("short_text", "", False, False)),
    ("SHORTANSWER_C", ("short_text", "", True, False)),
    ("MWC", ("short_text", "", True, False)),
])
def test_a_name_says_kind_and_looks(name: str, told: tuple[str, str, bool, bool]) -> None:
    part = part_of(f"{{:{name}:=a~b}}")
    assert (part.kind, part.shown, part.case, part.shuffle) == told
    assert part.weight == 1


def test_weights_and_feedback_belong_to_their_alternative() -> None:
    part = part_of("{1:SA:=yes#Good~%33.333%perhaps#Hm~*#No}")
    assert part.alternatives == (
        Option("yes", Fraction(1), "Good"),
        Option("perhaps", THIRD, "Hm"),
        Option("*", feedback="No"),
    )


def test_several_right_ones_divide_the_mark_and_wrong_ones_take_it_away() -> None:
    assert shares_of("{1:MR:=a~=b~c}") == [("a", HALF), ("b", HALF), ("c", -HALF)]
    assert shares_of("{1:MR:%50%a~%50%b~%-25%c}") == [("a", HALF), ("b", HALF),
                                                       ("c", Fraction(-1, 4))]


def test_numbers_come_with_point_or_comma() -> None:
    first, second = part_of("{1:NM:=5,50:0,1~%50%1e2}").alternatives
    assert (first.text, first.tolerance, second.text) == ("5.5", "0.1", "100")


def test_signs_after_a_backslash_are_text() -> None:
    assert shares_of(r"{1:MC:=a\~b~c\}~d\#e}") == [("a~b", 1), ("c}", 0), ("d#e", 0)]


def test_a_character_reference_is_no_feedback() -> None:
    assert shares_of("{1:SA:=it&#39;s}") == [("it&#39;s", 1)]


def test_an_empty_alternative_counts_as_none() -> None:
    assert shares_of("{1:MC:~=a~b~}") == [("a", 1), ("b", 0)]


@pytest.mark.parametrize(("source", "sentence"), [
    ("{1:MC:a~b}", "Gap 1 has no answer that is wholly right."),
    ("{1:SA:%50%a}", "Gap 1 has no answer that is wholly right."),
    ("{1:MR:a~b}", "Gap 1 has no answer that is wholly right."),
    ("{1:SA:=a} {1:MC:=a}", "Gap 2 has fewer than two options."),
    ("{1:NM:=zero}", '"zero" is not a number.'),
    ("{1:NM:=3:-1}", '"3:-1" is not a number.'),
    ("{1:SA:=a", "Gap 1 is not closed."),
    ("{1:SA:=a~%101%b}", "Gap 1 has an answer that is worth more than 100%."),
    ("{1:SA:=a}" * 101, "The text has more than 100 gaps."),
    ("{1:SA:=a" + "~b" * 101 + "}", "Gap 1 has more than 100 answers."),
])
def test_a_part_that_nobody_can_answer_is_refused(source: str, sentence: str) -> None:
    with pytest.raises(BadSource) as refusal:
        parsed(source)
    assert str(refusal.value) == refusal.value.problem.message == sentence
    assert refusal.value.problem.hint


@pytest.mark.parametrize(("written_as", "number"), [
    ("3,5", "3.5"), ("1 000,5", "1000.5"), ("1.000,5", "1000.5"), ("\u22122", "-2"),
    ("1,000,000", "1000000"), (".5", "0.5"), ("1e3", "1000"),
])
def test_the_number_of_a_gap_is_read_as_people_type_numbers(written_as: str, number: str) -> None:
    [gap] = part_of(f"{{1:NM:={written_as}:0,1}}").alternatives
    assert (gap.text, gap.tolerance) == (number, "0.1")


def test_other_braces_are_text() -> None:
    text = r"\frac{1}{2} {1:XX:=a} {sc:MC:=a~b}"
    assert parsed(text) == (text,)
    assert not has_parts(text)
    assert has_parts("{:MC:")


def test_what_is_right_stands_in_order():
    source = "{1:MC:a~=b} {1:SA:%50%c~=d~=e} {1:MR:=f~=g~h} {1:NM:=5,0}"
    assert right_values(source) == ["b", "d", ["f", "g"], "5"]
    assert right_values("{1:MC:a~b}") == []
    assert count_parts(source) == 4


texts = st.text(st.sampled_from("ab=~#}%5\\& {:1"), max_size=8)
sources = st.lists(
    st.one_of(
        texts,
        st.builds("{{{}:{}:{}}}".format, st.sampled_from(["", "1", "20"]),
                  st.sampled_from(["MC", "MCVS", "SA", "SAC", "MR", "MRH"]),
                  st.lists(st.builds("{}{}#{}".format, st.sampled_from(["=", "", "%50%", "%-5,5%"]),
                                     texts, texts), min_size=1, max_size=4).map("~".join)),
        st.sampled_from(["{1:NM:=5:0.1~%12.5%*#no}", "{:NUMERICAL:=1,50#ok}"]),
    ), max_size=5,
).map("".join)


@given(sources)
def test_what_was_parsed_is_written_so_that_it_parses_to_the_same(source: str) -> None:
    try:
        pieces = parsed(source)
    except BadSource:
        return
    assert parsed(written(pieces)) == pieces
