"""Word documents: numbers that no text holds, letters' looks, tables, and what is only named."""

import io
import zipfile

import pytest

from isotrain import formats
from isotrain.formats.word.numbering import shown
from tests.formats import letter
from tests.formats.booklet import zipped
from tests.formats.letter import (
    BOLD,
    GREEN,
    RED,
    UNDERLINED,
    YELLOW,
    document,
    paragraph,
    run,
    table,
)
from tests.formats.reading import only, options, read, said


def question(*looks):
    """A numbered question with lettered options that look so."""
    return document("1. Q", *(paragraph(run(f"{letter}. {letter}", look))
                              for letter, look in zip("abcd", looks, strict=False)))


@pytest.mark.parametrize("look", [
    BOLD, GREEN, YELLOW, UNDERLINED, '<w:rStyle w:val="Key"/>',
    '<w:shd w:val="clear" w:fill="FFFF00"/>'])
def test_what_looks_otherwise_is_right(look):
    draft = only(read(question("", look, ""), "docx"))
    assert (draft.place, draft.stem) == ("question 1", "Q")
    assert options(draft) == [("a", 0), ("b", 1), ("c", 0)]


def test_styles_of_paragraphs_make_letters_bold():
    data = document("1. Q", "A. x", paragraph("B. y", style="Strong"))
    assert options(only(read(data, "docx"))) == [("x", 0), ("y", 1)]


@pytest.mark.parametrize("looks", [(BOLD, BOLD), (UNDERLINED, UNDERLINED, ""), ("", "")])
def test_looks_that_mark_everything_or_lines_under_several_say_nothing(looks):
    imported = read(question(*looks), "docx")
    assert ("question 1, options", "No option is right.") in said(imported, "error")


def test_one_word_in_bold_is_emphasis():
    data = document("1. Q", paragraph("A. the ", run("only", BOLD), " one"), "B. y", "Answer: B")
    assert [option.text for option in only(read(data, "docx")).right] == ["y"]


@pytest.mark.parametrize(("looks", "asks"), [
    ((BOLD, GREEN, ""), "bold-or-colour-00B050"), ((RED, GREEN), "colour-00B050-or-colour-FF0000"),
    (("", RED, RED), "colour-FF0000-or-unmarked")])
def test_looks_that_can_be_meant_in_two_ways_are_asked_about(looks, asks):
    data = question(*looks)
    [asked] = read(data, "docx").open
    assert asked.asks == asks
    name = asked.readings[-1].name
    assert not formats.read(data, "x.docx", readings={asks: name}).open


def test_automatic_numbers_and_letters_are_counted():
    data = document(
        paragraph("First?", list_="1"), paragraph("x", list_="1", depth=1),
        paragraph(run("y", BOLD), list_="1", depth=1), paragraph("Second?", list_="1"),
        paragraph(run("p", BOLD), list_="1", depth=1), paragraph("q", list_="1", depth=1),
        "", "Answers:", "1. B", "2. A")
    first, second = read(data, "docx").questions
    assert (first.stem, options(first)) == ("First?", [("x", 0), ("y", 1)])
    assert (second.stem, options(second)) == ("Second?", [("p", 1), ("q", 0)])


def test_letters_that_run_on_over_questions_begin_options_too():
    data = document("1. P", paragraph("x", list_="3"), paragraph("y", list_="3"), "Answer: B",
                    "2. Q", paragraph("p", list_="3"), paragraph("q", list_="3"), "Answer: D")
    assert [[o.text for o in draft.right] for draft in read(data, "docx").questions] == [
        ["y"], ["q"]]
    again = document(paragraph("x", list_="3"), paragraph("y", list_="4"))
    assert only(read(again, "docx")).stem == "A. x"


def test_bullets_are_options():
    data = document(paragraph("Q?", list_="1"), paragraph("x", list_="2"),
                    paragraph(run("y", BOLD), list_="2"))
    assert options(only(read(data, "docx"))) == [("x", 0), ("y", 1)]


@pytest.mark.parametrize(("number", "format_", "text"), [
    (3, "decimal", "3"), (2, "lowerLetter", "b"), (28, "upperLetter", "BB"),
    (4, "lowerRoman", "iv"), (9, "upperRoman", "IX"), (1, "unheard", "1")])
def test_numbers_are_shown_in_the_signs_of_their_list(number, format_, text):
    assert shown(number, format_) == text


