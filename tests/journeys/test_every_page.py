"""Every page of every role in a real browser: reachable by everybody, and quiet.

axe finds nothing in light and dark, wide and narrow; nothing scrolls sideways at 320 px, and no
word is broken for want of room; the console is silent, which also says that the policy against
foreign script and style was kept.
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

# Words of up to 16 letters that stand on more than one line.
BROKEN = r'''() => {
  const found = [], range = document.createRange();
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walk.nextNode());) {
    if (node.parentElement.closest("code, .visually-hidden, noscript, option, script")) continue;
    for (const word of node.data.matchAll(/[\p{L}]{2,16}/gu)) {
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].map(each => Math.round(each.bottom / 8)));
      if (lines.size > 1) found.push(`${word[0]} in ${node.parentElement.outerHTML.slice(0, 80)}`);
    }
  }
  return found;
}'''


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


def broken_words(page: Page, width: int) -> list[str]:
    """Return the words that a page breaks for want of room."""
    return [f"{page.url} at {width}: {word}" for word in page.evaluate(BROKEN)]


@pytest.mark.parametrize("role", ROLES)
def test_axe_finds_nothing_no_word_is_broken_and_nothing_scrolls_sideways(
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
            if scheme == "light":
                found += broken_words(page, width)
        page.set_viewport_size({"width": NARROWEST, "height": 900})
        if (over := sideways(page)) > 0:
            found.append(f"{url} scrolls {over} px sideways at {NARROWEST} px")
        found += broken_words(page, NARROWEST)
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
