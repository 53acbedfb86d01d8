"""Sheets as grids, before anybody asks what they say: cells, marks, hidden parts, what is odd."""

import io
import zipfile

import pytest

from isotrain.formats.contract import Unreadable
from isotrain.formats.model import Import
from isotrain.formats.workbooks.grid import Grid, column_of, cut, letters_of, spans
from isotrain.formats.workbooks.opening import grids
from isotrain.questions.draft import Draft
from isotrain.questions.pictured import named
from tests.formats.booklet import ods, ods_row, placed, workbook, zipped
from tests.formats.test_workbooks import number, row
from tests.media.making import plain


def first(data):
    """The first sheet, once all were read."""
    sheets, _signs = grids(data)
    return next(grid for _name, grid in list(sheets))


def cells(grid):
    return [each.cells for each in grid.rows[1:]]


def notes(grid):
    return {spot: note.template % note.params for spot, note in grid.notes.items()}


# -- grids


@pytest.mark.parametrize(("numbers", "told"), [
    ([], ""), ([4], "4"), ([7, 3, 5, 6, 5], "3, 5-7"), ([1, 2], "1-2"), ([1, 3], "1, 3")])
def test_numbers_are_told_as_spans(numbers, told):
    assert spans(numbers) == told


def test_no_more_than_forty_spans_are_told():
    assert spans(range(0, 200, 2)).split(", ") == [str(each) for each in range(0, 80, 2)]


@pytest.mark.parametrize("column", [0, 1, 25, 26, 27, 51, 52, 701, 702, 16_383])
def test_letters_of_a_column_lead_back_to_it(column):
    assert column_of(f"{letters_of(column)}7") == column


def test_a_row_is_filled_up_between_its_cells_and_blank_rows_are_none():
    grid = Grid()
    cut([(0, "a"), (3, "d")], 2, grid)
    cut([(0, " "), (2, "")], 3, grid)
    assert [(each.number, each.cells) for each in grid.rows] == [(2, ("a", "", "", "d"))]


def test_cells_too_far_to_the_right_are_named_and_the_others_kept():
    grid = Grid()
    cut([(1, "b"), (199, "y"), (200, "z")], 4, grid)
    cut([(1, "b"), (200, " ")], 5, grid)
    [problem] = grid.said
    assert (problem.place, problem.params["last"]) == ("row 4", "GR")
    assert grid.rows[0].cells[199] == "y" and len(grid.rows[0].cells) == 200


# -- Excel


def test_truths_faults_and_texts_of_formulas_are_told():
    grid = first(workbook(
        '<row r="2"><c r="A2" t="b"><v>1</v></c><c r="B2" t="b"><v>0</v></c>'
        '<c r="C2" t="e"><v>#DIV/0!</v></c><c r="D2" t="str"><f>A1</f><v>told</v></c></row>'))
    assert cells(grid) == [("TRUE", "FALSE", "#DIV/0!", "told")]
    assert notes(grid) == {(2, 2): "The cell shows the error #DIV/0!."} and not grid.bold


def test_a_formula_without_a_value_is_told_by_the_formula_but_an_empty_text_is_none():
    grid = first(workbook(
        '<row r="2"><c r="A2"><f>B2+1</f></c><c r="B2" t="str"><f>"" &amp; ""</f><v></v></c>'
        '<c r="C2"><v>7</v></c></row>'))
    assert cells(grid) == [("=B2+1", "", "7")] and set(grid.notes) == {(2, 0)}


def test_what_a_hidden_row_holds_is_not_noted():
    grid = first(workbook('<row r="2" hidden="1"><c r="A2"><f>B2</f></c></row>'
                          '<row r="3" hidden="true"><c r="A3"><v>1</v></c></row>'
                          '<row r="4" hidden="0"><c r="A4"><v>1</v></c></row>'))
    assert not grid.notes and cells(grid) == [("1",)]
    assert [each.params["rows"] for each in grid.said] == ["3"]


