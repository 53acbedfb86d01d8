"""Parts of Word documents by themselves: lists that count, styles, tables, what stands in boxes."""

import pytest

from isotrain.formats.numbered.lines import TYPED
from isotrain.formats.word.document import body_of
from isotrain.formats.word.numbering import Lists, lists_of, shown, whole
from isotrain.formats.word.styles import Look, Styles, styles_of, with_property
from isotrain.formats.word.tables import grid_of, lines_of
from tests.formats.letter import BOLD, NUMBERING, UNDERLINED, W, drawing, paragraph, run, table

NOTHING = Lists({}, {}, {})


def body(*blocks, styles=None, lists=NOTHING, pictures=None):
    xml = f"<w:document {W} xmlns:m='urn:m' xmlns:mc='urn:mc'><w:body>{''.join(blocks)}"
    told = f"{xml}</w:body></w:document>".encode()
    return body_of(told, styles or Styles(), lists, pictures or (lambda link, alt: ""))


def texts(found):
    return [(each.label, each.text) for each in found]


# -- lists


def numbering(levels, nums):
    told = "".join(f'<w:lvl w:ilvl="{depth}">{inside}</w:lvl>' for depth, inside in levels)
    return lists_of(f'<w:numbering {W}><w:abstractNum w:abstractNumId="0">{told}</w:abstractNum>'
                    f"{nums}</w:numbering>".encode())


LEVEL = '<w:numFmt w:val="{}"/><w:lvlText w:val="{}"/>'
ONE = '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'


def test_a_list_counts_from_its_start_and_deeper_ones_begin_anew():
    lists = numbering([(0, '<w:start w:val="3"/>' + LEVEL.format("decimal", "%1.")),
                       (1, LEVEL.format("upperLetter", "%1%2)"))], ONE)
    told = [lists.label("1", depth) for depth in (0, 1, 1, 0, 1)]
    assert told == ["3.", "3A)", "3B)", "4.", "4A)"]


def test_a_level_that_was_not_met_counts_as_begun():
    lists = numbering([(0, LEVEL.format("decimal", "%1.")),
                       (1, LEVEL.format("decimal", "%1.%2.%3"))], ONE)
    assert lists.label("1", 1) == "1.1.1"


@pytest.mark.parametrize(("list_", "depth"), [("1", 1), ("2", 0), ("", 0)])
def test_a_list_or_level_that_nothing_describes_has_no_label(list_, depth):
    assert numbering([(0, LEVEL.format("decimal", "%1."))], ONE).label(list_, depth) == ""


def test_a_level_without_signs_has_no_label_and_a_bullet_is_a_bullet():
    lists = numbering([(0, LEVEL.format("none", "%1.")), (1, LEVEL.format("bullet", "%2"))], ONE)
    assert (lists.label("1", 0), lists.label("1", 1)) == ("", "•")


def test_lists_of_one_kind_count_on_and_one_that_begins_anew_does_so_once():
    again = ('<w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="3">'
             '<w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
             "</w:lvlOverride></w:num>")
    lists = numbering([(0, LEVEL.format("decimal", "%1."))], ONE + again)
    assert [lists.label(list_, 0) for list_ in "112331"] == ["1.", "2.", "3.", "7.", "8.", "9."]


def test_what_a_list_overrides_changes_only_that_list():
    own = ('<w:num w:numId="2"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0">'
           '<w:lvl w:ilvl="0"><w:lvlText w:val="(%1)"/></w:lvl></w:lvlOverride></w:num>')
    lists = numbering([(0, LEVEL.format("decimal", "%1."))], ONE + own)
    assert lists.label("1", 0) == "1."


@pytest.mark.parametrize(("number", "format_", "text"), [
    (1, "lowerLetter", "a"), (26, "lowerLetter", "z"), (27, "lowerLetter", "aa"),
    (53, "upperLetter", "AAA"), (79, "lowerLetter", "a"), (399, "lowerRoman", "cccxcix"),
    (400, "lowerRoman", "400"), (0, "lowerRoman", "0"), (44, "upperRoman", "XLIV"),
    (90, "lowerRoman", "xc"), (58, "lowerRoman", "lviii")])
def test_signs_of_a_list_go_on_as_long_as_they_can(number, format_, text):
    assert shown(number, format_) == text


@pytest.mark.parametrize(("value", "number"), [
    ("7", 7), ("99999", 99_999), ("100000", 4), ("-1", 4), ("", 4), ("²", 4), ("١", 4)])
def test_a_number_of_an_attribute_is_small_and_whole(value, number):
    assert whole(value, 4) == number


def test_the_depth_of_a_paragraph_says_how_it_is_counted():
    lists = lists_of(NUMBERING.encode())
    found = body(paragraph("P", list_="1"), paragraph("x", list_="1", depth=1),
                 paragraph("  ", list_="1"), paragraph("Q", list_="1"), paragraph("plain"),
                 lists=lists).blocks
    assert [(each.label, each.level) for each in found] == [
        ("1.", 0), ("a)", 1), ("", TYPED), ("2.", 0), ("", TYPED)]


