"""Pictures of Moodle XML: read with the texts that show them, made anew, and written again."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from dataclasses import replace

import pytest

from isotrain import formats
from isotrain.formats import Draft, child
from isotrain.formats.moodle import MOODLE_XML
from isotrain.formats.reencoding import reencoded
from isotrain.questions.pictured import reference
from tests.formats.reading import missing
from tests.media.making import plain

RED, BLUE = plain(), plain(colour="blue")
STEM = """<questiontext format="html"><text><![CDATA[<p>What is <img src="{src}" alt="A sign"
 width="9">?</p>]]></text>{files}</questiontext>"""


def file(data: bytes, name: str = "sign 1.png") -> str:
    return f'<file name="{name}" path="/" encoding="base64">{b64encode(data).decode()}</file>'


def quiz(stem: str, first: str = "<text>Yes</text>") -> bytes:
    return f"""<quiz><question type="multichoice">{stem}<single>true</single>
<answer fraction="100" format="html">{first}</answer><answer fraction="0"><text>No</text></answer>
</question></quiz>""".encode()


def read(data: bytes) -> formats.Import:
    return formats.read(data, "quiz.xml")


def errors(imported: formats.Import) -> list[str]:
    return [problem.message for problem in imported.errors]


def test_a_picture_beside_its_text_is_read_and_made_anew():
    imported = read(quiz(STEM.format(src="@@PLUGINFILE@@/sign%201.png", files=file(RED))))
    made = reencoded(RED)
    assert imported.questions[0].stem == f"What is {reference('A sign', made.address)}?"
    assert imported.pictures == (made,) and not imported.files and errors(imported) == []


def test_a_picture_in_the_text_itself_is_read():
    src = f"data:image/png;base64,{b64encode(RED).decode()}"
    imported = read(quiz(STEM.format(src=src, files="")))
    assert imported.pictures == (reencoded(RED),) and errors(imported) == []


def test_two_files_of_one_name_belong_to_their_own_texts():
    option = ('<text>&lt;img src="@@PLUGINFILE@@/sign 1.png" alt="Blue"&gt;</text>' + file(BLUE))
    imported = read(quiz(STEM.format(src="@@PLUGINFILE@@/sign%201.png", files=file(RED)), option))
    draft, = imported.questions
    assert reencoded(RED).address in draft.stem
    assert draft.options[0].text == reference("Blue", reencoded(BLUE).address)
    assert errors(imported) == []


@pytest.mark.parametrize("data", [b"<svg/>", RED[:40], b"no picture"])
def test_a_picture_that_cannot_be_kept_leaves_its_question_incomplete(data):
    imported = read(quiz(STEM.format(src="@@PLUGINFILE@@/sign%201.png", files=file(data))))
    [told] = [p for p in imported.problems if "picture" in p.params]
    assert told.severity == "warning" and told.place == "question 1"
    assert errors(imported) == [] and imported.pictures == ()
    assert [each.sha256 for each in imported.questions[0].pictures.values()] == [""]


@pytest.mark.parametrize("src", ["https://example.com/a.png", "@@PLUGINFILE@@/other.png", "a.png"])
def test_a_picture_that_is_not_in_the_file_leaves_its_question_incomplete(src):
    imported = read(quiz(STEM.format(src=src, files="")))
    assert missing(imported) == [("question 1, stem", src)]


def test_a_picture_without_words_is_asked_for_them():
    stem = STEM.format(src="@@PLUGINFILE@@/sign%201.png", files=file(RED)).replace("A sign", "")
    imported = read(quiz(stem))
    assert errors(imported) == []
    assert "A picture has no words for who cannot see it." in [
        problem.message for problem in imported.problems]


def test_what_is_written_with_its_pictures_comes_back_with_them():
    imported = read(quiz(STEM.format(src="@@PLUGINFILE@@/sign%201.png", files=file(RED))))
    picture, = imported.pictures
    written = MOODLE_XML.carry(MOODLE_XML.write(imported.questions).data, {picture.sha256: picture})
    assert picture.sha256.encode() not in written and b"@@PLUGINFILE@@/" in written
    again = read(written)
    assert again.pictures == imported.pictures and errors(again) == []
    assert [replace(each, place="") for each in again.questions] == [
        replace(each, place="") for each in imported.questions]


def test_the_child_brings_the_pictures_along():
    data = quiz(STEM.format(src="@@PLUGINFILE@@/sign%201.png", files=file(RED)))
    assert child.parse(data, "quiz.xml") == read(data)


def test_a_picture_is_written_as_base64_between_its_tags():
    shown = reencoded(RED)
    draft = Draft("", "essay", f"Look: {reference('A', shown.address)}")
    data = MOODLE_XML.carry(MOODLE_XML.write([draft]).data, {shown.sha256: shown}).decode()
    [(inside, after)] = re.findall(
        r'<file name="[^"]+" path="/" encoding="base64">([^<]*)</file>(.{10})', data)
    assert b64decode(inside, validate=True) == shown.data and after == "</question"
