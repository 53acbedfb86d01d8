"""Any sheet as plain rows, read here and in the bounded child."""

from __future__ import annotations

import io

import pytest
import xlsxwriter

from isotrain.formats import Unreadable, child
from isotrain.formats.sheets.table import Table, read_table


def cells(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows]


def a_workbook(*sheets, hidden=()):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    for name, rows in sheets:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
        if name in hidden:
            sheet.hide()
        else:
            sheet.activate()
    book.close()
    return out.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_the_first_line(separator):
    text = f'\n"a"{separator}b\n1{separator}"x,y;z|\tw"\n'
    assert cells(read_table(text.encode()))[1:] == [("a", "b"), ("1", "x,y;z|\tw")]


def test_a_line_that_names_the_separator_is_no_row():
    assert cells(read_table(b"sep=;\na,b;c\n")) == [("a,b", "c")]


def test_the_first_visible_sheet_counts_and_others_are_told():
    data = a_workbook(("Secret", [["s"]]), ("People", [["a", 1], ["b", 2.5]]), ("More", [["m"]]),
                      hidden=("Secret",))
    table = read_table(data)
    assert cells(table) == [("a", "1"), ("b", "2.5")]
    assert [problem.message for problem in table.problems] == [
        "The sheet “More” was not read, only the first."]


def test_an_empty_workbook_has_no_rows():
    assert read_table(a_workbook(("Empty", []))).rows == ()


def test_the_child_reads_the_same():
    for data in (b"a;b\n1;2\n", a_workbook(("People", [["a"], ["b"]]), ("More", [["m"]]))):
        assert child.table(data) == read_table(data)


@pytest.mark.parametrize(("data", "code"), [
    (b"", "empty"), (b"PK\x03\x04 broken", "zip_broken"), (b'a,b\n"1,2\n', "csv_quote"),
    (b"a,b\x00\n", "binary"),
])
def test_the_child_says_why_there_is_nothing_to_read(data, code):
    with pytest.raises(Unreadable) as unreadable:
        child.table(data)
    assert unreadable.value.code == code and unreadable.value.message
