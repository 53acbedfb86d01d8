"""Cutting Inter for the browser: `python -m isotrain.web.assets.cutting`, once, at set-up.

The installed file is 860 KB because it draws 2,900 glyphs. fontTools, which does the work, is large
and takes seconds: nothing that serves pages imports this module.
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from fontTools import subset  # type: ignore[import-untyped]

from isotrain.web.assets import fonts

if TYPE_CHECKING:
    from collections.abc import Iterable

# What our style sheets ask for, and what letters need to stand well beside each other.
FEATURES = ("case", "tnum", "kern", "mark", "mkmk", "ccmp", "locl")


def cut_all(folder: Path) -> None:
    """Write a WOFF2 file for each of the ranges."""
    source = Path(import_module("fontpkg_inter").ROOT) / "files" / "Inter[opsz,wght].ttf"
    folder.mkdir(parents=True, exist_ok=True)
    for name, ranges in fonts.RANGES.items():
        cut(source, ranges, folder / f"{name}.woff2")


def cut(source: Path, ranges: Iterable[tuple[int, int]], target: Path) -> None:
    """Write a variable font with only the characters of these ranges, as WOFF2."""
    options = subset.Options(flavor="woff2", layout_features=list(FEATURES), hinting=False,
                             name_IDs=[], notdef_outline=True)
    font = subset.load_font(str(source), options, dontLoadGlyphNames=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[point for first, last in ranges
                                 for point in range(first, last + 1)])
    subsetter.subset(font)
    unfinished = target.with_suffix(".part")
    subset.save_font(font, str(unfinished), options)
    font.close()
    unfinished.replace(target)  # a set-up that is cut short leaves no half font


if __name__ == "__main__":
    cut_all(fonts.FOLDER)
