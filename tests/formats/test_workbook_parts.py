"""Parts of workbooks by themselves: pictures and what tells of them, links, limits, old values."""

import datetime
import io
import zipfile

import pytest

from isotrain.formats.contract import Unreadable
from isotrain.formats.model import Import
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.workbooks import archive, drawings, grid, opening, signs, xlsx
from isotrain.formats.workbooks import ods as ods_module
from isotrain.formats.workbooks.drawings import lying_on, named, placed_in_cells
from isotrain.formats.workbooks.ods import grids as ods_grids
from isotrain.formats.workbooks.parts import attribute, is_on, related
from isotrain.formats.workbooks.signs import Signs, bare, signs_in, without_signs
from isotrain.formats.workbooks.xlsx import _styles
from isotrain.questions.draft import Draft
from isotrain.questions.problem import warning
from tests.formats.booklet import ods, ods_row, zipped

FILES = {f"m/{n}.png": b"" for n in "abc"}
RELATED = ('<Relationships>' + "".join(
    f'<Relationship Id="{n}" Type="x/image" Target="../m/{n}.png"/>' for n in "abc")
    + '<Relationship Id="w" Type="x/link" Target="http://x/y.png" TargetMode="External"/>'
    "</Relationships>").encode()


class Told(Signs):
    """Signs that say which pictures were met, with which words."""

    def add(self, name, alt):
        return f"{name}|{alt}"


def drawing(*anchors):
    xml = f'<d:wsDr xmlns:d="d" xmlns:a="a" xmlns:r="r">{"".join(anchors)}</d:wsDr>'
    return {**FILES, "d/one.xml": xml.encode(), "d/_rels/one.xml.rels": RELATED}


def picture(link="", about=""):
    blip = f'<a:blip r:embed="{link}"/>' if link else ""
    return f"<d:pic>{about}{blip}</d:pic>"


def at(row, column, inside, kind="oneCellAnchor"):
    return (f"<d:{kind}><d:from><d:col>{column}</d:col><d:row>{row}</d:row></d:from>"
            f"<d:to><d:col>9</d:col><d:row>9</d:row></d:to>{inside}</d:{kind}>")


@pytest.mark.parametrize(("anchors", "found"), [
    ((at(2, 3, picture("a", '<d:cNvPr descr="A" title="T" name="N"/>')),
      at(0, 0, picture("b", '<d:cNvPr title="B"/>'), "twoCellAnchor")),
     [((3, 3), "m/a.png|A"), ((1, 0), "m/b.png|B")]),
    ((at(2, 3, picture("a", '<d:cNvPr descr="A"/>')), at(4, 1, picture())),
     [((3, 3), "m/a.png|A"), ((5, 1), "|")]),
    ((at(2, 3, picture("a") + picture("b")),), [((3, 3), "m/a.png|"), ((3, 3), "m/b.png|")]),
    ((at(2, 3, picture("a")), f"<d:absoluteAnchor>{picture('c')}</d:absoluteAnchor>"),
     [((3, 3), "m/a.png|"), ((0, 0), "m/c.png|")]),
    ((at(2, 3, picture("w") + picture("nothing")),), [((3, 3), "|"), ((3, 3), "|")]),
    ((at(2, 3, f"<x:AlternateContent xmlns:x='x'><x:Choice>{picture('a')}</x:Choice><x:Fallback>"
               f"{picture('b')}</x:Fallback></x:AlternateContent>"),), [((3, 3), "m/a.png|")]),
    ((at("x", "1234567890", picture("a")),), [((0, 0), "m/a.png|")]),
])
def test_pictures_that_lie_on_a_sheet_have_their_cells_files_and_words(anchors, found):
    assert lying_on(drawing(*anchors), "d/one.xml", Told()) == found


def test_pictures_of_wps_are_known_by_their_names():
    told = drawing(picture("a", '<d:cNvPr name="ID_1" descr="A"/>'), picture(),
                   picture("b", '<d:cNvPr name="ID_2"/>'))
    assert named(told, "d/one.xml", Told()) == {"ID_1": "m/a.png|A", "": "|", "ID_2": "m/b.png|"}
    assert named({}, "d/one.xml", Told()) == {}


