"""Pictures are made anew: whatever a file held beside its pixels is gone, and no file does harm."""

from __future__ import annotations

import pytest
from PIL import Image, ImageCms

from isotrain.formats import Unreadable, child
from isotrain.formats.picture import FILE_LIMIT, Picture
from isotrain.formats.reencoding import reencoded
from tests.media.making import opened, plain, png_that_says, saved

RED_AND_BLUE = {"save_all": True, "append_images": [Image.new("RGB", (8, 6), "blue")]}
RED = Image.new("RGB", (8, 6), "red")
HOSTILE = {
    "empty": (b"", "empty"),
    "a text": (b"hello", "no_picture"),
    "a PDF": (b"%PDF-1.7 ...", "no_picture"),
    "SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "svg"),
    "compressed SVG": (b"\x1f\x8b\x08\x00", "svg"),
    "SVG behind the signature of a GIF": (b"GIF89a<svg onload=alert(1)>", "svg"),
    "BMP": (saved(RED, "BMP"), "no_picture"),
    "TIFF": (saved(RED, "TIFF"), "no_picture"),
    "JPEG that breaks off": (saved(Image.effect_noise((90, 90), 9), "JPEG")[:900],
                             "damaged_picture"),
    "PNG that breaks off": (saved(Image.effect_noise((90, 90), 9), "PNG")[:900],
                            "damaged_picture"),
    "0 by 0": (png_that_says(0, 0), "no_picture"),
    "a bomb": (png_that_says(2**31 - 1, 2**31 - 1), "too_many_pixels"),
    "fifty million pixels": (png_that_says(10_000, 5_000), "too_many_pixels"),
    "one row": (png_that_says(30_000, 1), "damaged_picture"),
    "too large": (plain() + b"\0" * FILE_LIMIT, "too_large"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_sound_picture_is_refused_in_words(name):
    data, code = HOSTILE[name]
    with pytest.raises(Unreadable) as refusal:
        reencoded(data)
    assert refusal.value.code == code and refusal.value.message and refusal.value.hint


@pytest.mark.parametrize(("kind", "media_type"), [
    ("PNG", "image/png"), ("JPEG", "image/jpeg"), ("WEBP", "image/webp"), ("GIF", "image/png")])
def test_each_kind_comes_out_as_a_picture_of_the_same_size(kind, media_type):
    made = reencoded(plain(kind, (40, 30)))
    assert (made.media_type, made.width, made.height) == (media_type, 40, 30)
    assert opened(made).size == (40, 30) and not made.moved
    assert made.address == f"{made.sha256}/40x30"


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_of_an_animation_the_first_frame_is_kept_and_that_is_said(kind):
    made = reencoded(saved(RED, kind, **RED_AND_BLUE))
    assert made.moved and getattr(opened(made), "n_frames", 1) == 1
    red, _green, blue = opened(made).convert("RGB").getpixel((3, 3))
    assert red > 200 > 50 > blue


def test_a_photograph_with_a_preview_does_not_move():
    made = reencoded(saved(RED, "MPO", **RED_AND_BLUE))
    assert not made.moved and made.media_type == "image/jpeg"


def test_nothing_but_pixels_comes_out():
    exif = Image.Exif()
    exif[0x010F], exif[0x0112] = "Secret Camera", 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    sent = saved(Image.new("RGB", (40, 30), "red"), "JPEG", exif=exif, comment=b"Secret comment",
                 icc_profile=profile) + b"<script>Secret tail</script>"
    made = reencoded(sent)
    assert b"Secret" not in made.data and not opened(made).getexif()
    assert "icc_profile" not in opened(made).info
    assert (made.width, made.height) == (30, 40)  # upright, as the camera was held


def test_a_file_that_is_a_page_as_well_comes_out_as_a_picture_alone():
    made = reencoded(plain("GIF") + b"<script>alert(1)</script>")
    assert b"script" not in made.data and made.media_type == "image/png"


@pytest.mark.parametrize(("mode", "colour"), [
    ("CMYK", (0, 255, 255, 0)), ("L", 90), ("1", 1), ("P", 3), ("LA", (90, 40))])
def test_every_mode_of_colour_becomes_one_that_screens_show(mode, colour):
    image = Image.new(mode, (8, 6), colour)
    made = reencoded(saved(image, "JPEG" if mode == "CMYK" else "PNG"))
    assert opened(made).mode in ("L", "RGB", "RGBA")


def test_sixteen_bits_keep_their_light():
    made = reencoded(saved(Image.new("I;16", (8, 6), 40_000), "PNG"))
    assert abs(opened(made).convert("L").getpixel((2, 2)) - 40_000 // 256) <= 1


def test_what_is_transparent_stays_so_and_an_idle_alpha_goes():
    clear = reencoded(saved(Image.new("RGBA", (8, 6), (9, 9, 9, 70)), "PNG"))
    full = reencoded(saved(Image.new("RGBA", (8, 6), (9, 9, 9, 255)), "PNG"))
    assert opened(clear).mode == "RGBA" and opened(full).mode == "RGB"


def test_a_large_picture_is_made_smaller_in_proportion():
    made = reencoded(plain("PNG", (4000, 1000)))
    assert (made.width, made.height) == (1600, 400)


def test_a_picture_made_anew_twice_is_the_same_by_its_name():
    assert reencoded(plain()).sha256 == reencoded(plain()).sha256
    assert reencoded(plain()).sha256 != reencoded(plain(colour="blue")).sha256


def test_the_child_makes_what_is_made_here_and_refuses_what_is_refused_here():
    for kind in ("PNG", "JPEG", "WEBP", "GIF"):
        assert child.picture(plain(kind)) == reencoded(plain(kind))
    with pytest.raises(Unreadable) as refusal:
        child.picture(b"")
    assert refusal.value.code == "empty"


def test_a_picture_survives_json():
    made = reencoded(plain())
    assert Picture.from_data(made.to_data()) == made
