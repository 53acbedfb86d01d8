"""An exam on a phone whose connection comes and goes: what can be done, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.sitting import answers, attempt_of, begin, choose, ready, right_answers, saved

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]


def go(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).first.click()


def test_offline_the_pages_turn_answers_wait_and_a_reload_loses_nothing(
    site: Site, visitor: Visitor
):
    page = visitor("1005")
    attempt = begin(page)
    right = right_answers(site, attempt)
    choose(page, right[0])
    saved(page)
    ready(page)
    page.context.set_offline(True)
    go(page, "Next")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.locator(".question-number")).to_have_text("Question 2 of 20")
    choose(page, right[1])
    expect(page.locator("[data-save-state]")).to_contain_text("Kept on this device")
    expect(page.locator("[data-queue]").first).to_contain_text("1 answer waits on this device")
    go(page, "Question 20 , not answered")
    choose(page, right[19])
    go(page, "Flag")
    go(page, "Check your answers")
    expect(page.get_by_text("17 questions are not answered")).to_be_visible()
    expect(page.get_by_text("You flagged 1 question to come back to.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("17 questions are not answered")).to_be_visible()
    page.locator("[data-row='20']").click()
    expect(page.locator("fieldset.answers input:checked")).to_have_count(len(right[19]))
    assert answers(site, attempt) == {1: sorted(right[0])}
    page.context.set_offline(False)
    saved(page)
    expect(page.locator("[data-queue]").first).to_be_hidden()
    assert answers(site, attempt) == {
        1: sorted(right[0]), 2: sorted(right[1]), 20: sorted(right[19])}
    assert attempt_of(page) == attempt
