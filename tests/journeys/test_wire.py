"""What a page costs on the wire, first and again, and that nothing jumps when it arrives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.journeys.sitting import begin

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

KIB = 1024
FIRST, AGAIN, REQUESTS = 120 * KIB, 15 * KIB, 10
STILL = 0.001  # a hundredth of what counts as good: a digit of the clock may be a pixel wider
MARIS = "1009"  # whom no other journey needs
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


def hand_in(page: Page) -> None:
    """Hand in the exam that is open, as it stands."""
    page.goto(page.url.rpartition("/")[0] + "/check")
    page.get_by_role("button", name="Hand in").click()
    page.wait_for_url("**/result")


def test_pages_cost_little_on_the_wire_and_nothing_jumps(visitor: Callable[..., Page]):
    page, wrong = visitor(MARIS), []

    def weigh(name: str, url: str, who: str = MARIS) -> None:
        """Open an address in a browser that has nothing yet, and then again."""
        fresh = visitor(who)
        wire = Wire(fresh)
        first = wire.visit(url)
        moved = fresh.evaluate(SHIFTED)
        again = wire.visit(url)
        fonts = [address for address in first if ".woff2" in address]
        if sum(first.values()) > FIRST or len(first) > REQUESTS or sum(again.values()) > AGAIN:
            wrong.append(f"{name}: {first}, again {again}")
        if moved > STILL or len(fonts) != 1:
            wrong.append(f"{name}: moved by {moved}, fonts {fonts}")

    weigh("sign-in", "/sign-in", who="")
    weigh("My training", "/my-training")
    weigh("module", MODULE)
    begin(page)
    weigh("question", page.url)
    hand_in(page)
    weigh("result", page.url)
    assert wrong == []
