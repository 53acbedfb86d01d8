"""Workbooks of the years before .xlsx, whose cells are read as values."""

from __future__ import annotations

import random
import struct

import pytest

from isotrain import formats
from isotrain.formats import child
from isotrain.formats.contract import Unreadable
from tests.formats.damaging import mutant, old_workbook
from tests.formats.old_workbook import xls
from tests.formats.reading import only, options, said

HEAD = ["Question", "Option A", "Option B", "Correct"]
NO_PICTURES = "Pictures of this kind of workbook are not read."


def read(data):
    return formats.read(data, "questions.xls")


def test_texts_and_whole_numbers_are_read_as_they_were_shown():
    imported = read(xls(("Part 1", [HEAD, ["Wie groß?", 9001.0, "Größer", "A"]], False)))
    assert only(imported).stem == "Wie groß?"
    assert options(only(imported)) == [("9001", 1), ("Größer", 0)] and not imported.errors


def test_all_sheets_that_are_shown_are_read_and_a_hidden_one_is_named():
    imported = read(xls(("One", [HEAD, ["A?", "x", "y", "A"]], False),
                        ("Two", [HEAD, ["B?", "x", "y", "B"]], False),
                        ("Old", [HEAD, ["C?", "x", "y", "B"]], True)))
    assert [(draft.place, draft.stem) for draft in imported.questions] == [
        ("sheet One, row 2", "A?"), ("sheet Two, row 2", "B?")]
    assert ("file", 'The hidden sheet "Old" was not read.') in said(imported)


def test_a_number_with_a_part_may_have_been_shown_otherwise_and_its_row_is_named():
    imported = read(xls(("One", [HEAD, ["A?", 5.0, "y", "A"], ["B?", 0.1, "y", "A"]], False)))
    assert imported.questions[1].options[0].text == "0.1"
    assert any("row 3" in message for _place, message in said(imported))


def test_that_pictures_are_not_read_is_said_once_and_only_where_there_are_any():
    sheets = (("One", [HEAD, ["A?", "x", "y", "A"]], False),
              ("Two", [HEAD, ["B?", "x", "y", "B"]], False))
    picture = b"\x62\x00\x07\xf0\x24\x00\x00\x00"
    assert [each for each in said(read(xls(*sheets, more=picture))) if each[1] == NO_PICTURES] == [
        ("file", NO_PICTURES)]
    assert NO_PICTURES not in str(said(read(xls(*sheets))))


def test_the_bounded_process_reads_them():
    data = xls(("One", [HEAD, ["A?", "x", "y", "A"]], False))
    assert child.parse(data, "old.xls").questions == read(data).questions


@pytest.mark.parametrize("length", [8, 600, 1100, 1700])
def test_one_that_breaks_off_is_refused_in_words(length):
    data = xls(("One", [HEAD, ["A?", "x", "y", "A"]], False))
    with pytest.raises(Unreadable) as refusal:
        read(data[:length])
    assert refusal.value.problem.message and refusal.value.problem.hint


def test_one_over_which_the_library_panics_is_refused_in_words_too():
    with pytest.raises(Unreadable) as refusal:
        read(xls(("One", [HEAD, ["A?", "x", "y", "A"]], False))[:1180])
    assert refusal.value.problem.message == "The spreadsheet cannot be read: it is damaged."


def test_one_that_declares_more_rows_than_fit_into_memory_harms_nobody():
    data = xls(("One", [HEAD, ["A?", "x", "y", "A"]], False))
    declared = struct.pack("<IIHH", 0, 2, 0, len(HEAD))
    assert data.count(declared) == 1
    with pytest.raises(Unreadable) as refusal:
        child.parse(data.replace(declared, struct.pack("<IIHH", 0, 2**30, 0, 9)), "old.xls")
    assert refusal.value.code == "parser_limit"


@pytest.mark.slow
def test_damaged_ones_are_read_or_refused_by_the_bounded_process():
    dice = random.Random("old workbooks")
    for _ in range(5):
        try:
            child.parse(mutant(old_workbook(), dice), "old.xls")
        except Unreadable as refusal:
            assert refusal.message and refusal.hint
