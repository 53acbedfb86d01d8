"""QTI files and packages from outside: detected, decoded, limited, and accounted for."""

import io
import struct
import zipfile

import pytest

from isotrain import formats
from isotrain.formats import Unreadable, child
from isotrain.formats.qti import elements
from isotrain.formats.qti import package as packages
from tests.formats.qti_samples import (
    answer,
    by,
    choice,
    cond,
    eq,
    lid,
    mat,
    new_item,
    old,
    old_item,
    package,
)
from tests.formats.reading import only, read, said

AB = (("a", "One"), ("b", "Two"))
OLD = old(old_item(mat("Which?") + lid(*AB), cond(eq("a"), 1)))
NEW = new_item(choice(*AB, prompt="Which?"), answer("a"), by("match_correct"))
ITEM = "imsqti_item_xmlv2p1"


def refusal(data, name="qti2"):
    with pytest.raises(Unreadable) as refused:
        read(data, name)
    assert refused.value.hint
    return refused.value.message


@pytest.mark.parametrize(("data", "filename", "name"), [
    (OLD.encode(), "x.xml", "qti12"),
    (NEW.encode(), "x.xml", "qti2"),
    (b'<?xml version="1.0"?><qti:assessmentItem xmlns:qti="x"/>', "x.xml", "qti2"),
    (b"<qti-assessment-item/>", "x.xml", "qti2"),
    (package({"q.xml": OLD}, ("imsqti_xmlv1p2", "q.xml")), "x.zip", "qti12"),
    (package({"q.xml": OLD}, ("imsqti_xmlv1p2", "q.xml")), "x.imscc", "qti12"),
    (package({"q.xml": NEW}, (ITEM, "q.xml")), "x.zip", "qti2"),
    (package({"q.xml": NEW}, ("imsqti_item_xmlv3p0", "q.xml")), "x.zip", "qti2"),
])  # fmt: skip
def test_files_and_packages_are_known_by_what_they_hold(data, filename, name):
    assert formats.detect(data, filename).name == name
    assert formats.read(data, filename).format == name


def test_what_is_not_qti_is_left_to_others():
    quiz = b'<?xml version="1.0"?><quiz><question type="essay"/></quiz>'
    assert not any(formats.find_format(name).detect(quiz, "x.xml") for name in ("qti12", "qti2"))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert formats.detect(out.getvalue(), "x.xlsx").name == "xlsx"


def test_a_file_that_says_latin_1_is_read_so_unless_it_is_utf_8():
    text = OLD.replace("Which?", "Größe?").replace("UTF-8", "ISO-8859-1")
    assert only(read(text.encode("latin-1"), "qti12")).stem == "Größe?"
    imported = read(text.encode(), "qti12")
    assert only(imported).stem == "Größe?"
    assert said(imported) == [("file", "The file calls itself ISO-8859-1 but is UTF-8; it was read"
                                       ' as UTF-8: "Größe".')]


def test_an_encoding_that_we_do_not_know_is_refused():
    text = OLD.replace("Which?", "Größe?").replace("UTF-8", "EBCDIC-X")
    assert "EBCDIC-X cannot be read" in refusal(text.encode("latin-1"), "qti12")


def test_a_document_type_is_passed_over_and_entities_are_refused():
    _, _, rest = OLD.partition("?>")
    plain = '<!DOCTYPE questestinterop SYSTEM "ims_qtiasiv1p2.dtd" [<!ELEMENT a (b+)>]>'
    assert only(read(plain + rest, "qti12")).stem == "Which?"
    bomb = '<!DOCTYPE q [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    assert "declares entities" in refusal(bomb + rest, "qti12")
    hidden = '<!DOCTYPE q [<!ELEMENT x "]"><!ENTITY a "b">]>'
    assert refusal(hidden + rest, "qti12")


def test_characters_that_html_names_are_read_in_xml_too():
    assert only(read(OLD.replace("Which?", "5&nbsp;&euro;?"), "qti12")).stem == "5\xa0€?"
    assert "line 1" in refusal(OLD.replace("Which?", "&nosuch;"), "qti12")


def test_a_declaration_that_is_slightly_wrong_is_no_obstacle():
    assert only(read(OLD.replace('"1.0" encoding', '"1.0"encoding'), "qti12")).stem == "Which?"


def test_other_xml_is_refused_by_its_name():
    assert 'begins with "usageData"' in refusal("<usageData/>")
    assert "no well-formed XML: line 2" in refusal("<assessmentItem>\n</item>")


def test_a_tree_that_is_too_deep_or_too_large_is_refused(monkeypatch):
    deep = "<a>" * 200 + "</a>" * 200
    assert "deeper ones" in refusal(f"<assessmentItem>{deep}</assessmentItem>")
    monkeypatch.setattr(elements, "ELEMENT_LIMIT", 50)
    assert "more elements" in refusal(f"<assessmentItem>{'<a/>' * 60}</assessmentItem>")


def test_items_are_read_in_the_order_of_the_manifest_and_none_is_passed_over():
    items = {f"{n}.xml": NEW.replace("Which?", f"{n}?").replace('"i1"', f'"i{n}"')
             for n in "cab"}
    imported = read(package(items, (ITEM, "b.xml"), (ITEM, "c.xml")), "qti2")
    assert [draft.stem for draft in imported.questions] == ["b?", "c?", "a?"]
    assert [draft.place for draft in imported.questions] == ["item 1", "item 2", "item 3"]