KINDS = {"sheetMetadata": "meta", "rdRichValue": "values", "rdRichValueStructure": "keys",
         "richValueRel": "d/links"}
META = ('<m xmlns:x="x"><cellMetadata><bk><rc v="1"/></bk></cellMetadata><futureMetadata name='
        '"OTHER"><x:rvb i="0"/></futureMetadata><futureMetadata name="XLRICHVALUE"><x:rvb i="1"/>'
        '<x:rvb i="0"/></futureMetadata><valueMetadata><bk><rc v="0"/></bk><bk><rc v="1"/></bk><bk>'
        '<rc v="7"/></bk><bk><rc/></bk></valueMetadata></m>')
KEYS = ('<k xmlns:x="x"><k n="lost"/><s><k n="_rvRel:LocalImageIdentifier"/><k n="Text"/>'
        '<x:other n="z"/></s><s><k n="Text"/><k n="_rvRel:LocalImageIdentifier"/></s></k>')
VALUES = ('<rvData><v>early</v><rv s="0"><v>1</v><v>One</v></rv><rv s="1"><v>Two</v><v>0</v></rv>'
          "</rvData>")
LINKS = '<r xmlns:r="r"><rel r:id="b"/><rel r:id="a"/></r>'


def rich(meta=META, keys=KEYS, values=VALUES, links=LINKS):
    members = {"meta": meta, "keys": keys, "values": values, "d/links": links}
    return {**FILES, **{name: part.encode() for name, part in members.items()},
            "d/_rels/links.rels": RELATED}


def test_pictures_in_cells_are_found_by_way_of_four_parts():
    assert placed_in_cells(rich(), KINDS, Told()) == ["m/b.png|Two", "m/a.png|One", "|", "|"]


@pytest.mark.parametrize(("parts", "found"), [
    ({"keys": "<k/>"}, ["|"] * 4), ({"values": "<k/>"}, ["|"] * 4),
    ({"links": "<r/>"}, ["|Two", "|One", "|", "|"]), ({"meta": "<m/>"}, []),
    ({"keys": '<k><s><k n="Text"/></s><s><k n="x"/></s></k>'}, ["|", "|1", "|", "|"]),
    ({"values": VALUES.replace("<v>0</v>", "<v>x</v>")}, ["|Two", "m/a.png|One", "|", "|"]),
    ({"values": VALUES.replace("<v>0</v>", "<v>-1</v>")}, ["|Two", "m/a.png|One", "|", "|"]),
])
def test_where_a_part_says_nothing_the_picture_is_not_there(parts, found):
    assert placed_in_cells(rich(**parts), KINDS, Told()) == found


def test_a_workbook_without_such_parts_has_no_pictures_in_cells():
    assert placed_in_cells({}, {}, Told()) == []


# -- links and attributes


def test_links_lead_from_the_folder_of_their_part_and_not_out_of_the_file():
    members = {"d/_rels/one.xml.rels": RELATED, "_rels/top.rels": RELATED}
    assert related(members, "d/one.xml") == {n: ("image", f"m/{n}.png") for n in "abc"}
    assert related(members, "top") == {n: ("image", f"m/{n}.png") for n in "abc"}
    assert related(members, "d/two.xml") == {}
    whole = b'<x><Relationship Id="a" Type="k" Target="/p/q"/></x>'
    assert related({"_rels/.rels": whole}, "") == {"a": ("k", "p/q")}


@pytest.mark.parametrize(("value", "on"), [
    ("1", True), ("true", True), ("TRUE", True), ("on", True), ("0", False), ("false", False),
    ("", False), ("yes", False)])
def test_an_attribute_says_yes_in_three_ways(value, on):
    assert is_on({"hidden": value}, "hidden") is on and not is_on({}, "hidden")


def test_an_attribute_is_known_by_its_name_behind_any_prefix():
    assert attribute({"val": "no", "w:val": "yes"}, "val") == "yes"
    assert attribute({"val": "no", "w:value": "no"}, "val") == ""


# -- signs


