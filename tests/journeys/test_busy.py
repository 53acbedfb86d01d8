"""Pages whose scripts ask a server that is busy: they ask again, and show no error meanwhile."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from isotrain.accounts import directory
from isotrain.jobs import asking
from isotrain.records import preparing
from isotrain.records.filters import Filter
from isotrain.study import content
from tests.factories import committed

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page, Route

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

MIA, LARS = "1005", "1004"
BUSY = {"status": 503, "headers": {"Retry-After": "2"}, "body": "Busy right now"}


def busy_for(page: Page, pattern: str, times: int, *, method: str) -> list[int]:
    """Let the server be busy for the next so many requests of a kind; return what it answered."""
    told: list[int] = []

    def answer(route: Route) -> None:
        if route.request.method != method:
            route.continue_()
            return
        told.append(503 if len(told) < times else 200)
        if told[-1] == 503:
            route.fulfill(**BUSY)  # type: ignore[arg-type]
        else:
            route.continue_()

    page.route(pattern, answer)
    return told


def test_the_page_of_long_work_waits_for_a_server_that_is_busy(site: Site, visitor: Visitor):
    with site.inside():
        lars = directory.find_by_name(LARS)
        assert lars is not None
        with committed():
            work = asking.ask(preparing.KIND, preparing.params_of(Filter(), "csv", mark=False),
                              user_id=lars.id).id
    page = visitor(LARS)
    page.clock.install()
    page.goto(f"/work/{work}")
    told = busy_for(page, f"**/work/{work}", 2, method="GET")
    while len(told) < 3:
        with page.expect_response(f"**/work/{work}"):
            page.clock.run_for(2000)
        page.wait_for_function("document.readyState === 'complete'")
        expect(page.locator("#work")).to_be_visible()
    with site.inside(), committed():
        asking.cancel(work, user_id=lars.id)


def test_a_place_is_remembered_once_the_server_is_no_longer_busy(site: Site, visitor: Visitor):
    with site.inside():
        course = content.get_course("iso-certification")
        module = content.list_modules(course.version_id)[0].slug
    page = visitor(MIA)
    page.clock.install()
    page.goto(f"/courses/iso-certification/{module}")
    page.locator("[data-paragraph]").first.wait_for()
    told = busy_for(page, f"**{page.locator('[data-remember]').get_attribute('data-remember')}", 1,
                    method="POST")
    page.locator("[data-paragraph]").nth(1).scroll_into_view_if_needed()
    page.evaluate("window.scrollBy(0, 400)")
    for _step in range(60):  # half a minute of the page's clock, in which it tells twice
        page.clock.run_for(500)
        if len(told) == 2:
            break
    assert told == [503, 200]