def test_a_style_can_put_paragraphs_into_a_list_and_a_paragraph_can_leave_it():
    styles = styles_of(
        f'<w:styles {W}><w:style w:type="paragraph" w:styleId="Sub"><w:basedOn w:val="List"/>'
        '</w:style><w:style w:type="paragraph" w:styleId="List"><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/><w:numId w:val="1"/></w:numPr></w:pPr></w:style></w:styles>'.encode())
    out = '<w:p><w:pPr><w:pStyle w:val="List"/><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    found = body(paragraph("x", style="Sub"), f"{out}{run('y')}</w:p>", styles=styles,
                 lists=lists_of(NUMBERING.encode())).blocks
    assert texts(found) == [("a)", "x"), ("", "y")]


# -- styles


@pytest.mark.parametrize(("element", "attributes", "looks"), [
    ("b", {}, {"bold"}), ("b", {"w:val": "0"}, set()), ("b", {"w:val": "false"}, set()),
    ("u", {"w:val": "single"}, {"underlined"}), ("u", {"w:val": "none"}, set()),
    ("color", {"w:val": "ff0000"}, {"colour-FF0000"}), ("color", {"w:val": "auto"}, set()),
    ("color", {"w:val": "000000"}, set()), ("highlight", {"w:val": "none"}, set()),
    ("highlight", {"w:val": "yellow"}, {"highlight-yellow"}),
    ("shd", {"w:fill": "ffff00"}, {"highlight-FFFF00"}), ("shd", {"w:fill": "auto"}, set()),
    ("shd", {}, set()), ("highlight", {"w:val": "y" * 30}, {"highlight-" + "y" * 20}),
    ("color", {"w:val": "a" * 30}, {"colour-" + "A" * 12}),
    ("shd", {"w:fill": "a" * 30}, {"highlight-" + "A" * 12}),
    ("i", {}, set()), ("vanish", {}, set()),
])
def test_what_sets_letters_apart_is_named(element, attributes, looks):
    assert with_property(Look(), element, attributes).names == looks


def test_what_hides_strikes_or_raises_letters_is_known():
    assert with_property(Look(), "vanish", {}).hidden
    assert with_property(Look(), "vanish", {"w:val": "off"}).hidden is False
    assert all(with_property(Look(), name, {}).struck for name in ("strike", "dstrike"))
    raised = [with_property(Look(), "vertAlign", {"w:val": value}).raised
              for value in ("superscript", "subscript", "baseline")]
    assert raised == ["sup", "sub", ""]


def test_a_look_goes_over_another_where_it_says_something():
    over = Look(bold=False, colour="FF0000").over(Look(bold=True, underlined=True, colour="00"))
    assert (over.bold, over.underlined, over.colour) == (False, True, "FF0000")


def test_styles_stand_upon_each_other_and_a_circle_of_them_ends():
    told = "".join(f'<w:style w:type="paragraph" w:styleId="{name}"><w:basedOn w:val="{based}"/>'
                   f"<w:rPr>{look}</w:rPr></w:style>" for name, based, look in (
                       ("A", "B", '<w:b w:val="0"/>'), ("B", "C", BOLD + UNDERLINED),
                       ("C", "A", "<w:vanish/>")))
    look = styles_of(f"<w:styles {W}>{told}</w:styles>".encode()).look("A")
    assert (look.bold, look.underlined, look.hidden) == (False, True, True)


@pytest.mark.parametrize(("kind", "text"), [("paragraph", ["bold"]), ("character", [])])
def test_only_a_style_of_paragraphs_is_theirs_unless_told_otherwise(kind, text):
    styles = styles_of(f'<w:styles {W}><w:style w:type="{kind}" w:default="1" w:styleId="N"><w:rPr>'
                       f"{BOLD}</w:rPr></w:style></w:styles>".encode())
    [found] = body(paragraph("x"), styles=styles).blocks
    assert sorted(found.runs[0].looks) == text


def test_what_holds_for_the_whole_document_ends_with_its_element():
    styles = styles_of(f"<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{UNDERLINED}</w:rPr>"
                       '</w:rPrDefault></w:docDefaults><w:style w:type="paragraph" w:styleId="N">'
                       f"<w:rPr>{BOLD}</w:rPr></w:style></w:styles>".encode())
    assert (styles.plain.underlined, styles.plain.bold) == (True, None)
    assert styles.look("N").bold and styles.look("M") == Look()


# -- the body


@pytest.mark.parametrize(("block", "told", "name"), [
    (paragraph("a", "<w:del><w:r><w:t>b</w:t></w:r></w:del>"), "a", "deleted"),
    (paragraph("a", "<w:moveFrom><w:r><w:t>b</w:t></w:r></w:moveFrom>"), "a", "deleted"),
    (paragraph("a", "<w:moveTo><w:r><w:t>b</w:t></w:r></w:moveTo>"), "ab", "inserted"),
    (paragraph("a", "<w:ins><w:r><w:t>b</w:t></w:r></w:ins>"), "ab", "inserted"),
    (paragraph("a", run("b", "<w:vanish/>")), "a", "hidden"),
    (paragraph("a", "<w:sdt><w:sdtPr><w:t>b</w:t></w:sdtPr></w:sdt>"), "a", None),
    (paragraph("a", "<w:r><w:instrText>PAGE</w:instrText></w:r>"), "a", None),
    (paragraph("a", run("b", "<w:rPrChange><w:rPr><w:vanish/></w:rPr></w:rPrChange>")), "ab", None),
    (paragraph("a", run("b", '<w:ins w:id="1"/>')), "ab", None),
    (paragraph("a", run("b", '<w:del w:id="1"/>')), "ab", None),
])
def test_what_counts_as_written_and_what_is_told_of_it(block, told, name):
    found = body(block)
    assert found.blocks[0].text == told
    assert +found.told == ({name: 1} if name else {})