def test_there_are_as_many_signs_as_the_plane_holds_and_they_are_found_again(monkeypatch):
    found = Signs(FILES)
    monkeypatch.setattr(signs, "_MOST", 2)
    first, second, third = (found.add(f"m/{n}.png", n) for n in "aba")
    assert (first, second, third) == ("\U00100000", "\U00100001", "")
    assert found.add("m/z.png", "") == ""
    assert signs_in(f"x{first}ä{second}") == [first, second] and signs_in("x") == []
    assert without_signs(f"ä{first}b") == "äb"
    assert (bare(f" ä {first} "), bare(first), bare("x")) == ("ä", first, "x")


def test_what_stands_for_pictures_is_put_in_and_only_pictures_that_are_shown_are_loaded():
    found = Signs(FILES)
    one, two = found.add("m/a.png", "A"), found.add("m/b.png", "B")
    other = "\U0010fffd"
    loaded = []
    told = found.put_in(
        Import("x", (Draft("", "essay", f"Look {one}{other}"),),
               (warning("file", "%(cell)s", cell=f"{two}!", count=2),)),
        lambda names: loaded.append(set(names)) or dict.fromkeys(names, b""))
    assert loaded == [{"m/a.png"}] and set(told.files) == {"m/a.png"}
    assert told.questions[0].stem == f"Look ![A](picture:m%2Fa.png){other}"
    assert told.problems[0].params == {"cell": "[B]!", "count": 2}
    bare_import = Import("x", (), ())
    assert Signs().put_in(bare_import, lambda names: 1 / 0) is bare_import


# -- archives


def test_no_more_of_a_picture_is_unpacked_than_a_picture_may_have():
    data = zipped([("a", bytes(FILE_LIMIT + 9)), ("b", b"x"), ("c", b"y")])
    found = archive.pictures_of(data, {"b", "a"})
    assert {name: len(content) for name, content in found.items()} == {"a": FILE_LIMIT + 1, "b": 1}


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", zipped([("b", b"x")])])
def test_a_picture_that_cannot_be_unpacked_refuses_its_file(data):
    with pytest.raises(Unreadable) as refusal:
        archive.pictures_of(data, {"a"})
    assert refusal.value.code == "zip_broken"


def test_only_parts_that_are_xml_are_unpacked_and_all_are_counted(monkeypatch):
    members = [("a.xml", "12"), ("b.rels", "34"), ("mimetype", "56"), ("c.png", "78")]
    assert archive.members_of(zipped(members)) == {
        "a.xml": b"12", "b.rels": b"34", "mimetype": b"56", "c.png": b""}
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 8)
    assert archive.members_of(zipped(members))
    monkeypatch.setattr(archive, "UNPACKED_LIMIT", 7)
    with pytest.raises(Unreadable) as refusal:
        archive.members_of(zipped(members))
    assert refusal.value.code == "zip_too_big"
    monkeypatch.undo()
    monkeypatch.setattr(archive, "MEMBER_LIMIT", 4)
    assert archive.members_of(zipped(members))
    with pytest.raises(Unreadable) as refusal:
        archive.members_of(zipped([*members, ("e", "")]))
    assert refusal.value.code == "zip_too_many"
    with pytest.raises(Unreadable) as refusal:
        archive.members_of(zipped([("a.xml", ""), ("A.XML", "")]))
    assert refusal.value.code == "zip_duplicate"


def test_names_of_what_is_no_archive_are_none():
    assert archive.names_of(zipped([("a", ""), ("b", "")])) == {"a", "b"}
    assert archive.names_of(b"") == archive.names_of(b"PK\x03\x04 broken") == frozenset()
    assert archive.names_of(b"#!" + zipped([("a", "")])) == frozenset()
    assert zipfile.is_zipfile(io.BytesIO(b"#!" + zipped([("a", "")])))


# -- limits


@pytest.mark.parametrize(("check", "most"), [
    (grid.check_cells, grid.CELL_LIMIT), (grid.check_rows, grid.ROW_LIMIT)])
def test_as_many_rows_and_cells_are_looked_at_and_no_more(check, most):
    check(most)
    with pytest.raises(Unreadable) as refusal:
        check(most + 1)
    assert refusal.value.code == "too_many" and refusal.value.problem.params == {"limit": most}


