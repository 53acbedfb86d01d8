"""The browser's script and the server's page tell one time, whatever zone either machine is in."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from isotrain import zones
from tests.journeys.sitting import press

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

PRACTICE = "/quiz/iso-certification-practice"
THAO = "1006"  # practises only; nobody else needs that she does not


def places(page: Page) -> str:
    return page.locator(".footer").inner_text()


def clock_of(page: Page) -> str:
    """Return the time that the line below a question tells."""
    line = page.locator("[data-save-text]")
    expect(line).to_have_text(re.compile(r"^Saved \d\d:\d\d$"))
    return line.inner_text().removeprefix("Saved ")


def minutes_apart(told: str, zone: str) -> int:
    """Return how far a time of day is from now in a zone, round the clock."""
    now = datetime.now(zones.find(zone))
    hours, minutes = map(int, told.split(":"))
    apart = (hours * 60 + minutes - now.hour * 60 - now.minute) % 1440
    return min(apart, 1440 - apart)


@pytest.mark.parametrize(("chosen", "expected"), [
    ("", "America/New_York"), ("Asia/Kolkata", "Asia/Kolkata"),
])
def test_script_and_page_agree_where_the_browser_is_in_another_zone_than_its_reader(
    site: Site, visitor: Callable[..., Page], chosen, expected
):
    page = visitor(THAO, timezone_id="America/New_York")
    page.goto("/account/time-zone")
    assert "Times are those of UTC" in places(page), "nobody has told it where the browser is"
    page.goto("/account/time-zone")
    page.get_by_label("Show times in").select_option(chosen)
    page.get_by_role("button", name="Save").click()
    page.goto(PRACTICE)
    page.get_by_role("button", name="Start practising").or_(
        page.get_by_role("link", name="Go on", exact=True)).click()
    page.wait_for_url("**/attempt/*/*")
    page.locator("fieldset.answers label.option").first.click()
    by_script = clock_of(page)
    page.reload()
    by_page = clock_of(page)
    assert minutes_apart(by_script, expected) <= 1 and minutes_apart(by_page, expected) <= 1
    assert (int(by_page[3:]) - int(by_script[3:])) % 60 <= 1, "the same instant, told twice"
    press(page, "Next")


def test_without_script_times_are_the_organizations(site: Site, visitor: Callable[..., Page]):
    page = visitor(THAO, timezone_id="America/New_York", java_script_enabled=False)
    for _time in range(2):
        page.goto("/account")
        zone = "Kolkata" if "Kolkata" in places(page) else "UTC"  # what she has chosen stays
        assert f"Times are those of {zone}" in places(page)
