"""Every page in the longer, mirrored language that nobody speaks, in a real browser.

Nothing scrolls sideways, no word is cut, and axe finds nothing where text runs from right to left.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.catalogues import BEGIN, PSEUDO, Pseudo, speak
from tests.journeys.conftest import PEOPLE, ROLES
from tests.journeys.test_every_page import sideways, sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

SMALL = {"width": 360, "height": 800}
# Whatever holds text and is narrower than it; a select is asked how wide its choice would be, but
# not where that is a title that somebody wrote, which a browser cuts by itself.
CUT = """(begin) => {
    const cut = [];
    const seen = (element) => {
        const box = element.getBoundingClientRect();
        return box.width > 1 && box.height > 1
            && element.checkVisibility({visibilityProperty: true});
    };
    const scrolls = (element) => {
        for (let up = element; up; up = up.parentElement)
            if (["auto", "scroll"].includes(getComputedStyle(up).overflowX)) return true;
        return false;
    };
    for (const element of document.querySelectorAll("body *")) {
        const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
        if (element.closest(".visually-hidden, .skip") || !seen(element)) continue;
        if (element.tagName === "SELECT" && !element.multiple) {
            if (!element.selectedOptions[0]?.text.includes(begin)) continue;
            const before = element.getBoundingClientRect().width;
            element.style.cssText =
                "field-sizing: content; width: max-content; min-width: 0; max-width: none";
            const needed = element.getBoundingClientRect().width;
            if (needed > before + 1) cut.push("select: " + element.name);
            element.style.cssText = "";
        } else if (own && !scrolls(element)) {
            const box = element.getBoundingClientRect();
            const hides = getComputedStyle(element).overflowX !== "visible";
            if (box.left < -1 || box.right > innerWidth + 1
                || (hides && element.scrollWidth > element.clientWidth + 1))
                cut.push(element.tagName + ": " + element.textContent.trim().slice(0, 60));
        }
    }
    return cut;
}"""


@pytest.fixture
def mirrored(site: Site, addresses: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> Site:
    """The served company in the language that nobody speaks; its pages were found before."""
    speak(site.app, {PSEUDO: Pseudo()}, monkeypatch)
    return site


@pytest.mark.parametrize("role", ROLES)
def test_nothing_is_cut_on_a_small_screen(
    mirrored: Site, addresses: dict[str, list[str]], visitor: Callable[..., Page], role: str
):
    page, found = visitor(PEOPLE.get(role, ""), viewport=SMALL, reduced_motion="reduce"), []
    for url in addresses[role]:
        page.goto(url)
        assert page.locator("html").get_attribute("dir") == "rtl"
        found += [f"{url} {fault}" for fault in page.evaluate(CUT, BEGIN)]
        if (over := sideways(page)) > 0:
            found.append(f"{url} scrolls {over} px sideways")
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_axe_finds_nothing_from_right_to_left(mirrored: Site, visitor: Callable[..., Page]):
    page = visitor(PEOPLE["employee"])
    for url in ("/my-training", "/courses/iso-certification/what-iso-is", "/account"):
        page.goto(url)
        sound(page)


def test_a_cut_word_is_seen(mirrored: Site, visitor: Callable[..., Page]):
    page = visitor(viewport=SMALL)
    page.goto("/sign-in")
    assert page.evaluate(CUT, BEGIN) == []
    page.evaluate("document.querySelector('h1').style.cssText ="
                  " 'overflow: hidden; white-space: nowrap; width: 3rem'")
    assert page.evaluate(CUT, BEGIN) != []
