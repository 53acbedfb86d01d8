"""Zip archives of a question file and its pictures."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from isotrain import formats
from isotrain.formats import Draft, Option, child
from isotrain.formats.contract import Unreadable
from isotrain.formats.picture import FILE_LIMIT
from isotrain.formats.reencoding import reencoded
from isotrain.questions.pictured import reference
from tests.formats.booklet import workbook, zipped
from tests.formats.reading import missing, only, said
from tests.formats.test_workbooks import row
from tests.media.making import plain

RED, BLUE = plain(), plain(colour="blue")
# It shrinks, but not so much as to be taken for a bomb.
_RANDOM = Random(1)
NOISE = b"".join(_RANDOM.randbytes(1_000) * 40 for _ in range(FILE_LIMIT // 40_000 + 1))
KEPT = reencoded(RED)
SIGN = reference("A sign", KEPT.address)
TEXT = "What is ![A sign](red.png)?"
YAML = f"""- id: a
  type: single_choice
  stem: '{TEXT}'
  options: [{{text: One, right: true}}, {{text: Two}}]
"""
FILES = {
    "bank.yaml": YAML,
    "bank.csv": f"Question,Option A,Option B,Correct\n{TEXT},One,Two,A\n",
    "bank.gift": f"{TEXT} {{=One ~Two}}\n",
    "bank.txt": f"{TEXT}\nA. One\nB. Two\nANSWER: A\n",
    "bank.md": f"1. {TEXT}\n*a) One\nb) Two\n",
    "bank.xlsx": workbook(row(2, TEXT, "One", "Two", "A")),
}


def read(members, name="bank.zip", **how):
    return formats.read(zipped(list(members.items())), name, **how)


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_any_kind_names_its_pictures(name):
    for filename in ("bank.zip", ""):
        imported = read({name: FILES[name], "red.png": RED}, filename)
        assert only(imported).stem == f"What is {SIGN}?" and imported.pictures == (KEPT,)
        assert not imported.errors and "bank.zip" not in imported.format


@pytest.mark.parametrize(("written", "file", "place"), [
    ("red.png", "q/bank.yaml", "q/red.png"),
    ("./a%20b.png", "bank.yaml", "a b.png"),
    ("../shared/red.png", "q/bank.yaml", "shared/red.png"),
    ("red.png", "bank.yaml", "deep/down/red.png"),
    ("pictures\\\\red.png", "bank.yaml", "pictures/red.png"),
])
def test_a_picture_is_found_beside_the_file_or_where_only_one_has_its_name(written, file, place):
    imported = read({file: YAML.replace("red.png", written.replace("\\\\", "\\")), place: RED})
    assert only(imported).stem == f"What is {SIGN}?" and not imported.errors


def test_what_is_named_and_not_there_is_missing_in_an_archive_and_alone():
    for imported in (read({"bank.yaml": YAML}), formats.read(YAML.encode(), "bank.yaml")):
        [(place, name)] = missing(imported)
        assert "line 1" in place and name == "red.png"


def test_what_nobody_shows_is_named_and_what_systems_leave_behind_is_not():
    imported = read({"bank.yaml": YAML, "red.png": RED, "blue.png": BLUE, "__MACOSX/bank.yaml": "x",
                     ".DS_Store": "x", "q/Thumbs.db": "x"})
    assert said(imported) == [
        ("file", "Files of the archive that no question shows: blue.png.")]


@pytest.mark.parametrize(("members", "code"), [
    ({"red.png": RED}, "zip_no_file"),
    ({"a.yaml": YAML, "b.csv": "x"}, "zip_several"),
    ({"a.zip": zipped([("a.yaml", YAML)])}, "zip_no_file"),
    ({"a.yaml": YAML, "../red.png": RED}, "path"),
    ({"a.yaml": YAML, "C:/red.png": RED}, "path"),
    ({"a.yaml": b" " * 8 * 1024**2}, "too_large"),
    ({"a.yaml": ""}, "empty"),
    ({"a.csv": workbook("")}, "wrong_name"),
    ({"a.xlsx": YAML}, "wrong_name"),
])
def test_an_archive_that_is_not_one_file_and_its_pictures_is_refused(members, code):
    with pytest.raises(Unreadable) as refusal:
        read(members)
    assert refusal.value.code == code


def test_an_archive_called_otherwise_is_refused():
    with pytest.raises(Unreadable) as refusal:
        read({"bank.yaml": YAML}, "bank.yaml")
    assert refusal.value.code == "wrong_name"


@pytest.mark.parametrize(("file", "words"), [
    (b"<svg/>", "SVG"), (RED + NOISE, "larger than"), (b"hello", "no picture")],
    ids=["svg", "large", "text"])
def test_what_is_no_picture_is_said_once_at_its_question(file, words):
    imported = read({"bank.yaml": YAML, "red.png": file})
    [(place, message)] = said(imported, "warning")
    assert "line 1" in place and words in message and not imported.errors


def test_pictures_that_are_too_many_together_are_refused():
    large = RED + NOISE[:FILE_LIMIT - 1_000]
    names = [f"{number}.png" for number in range(7)]
    stem = "".join(f"![x]({name})" for name in names)
    with pytest.raises(Unreadable) as refusal:
        read({"a.yaml": YAML.replace(TEXT, stem), **dict.fromkeys(names, large)})
    assert refusal.value.code == "too_large" and "together" in refusal.value.message


WORDS = st.text(st.characters(codec="utf-8", exclude_characters="[]()\n\r\x00",
                              exclude_categories=("Cc", "Cs", "Z")), min_size=1, max_size=20)


@pytest.mark.parametrize("name", ["yaml", "csv"])
@settings(max_examples=25, deadline=None)
@given(alt=WORDS, before=WORDS, behind=WORDS)
def test_what_was_written_with_pictures_comes_back_as_it_was(name, alt, before, behind):
    shown = reference(alt, KEPT.address)
    draft = Draft("", "single_choice", f"{before} {shown} {behind}", external_id="a",
                  options=(Option(shown, Fraction(1)),
                           Option("Two")), explanation=shown)
    format_ = formats.find_format(name)
    file = format_.carry(format_.write([draft]).data, {KEPT.sha256: KEPT})
    again = formats.read(file, "bank.zip")
    back = only(again)
    assert (back.stem, back.explanation) == (draft.composed().stem, draft.composed().explanation)
    assert [o.text for o in back.options] == [o.text for o in draft.composed().options]
    assert again.pictures == (KEPT,) and not again.errors and again.format == name


def test_the_bounded_process_reads_archives():
    data = zipped([("bank.yaml", YAML), ("red.png", RED)])
    assert child.parse(data, "bank.zip").pictures == (KEPT,)