def test_a_number_without_a_known_style_is_shown_as_it_is():
    grid = first(workbook(row(2, number("A2", 0.5, 1), number("B2", 0.5, 99), number("C2", 0.5, -1),
                              number("D2", "0.5", "x"), number("E2", "abc"), number("F2", "1e999")),
                          formats=("0%",)))
    assert cells(grid) == [("50%", "0.5", "0.5", "0.5", "abc", "1e999")] and not grid.notes


def test_a_number_in_a_format_that_is_not_read_is_noted_with_what_was_read():
    grid = first(workbook(row(2, number("A2", 5551234, 1)), formats=("000-0000",)))
    assert cells(grid) == [("5551234",)]
    assert "it was read as 5551234" in notes(grid)[2, 0]


def test_days_are_counted_from_1904_where_the_workbook_says_so():
    data = workbook(row(2, number("A2", 0, 1)), formats=("yyyy-mm-dd",))
    old = _with(data, "xl/workbook.xml", b"<sheets>", b'<workbookPr date1904="1"/><sheets>')
    assert cells(first(old)) == [("1904-01-01",)]


def test_shared_texts_are_told_by_their_numbers():
    strings = ("<sst><si><t>one</t></si><si><r><rPr><b/></rPr><t>bo</t></r><r><rPr><b val='1'/>"
               "</rPr><t>ld</t></r></si><si><r><rPr><b/></rPr><t>half</t></r><r><t> bold</t></r>"
               "</si><si><t>a_x000D_b_x005F_x0041_</t></si><si><t>_xD800_</t></si></sst>")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    shared = "".join(f'<c r="{letter}2" t="s"><v>{at}</v></c>'
                     for letter, at in zip("ABCDEFG", (0, 1, 2, 3, 4, 5, "x"), strict=True))
    grid = first(workbook(
        f'<row r="2">{shared}</row>', more=[("xl/sharedStrings.xml", strings)],
        links=f'<Relationship Id="t" Type="{kind}" Target="sharedStrings.xml"/>'))
    assert cells(grid) == [("one", "bold", "half bold", "a\rb_x0041_", "_xD800_", "", "")]
    assert grid.bold == {(2, 1)}


def test_raised_signs_are_told_by_their_own_letters_where_there_are_any():
    def rich(how, words):
        return (f"<r><rPr><vertAlign val='{how}'/></rPr><t>{words}</t></r>")

    cell = ("<c r='A2' t='inlineStr'><is><r><t>x</t></r>" + rich("superscript", "-2")
            + rich("subscript", "n") + rich("superscript", "th") + rich("superscript", " ")
            + rich("baseline", "!") + "</is></c>")
    assert cells(first(workbook(f"<row r='2'>{cell}</row>"))) == [("x⁻²_n^(th) !",)]


def test_bold_is_what_the_style_says_or_all_letters_of_a_text():
    light = "<r><rPr><b val='0'/></rPr><t>a</t></r>"
    heavy = "<r><rPr><b/></rPr><t>b</t></r><r><t> </t></r>"
    grid = first(workbook(
        f"<row r='2'><c r='A2' t='inlineStr'><is>{light}</is></c><c r='B2' t='inlineStr'><is>"
        f"{heavy}</is></c><c r='C2' s='1'><v>1</v></c><c r='D2' s='0'><v>1</v></c></row>"))
    assert grid.bold == {(2, 1), (2, 2)}


def test_columns_that_are_hidden_are_known_by_their_numbers():
    grid = first(workbook(row(2, "x"), columns=(
        '<cols><col min="2" max="3" hidden="1"/><col min="5" max="5"/><col min="400" max="900" '
        'hidden="1"/></cols>')))
    assert grid.hidden_columns == {1, 2, 399}


def test_cells_below_the_first_of_a_merged_column_are_one_with_it():
    grid = first(workbook(row(2, "x"), sheet_tail=(
        '<mergeCells><mergeCell ref="B2:B4"/><mergeCell ref="C2:E2"/></mergeCells>')))
    assert grid.merged == {(3, 1): (2, 1), (4, 1): (2, 1)}


