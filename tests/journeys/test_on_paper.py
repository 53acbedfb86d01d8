"""Every page of every role on paper, upright and across: all of it, and nothing beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.journeys.conftest import PEOPLE, ROLES
from tests.journeys.test_every_page import BROKEN, sideways
from tests.journeys.test_within_reach import LONGEST

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

A4 = ((794, 1123), (1123, 794))  # in CSS pixels, upright and across
FAULTS = """() => {
  const found = [], all = (names) => [...document.querySelectorAll(names)];
  const seen = (each) => each.checkVisibility() && each.getBoundingClientRect().height > 1;
  if (!all("h1").some(seen)) found.push("no title");
  const main = document.querySelector("main").getBoundingClientRect();
  if (main.width < innerWidth * 0.9) found.push(`squeezed to ${main.width} px`);
  for (const each of all("nav, .sidebar, .topbar, .button"))
    if (seen(each)) found.push(`shows ${each.outerHTML.slice(0, 80)}`);
  for (const each of all("main details:not(.confirm-inline) > :not(summary)"))
    if (!seen(each) && each.parentElement.checkVisibility() && !each.closest(".timer"))
      found.push(`shut: ${each.outerHTML.slice(0, 80)}`);
  for (const each of all("body *"))
    if (seen(each) && getComputedStyle(each).position === "sticky")
      found.push(`would come again on each page: ${each.outerHTML.slice(0, 80)}`);
  return found;
}"""


@pytest.mark.parametrize("role", ROLES)
def test_a_page_is_whole_on_paper(
    addresses: dict[str, list[str]], visitor: Callable[..., Page], role: str
):
    page, found = visitor(PEOPLE.get(role, "")), []
    page.emulate_media(media="print")
    for url in addresses[role]:
        page.goto(url)
        for width, height in A4:
            page.set_viewport_size({"width": width, "height": height})
            faults = [*page.evaluate(FAULTS), *page.evaluate(BROKEN)]
            if (over := sideways(page)) > 0:
                faults.append(f"{over} px lie beside the paper")
            found += [f"{url} at {width}: {fault}" for fault in faults]
    if found:
        pytest.fail("\n".join(found), pytrace=False)


def test_a_module_on_paper_holds_its_model_answers_and_says_whose_it_is(
    visitor: Callable[..., Page]
):
    page = visitor("1003")
    page.goto(LONGEST)
    answers = page.locator(".reveal-body")
    assert answers.count() > 2 and not answers.first.is_visible()
    page.emulate_media(media="print")
    assert all(each.is_visible() for each in answers.all())
    assert "Amina Haddad, " in page.locator("footer .print-only").inner_text()


def test_a_list_on_paper_says_what_it_was_narrowed_to(visitor: Callable[..., Page]):
    page = visitor("1004")
    page.goto("/records?status=completed_pass")
    page.emulate_media(media="print")
    shown = [each for each in page.locator(".filters label").all() if each.is_visible()]
    assert [each.locator("select").input_value() for each in shown] == ["completed_pass", "active"]
