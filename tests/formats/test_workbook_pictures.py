"""Pictures of workbooks: those that lie on rows, and those that were placed in cells."""

from __future__ import annotations

import pytest

from isotrain import formats
from isotrain.formats import child
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.reencoding import reencoded
from isotrain.questions.pictured import reference
from tests.formats.booklet import (
    HEAD,
    PICTURE,
    lying,
    named,
    ods,
    ods_row,
    placed,
    text,
    workbook,
    zipped,
)
from tests.formats.reading import only, options, said
from tests.formats.test_workbooks import row
from tests.media.making import plain

RED, BLUE = plain(), plain(colour="blue")
SIGN = reference("A sign", reencoded(RED).address)
SEA = reference("The sea", reencoded(BLUE).address)
ONE = row(2, "What is this?", "One", "Two", "B")


def read(data):
    return formats.read(data, format_name="xlsx")


@pytest.mark.parametrize("column", [0, 4, 30])
def test_a_picture_on_the_question_or_beside_its_row_belongs_to_the_question(column):
    imported = read(workbook(ONE, more=lying(((2, column), RED, "A sign"))))
    assert only(imported).stem == f"What is this?\n{SIGN}"
    assert imported.pictures == (reencoded(RED),) and not imported.errors


def test_pictures_on_options_belong_to_them_whether_these_say_something_or_not():
    imported = read(workbook(row(2, "Which?", "", "Two", "B"), more=lying(
        ((2, 1), RED, "A sign"), ((2, 2), BLUE, "The sea"))))
    assert options(only(imported)) == [(SIGN, 0), (f"Two {SEA}", 1)] and not imported.errors


@pytest.mark.parametrize("key", ["Two", "B", "2"])
def test_a_key_names_an_option_by_what_it_says_beside_its_picture(key):
    imported = read(workbook(row(2, "Which?", "One", "Two", key), more=lying(
        ((2, 1), RED, "A sign"), ((2, 2), BLUE, "The sea"))))
    assert options(only(imported)) == [(f"One {SIGN}", 0), (f"Two {SEA}", 1)]


def test_a_picture_of_a_question_with_several_rows_belongs_to_the_question_or_the_option():
    head = text("A1", "Question") + text("B1", "Option") + text("C1", "Correct")
    imported = read(workbook(
        row(2, "Which?", "One", "1") + row(3, "", "Two", "0") + row(4, "Who?", "Me", "1")
        + row(5, "", "You", "0"), head=head,
        more=lying(((3, 0), RED, "A sign"), ((5, 1), BLUE, "The sea"))))
    first, second = imported.questions
    assert first.stem == f"Which?\n{SIGN}" and options(second) == [("Me", 1), (f"You {SEA}", 0)]
    assert not imported.errors


@pytest.mark.parametrize(("where", "rows", "place"), [
    ((2, 3), ONE, "row 2, column Correct"),
    ((4, 0), ONE, "row 4"),
    ((3, 1), ONE + row(3, "True?", "True", "False", "True"), "row 3, column Option A"),
])
def test_a_picture_that_belongs_to_nothing_is_an_error_of_its_cell(where, rows, place):
    imported = read(workbook(rows, more=lying((where, RED, "A sign"))))
    assert [each for each, _said in said(imported, "error")] == [place] and not imported.pictures


def test_a_logo_above_the_questions_is_only_named():
    imported = read(workbook(ONE, more=lying(((1, 0), RED, "Us"), ((1, 3), BLUE, "You"))))
    assert said(imported) == [
        ("file", "Pictures that lie on no row with a question were not read: 2.")]


def test_a_picture_that_is_only_linked_is_an_error_of_its_cell():
    for more in (lying(((2, 1), None, "")), PICTURE):
        rows = ONE if more is not PICTURE else ONE + row(3, "Sign?", "x", "y", "A")
        [(place, message)] = said(read(workbook(rows, more=more)), "error")
        assert place.endswith("column Option A") and "not in the file" in message


def test_a_picture_of_a_hidden_row_is_not_read_and_not_said_again():
    imported = read(workbook(ONE + row(3, "Old?", "x", "y", "A", more='hidden="1"'),
                             more=lying(((3, 0), RED, "A sign"))))
    assert said(imported) == [("file", "Hidden rows were not read: 3.")] and not imported.pictures