def test_rows_and_cells_without_numbers_follow_those_before_them():
    grid = first(workbook('<row r="5"><c r="B5"><v>1</v></c><c><v>2</v></c></row>'
                          "<row><c><v>3</v></c></row>"))
    assert [(each.number, each.cells) for each in grid.rows[1:]] == [(5, ("", "1", "2")),
                                                                     (6, ("3",))]


@pytest.mark.parametrize("cell", [
    '<c r="A2" t="e" vm="9"><v>#VALUE!</v></c>', '<c r="A2" t="e" vm="x"><v>#VALUE!</v></c>'])
def test_a_picture_in_a_cell_that_nothing_tells_of_is_noted(cell):
    links, more = placed(plain(), "A sign")
    grid = first(workbook(f'<row r="2">{cell}</row>', links=links, more=more))
    assert cells(grid) == [("?",)] and "not in the file" in notes(grid)[2, 0] and not grid.bold


def test_a_sheet_of_a_chart_and_one_without_a_part_are_no_sheets():
    data = workbook(row(2, "x"), sheets=3, more=[("xl/chartsheets/sheet2.xml", "<chartsheet/>")])
    charted = _with(data, "xl/_rels/workbook.xml.rels", b"worksheets/sheet2.xml",
                    b"chartsheets/sheet2.xml")
    sheets, _signs = grids(charted)
    assert [name for name, _grid in sheets] == ["Part 1"]


def test_an_archive_without_a_workbook_is_none():
    with pytest.raises(Unreadable, match="it holds no workbook"):
        list(grids(zipped([("a.xml", "<a/>")]))[0])
    with pytest.raises(Unreadable, match="it holds no content"):
        list(grids(zipped([("mimetype", "application/vnd.oasis.opendocument.spreadsheet")]))[0])