def test_a_table_with_a_header_is_a_sheet():
    data = document("1. Q", "A. x", "*B. y", table(
        ("Question", "A", "B", "Correct"), ("T?", "p", "q", "B"), ("", "p", "q", "A"),
        ("U?", "p", paragraph(run("q", BOLD)), "")))
    imported = read(data, "docx")
    assert [draft.place for draft in imported.questions][:2] == ["question 1", "table 1, row 2"]
    assert [[o.text for o in draft.right] for draft in imported.questions if draft.stem] == [
        ["y"], ["q"], ["q"]]
    assert any(place.startswith("table 1, row 3") for place, _message in said(imported, "error"))


def test_a_table_without_a_header_is_read_as_lines():
    data = document(table(("1", "P?", ""), ("A", "x", ""), ("B", "y", "x")),
                    table((paragraph("2. Q?") + paragraph("A. x") + paragraph("*B. y"),)),
                    "3. Look", table(("p", "q"), ("r", "s")), "A. x", "*B. y")
    imported = read(data, "docx")
    assert [draft.stem for draft in imported.questions] == ["P?", "Q?", "Look\np | q\nr | s"]
    assert all([o.text for o in draft.right] == ["y"] for draft in imported.questions)


def field(name, inner=""):
    return f"<w:r><w:{name}>{inner}</w:{name}></w:r>"


@pytest.mark.parametrize(("inside", "severity", "word"), [
    (field("drawing", '<a:blip xmlns:a="urn:a"/>'), "error", "picture"),
    (field("pict", '<v:imagedata xmlns:v="urn:v"/>'), "error", "picture"),
    (field("drawing", '<c:chart xmlns:c="urn:c"/>'), "error", "chart"),
    (field("object", '<o:OLEObject xmlns:o="urn:o"/>'), "error", "object"),
    ("<m:oMath><m:r><m:t>ab</m:t></m:r></m:oMath>", "error", "formula"),
    (run("gone", "<w:strike/>"), "error", "struck"),
    (field("footnoteReference"), "warning", "footnote"),
    (field("commentReference"), "warning", "comment"),
])
def test_what_is_not_read_is_named_at_its_question(inside, severity, word):
    data = document("1. P", "A. x", "*B. y", "2. Q", "A. x", paragraph("*B. y", inside))
    [(place, message)] = [each for each in said(read(data, "docx"), severity)
                          if each[0].startswith("question")]
    assert place == "question 2" and word in message.lower()


def test_changes_that_are_tracked_count_as_done_and_hidden_text_and_boxes_are_named():
    data = document(
        paragraph("1. Q", "<w:ins><w:r><w:t> new</w:t></w:r></w:ins>",
                  "<w:del><w:r><w:delText> old</w:delText></w:r></w:del>",
                  run(" secret", "<w:vanish/>")),
        "A. x", "*B. y", paragraph(field("pict", "<w:txbxContent>" + paragraph("Boxed")
                                         + "</w:txbxContent>"), "z"),
        "<mc:AlternateContent><mc:Fallback>" + paragraph("twice") + "</mc:Fallback>"
        "</mc:AlternateContent>")
    imported = read(data, "docx")
    assert only(imported).stem == "Q new"
    told = "".join(message for _place, message in said(imported, "warning"))
    assert all(word in told for word in ("Insertions", "Deletions", "Hidden", "Boxed"))
    assert "twice" not in told


def test_raised_letters_line_breaks_and_signs_are_kept():
    data = document(paragraph("1. 10", run("3", '<w:vertAlign w:val="superscript"/>'), "?"),
                    paragraph("A. x", "<w:r><w:br/></w:r>", "B. y", run(" ", ""),
                              '<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'))
    draft = only(read(data, "docx"))
    assert (draft.stem, options(draft)) == ("10³?", [("x", 0), ("y", 1)])


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb">]>'


@pytest.mark.parametrize("data", [
    document("1. Q", head=BOMB), document("<w:p>" * 300 + "</w:p>" * 300), document("<w:p>"),
    zipped([("word/document.xml", "<w:document")]),
    document("1. Q", more=[("word/media/a.png", b"0" * (70 * 1024 * 1024))]),
    document("1. Q", more=[("Word/Document.xml", "")]),
    document("1. Q")[:-30],
])
def test_documents_that_are_broken_or_hostile_are_refused_in_words(data):
    with pytest.raises(formats.Unreadable) as refusal:
        formats.read(data, format_name="docx")
    assert refusal.value.message and "spreadsheet" not in refusal.value.message
    assert "sheet" not in refusal.value.hint


