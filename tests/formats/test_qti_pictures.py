"""Pictures of QTI: found in their packages, made anew, and written into packages again."""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64encode
from dataclasses import replace
from fractions import Fraction
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import Draft, Option, child, picturing
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.reencoding import reencoded
from isotrain.questions.pictured import reference
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
from tests.formats.reading import missing, only, read, said
from tests.media.making import PICTURE, plain

RED, BLUE = plain(), plain(colour="blue")
AB = (("a", "One"), ("b", "Two"))
SIGN = reference("A sign", reencoded(RED).address)
ITEM, OLD = "imsqti_item_xmlv2p1", "imsqti_xmlv1p2"
NAMES = ("qti12", "qti2")


def item2(body: str = '<p>What is <img src="images/red.png" alt="A sign"/>?</p>',
          first: str = "One") -> str:
    return new_item(body + choice(("a", first), ("b", "Two")), answer("a"), by("match_correct"))


def item12(html: str) -> str:
    escaped = html.replace("<", "&lt;").replace('"', "&quot;")
    return old(old_item(mat(escaped, "text/html") + lid(*AB), cond(eq("a"), 1)))


@pytest.mark.parametrize(("src", "place"), [
    ("images/red.png", "q/images/red.png"),
    ("./images/red.png", "q/images/red.png"),
    ("../shared/red.png", "shared/red.png"),
    ("images/red%20sign.png", "q/images/red sign.png"),
    ("images\\red.png", "q/images/red.png"),
    ("/media/red.png", "media/red.png"),
    ("media/red.png", "media/red.png"),
    ("red.png?width=9", "q/red.png"),
    ("images/red.png", "deep/down/images/red.png"),
])  # fmt: skip
def test_the_path_of_a_picture_is_that_beside_its_item_or_the_only_one_so(src, place):
    body = f'<p>What is <img src="{src}" alt="A sign"/>?</p>'
    imported = read(package({"q/1.xml": item2(body), place: RED}, (ITEM, "q/1.xml")), "qti2")
    assert only(imported).stem == f"What is {SIGN}?"
    assert imported.pictures == (reencoded(RED),) and not imported.errors


@pytest.mark.parametrize(("src", "place"), [
    ("$IMS-CC-FILEBASE$/red.png", "web_resources/red.png"),
    ("$IMS-CC-FILEBASE$/Uploaded%20Media/red.png?x=1", "web_resources/Uploaded Media/red.png"),
    ("%24IMS-CC-FILEBASE%24/images/red.png", "images/red.png"),
    ("$IMS_CC_FILE_BASE$org1/red.png", "exam/files/org1/red.png"),
    ("red.png", "red.png"),
])  # fmt: skip
def test_pictures_of_qti_12_stand_where_platforms_put_them(src, place):
    quiz = item12(f'<p>What is <img src="{src}" alt="A sign">?</p>')
    imported = read(package({"q/1.xml": quiz, place: RED}, (OLD, "q/1.xml")), "qti12")
    assert only(imported).stem == f"What is {SIGN}?" and not imported.errors


def test_a_picture_of_a_material_is_read_with_its_words():
    material = '<material><matimage uri="%%LINKPATH%%red.png" label="A sign"/></material>'
    inside = (f'<material><matimage imagtype="image/png" embedded="base64" label="A sign">'
              f"{b64encode(RED).decode()}</matimage></material>")
    for each in (material, inside):
        quiz = old(old_item(each + mat("What?") + lid(*AB), cond(eq("a"), 1)))
        imported = read(package({"q.xml": quiz, "red.png": RED}, (OLD, "q.xml")), "qti12")
        assert only(imported).stem == f"{SIGN} What?" and not imported.errors


def test_options_objects_and_gaps_show_pictures():
    told = '<object data="b.png" type="image/png">Blue</object>'
    blue = reference("Blue", reencoded(BLUE).address)
    imported = read(package({"q.xml": item2("<p>Which?</p>", told), "b.png": BLUE}), "qti2")
    assert only(imported).options[0].text == blue and not imported.errors
    gaps = ('<gapMatchInteraction responseIdentifier="RESPONSE">'
            f'<gapImg identifier="w1" matchMax="1">{told}</gapImg>'
            '<gapText identifier="w2" matchMax="1">red</gapText>'
            '<p>The <gap identifier="g1"/>.</p></gapMatchInteraction>')
    item = new_item(gaps, answer("w1 g1", cardinality="multiple", kind="directedPair"))
    imported = read(package({"q.xml": item, "b.png": BLUE}), "qti2")
    assert only(imported).pairs == (("1", blue), ("", "red")) and not imported.errors


def test_a_picture_in_the_text_itself_needs_no_package():
    body = f'<p><img src="data:image/png;base64,{b64encode(RED).decode()}" alt="A sign"/></p>'
    imported = read(item2(body), "qti2")
    assert only(imported).stem == SIGN and not imported.errors