def test_cells_of_libreoffice_are_counted_one_by_one(monkeypatch):
    counted = []
    monkeypatch.setattr("isotrain.formats.workbooks.ods.check_cells", counted.append)
    content = ods(f"<table:table>{ods_row('a', 'b')}{ods_row('c')}</table:table>")
    list(ods_grids(archive.members_of(content), Signs()))
    assert counted == [1, 2, 3]


def test_a_style_that_hides_sheets_is_one_of_tables():
    hiding = ('<style:style style:name="h"><style:table-properties table:display="{}"/>'
              '</style:style><style:style style:name="s"><style:other table:display="false"/>'
              "</style:style>")
    for display, seen in (("false", [False, True]), ("true", [True, True])):
        content = ods(*(f'<table:table table:style-name="{name}">{ods_row("a")}</table:table>'
                        for name in "hs"), styles=hiding.format(display))
        found = list(ods_grids(archive.members_of(content), Signs()))
        assert [grid is not None for _name, grid in found] == seen


def test_formats_and_fonts_of_cells_are_not_those_of_conditions_or_named_styles():
    part = (
        '<x><numFmts><numFmt numFmtId="170" formatCode="0.0"/></numFmts><fonts><font/><font><b/>'
        '</font><font><b val="0"/></font></fonts><cellStyleXfs><xf fontId="1"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="170" fontId="0"/><xf numFmtId="9" fontId="1"/><xf fontId="2"/>'
        '<xf numFmtId="170" fontId="9"/></cellXfs><dxfs><dxf><font><b/></font><numFmt '
        'numFmtId="170" formatCode="0%"/></dxf></dxfs></x>')
    assert _styles(part.encode()) == [
        ("0.0", False), ("0%", True), ("General", False), ("0.0", False)]
    assert _styles(None) == []


# -- values of old workbooks


def test_values_of_old_workbooks_are_told_as_they_may_have_been_shown(monkeypatch):
    rows = [["Q", True, False, 5.0, 0.25, 7], ["", datetime.date(2026, 2, 1), "#N/A", "#1", "#n/a"],
            [datetime.time(8, 30), datetime.datetime(2026, 2, 1, 9), "#" + "X" * 30, "", 0.5]]
    monkeypatch.setattr(opening, "opened", lambda data: iter([("One", rows), ("Old", None)]))
    (name, found), (hidden, nothing) = opening.grids(b"old")[0]
    assert (name, hidden, nothing) == ("One", "Old", None)
    assert [each.cells for each in found.rows] == [
        ("Q", "TRUE", "FALSE", "5", "0.25", "7"), ("", "2026-02-01", "#N/A", "#1", "#n/a"),
        ("08:30:00", "2026-02-01T09:00:00", "#" + "X" * 30, "", "0.5")]
    told = {spot: note.params["shown"] for spot, note in found.notes.items()}
    assert told == {(2, 1): "2026-02-01", (2, 2): "#N/A", (3, 1): "2026-02-01T09:00:00",
                    (3, 2): "#" + "X" * 19}
    assert found.notes[2, 1].severity == "warning" and found.notes[2, 2].severity == "error"
    assert [problem.params for problem in found.said] == [{"row": 1}]
    plain = dict(opening.sheets(b"old"))
    assert plain["Old"] is None and plain["One"][1].number == 2
    assert plain["One"][0].cells == ("Q", "TRUE", "FALSE", "5", "0.25", "7")


@pytest.mark.parametrize(("text", "number"), [
    ("7", 7), ("123456789", 123_456_789), ("1234567890", -1), ("", -1), ("-1", -1), ("x", -1)])
def test_a_number_of_a_workbook_is_whole_and_has_nine_digits_at_most(text, number):
    assert xlsx._whole(text) == drawings._whole(text) == number


@pytest.mark.parametrize(("text", "count"), [
    ("7", 7), ("12345678", 12_345_678), ("123456789", 1), ("x", 1), ("", 1)])
def test_a_cell_stands_for_so_many_of_its_kind(text, count):
    assert ods_module._count({"n": text}, "n") == count and ods_module._count({}, "n") == 1
