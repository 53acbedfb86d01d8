"""Colours can be read in both themes (WCAG 2.2: 1.4.3 text 4.5:1, 1.4.11 controls 3:1)."""

from __future__ import annotations

import re

import pytest

from tests.conftest import ROOT

CSS = ROOT / "static" / "css"
COLOUR = re.compile(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);")
TOKENS = {name: pair for name, *pair in COLOUR.findall((CSS / "tokens.css").read_text("utf-8"))}
GROUNDS = ("paper", "surface", "raised", "sunken", "hover")
SOFT = ("accent", "success", "warning", "danger")
TEXT = [(ink, ground) for ground in GROUNDS for ink in ("ink", "ink-soft", "accent")]
TEXT += [(tone, f"{tone}-soft") for tone in SOFT]
TEXT += [("ink", f"{tone}-soft") for tone in SOFT]
TEXT += [("ink-soft", "neutral-soft"), ("ink-soft", "accent-soft"), ("on-accent", "accent"),
         ("on-accent", "accent-strong"), ("on-danger", "danger"), ("danger", "surface"),
         ("success", "surface"), ("warning", "surface"), ("danger", "paper")]
CONTROLS = [("control", ground) for ground in ("paper", "surface", "raised")]
CONTROLS += [("accent", ground) for ground in ("paper", "surface", "neutral-soft")]


def luminance(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return sum(part * c for part, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def contrast(one, other):
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def test_the_ruler_measures_black_on_white_as_21():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
def test_text_and_controls_stand_out_from_their_ground(theme):
    weak = []
    for pairs, least in ((TEXT, 4.5), (CONTROLS, 3)):
        for front, ground in pairs:
            ratio = contrast(TOKENS[front][theme], TOKENS[ground][theme])
            if ratio < least:
                weak.append(f"{front} on {ground}: {ratio:.2f}")
    assert weak == []


def test_only_the_tokens_name_colours_and_every_name_used_exists():
    defined = set(re.findall(r"(--[a-z0-9-]+):", (CSS / "tokens.css").read_text("utf-8")))
    for file in CSS.glob("*.css"):
        text = file.read_text("utf-8")
        local = set(re.findall(r"(--[a-z0-9-]+):", text))
        assert set(re.findall(r"var\((--[a-z0-9-]+)", text)) <= defined | local, file.name
        if file.name not in ("tokens.css", "print.css"):
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b(?=[;, )])", text) == [], file.name
