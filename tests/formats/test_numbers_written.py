"""Numbers as people type them leave in every format with the value and tolerance they had."""

import io
import re
import zipfile
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import Draft, Option
from isotrain.questions import question_of
from isotrain.questions.cloze_source import Part, parsed
from isotrain.questions.writing.numbers import number_of

FORMATS = {format_.name: format_ for format_ in formats.FORMATS}
FOREIGN = ("gift", "moodlexml", "qti12", "qti2")
OWN = ("yaml", "csv", "xlsx")
DIGITS = st.text("0123456789", min_size=1, max_size=9)
GROUPED = st.tuples(st.text("123456789", min_size=1, max_size=3),
                    st.lists(st.text("0123456789", min_size=3, max_size=3), min_size=1, max_size=3))


@st.composite
def typed(draw, signs=("", "-", "−", "+", "– ")):
    """A number as people type one: commas, spaces between thousands, other digits, exponents."""
    whole = draw(DIGITS | st.builds(lambda told, by: by.join([told[0], *told[1]]), GROUPED,
                                    st.sampled_from(" '’\u202f\u00a0")))
    decimals = draw(st.just("") | st.builds(lambda sign, end: sign + end,
                                            st.sampled_from(".,"), DIGITS))
    power = draw(st.sampled_from(["", "", "e3", "E-2", "e+12", "e−4"]))
    return draw(st.sampled_from(signs)) + whole + decimals + power


def numeric(text, tolerance=""):
    others = Option("*", Fraction(0), "no")
    return Draft("", "numeric", "How many?",
                 options=(Option(text, Fraction(1), "", tolerance), others))


def values(draft):
    return [(number_of(option.text), number_of(option.tolerance or "0"), option.share)
            for option in draft.options if option.text != "*"]


def members(data):
    """What a written file says, with the files of a package one after another."""
    if not data.startswith(b"PK"):
        return data.decode()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return "".join(package.read(name).decode() for name in package.namelist())


@pytest.mark.parametrize("name", [*FOREIGN, *OWN])
@given(text=typed(), tolerance=st.just("") | typed(signs=("",)))
@settings(max_examples=60, deadline=None)
def test_a_number_is_read_back_with_its_value_and_tolerance(name, text, tolerance):
    draft = numeric(text, tolerance)
    imported = FORMATS[name].read(FORMATS[name].write([draft]).data)
    assert not imported.errors
    assert values(imported.questions[0]) == values(draft)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_number_leaves_with_a_decimal_point(name):
    said = members(FORMATS[name].write([numeric("1 000,5", "0,1"), numeric("−٣٫٥")]).data)
    assert "1000.5" in said
    assert "-3.5" in said
    assert not re.search("1 ?000,5|0,1|٣|−", said)


@pytest.mark.parametrize("name", FOREIGN)
def test_a_range_leaves_as_its_middle(name):
    draft = numeric("1,5..2,5")
    [read] = FORMATS[name].read(FORMATS[name].write([draft]).data).questions
    assert values(read) == [(2, Fraction(1, 2), 1)]


@pytest.mark.parametrize("name", ["gift", "moodlexml", "qti2"])
def test_numbers_in_gaps_leave_with_a_decimal_point(name):
    draft = Draft("", "cloze", "Some {1:NM:=1,5:0,25~%50%-2,5} kg.")
    export = FORMATS[name].write([draft])
    assert "1,5" not in members(export.data) and "0,25" not in members(export.data)
    [read] = FORMATS[name].read(export.data).questions
    [part] = [piece for piece in parsed(read.stem) if isinstance(piece, Part)]
    first = part.alternatives[0]
    assert number_of(first.text) == Fraction("1.5")
    assert number_of(first.tolerance) == Fraction("0.25")


@pytest.mark.parametrize("text", ["1e40", "12e-30", "9" * 40 + "." + "1" * 40 + "e50"])
@pytest.mark.parametrize("name", FOREIGN)
def test_very_large_and_small_numbers_lose_no_digit(name, text):
    draft = numeric(text)
    [read] = FORMATS[name].read(FORMATS[name].write([draft]).data).questions
    assert values(read) == values(draft)


@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_no_number_is_left_out_and_told(name):
    right = numeric("3")
    export = FORMATS[name].write([numeric("½"), numeric("3", "much"), right])
    [read] = FORMATS[name].read(export.data).questions
    assert values(read) == values(right)
    assert export.left == 2
    assert "Questions whose answer is no number were left out (questions: 2)." in [
        problem.message for problem in export.problems]


def test_what_is_kept_as_typed_in_our_own_file_can_still_be_marked():
    draft = numeric("1 000,5", "0,1")
    [read] = FORMATS["yaml"].read(FORMATS["yaml"].write([draft]).data).questions
    assert replace(read, place="").options == draft.options
    assert question_of(read).mark("1000.6") == 1
