"""A copy of a workbook with notes in its cells."""

import io
import zipfile

import openpyxl
import pytest
from openpyxl.comments import Comment

from isotrain.formats import Unreadable
from isotrain.formats.sheets import annotating
from isotrain.formats.sheets.annotating import annotated, rehearse
from tests.formats.booklet import zipped

RED, ORANGE, YELLOW = "FFF4B6B6", "FFF9D9A0", "FFFFF3C4"


def book(*sheets, hidden=(), merged="", comment=""):
    """The file of a workbook with these sheets: name and rows."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets:
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if name in hidden else "visible"
        if merged:
            sheet.merge_cells(merged)
        if comment:
            sheet["B2"].comment = Comment(comment, "Somebody")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


HEAD = ["Question", " Option A ", "Option B", "Correct"]
ONE = ("Part 1", [HEAD, ["Who?", "x", "y", "Q"], ["What?", "p", "q", "A"]])
TWO = ("Part 2", [["Title"], [], HEAD, ["Why?", "x", "y", "B"]])


BOTH = book(ONE, TWO)


def told(data, notes):
    """What stands in which cell of which sheet: the text of the note and the colour."""
    copy = openpyxl.load_workbook(io.BytesIO(annotated(data, notes)))
    return {(sheet.title, cell.coordinate): (
        cell.comment.text, cell.fill.fgColor.rgb if cell.fill.patternType == "solid" else "")
        for sheet in copy for row in sheet.iter_rows() for cell in row if cell.comment}


@pytest.mark.parametrize(("place", "where"), [
    ("row 2, column Correct", ("Part 1", "D2")), ("row 3, column Option A", ("Part 1", "B3")),
    ("row 3", ("Part 1", "A3")), ("file", ("Part 1", "A1")), ("sheet Part 2", ("Part 2", "A1")),
    ("sheet Part 2, row 4, column Option B", ("Part 2", "C4")), ("sheet Part 3", ("Part 1", "A1")),
    ("sheet Part 3, row 2, column Correct", ("Part 1", "D2")),
    ("row 2, column Nothing", ("Part 1", "A2")), ("row 2, column C", ("Part 1", "C2")),
    ("row 2, column ZZ", ("Part 1", "A2")), ("row 2, column GR", ("Part 1", "GR2")),
    ("row 2, column GS", ("Part 1", "A2")), ("row 2, column AAA", ("Part 1", "A2")),
    ("row 2, column b", ("Part 1", "A2")), ("row 2, column Ä", ("Part 1", "A2")),
])
def test_a_note_stands_in_the_cell_that_its_place_names(place, where):
    found = told(BOTH, [(place, "error", "Look here.")])
    assert found == {where: ("Look here.", "" if where[1] == "A1" else RED)}


def test_where_a_place_names_no_sheet_it_is_the_visible_one_that_holds_something():
    data = book(("Old", [["a", "b"]]), ("Empty", []), ONE, hidden=("Old",))
    assert set(told(data, [("row 2", "error", "x"), ("file", "error", "y")])) == {
        ("Part 1", "A2"), ("Empty", "A1")}
    wide = book(("Empty", [["x"]]), ("Wide", [["a", "b"]]), ONE)
    assert set(told(wide, [("row 1", "error", "x")])) == {("Wide", "A1")}
    bare = book(("Empty", []), ("More", []))
    assert set(told(bare, [("row 2", "error", "x")])) == {("Empty", "A2")}


def test_notes_of_one_cell_stand_together_and_the_worst_gives_the_colour():
    found = told(book(ONE), [
        ("row 2", "warning", "First."), ("row 2", "error", "Second."), ("row 2", "question", "?"),
        ("row 3", "warning", "Third."), ("row 3", "question", "Fourth."),
        ("row 2, column Correct", "warning", "w"), ("row 2, column Option A", "", "odd")])
    assert found == {("Part 1", "A2"): ("First.\n\nSecond.\n\n?", RED),
                     ("Part 1", "A3"): ("Third.\n\nFourth.", ORANGE),
                     ("Part 1", "D2"): ("w", YELLOW), ("Part 1", "B2"): ("odd", YELLOW)}


def test_what_somebody_noted_before_stays_in_front():
    assert told(book(ONE, comment="Mine."), [("row 2, column Option A", "error", "Ours.")]) == {
        ("Part 1", "B2"): ("Mine.\n\nOurs.", RED)}


def test_a_note_on_a_cell_that_was_merged_away_stands_in_the_first_one():
    assert set(told(book(ONE, merged="B2:B3"), [("row 3, column Option A", "error", "x")])) == {
        ("Part 1", "B2")}


def test_notes_and_their_texts_end_somewhere(monkeypatch):
    monkeypatch.setattr(annotating, "NOTE_LIMIT", 2)
    monkeypatch.setattr(annotating, "TEXT_LIMIT", 9)
    found = told(book(ONE), [(f"row {n}", "error", "0123456789") for n in (2, 3, 4)])
    assert found == {("Part 1", f"A{n}"): ("012345678", RED) for n in (2, 3)}


def test_cells_keep_what_they_hold_and_a_note_its_size():
    data = annotated(BOTH, [("row 2", "error", "x")])
    copy = openpyxl.load_workbook(io.BytesIO(data))
    assert [[cell.value for cell in row] for row in copy["Part 1"].iter_rows()] == ONE[1]
    assert copy.sheetnames == ["Part 1", "Part 2"]
    assert copy["Part 1"]["A2"].comment.author == "Isotrain"
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        [shapes] = [archive.read(name) for name in archive.namelist() if name.endswith(".vml")]
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_DEFLATED}
    assert b"width:320px" in shapes and b"height:160px" in shapes


@pytest.mark.parametrize("data", [
    zipped([("a.xml", "<a/>")]), zipped([("xl/workbook.xml", "<workbook")])])
def test_what_the_library_cannot_read_is_refused_with_a_sentence(data):
    with pytest.raises(Unreadable) as refusal:
        annotated(data, [])
    assert (refusal.value.code, refusal.value.message) == (
        "unwritable", "No copy of this workbook can be written.")


def test_a_copy_that_cannot_be_saved_and_an_archive_that_is_none_are_refused(monkeypatch):
    with pytest.raises(Unreadable) as refusal:
        annotated(b"PK\x03\x04 broken", [])
    assert refusal.value.code == "zip_broken"
    monkeypatch.setattr(annotating, "_saved", lambda book: 1 / 0)
    with pytest.raises(Unreadable) as refusal:
        annotated(book(ONE), [])
    assert refusal.value.code == "unwritable"


def test_the_library_is_rehearsed_with_a_workbook_and_a_note(monkeypatch):
    played = []
    monkeypatch.setattr(annotating, "annotated", lambda data, notes: played.append((data, notes)))
    rehearse()
    [(data, notes)] = played
    assert len(openpyxl.load_workbook(io.BytesIO(data)).worksheets) == 1 and len(notes) == 1
    monkeypatch.undo()
    assert told(data, notes) == {("Sheet", "A1"): ("", "")}


def test_a_long_header_is_known_by_its_first_letters():
    long = "x" * 70
    data = book(("One", [["Question", long], ["Who?", "a"]]))
    assert set(told(data, [(f"row 2, column {long[:60]}", "error", "x")])) == {("One", "B2")}
    assert set(told(data, [(f"row 2, column {long[:59]}", "error", "x")])) == {("One", "A2")}


@pytest.mark.parametrize("rows", [[["a"], ["b"]], [["a", "b"]]])
def test_a_sheet_holds_something_from_two_cells_on(rows):
    data = book(("Empty", [["x"]]), ("Small", rows), ONE)
    assert set(told(data, [("row 1", "error", "x")])) == {("Small", "A1")}
