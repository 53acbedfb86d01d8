"""The trainer's day: a question file with a fault, put right, applied, approved, drawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.journeys.conftest import menu, sign_in
from tests.journeys.sitting import attempt_of, begin
from tests.journeys.test_every_page import sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    Visitor = Callable[..., Page]

AMINA, INGRID = "1003", "1001"
GIFT = """// benefits of a certificate
::Tender:: A tender asks for an ISO 9001 certificate. What does it show a buyer? {
=An accredited body has audited the supplier's system #The system, not the single product.
~Every delivery will be free of faults #No certificate promises that.
~The supplier is the cheapest one
}

::Cost:: Which cost goes on after the first certificate? {
=Yearly surveillance audits
~A licence fee to ISO for the name
~None, until the third year
CLOSE

::Customer:: A certificate makes customer audits needless in every industry. {F}
"""


def test_from_a_file_with_a_fault_to_the_next_exam(visitor: Visitor):
    page = visitor()
    sign_in(page, AMINA)
    menu(page, "Question banks")
    page.locator("main").get_by_role("link", name="ISO standards and certification").first.click()
    page.get_by_role("link", name=re.compile("Upload")).first.click()
    _see_the_fault(page)
    _apply(page)
    _complete_and_approve(page)
    _publish(page)
    _sit(visitor(INGRID))


def _upload(page: Page, text: str) -> None:
    page.get_by_label("Question file").set_input_files(
        {"name": "benefits.gift", "mimeType": "text/plain", "buffer": text.encode()})
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check benefits.gift")


def _see_the_fault(page: Page) -> None:
    _upload(page, GIFT.replace("CLOSE\n", ""))
    sound(page)
    expect(page.get_by_text(re.compile(r"line \d+", re.IGNORECASE)).first).to_be_visible()
    page.get_by_role("link", name="Choose another file").click()


def _apply(page: Page) -> None:
    _upload(page, GIFT.replace("CLOSE", "}"))
    sound(page)
    expect(page.locator(".effects")).to_contain_text("3 New")
    page.get_by_label("Topic").select_option(label="Benefits and challenges")
    page.get_by_label("Difficulty").select_option("3")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("status").filter(has_text="3 new questions")).to_be_visible()
    expect(page.locator("tbody tr")).to_have_count(3)


def _complete_and_approve(page: Page) -> None:
    page.get_by_role("button", name="Choose this page").click()
    page.get_by_text("Change many").click()
    page.get_by_label("Fact", exact=True).last.fill("L01")
    page.get_by_label(re.compile("take the statement of the fact")).check()
    page.get_by_role("button", name="Set these").click()
    sound(page)
    page.get_by_role("button", name="Change 3 questions").click()
    expect(page.get_by_role("status").filter(has_text="have a new version")).to_be_visible()
    sound(page)
    page.get_by_label("You are here").get_by_role(
        "link", name="ISO standards and certification").click()
    page.get_by_role("button", name=re.compile("Approve the complete ones")).click()
    expect(page.get_by_role("status").filter(has_text="3 questions approved")).to_be_visible()


def _publish(page: Page) -> None:
    """Trade an easy question about benefits for two hard ones, which only the file holds."""
    menu(page, "Quizzes")
    page.locator("main").get_by_role("link", name=re.compile("awareness exam")).first.click()
    hard = page.get_by_label("Benefits and challenges, Hard")
    hard.fill("9")
    page.get_by_role("button", name="Save the draft").click()
    expect(page.get_by_text(re.compile(r"\d short: 3 available"))).to_be_visible()
    sound(page)
    hard.fill("1")
    page.get_by_label("Benefits and challenges, Easy").fill("0")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Publish the saved draft").click()
    expect(page.get_by_role("status").filter(has_text="is published")).to_be_visible()
    page.get_by_role("link", name="Draw a sample form").click()
    sound(page)
    expect(page.locator("main")).to_contain_text(re.compile(STEMS))


STEMS = ("A tender asks for an ISO 9001 certificate|Which cost goes on after the first"
         "|A certificate makes customer audits needless")


def _sit(page: Page) -> None:
    """The next exam draws from the file; the one before it did not."""
    attempt = begin(page)
    assert attempt_of(page) == attempt
    page.goto(f"/attempt/{attempt}/check")
    stems = page.locator(".check-stem").all_inner_texts()
    assert len(stems) == 20
    assert sum(bool(re.match(STEMS, stem)) for stem in stems) == 1
