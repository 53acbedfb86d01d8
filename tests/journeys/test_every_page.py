"""Every page of every role in a real browser: reachable by everybody, and quiet.

axe finds nothing in light and dark, wide and narrow; nothing scrolls sideways at 320 px; the
console is silent, which also says that the policy against foreign script and style was kept.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.base import AXE_SCRIPT

from tests.journeys.conftest import PEOPLE, ROLES

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

LOOKS = (("light", 1280), ("dark", 360))
NARROWEST = 320
OPTIONS = {"resultTypes": ["violations"],
           "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
RUN = """options => axe.run(options).then(results => results.violations.map(fault =>
    `${fault.id}: ${fault.nodes.slice(0, 2).map(node => node.html.slice(0, 120)).join("; ")}`))"""


def faults(page: Page) -> list[str]:
    """Return what axe finds on a page as it looks now."""
    return page.evaluate(RUN, OPTIONS)


def sound(page: Page) -> None:
    """Fail when axe finds something on a page as it looks now."""
    page.evaluate(AXE_SCRIPT)
    assert faults(page) == [], page.url


def sideways(page: Page) -> int:
    """Return by how many pixels a page is wider than its window."""
    return page.evaluate("document.documentElement.scrollWidth - innerWidth")


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    addresses: dict[str, list[str]], visitor: Callable[..., Page], role: str
):
    page, found = visitor(PEOPLE.get(role, ""), reduced_motion="reduce"), []
    for url in addresses[role]:
        page.goto(url)
        page.evaluate(AXE_SCRIPT)
        for scheme, width in LOOKS:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{url} {scheme} {width}: {fault}" for fault in faults(page)]
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        if (over := sideways(page)) > 0:
            found.append(f"{url} scrolls {over} px sideways at {NARROWEST} px")
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_axe_sees_what_is_wrong(visitor: Callable[..., Page]):
    page = visitor()
    page.goto("/sign-in")
    page.evaluate(AXE_SCRIPT)
    assert faults(page) == []
    page.evaluate("document.querySelector('label').remove()")
    assert any(fault.startswith("label") for fault in faults(page))
    page.evaluate("document.querySelector('main').style.minWidth = '3000px'")
    assert sideways(page) > 1_000