def test_signs_of_word_stand_for_letters():
    found = body(paragraph("a", "<w:r><w:tab/></w:r>", "b", "<w:r><w:noBreakHyphen/></w:r>",
                           "<w:r><w:cr/></w:r>", '<w:r><w:sym w:char="f0e0"/></w:r>',
                           '<w:r><w:sym w:char="F111"/></w:r>')).blocks
    assert found[0].text == "a\tb-\n→�"


def test_a_table_in_a_cell_is_part_of_the_cell_and_each_table_has_its_own_rows():
    inner = table(("p", "q"), ("r", "s"))
    outer, after = body(table((paragraph("a") + inner, "b"), ("c", "d")), table(("e",))).blocks
    assert [[[each.text for each in cell] for cell in row] for row in outer.rows] == [
        [["a", "p", "q", "r", "s"], ["b"]], [["c"], ["d"]]]
    assert [[[each.text for each in cell] for cell in row] for row in after.rows] == [[["e"]]]


def test_a_box_stands_aside_with_the_tables_in_it():
    inside = paragraph(" in ") + table(("cell",))
    box = f"<w:r><w:pict><w:txbxContent>{inside}</w:txbxContent></w:pict></w:r>"
    found = body(paragraph("a", box), paragraph("b"))
    assert texts(found.blocks) == [("", "a"), ("", "b")]
    assert [each.text for each in found.asides] == [" in ", "cell"]
    assert found.said()[0].params == {"count": 2, "first": "in"}


def test_a_picture_has_the_words_next_to_it_and_one_of_an_object_is_none():
    asked = []

    def sign(link, alt):
        asked.append((link, alt))
        return "§" if link == "kept" else ""

    inside = drawing("kept", "A sign").removeprefix("<w:r>").removesuffix("</w:r>")
    found = body(paragraph("a", drawing("kept", "A sign"), drawing("lost")),
                 paragraph(f"<w:r><w:object>{inside}</w:object></w:r>"), pictures=sign).blocks
    assert asked == [("kept", "A sign"), ("lost", "")]
    assert (found[0].text, found[0].noted, found[1].text) == ("a§", {"picture"}, "")


# -- tables


def lines(*rows):
    [block] = body(table(*rows)).blocks
    return [each.text for each in lines_of(block)]


@pytest.mark.parametrize(("rows", "told"), [
    ((("1", "P?"), ("a", "x"), ("b", "y", "x")), ["1. P?", "a. x", "b. y ✓"]),
    ((("1)", "P?"), ("(A)", "x", "✓")), ["1) P?", "(A) x ✓"]),
    ((("1", "P?", "more"), ("A", "x", "no")), ["1. P?", "more", "A. x", "no"]),
    ((("1", "x"),), ["1. x"]),
    ((("p", "q"), ("r", "", "s")), ["p | q", "r | s"]),
    ((("p",), ("",), ("q",)), ["p", "q"]),
    ((("B", "x"), ("C", "y")), ["B | x", "C | y"]),
    ((("1", "P?"), ("longer", "x")), ["1. P?", "longer | x"]),
    ((("*A", "x"), ("B", "y")), ["*A. x", "B. y"]),
])
def test_a_table_without_a_header_is_lines(rows, told):
    assert lines(*rows) == told


def test_cells_of_several_paragraphs_are_lines_each():
    two = paragraph("1. P?") + paragraph("") + paragraph("A. x")
    assert lines((two, "aside"), ("q", "r")) == ["1. P?", "A. x", "aside", "q", "r"]


def test_what_is_noted_of_cells_is_noted_of_their_line():
    struck = paragraph(run("q", "<w:strike/>"))
    [block] = body(table(("p", struck))).blocks
    [line] = lines_of(block)
    assert (line.text, line.noted) == ("p | q", {"struck"})


def test_a_table_with_a_header_is_a_grid_with_bold_cells_and_lost_pictures():
    lost = paragraph("T?", drawing("lost"))
    [block] = body(table(("Question", "A", "B", "Correct"), ("", "", "", ""),
                         (lost, paragraph(run("p", BOLD), run(" ")), "q", "A"))).blocks
    grid = grid_of(block, "table 4")
    assert grid.name == "table 4" and [each.number for each in grid.rows] == [1, 3]
    assert grid.bold == {(3, 1)} and grid.pictures == [((3, 0), "")]
    [plain] = body(table(("p", "q"))).blocks
    assert grid_of(plain, "table 1") is None
