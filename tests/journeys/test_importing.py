"""A file that comes again with a word put right: decided by keyboard, applied, undone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from isotrain.accounts import directory
from tests.banks.files.test_deciding import PUT_RIGHT, TYPO
from tests.banks.making import a_bank, applied, checked
from tests.journeys.test_employee import tab_to
from tests.journeys.test_every_page import NARROWEST, sideways, sound

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

TRAINER = "1003"


@pytest.fixture
def bank_id(site: Site) -> int:
    """The trainer's own bank, which has a slip of the pen."""
    with site.inside():
        trainer = directory.find_by_name(TRAINER)
        assert trainer is not None
        made = a_bank(trainer.id, title="Alarms")
        applied(made, checked(made, TYPO))
    return made


def test_a_corrected_word_is_decided_applied_and_undone(bank_id: int, visitor: Visitor):
    page = visitor(TRAINER)
    page.goto(f"/banks/{bank_id}/uploads/new")
    page.get_by_label("Question file").set_input_files(
        {"name": "alarms.gift", "mimeType": "text/plain", "buffer": PUT_RIGHT.encode()})
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.locator(".effects")).to_contain_text("1 Looks like one of the bank")
    expect(page.get_by_role("button", name="Apply")).to_have_count(0)
    page.get_by_role("link", name="Open all").click()
    expect(page.locator("del")).to_have_text("recieves")
    expect(page.locator("ins")).to_have_text("receives")
    _look(page)
    tab_to(page, ".decide button[value=change]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Change Q-1")).to_have_attribute(
        "aria-pressed", "true")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_text("0 new questions, 1 new version, 2 unchanged")).to_be_visible()
    page.goto(f"/banks/{bank_id}/batches")
    _look(page)
    page.get_by_role("link", name="alarms.gift").click()
    page.locator("summary", has_text="Undo this").click()
    _look(page)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(page.get_by_text("Undone. The bank is as it was before.")).to_be_visible()
    _look(page)
    page.goto(f"/banks/{bank_id}")
    expect(page.get_by_text(re.compile("recieves the alarm"))).to_be_visible()


def _look(page: Page) -> None:
    """Look at the page as it is, and narrow and dark."""
    sound(page)
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size({"width": NARROWEST, "height": 700})
    sound(page)
    assert sideways(page) <= 0, page.url
    page.emulate_media(color_scheme="light")
    page.set_viewport_size({"width": 1280, "height": 900})