def test_the_pictures_of_a_shared_text_stand_beside_that_text():
    shared = ('<assessmentStimulus identifier="s"><stimulusBody><p><img src="a b.png" alt="A sign"'
              "/></p></stimulusBody></assessmentStimulus>").replace("a b", "a%20b")
    sharing = item2("<p>What?</p>").replace(
        "<itemBody>", '<assessmentStimulusRef href="../texts/s.xml"/><itemBody>')
    imported = read(package({"texts/s.xml": shared, "texts/a b.png": RED, "q/1.xml": sharing,
                             "q/a b.png": BLUE}), "qti2")
    assert only(imported).stem == f"{SIGN}\n\nWhat?" and not imported.errors


@pytest.mark.parametrize("src", ["images/gone.png", "https://example.com/images/red.png", "",
                                 "../../images/red.png", "../../../etc/passwd"])
def test_a_picture_that_is_not_in_the_package_leaves_its_question_incomplete(src):
    body = f'<p>What is <img src="{src}" alt="A sign"/>?</p>'
    imported = read(package({"q/1.xml": item2(body), "x/pictures/red.png": RED}), "qti2")
    assert missing(imported) == [("item 1, stem", src or "…")] and imported.pictures == ()


def test_two_pictures_that_could_be_meant_are_none():
    imported = read(package({"q.xml": item2(), "a/images/red.png": RED,
                             "b/images/red.png": BLUE}), "qti2")
    assert missing(imported) == [("item 1, stem", "images/red.png")]


@pytest.mark.parametrize(("data", "told"), [
    (b"<svg/>", "SVG drawings are not taken"),
    (RED[:40], "no picture in PNG"),
    (b"", "The picture is empty"),
    (b"\x89PNG" + bytes(FILE_LIMIT), "larger than 5 MB"),
])  # fmt: skip
def test_a_file_that_is_no_picture_is_told_at_its_question(data, told):
    whole = package({"q.xml": item2()}, (ITEM, "q.xml"))
    out = io.BytesIO(whole)
    with zipfile.ZipFile(out, "a") as archive:  # stored, so that it is no bomb
        archive.writestr("images/red.png", data)
    imported = read(out.getvalue(), "qti2")
    assert imported.faulty_places() == set() and imported.pictures == ()
    assert any(told in message for _, message in said(imported, "warning"))
    assert [each.name for each in only(imported).pictures.values()] == ["images/red.png"]


def test_pictures_that_are_too_many_together_are_refused(monkeypatch):
    monkeypatch.setattr(picturing, "IMPORT_LIMIT", len(RED) + 1)
    data = package({"q.xml": item2(first='<img src="b.png" alt="B"/>'), "images/red.png": RED,
                    "b.png": BLUE})
    with pytest.raises(formats.Unreadable) as refused:
        read(data, "qti2")
    assert refused.value.code == "too_large"


def test_words_are_asked_for_where_there_are_none():
    imported = read(package({"q.xml": item2('<p><img src="red.png"/></p>'), "red.png": RED}),
                    "qti2")
    assert not imported.errors
    assert "A picture has no words for who cannot see it." in [m for _, m in said(imported)]


def test_the_child_brings_the_pictures_along():
    data = package({"q.xml": item2(), "images/red.png": RED}, (ITEM, "q.xml"))
    assert child.parse(data, "x.zip") == formats.read(data, "x.zip")


KEPT = {each.sha256: each for each in (reencoded(RED), reencoded(BLUE))}
RED_SIGN, BLUE_SIGN = (reference(alt, each.address)
                       for alt, each in zip(("A *red* sign", ""), KEPT.values(), strict=True))


def there_and_back(name: str, *questions: Draft) -> formats.Import:
    format_ = formats.find_format(name)
    imported = formats.read(format_.carry(format_.write(questions).data, KEPT), "x.zip")
    assert not imported.errors
    return imported


def bare(imported: formats.Import) -> list[Draft]:
    return [replace(draft, place="") for draft in imported.questions]


DRAFTS = (
    Draft("", "single_choice", f"**What** is {RED_SIGN}?\n\n{BLUE_SIGN}\n*So.*",
          explanation=f"See {RED_SIGN}.", options=(
              Option(BLUE_SIGN, Fraction(1), f"Yes: {BLUE_SIGN}"), Option("Two"))),
    Draft("", "single_choice", f"Two  spaces {RED_SIGN} <b>\tand {BLUE_SIGN}",
          options=(Option("One", Fraction(1)), Option("Two"))),
    Draft("", "matching", "Match", pairs=((RED_SIGN, "Red"), ("Blue", BLUE_SIGN))),
    Draft("", "ordering", "Sort", options=(Option(RED_SIGN), Option("b")), rule="all_or_nothing"),
    Draft("", "gap_text", f"A {RED_SIGN} [[1]].", pairs=(("1", BLUE_SIGN), ("", "z"))),
    Draft("", "cloze", f"The {RED_SIGN} {{1:MC:=a~b}} sign.\n\n{BLUE_SIGN}"),
    Draft("", "cloze", f"The {{1:MC:={BLUE_SIGN}~b}} sign."),
    Draft("", "essay", f"Discuss {RED_SIGN}.", more={"points": [f"Says {RED_SIGN}"]}),
    Draft("", "information", RED_SIGN),
)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("draft", DRAFTS, ids=lambda draft: draft.type)
def test_what_is_written_with_its_pictures_comes_back_with_them(name, draft):
    imported = there_and_back(name, draft)
    assert bare(imported) == [draft]
    assert {each.sha256 for each in imported.pictures} == {
        each.sha256 for each in draft.pictures.values()}


