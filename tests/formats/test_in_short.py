"""A key in one line, and pictures that move."""

from dataclasses import replace
from fractions import Fraction

import pytest
from PIL import Image, ImageCms

from isotrain import formats
from isotrain.formats import KEY_LENGTH, Draft, Option, key_in_short
from isotrain.formats.picture import Picture
from isotrain.formats.reencoding import reencoded
from isotrain.questions.draft import true_false_options
from tests.formats.booklet import lying, workbook
from tests.formats.reading import said
from tests.formats.test_workbooks import row
from tests.media.making import opened, plain, saved

WHOLE, HALF, THIRD = Fraction(1), Fraction(1, 2), Fraction(1, 3)
ONE = Draft("", "single_choice", "?", options=(Option("a", WHOLE), Option("b", THIRD), Option("c")))


@pytest.mark.parametrize(("draft", "short"), [
    (ONE, "a · b (33.3%)"),
    (Draft("", "multiple_choice", "?", options=(Option("a", HALF), Option("b", HALF))), "a · b"),
    (Draft("", "numeric", "?", options=(Option("3", WHOLE, "", "0.5"), Option("4", HALF, "", "0"),
                                        Option("5", HALF, "", ""))), "3 ± 0.5 · 4 (50%) · 5 (50%)"),
    (Draft("", "true_false", "?", options=true_false_options(False)), "NO"),
    (Draft("", "true_false", "?", options=true_false_options(None)), ""),
    (Draft("", "ordering", "?", options=(Option("x"), Option("y"))), "x → y"),
    (Draft("", "matching", "?", pairs=(("a", "1"), ("", "2"))), "a → 1"),
    (Draft("", "cloze", "{1:MC:=a~b} {1:MR:=c~=d} {1:NM:=5:1}"), "a · c, d · 5"),
    (Draft("", "scenario", "?", parts=(ONE, Draft("", "information", "x"), replace(
        ONE, options=(Option("z", WHOLE),)))), "1. a · b (33.3%) · 3. z"),
    (Draft("", "single_choice", "?", options=(Option("y" * (KEY_LENGTH - 1) + " z", WHOLE),)),
     "y" * (KEY_LENGTH - 1) + "…"),
    (Draft("", "single_choice", "?", options=(Option("y" * KEY_LENGTH, WHOLE),)),
     "y" * KEY_LENGTH),
])
def test_a_key_is_told_in_one_line(draft, short):
    assert key_in_short(draft, {"True": "YES", "False": "NO"}.get) == short


def moving():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue")]
    return saved(frames[0], "GIF", save_all=True, append_images=frames[1:])


def test_that_a_picture_moves_is_said_at_its_question_alone():
    data = workbook(row(2, "Which?", "a", "b", "A") + row(3, "Who?", "a", "b", "A"),
                    more=lying(((2, 0), moving(), "A film"), ((3, 0), plain(), "A sign")))
    imported = formats.read(data, "x.xlsx")
    assert [place for place, message in said(imported, "warning") if "moves" in message] == [
        "row 2"]
    assert len(imported.pictures) == 2


def test_a_picture_keeps_all_it_knows_in_json():
    for data in (moving(), plain("JPEG"), plain("WEBP")):
        made = replace(reencoded(data), origin="x")
        assert Picture.from_data(made.to_data()) == made


def test_the_colours_of_a_picture_are_those_that_its_profile_means():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = profile.replace(b"rXYZ", b"____").replace(b"bXYZ", b"rXYZ").replace(b"____", b"bXYZ")
    red = Image.new("RGB", (4, 4), "red")
    shown = [opened(reencoded(saved(red, "PNG", icc_profile=each))).getpixel((0, 0))
             for each in (profile, swapped, b"broken")]
    assert [max(range(3), key=colour.__getitem__) for colour in shown] == [0, 2, 0]
