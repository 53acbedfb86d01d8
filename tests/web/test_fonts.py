"""The cut fonts draw what they promise, and the style sheet asks for just that."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import pairwise

import pytest

from isotrain.web import fonts
from isotrain.web.glyphs import read_swaps
from tests.conftest import ROOT


def opened(woff):
    """Unpack a WOFF file into its tables, checking sizes and checksums on the way."""
    signature, flavour, size, count = struct.unpack_from(">4sIIH", woff)
    assert (signature, flavour, size) == (b"wOFF", 0x00010000, len(woff))
    tables = {}
    for i in range(count):
        tag, at, packed, full, checksum = struct.unpack_from(">4sIIII", woff, 44 + 20 * i)
        data = woff[at : at + packed]
        tables[tag] = data if packed == full else zlib.decompress(data)
        assert len(tables[tag]) == full
        if tag != b"head":
            padded = tables[tag] + bytes(-full % 4)
            words = struct.unpack(f">{len(padded) // 4}I", padded)
            assert sum(words) % 2**32 == checksum
    return tables


def mapped(cmap):
    """Read a format 4 character map the way the specification describes."""
    (start,) = struct.unpack_from(">I", cmap, 8)
    form, _length, _language, twice = struct.unpack_from(">HHHH", cmap, start)
    assert form == 4
    n = twice // 2
    lasts = struct.unpack_from(f">{n}H", cmap, start + 14)
    firsts = struct.unpack_from(f">{n}H", cmap, start + 16 + 2 * n)
    deltas = struct.unpack_from(f">{n}H", cmap, start + 16 + 4 * n)
    assert list(lasts) == sorted(lasts) and lasts[-1] == 0xFFFF
    return {p: (p + d) % 65536 for f, z, d in zip(firsts, lasts, deltas, strict=True)
            for p in range(f, z + 1) if p != 0xFFFF}


def outlines(tables):
    offsets = [n for (n,) in struct.iter_unpack(">I", tables[b"loca"])]
    return [z - a for a, z in pairwise(offsets)]


@pytest.fixture(scope="module")
def latin():
    return opened(fonts.inter("latin"))


def test_letters_in_the_cut_are_drawn_and_all_others_are_not(latin):
    letters, sizes = mapped(latin[b"cmap"]), outlines(latin)
    for letter in "AZaz09ßéłŻőİ€–“…":
        assert sizes[letters[ord(letter)]] > 0
    assert ord("ф") not in letters
    assert sum(1 for size in sizes if size) < 700
    assert struct.unpack_from(">H", latin[b"maxp"], 4) == (len(sizes),)


def test_accented_letters_keep_the_parts_they_are_made_of(latin):
    letters, sizes = mapped(latin[b"cmap"]), outlines(latin)
    offsets = [0]
    for size in sizes:
        offsets.append(offsets[-1] + size)
    composites = 0
    for glyph in letters.values():
        outline = latin[b"glyf"][offsets[glyph] : offsets[glyph + 1]]
        parts = list(fonts._components(outline))
        composites += bool(parts)
        assert all(sizes[part] for part in parts)
    assert composites > 100


def test_figures_of_one_width_are_kept(latin):
    swaps = read_swaps(latin[b"GSUB"], b"tnum")
    letters, sizes = mapped(latin[b"cmap"]), outlines(latin)
    for digit in "1234567890":
        assert sizes[swaps.get(letters[ord(digit)], letters[ord(digit)])] > 0
    assert swaps.keys() & {letters[ord(digit)] for digit in "1234567890"}
    assert read_swaps(latin[b"GSUB"], b"ss01") == {}


def test_weights_still_vary_for_the_letters_in_the_cut(latin):
    gvar, letters = latin[b"gvar"], mapped(latin[b"cmap"])
    (count,) = struct.unpack_from(">H", gvar, 12)
    offsets = struct.unpack_from(f">{count + 1}I", gvar, 20)
    sizes = [z - a for a, z in pairwise(offsets)]
    assert sizes[letters[ord("a")]] > 0
    assert struct.unpack_from(">I", gvar, 16)[0] + offsets[-1] == len(gvar)


@pytest.mark.parametrize(("name", "letters"), [
    ("more-latin", "ươệ"), ("greek-cyrillic", "αΩжЯ"),
])
def test_other_scripts_have_cuts_of_their_own(name, letters):
    tables = opened(fonts.inter(name))
    sizes, found = outlines(tables), mapped(tables[b"cmap"])
    assert all(sizes[found[ord(letter)]] > 0 for letter in letters)


def test_every_cut_is_light_enough_for_a_telephone():
    for name in fonts.RANGES:
        assert len(fonts.inter(name)) < 160_000


def test_the_style_sheet_asks_for_each_cut_and_its_ranges():
    css = (ROOT / "static" / "css" / "fonts.css").read_text("utf-8")
    asked = {}
    for face in css.split("@font-face")[1:]:
        name = re.search(r"inter-4-([a-z-]+)\.woff", face)[1]
        pairs = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
        asked[name] = tuple((int(a, 16), int(z or a, 16)) for a, z in pairs)
    assert asked == fonts.RANGES


def test_fonts_are_served_for_good_and_to_anybody(face):
    answer = face.test_client().get("/static/fonts/inter-4-latin.woff")
    assert answer.status_code == 200 and answer.mimetype == "font/woff"
    assert "immutable" in answer.headers["Cache-Control"]
    assert face.test_client().get("/static/fonts/inter-4-klingon.woff").status_code == 404


def test_without_the_font_package_pages_go_on_with_the_systems_letters(face, monkeypatch):
    def missing(_name):
        raise ImportError

    monkeypatch.setattr(fonts, "import_module", missing)
    fonts.inter.cache_clear()
    try:
        assert face.test_client().get("/static/fonts/inter-4-latin.woff").status_code == 404
    finally:
        fonts.inter.cache_clear()
