"""Sheets that we write: every type comes back without loss, also through other programs."""

import io
from dataclasses import replace
from fractions import Fraction

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain.formats import Draft, Option, find_format
from isotrain.formats.sheets.writing import write_csv, write_xlsx
from tests.formats.strategies import drafts

HALF = Fraction(1, 2)
KINDS = (
    Draft("", "numeric", "How many?", options=(
        Option("3.5", Fraction(1), "yes", "0.5"), Option("-2", HALF), Option("*", feedback="no")),
        more={"unit": "kg"}),
    Draft("", "short_text", "Who?", options=(Option("I*", Fraction(1)), Option("me", HALF)),
          more={"case": True}),
    Draft("", "ordering", "Order", options=(Option("2"), Option("1"), Option("3")),
          rule="neighbours"),
    Draft("", "matching", "Match", pairs=(("a -> b", "1"), ("=c", "2"), ("", "3"))),
    Draft("", "categorising", "Sort", pairs=(("cup", "in"), ("plate", "out"), ("", "lost"))),
    Draft("", "gap_text", "The [[1]] is [[2]]", pairs=(("1", "lid"), ("2", "on"), ("", "off"))),
    Draft("", "cloze", "The {1:MC:=a~b}"),
    Draft("", "essay", "Discuss", more={"points": ["one; two", "three"]}),
    Draft("", "information", "Read this."),
    Draft("", "multiple_choice", "Which?", rule="weights", options=(
        Option("5", Fraction(2, 3)), Option("2", Fraction(1, 3)), Option("1", Fraction(-1, 7)))),
    Draft("", "multiple_choice", "Which of?", rule="balanced", options=(
        Option("a", HALF), Option("b", HALF), Option("All of the above", stays=True))),
    Draft("", "single_choice", "Which one?", options=(Option("2", Fraction(1)), Option("1"))),
)


def back(name, questions):
    """The drafts after writing and reading, without their places."""
    format_ = find_format(name)
    export = format_.write(questions)
    imported = format_.read(export.data)
    assert not export.problems and not imported.errors
    return [replace(draft, place="") for draft in imported.questions]


@pytest.mark.parametrize("name", ["csv", "xlsx"])
@pytest.mark.parametrize("draft", KINDS, ids=lambda draft: draft.type)
def test_every_type_comes_back_alone(name, draft):
    assert back(name, [draft]) == [draft]


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_all_types_come_back_from_one_sheet(name):
    assert back(name, KINDS) == list(KINDS)


@given(st.lists(drafts(whole=True), min_size=1, max_size=3))
@settings(max_examples=40, deadline=None)
def test_a_workbook_keeps_everything(questions):
    assert back("xlsx", questions) == questions


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_csv_may_be_cut_by_the_sign_of_its_reader(separator):
    data = write_csv(KINDS, separator=separator).data
    first = data.decode("utf-8-sig").splitlines()[0]
    assert first.split(separator)[:3] == ["id", "type", "stem"]
    assert [replace(d, place="") for d in find_format("csv").read(data).questions] == list(KINDS)


def test_a_workbook_offers_words_to_choose_from_and_others_can_open_it():
    sheet = openpyxl.load_workbook(io.BytesIO(write_xlsx(KINDS).data)).active
    header = [cell.value for cell in sheet[1]]
    assert len(list(sheet.iter_rows(min_row=2))) == len(KINDS)
    offered = {str(v.sqref).split(":")[0].rstrip("0123456789"): v.formula1
               for v in sheet.data_validations.dataValidation}
    letters = {name: sheet.cell(1, header.index(name) + 1).column_letter
               for name in ("type", "difficulty", "use")}
    assert offered[letters["difficulty"]] == '"1,2,3"'
    assert "single_choice" in offered[letters["type"]] and "exam" in offered[letters["use"]]
    texts = [cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert all(isinstance(text, str) for text in texts) and "=c" in texts


def test_what_a_sheet_cannot_hold_is_named():
    scenario = Draft("", "scenario", "Read", more={"questions": []})
    odd = Draft("", "single_choice", "Q", options=(Option("a", Fraction(1)), Option("b")),
                more={"x": 1})
    for write in (write_csv, write_xlsx):
        messages = " ".join(problem.message for problem in write([scenario, odd]).problems)
        assert "of the type Scenario" in messages and "about x" in messages


@pytest.mark.parametrize("name", ["csv", "xlsx"])
def test_a_point_of_two_lines_stays_one_point(name):
    [draft] = back(name, [Draft("", "essay", "Why?", more={"points": ["one\nhalf", "two"]})])
    assert draft.more == {"points": ["one half", "two"]}


@pytest.mark.parametrize(("draft", "columns"), [
    (Draft("", "essay", "Why?"), 2), (Draft("", "ordering", "Sort.", options=tuple(
        map(Option, "abc"))), 3)])
def test_a_sheet_has_two_columns_for_options_or_as_many_as_are_needed(draft, columns):
    header = write_csv([draft]).data.decode("utf-8-sig").split("\n")[0].split(",")
    assert [name for name in header if name.startswith("option_")] == [
        f"option_{number}" for number in range(1, columns + 1)]