def _members(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


def _with(data, name, old, new):
    """The archive with some words of a member changed."""
    members = _members(data)
    assert any(each == name and old in content for each, content in members)
    return zipped([(each, content.replace(old, new) if each == name else content)
                   for each, content in members])


# -- LibreOffice


def cell(inside="", attributes="", name="table-cell"):
    return f"<table:{name} {attributes}>{inside}</table:{name}>"


def sheet(*rows, before="", more=""):
    return f'<table:table table:name="One" {more}>{before}{"".join(rows)}</table:table>'


def test_cells_and_rows_stand_for_many_of_their_kind():
    twice = 'table:number-columns-repeated="2"'
    grid = first(ods(sheet(
        ods_row("head"), ods_row("a", cell("<text:p>b</text:p>", twice), cell("", twice), "c",
                                 more='table:number-rows-repeated="2"'), ods_row("d"))))
    assert [(each.number, each.cells) for each in grid.rows[1:]] == [
        (2, ("a", "b", "b", "", "", "c")), (3, ("a", "b", "b", "", "", "c")), (4, ("d",))]


def test_lines_spaces_and_tabs_of_a_cell_are_kept_and_its_notes_are_not():
    told = ("<text:p>a<text:s text:c='3'/>b<text:s/>c<text:tab/>d<text:line-break/>e</text:p>"
            "<office:annotation><text:p>a note</text:p></office:annotation><text:p>f</text:p>")
    assert cells(first(ods(sheet(ods_row("head"), ods_row(cell(told)))))) == [
        ("a   b c d\ne\nf",)]


def test_covered_cells_keep_their_places():
    covered = cell("", "", "covered-table-cell")
    grid = first(ods(sheet(ods_row("head"), ods_row("a", covered, "b"))))
    assert cells(grid) == [("a", "", "b")]


def test_what_is_odd_about_a_cell_is_noted():
    day = cell("<text:p>1 Feb</text:p>", 'office:value-type="date"')
    fault = cell("<text:p>Err:502</text:p>", 'table:formula="of:=A1"')
    other = cell("<text:p>#N/A</text:p>", 'table:formula="of:=A1" office:value-type="string"')
    typed = cell("<text:p>#1</text:p>")
    unsaved = cell("", 'table:formula="of:=A1" office:value-type="float"')
    empty = cell("", 'table:formula="of:=A1" office:value-type="string"')
    grid = first(ods(sheet(ods_row("head"), ods_row(day, fault, other, typed, unsaved, empty))))
    assert cells(grid) == [("1 Feb", "Err:502", "#N/A", "#1", "?")]
    assert notes(grid) == {
        (2, 0): "The cell holds a date; it was read as 1 Feb.",
        (2, 1): "The cell shows the error Err:502.", (2, 2): "The cell shows the error #N/A.",
        (2, 4): "The formula in this cell was saved without its value."}


def test_rows_and_columns_that_are_filtered_or_collapsed_are_hidden():
    columns = ('<table:table-column table:number-columns-repeated="2" table:visibility="filter"/>'
               '<table:table-column table:visibility="visible"/>'
               '<table:table-column table:visibility="collapse"/>')
    grid = first(ods(sheet(
        ods_row("head"), ods_row("a", more='table:visibility="filter"'),
        ods_row("", more='table:visibility="collapse"'), ods_row("b"), before=columns)))
    assert cells(grid) == [("b",)] and grid.hidden_columns == {0, 1, 3}
    assert [each.params["rows"] for each in grid.said] == ["2"]


def test_each_sheet_counts_its_own_rows_columns_and_hidden_ones():
    hidden = '<table:table-column table:visibility="collapse"/>'
    data = ods(sheet(ods_row("x"), ods_row("a", more='table:visibility="filter"'), before=hidden),
               sheet(ods_row("y"), ods_row("b"), before=f"<table:table-column/>{hidden}"))
    (_one, first_grid), (_two, second) = list(grids(data)[0])
    assert [(each.number, each.cells) for each in second.rows] == [(1, ("y",)), (2, ("b",))]
    assert second.said == [] and second.hidden_columns == {1}
    assert first_grid.hidden_columns == {0} and len(first_grid.said) == 1


@pytest.mark.parametrize(("words", "alt"), [
    ("<svg:title>T</svg:title><svg:desc>D</svg:desc>", "D"), ("<svg:title>T</svg:title>", "T"),
    ("", "")])
def test_a_picture_of_a_cell_has_the_words_of_its_frame(words, alt):
    frame = ('<draw:frame xmlns:draw="urn:d" xmlns:xlink="urn:l" xmlns:svg="urn:s"><draw:image '
             f'xlink:href="./Pictures/a.png"/><draw:image xlink:href="b.svm"/>{words}</draw:frame>')
    told = cell(f"<text:p>One</text:p>{frame}<text:p>Two</text:p>")
    data = ods(sheet(ods_row("head"), ods_row("x", told)))
    sheets, signs = grids(zipped([*_members(data), ("Pictures/a.png", plain())]))
    [(_name, grid)] = list(sheets)
    assert cells(grid) == [("x", "One\nTwo")]
    [(spot, sign)] = grid.pictures
    told = signs.put_in(Import("", (Draft("", "essay", sign),)), lambda names: dict.fromkeys(names))
    assert spot == (2, 1) and told.questions[0].stem == named(alt, "Pictures/a.png")
    assert set(told.files) == {"Pictures/a.png"}


def test_a_table_within_a_cell_is_no_sheet():
    inner = "<table:table table:name='In'><table:table-row/></table:table>"
    frame = f'<draw:frame xmlns:draw="urn:d">{inner}</draw:frame>'
    sheets, _signs = grids(ods(sheet(ods_row("head"), ods_row(cell(frame)))))
    assert [name for name, _grid in sheets] == ["One"]


def test_text_of_a_shape_belongs_to_no_cell():
    shape = '<table:shapes><text:p>loose</text:p></table:shapes>'
    assert cells(first(ods(sheet(shape, ods_row("head"), ods_row("a"))))) == [("a",)]
