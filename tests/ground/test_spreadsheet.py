"""Tables for spreadsheet programs: nothing is run, everything comes back."""

from __future__ import annotations

import csv
import io
import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from isotrain import spreadsheet
from isotrain.spreadsheet import TRIGGERS, csv_file, csv_parts, guarded, unguarded, write_xlsx

CELLS = st.text(f"'{TRIGGERS}ab ;|\"") | st.text()


@given(CELLS)
@example("''=1+1")
@example("'tis fine")
def test_a_guarded_cell_begins_no_formula_and_gives_back_its_text(text):
    assert guarded(text)[:1] not in set(TRIGGERS)
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", ["", "Ada", "1+1", "'tis", "'", "a=b", "''a"])
def test_a_harmless_text_stays_as_it_is(text):
    assert guarded(text) == text == unguarded(text)


@given(CELLS, st.sampled_from(";|\t"))
@example("Smith;=HYPERLINK(1)", ";")
@example('Smith;"=1+1"', ";")
@example("Smith\n=1+1", ";")
def test_no_part_of_a_cell_is_a_formula_wherever_a_program_cuts(text, sign):
    line = csv_file(["name"], [[text.replace("\0", "")]]).decode("utf-8-sig")
    for part in re.split(f"[{sign}\r\n]", line.removeprefix("name")):
        assert part.lstrip(' "')[:1] not in set("=+-@＝＋－＠")


@pytest.mark.parametrize("text, cell", [
    ("Smith;=HYPERLINK(1)", "Smith;'=HYPERLINK(1)"), ("a|+1;-1", "a|'+1;'-1"),
    ("a; \"@x\"", "a;' \"@x\""), ("one\n=two", "one\n'=two"), ("-1;-1", "'-1;'-1"),
    ("between 3, -5 and 2", "between 3, -5 and 2"), ("E=mc; half", "E=mc; half"),
    ("a;'=b", "a;''=b"),
])
def test_a_quote_is_put_wherever_some_program_begins_a_cell(text, cell):
    assert guarded(text) == cell and unguarded(cell) == text


@pytest.mark.parametrize("sign", list("=+-@\t\r\n\0＝＋－＠"))
def test_every_sign_that_a_program_may_run_is_guarded(sign):
    assert guarded(f"{sign}1") == f"'{sign}1"
    assert guarded(f"row 3, {sign}1") == f"row 3, {sign}1"


@given(st.lists(st.lists(CELLS.filter(lambda cell: "\0" not in cell), min_size=2, max_size=2)))
def test_a_csv_file_reads_back_as_it_was_written(rows):
    data = csv_file(["=one", "two"], rows).decode("utf-8-sig")
    header, *found = csv.reader(io.StringIO(data, newline=""))
    assert header == ["=one", "two"]  # names of columns are ours
    assert [[unguarded(cell) for cell in row] for row in found] == rows


def test_a_long_file_comes_in_pieces_that_make_the_same_file(monkeypatch):
    rows = [[f"={n}", "x" * 50] for n in range(100)]
    whole = b"".join(csv_parts(["a", "b"], rows, mark=False))
    monkeypatch.setattr(spreadsheet, "PART", 1_000)
    parts = list(csv_parts(["a", "b"], rows, mark=False))
    assert len(parts) > 5 and max(map(len, parts)) < 1_200
    assert b"".join(parts) == whole


def test_only_a_file_for_excel_begins_with_the_mark():
    assert b"".join(csv_parts(["a"], [], mark=True)) == b"\xef\xbb\xbfa\r\n"
    assert b"".join(csv_parts(["a"], [], mark=False)) == b"a\r\n"


def test_half_a_surrogate_pair_breaks_no_file():
    assert csv_file(["a"], [["\ud800x"]]).endswith(b"?x\r\n")


def test_a_sheet_holds_texts_days_and_numbers_as_what_they_are(tmp_path):
    path = tmp_path / "a.xlsx"
    rows = [["=1+1", "2026-02-28", "97.5"], ["'x", "", ""], ["0012", "2024-02-29", "0"]]
    write_xlsx(path, ["text", "day", "number"], rows, title="Rows", days=[1], numbers=[2])
    book = CalamineWorkbook.from_path(str(path))
    assert book.sheet_names == ["Rows"]
    assert book.get_sheet_by_index(0).to_python() == [
        ["text", "day", "number"], ["=1+1", date(2026, 2, 28), 97.5], ["'x", "", ""],
        ["0012", date(2024, 2, 29), 0]]