@given(st.lists(st.sampled_from((RED_SIGN, BLUE_SIGN, "*", "`", "a *b* c", " ", "\n", "&amp;",
                                 "<i>", "![", "](x)")), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_pictures_come_back_in_whatever_text_they_stand(pieces):
    text = " ".join("".join(["x", *pieces, "x"]).split(" "))
    draft = Draft("", "information", text)
    for name in NAMES:
        assert bare(there_and_back(name, draft)) == [draft]


def members(name: str) -> dict[str, bytes]:
    format_ = formats.find_format(name)
    data = format_.carry(format_.write(DRAFTS).data, KEPT)
    assert data == format_.carry(format_.write(DRAFTS).data, KEPT)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


@pytest.mark.parametrize("name", NAMES)
def test_the_manifest_names_every_picture_and_no_other_file(name):
    written = members(name)
    manifest = written.pop("imsmanifest.xml").decode()
    assert set(re.findall('<file href="([^"]+)"', manifest)) == set(written)
    assert all(fromstring(content) is not None for each, content in written.items()
               if each.endswith(".xml"))
    pictures = {content for each, content in written.items() if each.endswith(".png")}
    assert pictures == {each.data for each in KEPT.values()}
    assert b"picture:" not in b"".join(
        content for each, content in written.items() if each.endswith(".xml"))


def test_resources_say_which_pictures_belong_to_what():
    old_manifest = members("qti12")["imsmanifest.xml"].decode()
    for each in fromstring(old_manifest).iter():
        if each.get("type") == "webcontent":
            assert f'identifierref="{each.get("identifier")}"' in old_manifest
    manifest = members("qti2")["imsmanifest.xml"].decode()
    [first, *_] = re.findall("<resource .*?</resource>", manifest)
    assert first.count('<file href="media/') == len(KEPT)


def test_a_picture_that_nobody_has_any_more_stays_an_address():
    draft = Draft("", "information", reference("Gone", PICTURE.address))
    for name in NAMES:
        format_ = formats.find_format(name)
        imported = formats.read(format_.carry(format_.write([draft]).data, {}), "x.zip")
        assert bare(imported) == [draft]


@pytest.mark.parametrize("name", NAMES)
def test_a_text_in_which_others_do_not_find_the_picture_is_said(name):
    write = formats.find_format(name).write
    draft = Draft("", "single_choice", f"What is {SIGN}?",
                  options=(Option("One", Fraction(1)), Option("Two")))
    lost = [replace(draft, stem=f"What   is {SIGN}?"), draft]
    assert not any("pictures" in problem.message for problem in write([draft]).problems)
    [said_once] = [p for p in write(lost).problems if "pictures" in p.message]
    assert said_once.params["count"] == 1 and said_once.severity == "warning"


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_that_cannot_be_made_anew_is_said_once(name):
    body = '<p>What is <img src="red.png" alt="A sign"/>?</p>'
    quiz = (item2(body), ITEM) if name == "qti2" else (item12(body), OLD)
    imported = read(package({"q.xml": quiz[0], "red.png": b"<svg/>"}, (quiz[1], "q.xml")), name)
    assert said(imported, "error") == [] == missing(imported)
    assert [m for _place, m in said(imported, "warning") if "SVG" in m or "missing" in m] == [
        "SVG drawings are not taken, because they can hold programs."]


def test_a_picture_of_a_package_is_a_resource_on_which_its_questions_depend():
    root = fromstring(members("qti12")["imsmanifest.xml"].decode())
    tagged = {each.get("identifier"): each for each in root.iter()
              if each.tag.endswith("}resource")}
    shown = {name for name, each in tagged.items() if each.get("type") == "webcontent"}
    assert len(shown) == len(KEPT)
    needed = {each.get("identifierref") for each in root.iter() if each.tag.endswith("}dependency")}
    assert shown <= needed <= set(tagged)


@pytest.mark.parametrize(("src", "name"), [
    ("https://example.com/a.png", "https://example.com/a.png"), ("/top/a.png", "/top/a.png"),
    ("$FILES$/a.png", "$FILES$/a.png"), ("gone.png", "/texts/gone.png")])
def test_a_link_of_a_shared_text_leads_from_that_text_unless_it_leads_elsewhere(src, name):
    shared = (f'<assessmentStimulus identifier="s"><stimulusBody><p><img src="{src}" alt="A"/></p>'
              "</stimulusBody></assessmentStimulus>")
    sharing = item2("<p>What?</p>").replace(
        "<itemBody>", '<assessmentStimulusRef href="../texts/s.xml"/><itemBody>')
    imported = read(package({"texts/s.xml": shared, "q/1.xml": sharing}), "qti2")
    assert missing(imported) == [("item 1, stem", name)]
