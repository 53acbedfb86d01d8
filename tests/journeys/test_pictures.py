"""A trainer adds a picture while writing a question, by keyboard, on a narrow screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from playwright.sync_api import expect

from isotrain.accounts import directory
from tests.banks.making import a_bank
from tests.journeys.test_every_page import NARROWEST, sideways
from tests.media.making import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Page

    from tests.journeys.conftest import Site

    Visitor = Callable[..., Page]

TRAINER = "1003"


def test_a_picture_goes_where_the_cursor_is_and_is_shown(site: Site, visitor: Visitor):
    with site.inside():
        trainer = directory.find_by_name(TRAINER)
        assert trainer is not None
        bank_id = a_bank(trainer.id, title="Signs")
    page = visitor(TRAINER, viewport={"width": NARROWEST, "height": 700})
    page.goto(f"/banks/{bank_id}/questions/new/single_choice")
    option = page.locator("[name=option-2]")
    option.fill("This one:")
    page.get_by_text("Pictures", exact=True).click()
    page.get_by_label("Add a picture").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": plain(size=(900, 300))})
    page.get_by_label("What it shows").fill("A red field")
    page.get_by_label("What it shows").press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("The picture stands in the text.")).to_be_visible()
    assert option.input_value().startswith("This one: ![A red field](picture:")
    shown = page.locator("[data-pictures] img.picture")
    expect(shown).to_be_visible()
    assert shown.get_attribute("alt") == "A red field"
    assert shown.evaluate("each => each.complete && each.naturalWidth") == 900
    assert not sideways(page)