def test_a_picture_that_was_placed_in_a_cell_is_read_with_its_words():
    links, more = placed(RED, "A sign")
    cell = '<c r="B2" t="e" vm="1"><v>#VALUE!</v></c>'
    imported = read(workbook(row(2, "Which?", cell, "Two", "A"), links=links, more=more))
    assert options(only(imported)) == [(SIGN, 1), ("Two", 0)] and not imported.errors


@pytest.mark.parametrize("cell", [
    '<c r="B2" t="str"><f>_xlfn.DISPIMG("ID_7",1)</f><v>=DISPIMG("ID_7",1)</v></c>',
    '<c r="B2"><f>DISPIMG("ID_7",1)</f></c>',
])
def test_a_picture_that_wps_shows_in_a_cell_is_read_with_its_words(cell):
    links, more = named("ID_7", RED, "A sign")
    imported = read(workbook(row(2, "Which?", cell, "Two", "A"), links=links, more=more))
    assert options(only(imported)) == [(SIGN, 1), ("Two", 0)] and not imported.errors


def test_a_picture_of_wps_that_is_not_in_the_file_is_an_error_of_its_cell():
    links, more = named("ID_7", RED, "A sign")
    cell = '<c r="B2" t="str"><f>_xlfn.DISPIMG("ID_8",1)</f><v>=DISPIMG("ID_8",1)</v></c>'
    imported = read(workbook(row(2, "Which?", cell, "Two", "A"), links=links, more=more))
    [(place, message)] = said(imported, "error")
    assert place == "row 2, column Option A" and "not in the file" in message


def test_pictures_of_libreoffice_lie_in_their_cells():
    frame = ('<draw:frame xmlns:draw="urn:d" xmlns:xlink="urn:l" xmlns:svg="urn:s"><draw:image '
             'xlink:href="Pictures/a.png"/><svg:desc>A sign</svg:desc></draw:frame>')
    cell = f"<table:table-cell><text:p>One</text:p>{frame}</table:table-cell>"
    table = ods_row("Question", "Option A", "Option B", "Correct") + ods_row(
        "Which?", cell, "Two", "B")
    shapes = f"<table:shapes>{frame}</table:shapes>"
    parts = {info[0]: info[1] for info in _members(ods(f"<table:table>{table}</table:table>"))}
    imported = read(zipped([*parts.items(), ("Pictures/a.png", RED)]))
    assert options(only(imported)) == [(f"One {SIGN}", 0), ("Two", 1)] and not imported.errors
    loose = ods(f"<table:table>{shapes}{table}</table:table>")
    assert said(read(loose), "error")[0][0] == "row 2, column Option A"
    assert any("on no row" in message for _place, message in said(read(loose)))


def _members(data):
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(name, archive.read(name)) for name in archive.namelist()]


@pytest.mark.parametrize(("file", "words"), [
    (b"<svg onload='x'/>", "SVG"), (b"\x01\x02 metafile", "no picture"),
    (RED + bytes(FILE_LIMIT), "larger than"), (RED[:45], "damaged"),
], ids=["svg", "metafile", "large", "broken"])
def test_what_is_no_picture_is_said_at_its_question(file, words):
    imported = read(workbook(ONE, more=lying(((2, 0), file, "A sign"))))
    assert any(words in message for _place, message in said(imported, "warning"))
    assert imported.faulty_places() == set() and imported.pictures == ()


def test_a_picture_on_two_rows_is_kept_once_and_one_without_words_is_named():
    imported = read(workbook(ONE + row(3, "And this?", "x", "y", "A"), more=lying(
        ((2, 0), RED, "A sign"), ((3, 0), RED, ""))))
    assert len(imported.pictures) == 1
    assert [place for place, message in said(imported) if "no words" in message] == ["row 3, stem"]


def test_the_bounded_process_reads_them():
    data = workbook(ONE, more=lying(((2, 0), RED, "A sign")), head=HEAD)
    assert child.parse(data, "signs.xlsx").pictures == (reencoded(RED),)