def test_a_document_without_questions_says_so():
    assert ("file", "No question was found.") in said(read(document("Dear all"), "docx"))
    with pytest.raises(formats.Unreadable, match="no text"):
        formats.read(zipped([("a.xml", "<a/>")]), format_name="docx")


def test_a_document_is_known_by_its_parts_whatever_it_is_called():
    data = document("1. Q", "A. x", "*B. y")
    assert formats.read(data, "x.docx").format == formats.read(data, "").format == "docx"
    with pytest.raises(formats.Unreadable):
        formats.read(data, "x.txt")
    assert zipfile.is_zipfile(io.BytesIO(data))


def test_white_shading_marks_nothing():
    imported = read(question("", '<w:shd w:val="clear" w:fill="FFFFFF"/>', ""), "docx")
    assert ("question 1, options", "No option is right.") in said(imported, "error")


def test_text_that_was_moved_counts_as_inserted():
    moved = "<w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo>"
    imported = read(document(paragraph("1. Q", moved), "A. x", "*B. y"), "docx")
    assert only(imported).stem == "Q here"
    assert any("Insertions" in message for _place, message in said(imported, "warning"))


def test_a_table_of_lines_may_have_empty_rows_and_spaces_behind_its_letters():
    data = document(table(("1", "P?"), ("", ""), ("A ", "x"), ("*B ", "y")))
    draft = only(read(data, "docx"))
    assert (draft.stem, options(draft)) == ("P?", [("x", 0), ("y", 1)])


def test_a_picture_in_a_table_is_named_at_its_row():
    picture = paragraph("T?", field("drawing", '<a:blip xmlns:a="urn:a"/>'))
    data = document(table(("Question", "A", "B", "Correct"), ("S?", "p", "q", "B"),
                          (picture, "p", "q", "A")))
    assert {place.partition(", column")[0] for place, message in said(read(data, "docx"), "error")
            if "picture" in message.lower()} == {"table 1, row 3"}


def test_a_document_can_be_read_without_choosing_anything():
    data = question("", BOLD, "")
    assert formats.find_format("docx").read(data).questions == read(data, "docx").questions


def test_a_list_that_begins_anew_begins_once():
    data = document("1. P", paragraph("x", list_="4"), paragraph("y", list_="4"), "Answer: B")
    assert options(only(read(data, "docx"))) == [("x", 0), ("y", 1)]


def test_only_what_somebody_deleted_counts_as_deleted():
    twice = "<mc:AlternateContent><mc:Fallback>" + paragraph("twice") + "</mc:Fallback>" \
        "</mc:AlternateContent>"
    imported = read(document("1. Q", "A. x", "*B. y", twice), "docx")
    told = "".join(message for _place, message in said(imported))
    assert "Deletions" not in told and "Insertions" not in told


def test_what_a_document_looks_like_unless_told_otherwise_counts(monkeypatch):
    defaults = ("<w:docDefaults><w:rPrDefault><w:rPr><w:lang/><w:b/></w:rPr></w:rPrDefault>"
                "</w:docDefaults><w:style w:type")
    monkeypatch.setattr(letter, "STYLES", letter.STYLES.replace("<w:style w:type", defaults, 1))
    [asked] = read(question("", '<w:b w:val="0"/>', ""), "docx").open
    assert "bold" in asked.asks


def test_the_paragraphs_of_a_cell_are_its_lines():
    data = document(table(("Question", "A", "B", "Correct"),
                          ("T?", paragraph("p") + paragraph("more"), "q", "B")))
    assert options(only(read(data, "docx"))) == [("p\nmore", 0), ("q", 1)]


def test_a_label_stands_before_the_first_line_of_its_paragraph_alone():
    broken = paragraph("P?", "<w:r><w:br/></w:r>", "more", list_="1")
    data = document(broken, "A. x", "*B. y", paragraph("Q?", list_="1"), "A. x", "*B. y")
    first, second = read(data, "docx").questions
    assert (first.stem, second.stem) == ("P?\nmore", "Q?")
    assert options(first) == options(second) == [("x", 0), ("y", 1)]
