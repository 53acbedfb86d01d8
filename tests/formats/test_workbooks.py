"""What a cell showed is kept or named; no sheet, row, column or option goes without a word."""

import pytest

from isotrain import formats
from isotrain.formats import Unreadable, child
from isotrain.formats.workbooks.grid import ROW_LIMIT, check_rows, column_of
from isotrain.formats.workbooks.parts import walk
from tests.formats.booklet import HEAD, ods, ods_row, text, workbook, zipped
from tests.formats.reading import only, options, said


def read(data, name="bank.xlsx"):
    return formats.read(data, name)


def row(number, *cells, more=""):
    told = "".join(cell if cell.startswith("<") else text(f"{letter}{number}", cell)
                   for letter, cell in zip("ABCDEFGH", cells, strict=False))
    return f'<row r="{number}" {more}>{told}</row>'


def number(reference, value, style=0):
    return f'<c r="{reference}" s="{style}"><v>{value}</v></c>'


def test_percent_money_and_times_are_kept_as_shown():
    data = workbook(row(2, "How much?", number("B2", 0.1, 1), number("C2", 5, 2), "A")
                    + row(3, "When?", number("B3", 0.375, 3), number("C3", 1.5, 4), "B"),
                    formats=("0%", "&quot;€&quot; 0.00", "h:mm", "[h]:mm"))
    first, second = read(data).questions
    assert [o.text for o in first.options] == ["10%", "€ 5.00"]
    assert [o.text for o in second.options] == ["9:00", "36:00"]


def test_a_date_is_kept_as_shown_and_named_by_its_cell():
    imported = read(workbook(row(2, "Ratio?", number("B2", 46054, 1), "1/3", "A"),
                             formats=("d-mmm",)))
    assert options(only(imported)) == [("1-Feb", 1), ("1/3", 0)]
    assert said(imported) == [
        ("row 2, column Option A", "The cell holds a date; it was read as 1-Feb.")]


@pytest.mark.parametrize(("cell", "words"), [
    ('<c r="B2"><f>1+1</f><v/></c>', "without its value"), ('<c r="B2"><f>A1</f></c>', "without"),
    ('<c r="B2" t="e"><v>#N/A</v></c>', "shows the error #N/A"),
    ('<c r="B2" t="e" vm="1"><v>#VALUE!</v></c>', "is not in the file"),
])
def test_a_cell_without_a_value_is_an_error_of_its_cell_and_no_option_disappears(cell, words):
    imported = read(workbook(row(2, "What?", cell, "y", "B")))
    assert len(only(imported).options) == 2
    [(place, message)] = said(imported, "error")
    assert place == "row 2, column Option A" and words in message
    assert imported.faulty_places() == {"row 2"}


def test_a_formula_counts_by_the_value_it_was_saved_with():
    imported = read(workbook(row(2, "Sum?", '<c r="B2"><f>1+1</f><v>2</v></c>',
                                 '<c r="C2" t="str"><f>X</f><v>three</v></c>', "B")))
    assert options(only(imported)) == [("2", 0), ("three", 1)] and not imported.errors


def test_raised_and_lowered_letters_are_kept_and_readings_of_signs_left_out():
    rich = ('<c r="A2" t="inlineStr"><is><r><t>10</t></r><r><rPr><vertAlign val="superscript"/>'
            '</rPr><t>3</t></r><r><rPr><vertAlign val="subscript"/></rPr><t>ab</t></r>'
            '<rPh sb="0" eb="1"><t>spoken</t></rPh><r><t>!</t></r></is></c>')
    assert only(read(workbook(row(2, rich, "x", "y", "A")))).stem == "10³_(ab)!"


def test_hidden_rows_are_named_and_hidden_columns_read_and_named():
    imported = read(workbook(
        row(2, "Old?", "x", "y", "A", more='hidden="1"') + row(3, "New?", "x", "y", "B"),
        columns='<cols><col min="4" max="4" hidden="1"/></cols>'))
    assert options(only(imported)) == [("x", 0), ("y", 1)]
    assert [message for _place, message in said(imported)] == [
        "Hidden columns were read: Correct.", "Hidden rows were not read: 2."]


def test_bold_options_are_a_key_where_there_is_no_other():
    bold = '<c r="C2" s="1" t="inlineStr"><is><t>y</t></is></c>'
    imported = read(workbook(row(2, "Q?", "x", bold, "")))
    assert options(only(imported)) == [("x", 0), ("y", 1)]