def test_what_the_package_names_and_lacks_or_cannot_show_is_named():
    test = ('<assessmentTest identifier="t"><assessmentItemRef href="gone.xml"/></assessmentTest>')
    members = {"q.xml": NEW, "bad.xml": "<assessmentItem>", "t/t.xml": test}
    imported = read(package(members, (ITEM, "q.xml"), (ITEM, "bad.xml"), (ITEM, "none.xml"),
                            ("imsqti_test_xmlv2p1", "t/t.xml")), "qti2")
    assert said(imported) == [
        ("file", 'The package names the file "none.xml", which is not in it.'),
        ("file", 'The file "bad.xml" in the package cannot be read (line 1).'),
        ("file", 'The package names the file "t/gone.xml", which is not in it.'),
        ("file", "The order, parts and rules of tests are not kept, only their questions (1)."),
    ]


def test_a_package_may_hold_both_kinds():
    imported = read(package({"a.xml": OLD, "b.xml": NEW}, ("x", "a.xml")), "qti12")
    assert [draft.type for draft in imported.questions] == ["single_choice"] * 2


def test_names_in_manifests_are_unquoted_and_relative_to_it():
    members = {"in/imsmanifest.xml": '<manifest><resources base="q/"><resource type="imsqti_x"'
                                     ' href="my%20quiz.xml"/></resources></manifest>',
               "in/q/my quiz.xml": OLD}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    assert said(read(out.getvalue(), "qti12")) == []


def test_the_fuller_of_two_versions_by_canvas_is_read():
    members = {"g1/assessment_qti.xml": OLD, "non_cc_assessments/g1.xml.qti": OLD}
    imported = read(package(members), "qti12")
    assert len(imported.questions) == 1
    assert said(imported) == [
        ("file", "What is in the package in two versions was read once (files: 1).")]


STIMULUS = ('<assessmentStimulus identifier="s"><stimulusBody><p>A story.</p></stimulusBody>'
            "</assessmentStimulus>")
SHARING = NEW.replace("<itemBody>", '<assessmentStimulusRef href="../s.xml"/><itemBody>')


def test_a_text_that_items_share_stands_before_each_question():
    found = only(read(package({"s.xml": STIMULUS, "q/1.xml": SHARING}), "qti2"))
    assert found.stem == "A story.\n\nWhich?"


def test_a_shared_text_that_is_not_there_is_an_error():
    imported = read(package({"q/1.xml": SHARING}), "qti2")
    assert ("item 1, stem", "The text that the question shares with others is not in the file"
            " (../s.xml).") in said(imported, "error")


def test_a_scorm_package_is_named():
    manifest = ('<manifest xmlns:adlcp="http://www.adlnet.org/xsd/adlcp_rootv1p2"><resources/>'
                "</manifest>")
    assert "a SCORM package" in refusal(package({"imsmanifest.xml": manifest}), "qti12")


def zipped(*names, **more):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, more.get("content", NEW))
    return out.getvalue()


@pytest.mark.parametrize("name", ["../x.xml", "/etc/x.xml", "a/../../x.xml", "C:\\x.xml",
                                  "a\\..\\..\\x.xml"])
def test_a_name_that_leads_out_of_the_package_is_refused(name):
    assert "whose name leads out of it" in refusal(zipped("imsmanifest.xml", name))


def test_a_package_that_swells_is_refused_unread():
    bomb = zipped("imsmanifest.xml", content=b" " * 8 * 1024**2)
    assert "too large when it is unpacked" in refusal(bomb)


def test_more_members_than_a_package_may_have_are_refused(monkeypatch):
    monkeypatch.setattr(packages, "MEMBER_LIMIT", 2)
    assert "too large when it is unpacked" in refusal(zipped("a.xml", "b.xml", "c.xml"))


def test_a_member_that_is_larger_than_we_read_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "TEXT_LIMIT", 10)
    assert "is larger than" in refusal(zipped("a.xml"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused():
    assert "two files of one name" in refusal(zipped("a.xml", "a.xml"))


def test_a_locked_package_is_refused():
    data = bytearray(zipped("a.xml"))
    central = data.rindex(b"PK\x01\x02")
    struct.pack_into("<H", data, central + 8, 1)
    assert "locked with a password" in refusal(bytes(data))


def test_a_damaged_package_is_refused():
    data = zipped("imsmanifest.xml", "a.xml")
    assert "damaged" in refusal(data[: len(data) // 2])
    flipped = bytearray(data)
    flipped[60] ^= 0xFF
    assert "damaged" in refusal(bytes(flipped))


def test_a_package_is_read_in_the_child_too():
    data = package({"q.xml": NEW}, (ITEM, "q.xml"))
    assert child.parse(data, "x.zip") == formats.read(data, "x.zip")
    latin = OLD.replace("Which?", "Größe?").replace("UTF-8", "ISO-8859-1").encode("latin-1")
    assert only(child.parse(latin, "x.xml")).stem == "Größe?"


def test_of_accented_letters_three_are_shown():
    words = "é1 é2 é3 é4 é5"
    source = old(old_item(mat(words), "")).replace('encoding="UTF-8"', 'encoding="iso-8859-1"')
    [sample] = [problem.params["sample"] for problem in read(source, "qti12").problems
                if "sample" in problem.params]
    assert sample.count("é") == 3
