"""What a page costs on the wire, first and again, and that nothing jumps when it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.sitting import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

KIB = 1024
FIRST, AGAIN, REQUESTS = 120 * KIB, 15 * KIB, 10
MODULE = "/courses/iso-certification/what-iso-is"
SHIFTED = """() => new Promise(done => {
    let sum = 0;
    new PerformanceObserver(list => {
        for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
    }).observe({ type: "layout-shift", buffered: true });
    document.fonts.ready.then(() => requestAnimationFrame(() => setTimeout(() => done(sum), 0)));
})"""


class Wire:
    """What goes over the wire to one browser, as Chromium counts it, headers included."""

    def __init__(self, page: Page) -> None:
        self.page, self.sizes = page, dict[str, float]()
        self.addresses: dict[str, str] = {}
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.on("Network.requestWillBeSent", self._asked)
        self.session.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, str]) -> None:
        self.addresses[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, float]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def visit(self, url: str) -> dict[str, float]:
        """Open a page and return what came, by address; what the browser had counts nothing."""
        self.sizes.clear()
        self.addresses.clear()
        self.page.goto(url, wait_until="networkidle")
        return {self.addresses[id_]: size for id_, size in self.sizes.items() if size}


@pytest.fixture
def addresses(visitor: Callable[..., Page]) -> dict[str, tuple[str, str]]:
    """The five pages, each with who opens it."""
    page = visitor("1005")
    passed = begin(page)
    page.goto(f"/attempt/{passed}/check")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")
    result = page.url
    other = visitor("1002")
    return {"sign-in": ("", "/sign-in"), "My training": ("1005", "/my-training"),
            "module": ("1005", MODULE), "question": ("1002", f"/attempt/{begin(other)}/1"),
            "result": ("1005", result)}


def test_pages_cost_little_on_the_wire_and_nothing_jumps(
    site: Site, visitor: Callable[..., Page], addresses: dict[str, tuple[str, str]]
):
    wrong = []
    for name, (who, url) in addresses.items():
        page = visitor(who)
        wire = Wire(page)
        first = wire.visit(url)
        moved = page.evaluate(SHIFTED)
        again = wire.visit(url)
        fonts = [address for address in first if ".woff2" in address]
        if sum(first.values()) > FIRST or len(first) > REQUESTS or sum(again.values()) > AGAIN:
            wrong.append(f"{name}: {first}, again {again}")
        if moved or len(fonts) != 1:
            wrong.append(f"{name}: moved by {moved}, fonts {fonts}")
    assert wrong == []