def test_all_visible_sheets_are_read_and_each_place_names_its_sheet():
    second = f"<worksheet><sheetData><row>{HEAD}</row>" + row(
        2, "Second?", "x", "y", "C") + row(3, "Third?", "x", "y", "B") + "</sheetData></worksheet>"
    imported = read(workbook(row(2, "First?", "x", "y", "A"), sheets=2,
                             more=[("xl/worksheets/sheet2.xml", second)]))
    assert [(d.place, d.category) for d in imported.questions] == [
        ("sheet Part 1, row 2", "Part 1"), ("sheet Part 2, row 3", "Part 2")]
    assert said(imported, "error")[0][0] == "sheet Part 2, row 2, column Correct"
    assert imported.faulty_places() == {"sheet Part 2, row 2"}


def test_a_category_merged_over_rows_holds_for_all_of_them():
    head = HEAD + text("E1", "Category")
    imported = read(workbook(
        row(2, "P?", "x", "y", "A", "Fire") + row(3, "Q?", "x", "y", "A") + row(
            4, "R?", "x", "y", "A"), head=head,
        sheet_tail='<mergeCells><mergeCell ref="E2:E3"/></mergeCells>'))
    assert [draft.category for draft in imported.questions] == ["Fire", "Fire", ""]


@pytest.mark.parametrize("merged", ["E2:E900000", "E:F", "E3:E2", ""])
def test_a_merge_over_more_rows_than_there_are_holds_for_none(merged):
    imported = read(workbook(
        row(2, "P?", "x", "y", "A", "Fire") + row(3, "Q?", "x", "y", "A"),
        head=HEAD + text("E1", "Category"),
        sheet_tail=f'<mergeCells><mergeCell ref="{merged}"/></mergeCells>'))
    assert [draft.category for draft in imported.questions] == ["Fire", ""]


def test_columns_without_a_header_and_far_away_are_named():
    imported = read(workbook(row(2, "Q?", "x", "y", "A", "", "note") + row(
        3, "P?", "x", "y", "B", '<c r="ZZ3" t="inlineStr"><is><t>far</t></is></c>')))
    assert [message for _place, message in said(imported)] == [
        "Cells right of column GR were not read.", "Columns that were not read: F."]


def test_kahoots_rows_above_its_header_and_its_numbers_are_named():
    head = "".join(text(f"{letter}8", word) for letter, word in zip(
        "BCDEF", ("Question - max 95 characters", "Answer 1 - max 60 characters",
                  "Answer 2 - max 60 characters", "Time limit (sec)",
                  "Correct answer(s) - choose at least one"), strict=True))
    rows = (f'<row r="8">{head}</row><row r="9">{number("A9", 1)}{text("B9", "Who?")}'
            f'{text("C9", "x")}{text("D9", "y")}{number("E9", 20)}{text("F9", "1,2")}</row>'
            + "".join(f'<row r="{n}">{number(f"A{n}", n - 8)}</row>' for n in range(10, 20)))
    imported = read(workbook(rows, head=text("A1", "Quiz template")))
    assert [option.text for option in only(imported).right] == ["x", "y"]
    assert [message for _place, message in said(imported, "warning")][:2] == [
        "Rows above the header were not read: 1.",
        "Columns that were not read: A, Time limit (sec)."]


HEAD_ODS = ods_row("Question", "Option A", "Option B", "Correct")


def test_an_ods_is_read_as_it_shows_with_hidden_parts_named():
    percent = ('<table:table-cell office:value-type="percentage" office:value="0.1">'
               "<text:p>10 %</text:p>")
    hidden = 'table:visibility="collapse"'
    note = "<office:annotation><text:p>a note</text:p></office:annotation></table:table-cell>"
    tables = (
        f'<table:table table:name="One">{HEAD_ODS}{ods_row("Q?", percent + note, "y", "A")}'
        f'{ods_row("Old?", "x", "y", "A", more=hidden)}'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
        'table:number-columns-repeated="16384"/></table:table-row></table:table>',
        f'<table:table table:name="Two" table:style-name="h">{HEAD_ODS}</table:table>')
    styles = ('<style:style style:name="h"><style:table-properties table:display="false"/>'
              "</style:style>")
    imported = read(ods(*tables, styles=styles), "bank.ods")
    assert options(only(imported)) == [("10 %", 1), ("y", 0)]
    assert [message for _place, message in said(imported)] == [
        'The hidden sheet "Two" was not read.', "Hidden rows were not read: 3."]


