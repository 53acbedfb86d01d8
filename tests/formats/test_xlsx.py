"""XLSX: cells as their author saw them, and archives that are no plain workbook refused."""

import datetime
import io
import zipfile

import pytest
import xlsxwriter

from isotrain import formats
from isotrain.formats import Unreadable
from tests.formats.reading import only, options, said

HEAD = ("Question", "Option A", "Option B", "Answer")


def workbook(*sheets, hidden=()):
    """A workbook of these sheets; a sheet is a list of rows."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for number, rows in enumerate(sheets):
            sheet = book.add_worksheet(f"Sheet {number + 1}")
            for row, cells in enumerate(rows):
                for column, cell in enumerate(cells):
                    if isinstance(cell, datetime.date):
                        sheet.write_datetime(row, column, cell, book.add_format({"num_format": 14}))
                    else:
                        sheet.write(row, column, cell)
            if number in hidden:
                sheet.hide()
        book.get_worksheet_by_name(f"Sheet {len(sheets)}").activate()
    return out.getvalue()


def read(data):
    return formats.read(data, "bank.xlsx")


def test_cells_are_read_as_their_author_saw_them():
    imported = read(workbook([HEAD, (2015.0, 4.5, datetime.date(2026, 1, 31), 1)]))
    assert imported.format == "xlsx"
    assert only(imported).stem == "2015"
    assert options(only(imported)) == [("4.5", 1), ("2026-01-31", 0)]


def test_truths_are_read_in_every_spelling():
    imported = read(workbook([("Question", "Answer"), ("ISO certifies", False)]))
    assert only(imported).answer is False


def test_a_sheet_without_questions_is_named_and_rows_are_counted_as_shown():
    imported = read(workbook([("Notes",)], [(), (), HEAD, ("Q", "x", "y", "B")]))
    assert only(imported).place == "sheet Sheet 2, row 4"
    assert options(only(imported)) == [("x", 0), ("y", 1)]
    assert said(imported)[0] == (
        "sheet Sheet 1", "No row names a column for questions; the sheet was not read (cells: 1).")


def test_a_hidden_sheet_is_not_read_but_named():
    imported = read(
        workbook([HEAD, ("Old", "x", "y", "B")], [HEAD, ("New", "x", "y", "B")], hidden=(0,))
    )
    assert only(imported).stem == "New"
    assert said(imported) == [("file", 'The hidden sheet "Sheet 1" was not read.')]


def zipped(members, compression=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (zipped([("xl/worksheets/sheet1.xml", b" " * 70_000_000)]), "zip_too_big"),
        (zipped([(f"{n}.xml", b"") for n in range(2_001)]), "zip_too_many"),
        (zipped([("xl/vbaProject.bin", b"x")]), "xlsx_broken"),
        (zipped([("a.xml", b"x"), ("A.xml", b"y")]), "zip_duplicate"),
        (zipped([("a.txt", b"x")]), "xlsx_broken"),
        (zipped([("a.xml", b"x" * 100)])[:60], "zip_broken"),
        (b"PK\x03\x04 and nothing more", "zip_broken"),
    ],
    ids=["bomb", "members", "macros", "twice", "no workbook", "cut", "head only"],
)
def test_an_archive_that_is_no_plain_workbook_is_refused(data, code):
    with pytest.raises(Unreadable) as refusal:
        read(data)
    assert refusal.value.code == code


@pytest.mark.parametrize(("data", "name", "code"), [
    (b"Question,A,B,Answer\nQ,x,y,B\n", "bank.xlsx", "wrong_name"),
    (b"PK\x03\x04", "bank.csv", "wrong_name"), (b"PK\x03\x04", "bank.TXT", "wrong_name"),
    (b"Question,A,B,Answer\nQ,x,y,B\n", "bank.png", "unknown_name"),
    (b"Question,A,B,Answer\nQ,x,y,B\n", "bank.csv.exe", "unknown_name"),
    (b"Question,A,B,Answer\nQ,x,y,B\n", "bank", "unknown_name"),
    (b"Question,A,B,Answer\nQ,x,y,B\n", ".csv", "unknown_name"),
])
def test_a_file_that_is_called_what_it_is_not_is_refused(data, name, code):
    with pytest.raises(Unreadable) as refusal:
        formats.read(data, name)
    assert refusal.value.code == code


@pytest.mark.parametrize("name", ["bank.csv", "bank.TSV", "bank.txt", "a.b.csv", ""])
def test_texts_are_told_apart_by_what_they_say(name):
    assert formats.read(b"Question,A,B,Answer\nQ,x,y,B\n", name).format == "csv"
