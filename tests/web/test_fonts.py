"""The cut fonts draw what they promise, and the style sheet asks for just that."""

from __future__ import annotations

import re

import pytest
from fontTools.ttLib import TTFont

from isotrain.web.assets import cutting, fonts, shelf
from tests.conftest import ROOT
from tests.house.test_floors import imports, modules
from tests.web.test_assets import serve


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder into which the fonts were cut at set-up, or one made here where none was."""
    if fonts.FOLDER.is_dir():
        return fonts.FOLDER
    folder = tmp_path_factory.mktemp("fonts")
    cutting.cut_all(folder)
    return folder


@pytest.fixture(scope="module")
def cuts(folder):
    opened = {path.stem: TTFont(path) for path in folder.iterdir()}
    yield opened
    for font in opened.values():
        font.close()


def drawn(font, letter):
    """How many points the outline of a letter has, parts of it included; 0 without a letter."""
    name = font.getBestCmap().get(ord(letter))
    return len(font["glyf"][name].getCoordinates(font["glyf"])[0]) if name else 0


def test_there_is_a_cut_for_every_range_and_nothing_half_done(folder):
    assert {path.name for path in folder.iterdir()} == {f"{name}.woff2" for name in fonts.RANGES}


def test_a_font_is_cut_to_the_ranges_that_are_asked_for(folder, tmp_path):
    target = tmp_path / "few.woff2"
    cutting.cut(folder / "latin.woff2", ((0x31, 0x33), (0xE4, 0xE4)), target)
    with TTFont(target) as font:
        assert {chr(point) for point in font.getBestCmap()} == set("123ä")
        assert font.flavor == "woff2" and {axis.axisTag for axis in font["fvar"].axes}
        features = {record.FeatureTag for record in font["GSUB"].table.FeatureList.FeatureRecord}
        assert features == {"tnum"}
    assert list(tmp_path.iterdir()) == [target]


def test_at_set_up_every_range_is_cut_from_the_installed_font(tmp_path, monkeypatch):
    made = []
    monkeypatch.setattr(cutting, "cut", lambda *parts: made.append(parts))
    cutting.cut_all(tmp_path / "share" / "fonts")
    assert [(ranges, target.name) for _source, ranges, target in made] == [
        (ranges, f"{name}.woff2") for name, ranges in fonts.RANGES.items()]
    assert all(source.is_file() and target.parent.is_dir() for source, _ranges, target in made)


@pytest.mark.parametrize(("name", "inside", "outside"), [
    ("latin", "AZaz09ßéłŻőİ€–“…", "фươα"), ("more-latin", "ƏǎȘẞ", "aфươệ"),
    ("vietnamese", "ươệỹẠ", "aăđǎф"), ("greek", "αΩώ", "aжệ"), ("cyrillic", "жЯґҚ", "aαệ"),
])  # fmt: skip
def test_letters_in_a_cut_are_drawn_and_no_others(cuts, name, inside, outside):
    assert all(drawn(cuts[name], letter) for letter in inside)
    assert not any(drawn(cuts[name], letter) for letter in outside)
    points = cuts[name].getBestCmap()
    assert all(any(first <= point <= last for first, last in fonts.RANGES[name])
               for point in points)


def test_figures_of_one_width_and_capitals_are_kept_and_no_other_feature(cuts):
    for font in cuts.values():
        found = {record.FeatureTag for tag in ("GSUB", "GPOS") if tag in font
                 for record in font[tag].table.FeatureList.FeatureRecord}
        assert found <= set(cutting.FEATURES)
    swaps = {record.FeatureTag for record in cuts["latin"]["GSUB"].table.FeatureList.FeatureRecord}
    assert {"tnum", "case"} <= swaps


def test_weights_still_vary(cuts):
    for font in cuts.values():
        assert {"wght", "opsz"} == {axis.axisTag for axis in font["fvar"].axes}
    latin = cuts["latin"]
    assert latin["gvar"].variations[latin.getBestCmap()[ord("a")]]


def test_every_cut_is_light_enough_for_a_telephone(folder):
    assert all(path.stat().st_size < 80_000 for path in folder.iterdir())


def test_the_style_sheet_asks_for_each_cut_and_its_ranges():
    css = (ROOT / "static" / "css" / "fonts.css").read_text("utf-8")
    asked = {}
    for face in css.split("@font-face")[1:]:
        name = re.search(r'inter-([a-z-]+)\.woff2"\) format\("woff2"\)', face)[1]
        pairs = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", face)
        asked[name] = tuple((int(a, 16), int(z or a, 16)) for a, z in pairs)
    assert asked == fonts.RANGES


@pytest.mark.parametrize("name", fonts.RANGES)
def test_fonts_are_served_for_good(folder, monkeypatch, name):
    monkeypatch.setattr(fonts, "FOLDER", folder)
    asset, client = serve()
    answer = client.get(asset(f"fonts/inter-{name}.woff2"), headers={"Accept-Encoding": "br"})
    assert answer.status_code == 200 and answer.mimetype == "font/woff2"
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.data == (folder / f"{name}.woff2").read_bytes()


def test_no_letter_is_in_two_cuts():
    points = [set(range(first, last + 1)) for ranges in fonts.RANGES.values()
              for first, last in ranges]
    assert sum(map(len, points)) == len(set().union(*points))


def test_before_the_set_up_pages_go_on_with_the_systems_letters(tmp_path, monkeypatch):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path / "none")
    asset, client = serve()
    answer = client.get(asset("fonts/inter-latin.woff2"))
    assert answer.status_code == 404 and "immutable" not in answer.headers.get("Cache-Control", "")
    assert client.get(asset(shelf.SHEET)).status_code == 200


def test_only_the_set_up_loads_the_font_tools():
    naming = [path for path in modules() if re.search("fontTools|cutting", path.read_text("utf-8"))]
    users = [path.name for path in naming
             if any(name.startswith(("fontTools", "isotrain.web.assets.cutting"))
                    for name, _line in imports(path))]
    assert users == ["cutting.py"]