def test_a_hidden_column_of_an_ods_is_read_and_named():
    columns = ('<table:table-column table:number-columns-repeated="2"/>'
               '<table:table-column table:visibility="collapse"/><table:table-column/>')
    rows = HEAD_ODS + ods_row("Q?", "x", "y", "B")
    imported = read(ods(f'<table:table table:name="One">{columns}{rows}</table:table>'), "bank.ods")
    assert options(only(imported)) == [("x", 0), ("y", 1)]
    [message] = [message for _place, message in said(imported) if "idden" in message]
    assert "Option B" in message


def test_a_sheet_may_have_so_many_rows_and_no_more():
    check_rows(ROW_LIMIT)
    with pytest.raises(Unreadable, match="more than"):
        check_rows(ROW_LIMIT + 1)


def test_macros_are_said_not_to_be_read():
    imported = read(workbook(row(2, "Q?", "x", "y", "A"), more=[("xl/vbaProject.bin", "x")]),
                    "bank.xlsm")
    assert said(imported) == [("file", "The macros of the workbook were not read.")]


LAUGHS = ('<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
          "<worksheet><sheetData><row><c><v>&b;</v></c></row></sheetData></worksheet>")


@pytest.mark.parametrize(("part", "code"), [
    (LAUGHS, "xlsx_broken"), ("<a>" * 100_000, "xlsx_broken"),
    ("<worksheet><sheetData>", "xlsx_broken"),
    ("<worksheet><sheetData>" + "<row>" + "<c/>" * 8_000_001 + "</row></sheetData></worksheet>",
     "too_many"),
    ("<worksheet><sheetData>" + "<row><c t='str'><v>x</v></c></row>" * 20_001
     + "</sheetData></worksheet>", "too_many"),
], ids=["entities", "nesting", "cut", "cells", "rows"])  # fmt: skip
def test_a_hostile_part_is_refused_with_a_sentence(part, code):
    data = workbook("", sheets=2, more=[("xl/worksheets/sheet2.xml", part)])
    with pytest.raises(Unreadable) as refusal:
        child.parse(data, "bank.xlsx")
    assert refusal.value.code == code and refusal.value.message and refusal.value.hint


@pytest.mark.parametrize("name", ["../../etc/passwd.xml", "/xl/workbook.xml", "xl\\workbook.xml"])
def test_names_that_leave_the_archive_are_only_names(name):
    with pytest.raises(Unreadable):
        read(zipped([(name, "<x/>")]))


@pytest.mark.parametrize(("data", "name", "words"), [
    (zipped([("moodle_backup.xml", "<x/>")]), "course.mbz", "a Moodle backup"),
    (b"\x1f\x8b\x08" + b"x" * 40, "course.mbz", "a Moodle backup"),
    (zipped([("h5p.json", "{}")]), "quiz.h5p", "an H5P package"),
    (zipped([("ppt/presentation.xml", "<x/>")]), "talk.pptx", "a presentation"),
    (b"%PDF-1.7 x", "paper.pdf", "a PDF"), (b"\x89PNG\r\n\x1a\n", "sign.png", "a picture"),
    (b"$FL2@(#) SPSS", "data.sav", "an SPSS file"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "bank.xlsx",
     "locked with a password"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "PowerPoint Document".encode("utf-16-le"), "x.ppt",
     "a presentation"),
    (b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "x.doc",
     "a Word document"),
    (zipped([("xl/workbook.bin", "x")]), "bank.xlsb", "XLSB"),
    (zipped([("collection.anki21", "x")]), "deck.apkg", "an Anki deck"),
])  # fmt: skip
def test_what_is_not_read_is_named_by_what_it_is(data, name, words):
    with pytest.raises(Unreadable) as refusal:
        formats.read(data, name)
    assert words in refusal.value.message and refusal.value.hint


def test_cells_that_do_not_say_where_they_stand_stand_side_by_side():
    bare = "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in ("Q?", "x", "y", "B"))
    assert options(only(read(workbook(f"<row>{bare}</row>")))) == [("x", 0), ("y", 1)]


def test_elements_may_lie_in_one_another_sixty_four_deep():
    def nested(depth):
        return b"<a>" * depth + b"</a>" * depth

    seen = []
    walk(nested(64), lambda name, _attributes: seen.append(name))
    assert len(seen) == 64
    with pytest.raises(Unreadable, match="nested too deeply"):
        walk(nested(65), lambda _name, _attributes: None)


@pytest.mark.parametrize(("reference", "column"), [
    ("A1", 0), ("Z9", 25), ("AA1", 26), ("AB12", 27), ("BA1", 52), ("12", -1)])
def test_columns_are_counted_by_their_letters(reference, column):
    assert column_of(reference) == column
