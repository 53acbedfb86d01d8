"""Pictures of Word documents, in the text where they stand."""

from __future__ import annotations

import pytest

from isotrain import formats
from isotrain.formats import child
from isotrain.formats.reencoding import reencoded
from isotrain.questions.pictured import reference
from tests.formats.letter import BOLD, document, drawing, old_drawing, paragraph, run, table
from tests.formats.reading import only, options, said
from tests.media.making import plain

RED, BLUE = plain(), plain(colour="blue")
SIGN = reference("A sign", reencoded(RED).address)
SEA = reference("The sea", reencoded(BLUE).address)
FILES = {"r": RED, "b": BLUE}


def read(*blocks):
    return formats.read(document(*blocks, files=FILES), "paper.docx")


@pytest.mark.parametrize("draw", [drawing, old_drawing])
def test_a_picture_stands_where_it_stood_in_its_paragraph(draw):
    imported = read(paragraph("1. What is ", draw("r", "A sign"), "?"), "A. One", "*B. Two")
    assert only(imported).stem == f"What is {SIGN}?" and imported.pictures == (reencoded(RED),)
    assert not imported.errors


def test_a_picture_in_a_paragraph_of_its_own_goes_on_with_the_question():
    imported = read("1. What is this?", paragraph(drawing("r", "A sign")), "A. One", "*B. Two",
                    "2. And this?", "A. x", "*B. y")
    assert [draft.stem for draft in imported.questions] == [f"What is this?\n{SIGN}", "And this?"]


def test_options_can_be_pictures_with_letters_typed_or_of_a_list():
    typed = read("1. Which?", paragraph("A. ", drawing("r", "A sign")),
                 paragraph("*B. ", drawing("b", "The sea")))
    listed = read("1. Which?", paragraph(drawing("r", "A sign"), list_="3"),
                  paragraph(drawing("b", "The sea"), list_="3"), "Answer: B")
    for imported in (typed, listed):
        assert options(only(imported)) == [(SIGN, 0), (SEA, 1)] and not imported.errors


def test_bold_letters_mark_an_option_whatever_its_picture_looks_like():
    imported = read("1. Which?", paragraph("A. One ", drawing("r", "A sign")),
                    paragraph(run("B. Two ", BOLD), drawing("b", "The sea")))
    assert options(only(imported)) == [(f"One {SIGN}", 0), (f"Two {SEA}", 1)]


def test_an_answer_line_names_an_option_by_its_words():
    imported = read("1. Which?", paragraph("A. One ", drawing("r", "A sign")), "B. Two",
                    "Answer: One")
    assert options(only(imported)) == [(f"One {SIGN}", 1), ("Two", 0)]


def test_a_table_with_a_header_has_pictures_in_its_cells():
    imported = read(table(
        ("Question", "A", "B", "Correct"),
        ("Which?", paragraph(drawing("r", "A sign")), paragraph("Two ", drawing("b", "The sea")),
         "B"), ("Who?", "x", "y", paragraph("A", drawing("r", "A sign")))))
    assert options(imported.questions[0]) == [(SIGN, 0), (f"Two {SEA}", 1)]
    assert [place for place, _message in said(imported, "error")] == [
        "table 1, row 3, column Correct"]


def test_a_picture_that_is_linked_from_elsewhere_or_lost_is_an_error_of_its_question():
    imported = read(paragraph("1. What?", drawing("none")), "A. x", "*B. y")
    assert said(imported, "error") == [
        ("question 1", "A picture stands here that is not in the file.")]


def test_a_picture_before_the_questions_is_named_by_its_words():
    imported = read(paragraph(drawing("r", "Our logo")), "1. What?", "A. x", "*B. y")
    assert ("file", 'The line "[Our logo]" was not read.') in said(imported, "warning")
    assert not imported.pictures and not imported.errors


def test_the_bounded_process_reads_them():
    data = document(paragraph("1. What?", drawing("r", "A sign")), "A. x", "*B. y", files=FILES)
    assert child.parse(data, "paper.docx").pictures == (reencoded(RED),)
