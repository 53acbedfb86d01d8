"""Icons are Lucide's, by name."""

from __future__ import annotations

import re

import pytest

from isotrain.web.assets.icons import icon
from tests.conftest import ROOT

NAMES = re.compile(r"""\bicon\("([a-z0-9-]+)"|icon_name="([a-z0-9-]+)"|"icon": "([a-z0-9-]+)\"""")


def test_an_icon_is_decoration_unless_it_is_named():
    assert 'aria-hidden="true"' in icon("check")
    named = icon("check", 16, 'Done "twice" <b>')
    assert 'role="img"' in named and "aria-hidden" not in named
    assert "<b>" not in named and 'width="16"' in named


def test_an_icon_carries_no_style_of_its_own():
    assert not re.search(r"\b(style|stroke|fill|class=\"lucide)\b", icon("shield-check"))


def test_a_misspelt_icon_is_refused():
    with pytest.raises(LookupError, match="sheild"):
        icon("sheild")


def test_every_icon_the_templates_name_exists():
    named = set()
    for file in (ROOT / "templates").rglob("*.html"):
        for found in NAMES.findall(file.read_text("utf-8")):
            named |= {name for name in found if name}
    assert len(named) > 30
    for name in sorted(named):
        assert icon(name)
